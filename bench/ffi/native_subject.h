/* native_subject.h -- the functions that the native library and its peers call, and C code that
 * calls a function pointer of the same types. In a file of their own, so that no compiler sees
 * through a call. */
#pragma once
#include <stdint.h>

struct pair {
  int64_t a, b;
};

typedef int64_t (*integers_function)(int64_t, int64_t);
typedef double (*doubles_function)(double, double, double, double, double, double);
typedef struct pair (*structure_function)(struct pair);
typedef double (*mixed_function)(int64_t, double, int32_t, float, int16_t, double, uint8_t, double,
                                 int64_t, double, uint32_t, float);

int64_t integers(int64_t a, int64_t b);
double doubles(double a, double b, double c, double d, double e, double f);
struct pair structure(struct pair p);
double mixed(int64_t a, double b, int32_t c, float d, int16_t e, double f, uint8_t g, double h,
             int64_t i, double j, uint32_t k, float l);

/* Each makes `calls` calls and answers a number that depends on all of them. */
double call_integers(integers_function function, long calls);
double call_doubles(doubles_function function, long calls);
double call_structure(structure_function function, long calls);
double call_mixed(mixed_function function, long calls);
