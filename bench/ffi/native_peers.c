/* native_peers.c -- one direction of one signature by one peer, timed.
 *
 *   native_peers SIGNATURE DIRECTION PEER CALLS
 *
 * SIGNATURE: integers doubles structure mixed; DIRECTION: callout callback; PEER: c libffi banter.
 * Prints nanoseconds a call and a number that must be the same for every peer. */
#include <banter/native.h>
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "native_subject.h"

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "native_peers: %s\n", what);
  exit(1);
}

/* ---- What each signature is to libffi and to us ---- */

enum { kMost = 12 };
static ffi_type *pair_members[] = {&ffi_type_sint64, &ffi_type_sint64, NULL};
static ffi_type pair_type = {0, 0, FFI_TYPE_STRUCT, pair_members};

struct signature {
  const char *name;
  const char *declaration;
  unsigned count;
  ffi_type *result;
  ffi_type *arguments[kMost];
  banter_function function;
};

static struct signature signatures[] = {
    {"integers", "int64_t (*)(int64_t, int64_t)", 2, &ffi_type_sint64,
     {&ffi_type_sint64, &ffi_type_sint64}, (banter_function)integers},
    {"doubles", "double (*)(double, double, double, double, double, double)", 6, &ffi_type_double,
     {&ffi_type_double, &ffi_type_double, &ffi_type_double, &ffi_type_double, &ffi_type_double,
      &ffi_type_double},
     (banter_function)doubles},
    {"structure", "struct { int64_t a, b; } (*)(struct { int64_t a, b; })", 1, &pair_type,
     {&pair_type}, (banter_function)structure},
    {"mixed",
     "double (*)(int64_t, double, int32_t, float, int16_t, double, uint8_t, double, int64_t, double,"
     " uint32_t, float)",
     12, &ffi_type_double,
     {&ffi_type_sint64, &ffi_type_double, &ffi_type_sint32, &ffi_type_float, &ffi_type_sint16,
      &ffi_type_double, &ffi_type_uint8, &ffi_type_double, &ffi_type_sint64, &ffi_type_double,
      &ffi_type_uint32, &ffi_type_float},
     (banter_function)mixed},
};

static struct signature *signature_named(const char *name) {
  for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
    if (strcmp(signatures[i].name, name) == 0) return &signatures[i];
  }
  fail("no such signature");
  return NULL;
}

static banter_signature *parsed(const struct signature *it) {
  banter_error error;
  banter_signature *signature = banter_signature_new(it->declaration, NULL, &error);
  if (signature == NULL) fail(error.text);
  return signature;
}

static void prepare(ffi_cif *cif, struct signature *it) {
  if (ffi_prep_cif(cif, FFI_DEFAULT_ABI, it->count, it->result, it->arguments) != FFI_OK)
    fail("ffi_prep_cif");
}

/* ---- Callouts: arguments lie in memory, one of them changes ---- */

struct values {
  int64_t a, i;
  double b, f, h, j, six[6];
  int32_t c;
  uint32_t k;
  float d, l;
  int16_t e;
  uint8_t g;
  struct pair p;
};

static void point_at(void **arguments, struct values *v, const char *name) {
  *v = (struct values){.six = {0, 1, 2, 3, 4, 5}, .c = 2, .d = 3, .e = 4, .f = 5, .g = 6, .h = 7,
                       .i = 8, .j = 9, .k = 10, .l = 11};
  if (strcmp(name, "integers") == 0) {
    arguments[0] = &v->a;
    arguments[1] = &v->i;
  } else if (strcmp(name, "doubles") == 0) {
    for (int i = 0; i < 6; i++) arguments[i] = &v->six[i];
  } else if (strcmp(name, "structure") == 0) {
    arguments[0] = &v->p;
  } else {
    void *all[] = {&v->a, &v->b, &v->c, &v->d, &v->e, &v->f, &v->g, &v->h, &v->i, &v->j, &v->k,
                   &v->l};
    memcpy(arguments, all, sizeof all);
  }
}

/* The loop is the same for both libraries: the result becomes the first argument of its type, as
 * in call_integers() and its like. */
#define CALLOUTS(call)                                                      \
  static double callouts_by_##call(struct signature *it, void *signature,  \
                                   long calls) {                            \
    struct values v;                                                        \
    void *arguments[kMost];                                                 \
    point_at(arguments, &v, it->name);                                      \
    switch (it->name[0]) {                                                  \
      case 'i':                                                             \
        for (v.a = 0, v.i = 0; v.i < calls; v.i++)                          \
          call(signature, it->function, &v.a, arguments);                   \
        return (double)v.a;                                                 \
      case 'd':                                                             \
        for (long n = 0; n < calls; n++)                                    \
          call(signature, it->function, &v.six[0], arguments);              \
        return v.six[0];                                                    \
      case 's':                                                             \
        for (long n = 0; n < calls; n++)                                    \
          call(signature, it->function, &v.p, arguments);                   \
        return (double)(v.p.a + v.p.b);                                     \
      default:                                                              \
        for (v.a = 0; v.a < calls; v.a++)                                   \
          call(signature, it->function, &v.b, arguments);                   \
        return v.b;                                                         \
    }                                                                       \
  }
CALLOUTS(ffi_call)
CALLOUTS(banter_call)

/* ---- Callbacks: handlers that do what the functions do ---- */

#define AT(type, i) (*(type *)arguments[i])
static void handle_integers(void *result, void *const *arguments, void *user) {
  (void)user;
  *(int64_t *)result = AT(int64_t, 0) + AT(int64_t, 1);
}
static void handle_doubles(void *result, void *const *arguments, void *user) {
  (void)user;
  *(double *)result = AT(double, 0) + AT(double, 1) + AT(double, 2) + AT(double, 3) +
                      AT(double, 4) + AT(double, 5);
}
static void handle_structure(void *result, void *const *arguments, void *user) {
  (void)user;
  const struct pair p = AT(struct pair, 0);
  *(struct pair *)result = (struct pair){p.b, p.a + 1};
}
static void handle_mixed(void *result, void *const *arguments, void *user) {
  (void)user;
  *(double *)result = (double)(AT(int64_t, 0) + AT(int32_t, 2) + AT(int16_t, 4) + AT(uint8_t, 6) +
                               AT(int64_t, 8) + AT(uint32_t, 10)) +
                      AT(double, 1) + AT(float, 3) + AT(double, 5) + AT(double, 7) +
                      AT(double, 9) + AT(float, 11);
}

static banter_handler handler_of(const struct signature *it) {
  switch (it->name[0]) {
    case 'i': return handle_integers;
    case 'd': return handle_doubles;
    case 's': return handle_structure;
    default: return handle_mixed;
  }
}

/* libffi's closures get another signature: one call more, which a compiler makes a jump. */
#define FFI_HANDLER(name)                                                                \
  static void ffi_##name(ffi_cif *cif, void *result, void **arguments, void *user) {     \
    (void)cif;                                                                           \
    name(result, arguments, user);                                                       \
  }
FFI_HANDLER(handle_integers)
FFI_HANDLER(handle_doubles)
FFI_HANDLER(handle_structure)
FFI_HANDLER(handle_mixed)

typedef void (*ffi_handler)(ffi_cif *, void *, void **, void *);
static ffi_handler ffi_handler_of(const struct signature *it) {
  switch (it->name[0]) {
    case 'i': return ffi_handle_integers;
    case 'd': return ffi_handle_doubles;
    case 's': return ffi_handle_structure;
    default: return ffi_handle_mixed;
  }
}

static double call_back(const struct signature *it, banter_function function, long calls) {
  switch (it->name[0]) {
    case 'i': return call_integers((integers_function)function, calls);
    case 'd': return call_doubles((doubles_function)function, calls);
    case 's': return call_structure((structure_function)function, calls);
    default: return call_mixed((mixed_function)function, calls);
  }
}

static banter_function made_by_libffi(struct signature *it, ffi_cif *cif) {
  void *code = NULL;
  ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
  prepare(cif, it);
  if (closure == NULL ||
      ffi_prep_closure_loc(closure, cif, ffi_handler_of(it), NULL, code) != FFI_OK)
    fail("ffi_prep_closure_loc");
  return (banter_function)code;
}

static banter_function made_by_banter(const struct signature *it) {
  banter_error error;
  banter_callback *callback = banter_callback_new(parsed(it), handler_of(it), NULL, NULL, &error);
  if (callback == NULL) fail(error.text);
  return banter_callback_function(callback);
}

static double run(struct signature *it, int is_callback, const char *peer, long calls, double *ns) {
  static ffi_cif cif;
  banter_signature *signature = NULL;
  banter_function function = it->function;
  const int is_ffi = strcmp(peer, "libffi") == 0, is_banter = strcmp(peer, "banter") == 0;
  if (is_callback && is_ffi) function = made_by_libffi(it, &cif);
  if (is_callback && is_banter) function = made_by_banter(it);
  if (!is_callback && is_ffi) prepare(&cif, it);
  if (!is_callback && is_banter) signature = parsed(it);
  double answer;
  const double start = now_ns();
  if (!is_callback && is_ffi) {
    answer = callouts_by_ffi_call(it, &cif, calls);
  } else if (!is_callback && is_banter) {
    answer = callouts_by_banter_call(it, signature, calls);
  } else {
    answer = call_back(it, function, calls);
  }
  *ns = (now_ns() - start) / (double)calls;
  return answer;
}

int main(int count, char **words) {
  if (count != 5) fail("usage: native_peers SIGNATURE DIRECTION PEER CALLS");
  double ns = 0;
  const double answer = run(signature_named(words[1]), strcmp(words[2], "callback") == 0, words[3],
                            atol(words[4]), &ns);
  printf("%.3f %.17g\n", ns, answer);
  return 0;
}
