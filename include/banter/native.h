/* native.h -- call C functions and make C function pointers at run time: the C interface.
 *
 *   banter_error error;
 *   banter_signature *add = banter_signature_new("int64_t (*)(int64_t a, int64_t b)", NULL,
 * &error); int64_t a = 3, b = 4, sum; void *arguments[] = {&a, &b}; banter_call(add,
 * (banter_function)some_function, &sum, arguments);
 *
 * A signature is text as C headers have it. Arguments and results lie in memory as C would have
 * them: arguments[i] is the address of the i-th value, a result is written as wide as its type is.
 *
 * Unless said otherwise: every function may be called from any thread at any time; what a function
 * answers belongs to the caller, who frees it with the function of the same prefix; NULL means
 * failure, and then *error, which may be NULL, holds one sentence for a person. No C++ exception
 * leaves a function of this interface, but banter_call lets pass what the callee throws.
 */
#ifndef BANTER_NATIVE_H
#define BANTER_NATIVE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define BANTER_API __attribute__((visibility("default")))
#else
#define BANTER_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct banter_error {
  char text[1024]; /* ends with NUL; a longer sentence is cut */
} banter_error;

typedef void (*banter_function)(void);

/* "0.1.0" */
BANTER_API const char* banter_version(void);
/* The ABI that this library runs: "sysv_x64", "aapcs64", ... */
BANTER_API const char* banter_host_abi(void);
/* Frees a text that a function here has answered. */
BANTER_API void banter_text_free(char* text);

/* ---- Types ------------------------------------------------------------------------------------
 */

/* Names for types, for signatures that use them. Not to be changed while another thread uses it. */
typedef struct banter_types banter_types;

BANTER_API banter_types* banter_types_new(void);
/* Adds what a piece of a header declares: typedef, struct, union and enum definitions. Answers 1,
 * or 0 with the line and column of what is wrong; then nothing is added. */
BANTER_API int banter_types_declare(banter_types* types, const char* text, banter_error* error);
BANTER_API void banter_types_free(banter_types* types);

/* ---- Signatures -------------------------------------------------------------------------------
 */

/* One function type and where its values travel. Never changes. */
typedef struct banter_signature banter_signature;

/* From "double cos(double)" or "int (*)(const void *, const void *)". `types` may be NULL. The
 * further arguments of one call of a variadic function stand after the dots, and are promoted as C
 * does: "int printf(const char *format, ..., int, double)". */
BANTER_API banter_signature* banter_signature_new(const char* declaration,
                                                  const banter_types* types, banter_error* error);
/* Callbacks made with it keep what they need. */
BANTER_API void banter_signature_free(banter_signature* signature);

BANTER_API size_t banter_signature_argument_count(const banter_signature* signature);
/* Bytes of a value; 0 for void. */
BANTER_API size_t banter_signature_argument_size(const banter_signature* signature, size_t index);
BANTER_API size_t banter_signature_result_size(const banter_signature* signature);
/* Where every argument and the result travel, a line for each. To be freed. */
BANTER_API char* banter_signature_explain(const banter_signature* signature);

/* ---- Callouts ---------------------------------------------------------------------------------
 */

/* Calls `function`. `arguments` holds the address of each argument's value, `result` has room for
 * the result and may be NULL for void. Arguments are only read. errno is as the callee left it. */
BANTER_API void banter_call(const banter_signature* signature, banter_function function,
                            void* result, void* const* arguments);

/* ---- Callbacks --------------------------------------------------------------------------------
 */

/* A C function pointer that leads to a handler. */
typedef struct banter_callback banter_callback;

/* Called on the thread that called the function pointer. arguments[i] is the address of the i-th
 * argument's value; for a variadic signature arguments[count] is the address of a va_list of the
 * rest. The handler writes the result to `result`. All these addresses end with the call. */
typedef void (*banter_handler)(void* result, void* const* arguments, void* user);

/* Members that are 0 have no effect. */
typedef struct banter_callback_options {
  const void* default_result; /* what a late call gets, copied; otherwise zeros */
  const char* made_at;        /* for reports: "editor.c:120" */
  void (*release)(
      void* user); /* called once after the callback was freed, when its function pointer
                      is about to be used again or the process ends its use of it */
} banter_callback_options;

/* `options` may be NULL. Fails for lack of memory, and for types that cannot be in a callback. */
BANTER_API banter_callback* banter_callback_new(const banter_signature* signature,
                                                banter_handler handler, void* user,
                                                const banter_callback_options* options,
                                                banter_error* error);
/* Valid for ever: after banter_callback_free a call is reported and gets the default result, until
 * the pointer is used again for another callback, which is as late as possible. */
BANTER_API banter_function banter_callback_function(const banter_callback* callback);
/* May be called by the handler itself. `freed_at` is for reports and may be NULL. */
BANTER_API void banter_callback_free(banter_callback* callback, const char* freed_at);

/* A call of a freed callback: which one, where it was made and freed, who called. The texts are
 * good until the report handler returns. */
typedef struct banter_late_call {
  const char* signature;
  const char* made_at;
  const char* freed_at;
  const void* caller; /* return address */
} banter_late_call;
typedef void (*banter_late_call_handler)(const banter_late_call* call, void* user);

/* Who is told of late calls, on the thread that made one, which may be in a signal handler. NULL:
 * they are printed on standard error, as at first. */
BANTER_API void banter_on_late_call(banter_late_call_handler handler, void* user);

#ifdef __cplusplus
}
#endif

#endif
