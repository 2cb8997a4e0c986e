/* backtrace.c -- main calls qsort by a callout, and qsort a handler by a callback. */
#include <banter/native.h>
#include <stdio.h>
#include <stdlib.h>

static void handler(void *result, void *const *arguments, void *user) {
  (void)user;
  *(int *)result = **(const int *const *)arguments[0] - **(const int *const *)arguments[1];
}

static int sort(banter_signature *sorter, banter_callback *compare) {
  int numbers[] = {3, 1, 2};
  void *base = numbers;
  size_t count = 3, size = sizeof numbers[0];
  banter_function function = banter_callback_function(compare);
  void *arguments[] = {&base, &count, &size, &function};
  banter_call(sorter, (banter_function)qsort, NULL, arguments);
  return numbers[0];
}

int main(void) {
  banter_error error;
  banter_signature *sorter = banter_signature_new(
      "void qsort(void *, size_t, size_t, int (*)(const void *, const void *))", NULL, &error);
  banter_signature *comparer =
      banter_signature_new("int (*)(const void *, const void *)", NULL, &error);
  if (sorter == NULL || comparer == NULL) return fprintf(stderr, "%s\n", error.text);
  banter_callback *compare = banter_callback_new(comparer, handler, NULL, NULL, &error);
  if (compare == NULL) return fprintf(stderr, "%s\n", error.text);
  return sort(sorter, compare) != 1;
}
