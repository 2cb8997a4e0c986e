/* subject.h -- the C side of every callback and callout benchmark, the same for every peer. */
#pragma once
#include <stdint.h>

typedef int64_t (*int64_binary)(int64_t, int64_t);
typedef int (*comparator)(const void*, const void*);

/* The sum 0 + 1 + ... + n-1 when `add` adds: each step is one callback add(i, sum). */
int64_t call_back(int64_t n, int64_binary add);
int64_t add2(int64_t a, int64_t b);

/* A million int32 at most: the same ones at each fill. */
void sort_fill(int64_t n);
void sort_run(int64_t n, comparator compare);
int32_t* sort_data(void);
int64_t sort_is_right(int64_t n);
/* Comparisons that qsort makes for those n. */
int64_t sort_comparisons(int64_t n);

double now_ns(void);

/* Nanoseconds for one call of `add`, on a thread made for it, of n calls; the caller waits. */
double call_back_on_thread(int64_t n, int64_binary add);
/* KiB of memory that this process has at the moment. */
int64_t resident_kb(void);
