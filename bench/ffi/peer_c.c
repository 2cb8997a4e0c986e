/* peer_c.c -- plain C function pointers, and libffi's closure and call. Lines: peer figure ns. */
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>

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
  return 0;
}
