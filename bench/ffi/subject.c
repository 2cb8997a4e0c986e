#define _POSIX_C_SOURCE 200809L
#include "subject.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { kLargest = 1000000 };
static int32_t data[kLargest];
static int64_t checksum;
static int64_t comparisons;

int64_t call_back(int64_t n, int64_binary add) {
  int64_t sum = 0;
  for (int64_t i = 0; i < n; i++) sum = add(i, sum);
  return sum;
}

int64_t add2(int64_t a, int64_t b) { return a + b; }

void sort_fill(int64_t n) {
  uint64_t state = 42;
  checksum = 0;
  for (int64_t i = 0; i < n; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    data[i] = (int32_t)(state >> 32);
    checksum += data[i];
  }
}

void sort_run(int64_t n, comparator compare) { qsort(data, (size_t)n, sizeof data[0], compare); }
int32_t *sort_data(void) { return data; }

int64_t sort_is_right(int64_t n) {
  int64_t sum = n > 0 ? data[0] : 0;
  for (int64_t i = 1; i < n; i++) {
    if (data[i - 1] > data[i]) return 0;
    sum += data[i];
  }
  return sum == checksum;
}

static int counting_compare(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  comparisons++;
  return (x > y) - (x < y);
}

int64_t sort_comparisons(int64_t n) {
  sort_fill(n);
  comparisons = 0;
  sort_run(n, counting_compare);
  return comparisons;
}

double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

struct on_thread {
  int64_t n;
  int64_binary add;
  double ns;
};

/* The first call makes the thread known and is not counted. */
static void *run_on_thread(void *data) {
  struct on_thread *job = data;
  int64_t sum = job->add(0, 0);
  const double start = now_ns();
  for (int64_t i = 0; i < job->n; i++) sum = job->add(i, sum);
  job->ns = (now_ns() - start) / (double)job->n;
  if (sum != job->n * (job->n - 1) / 2) abort();
  return NULL;
}

double call_back_on_thread(int64_t n, int64_binary add) {
  struct on_thread job = {n, add, 0};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_on_thread, &job) != 0) abort();
  pthread_join(thread, NULL);
  return job.ns;
}

int64_t resident_kb(void) {
  long total = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &total, &resident) != 2) abort();
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}
