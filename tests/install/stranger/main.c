/* main.c -- a C program that uses what is installed: callouts, callbacks, reports, registers. */
#include <banter/native.h>
#include <stdio.h>
#include <stdlib.h>

/* This name is the library's own inside; a program may have it, too. */
int thunkEntry(void);
int thunkEntry(void) {
  return 3;
}

struct point {
  float x, y;
};

static struct point scaled(struct point p, float by) {
  struct point result = {p.x * by, p.y * by};
  return result;
}

static banter_signature* signature_of(const char* declaration) {
  banter_error error;
  banter_signature* signature = banter_signature_new(declaration, NULL, &error);
  if (signature == NULL) {
    fprintf(stderr, "%s\n", error.text);
    exit(1);
  }
  return signature;
}

static banter_callback* checked(banter_callback* callback, const banter_error* error) {
  if (callback == NULL) {
    fprintf(stderr, "%s\n", error->text);
    exit(1);
  }
  return callback;
}

static void compare(void* result, void* const* arguments, void* user) {
  const int a = **(const int* const*)arguments[0];
  const int b = **(const int* const*)arguments[1];
  ++*(int*)user;
  *(int*)result = (a > b) - (a < b);
}

static void told(const banter_late_call* call, void* user) {
  (void)user;
  printf("late: %s, %s, %s, %s\n", call->signature, call->made_at, call->freed_at,
         call->caller != NULL ? "called" : "?");
}

static void sort(void) {
  int numbers[] = {42, -7, 1000, 0, 3};
  int comparisons = 0;
  int late;
  size_t i;
  int (*by_value)(const void*, const void*);
  banter_error error;
  const int nothing = -1;
  banter_callback_options options = {0};
  banter_signature* signature = signature_of("int (*)(const void *, const void *)");
  banter_callback* callback;
  options.default_result = &nothing;
  options.made_at = "main.c";
  callback =
      checked(banter_callback_new(signature, compare, &comparisons, &options, &error), &error);
  banter_signature_free(signature);
  by_value = (int (*)(const void*, const void*))banter_callback_function(callback);
  qsort(numbers, 5, sizeof numbers[0], by_value);
  for (i = 0; i < 5; i++) printf("%d ", numbers[i]);
  printf("%s\n", comparisons > 0 ? "sorted" : "?");
  banter_callback_free(callback, "sort");
  banter_on_late_call(told, NULL);
  late = by_value(&numbers[0], &numbers[1]);
  printf("%d\n", late);
}

static banter_return third(banter_registers* registers, void* user) {
  *(int*)user += registers->caller != NULL;
  registers->result.float64 = 1.0 / 3;
  return BANTER_RETURN_DOUBLE;
}

static void raw(void) {
  int calls = 0;
  banter_error error;
  banter_signature* signature = signature_of("double (*)(void)");
  banter_callback* callback =
      checked(banter_callback_new_raw(signature, third, &calls, NULL, &error), &error);
  double (*function)(void) = (double (*)(void))banter_callback_function(callback);
  printf("%.3f\n", function());
  printf("%d\n", calls);
  banter_callback_free(callback, NULL);
  banter_signature_free(signature);
}

int main(void) {
  struct point p = {1, 2};
  struct point result;
  float by = 1.5f;
  void* arguments[2];
  banter_error error;
  banter_signature* signature =
      signature_of("struct { float x, y; } f(struct { float x, y; }, float)");
  arguments[0] = &p;
  arguments[1] = &by;
  banter_call(signature, (banter_function)scaled, &result, arguments);
  printf("%s %g %g\n", banter_version(), result.x, result.y);
  banter_signature_free(signature);
  sort();
  raw();
  if (banter_signature_new("int f(teapot)", NULL, &error) == NULL) puts(error.text);
  return thunkEntry() - 3;
}
