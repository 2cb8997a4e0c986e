#include "native_subject.h"

int64_t integers(int64_t a, int64_t b) { return a + b; }

double doubles(double a, double b, double c, double d, double e, double f) {
  return a + b + c + d + e + f;
}

struct pair structure(struct pair p) { return (struct pair){p.b, p.a + 1}; }

double mixed(int64_t a, double b, int32_t c, float d, int16_t e, double f, uint8_t g, double h,
             int64_t i, double j, uint32_t k, float l) {
  return (double)(a + c + e + g + i + k) + b + d + f + h + j + l;
}

double call_integers(integers_function function, long calls) {
  int64_t sum = 0;
  for (long i = 0; i < calls; i++) sum = function(sum, i);
  return (double)sum;
}

double call_doubles(doubles_function function, long calls) {
  double sum = 0;
  for (long i = 0; i < calls; i++) sum = function(sum, 1, 2, 3, 4, 5);
  return sum;
}

double call_structure(structure_function function, long calls) {
  struct pair p = {0, 0};
  for (long i = 0; i < calls; i++) p = function(p);
  return (double)(p.a + p.b);
}

double call_mixed(mixed_function function, long calls) {
  double sum = 0;
  for (long i = 0; i < calls; i++) sum = function(i, sum, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  return sum;
}
