/* peer_c.c -- plain C function pointers, libffi's closure and call, and what C has for switching
 * between threads and stacks. Lines: peer figure ns. */
#define _GNU_SOURCE
#include <ffi.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "subject.h"

enum { kRounds = 5, kCalls = 2000000, kSorted = 1000000 };

static int64_t add(int64_t a, int64_t b) { return a + b; }

static int compare(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static void ffi_add(ffi_cif *cif, void *result, void **arguments, void *data) {
  (void)cif;
  (void)data;
  *(ffi_sarg *)result = *(int64_t *)arguments[0] + *(int64_t *)arguments[1];
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values) {
  qsort(values, kRounds, sizeof *values, by_value);
  return values[kRounds / 2];
}

static void report_callback(const char *peer, int64_binary function) {
  double values[kRounds];
  for (int i = 0; i < kRounds; i++) {
    const double start = now_ns();
    const int64_t sum = call_back(kCalls, function);
    values[i] = (now_ns() - start) / kCalls;
    if (sum != (int64_t)kCalls * (kCalls - 1) / 2) abort();
  }
  printf("%s callback %.2f\n", peer, median(values));
}

static void report_sort(void) {
  double values[kRounds];
  const double count = (double)sort_comparisons(kSorted);
  for (int i = 0; i < kRounds; i++) {
    sort_fill(kSorted);
    const double start = now_ns();
    sort_run(kSorted, compare);
    values[i] = (now_ns() - start) / count;
    if (!sort_is_right(kSorted)) abort();
  }
  printf("c qsort %.2f\n", median(values));
}

static void report_callouts(ffi_cif *cif) {
  double plain[kRounds], through_ffi[kRounds];
  int64_binary volatile target = add2;
  for (int i = 0; i < kRounds; i++) {
    volatile int64_t sum = 0;
    double start = now_ns();
    for (int64_t n = 0; n < kCalls; n++) sum = target(sum, n);
    plain[i] = (now_ns() - start) / kCalls;
    start = now_ns();
    for (int64_t n = 0; n < kCalls; n++) {
      int64_t total = sum;
      ffi_arg result;
      void *arguments[] = {&total, &n};
      ffi_call(cif, FFI_FN(add2), &result, arguments);
      sum = (int64_t)result;
    }
    through_ffi[i] = (now_ns() - start) / kCalls;
  }
  printf("c callout %.2f\nlibffi callout %.2f\n", median(plain), median(through_ffi));
}

/* Asking another thread, with a mutex and conditions, and waiting for its answer: what a program does
 * whose interpreter stays on its thread. */
static struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int turn; /* 0: who asks, 1: who answers, 2: it is over */
} talk = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};

static void pass_to(int turn) {
  talk.turn = turn;
  pthread_cond_signal(&talk.changed);
}

static void *answer(void *unused) {
  pthread_mutex_lock(&talk.mutex);
  for (;;) {
    while (talk.turn == 0) pthread_cond_wait(&talk.changed, &talk.mutex);
    if (talk.turn == 2) break;
    pass_to(0);
  }
  pthread_mutex_unlock(&talk.mutex);
  return unused;
}

static void report_handoff(void) {
  enum { kQuestions = 50000 };
  pthread_t thread;
  if (pthread_create(&thread, NULL, answer, NULL) != 0) abort();
  const double start = now_ns();
  pthread_mutex_lock(&talk.mutex);
  for (int i = 0; i < kQuestions; i++) {
    pass_to(1);
    while (talk.turn != 0) pthread_cond_wait(&talk.changed, &talk.mutex);
  }
  pass_to(2);
  pthread_mutex_unlock(&talk.mutex);
  printf("c foreign-callback %.2f\n", (now_ns() - start) / kQuestions);
  pthread_join(thread, NULL);
}

/* Stacks and the switch between them as the C library has them. */
enum { kStacks = 1000, kStackSize = 1 << 20 };
static ucontext_t home, stacks[kStacks];

static void go_home(int index) {
  for (;;) swapcontext(&stacks[index], &home);
}

static void enter_new_stack(int index) {
  void *memory = mmap(NULL, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || getcontext(&stacks[index]) != 0) abort();
  mprotect(memory, 4096, PROT_NONE);
  stacks[index].uc_stack.ss_sp = memory;
  stacks[index].uc_stack.ss_size = kStackSize;
  makecontext(&stacks[index], (void (*)(void))go_home, 1, index);
  swapcontext(&home, &stacks[index]);
}

static void report_stacks(void) {
  double values[kRounds];
  const int64_t before = resident_kb();
  double start = now_ns();
  for (int i = 0; i < kStacks; i++) enter_new_stack(i);
  printf("c parked-ns %.2f\n", (now_ns() - start) / kStacks);
  printf("c parked-kB %.2f\n", (double)(resident_kb() - before) / kStacks);
  for (int i = 0; i < kRounds; i++) {
    start = now_ns();
    for (int n = 0; n < 100000; n++) swapcontext(&home, &stacks[0]);
    values[i] = (now_ns() - start) / 200000;
  }
  printf("c switch-in-callbacks %.2f\nc switch-among-1000 %.2f\n", median(values), median(values));
}

int main(void) {
  ffi_type *types[] = {&ffi_type_sint64, &ffi_type_sint64};
  ffi_cif cif;
  void *code = NULL;
  ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
  if (closure == NULL || ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 2, &ffi_type_sint64, types) != FFI_OK ||
      ffi_prep_closure_loc(closure, &cif, ffi_add, NULL, code) != FFI_OK)
    return 1;
  report_callback("c", add);
  report_callback("libffi", (int64_binary)code);
  report_sort();
  report_callouts(&cif);
  report_handoff();
  report_stacks();
  return 0;
}
