/* native.h -- call C functions and make C function pointers at run time: the C interface.
 *
 *   banter_error error;
 *   banter_signature* cosine = banter_signature_new("double (*)(double)", NULL, &error);
 *   double x = 0, result;
 *   void* arguments[] = {&x};
 *   banter_call(cosine, (banter_function)cos, &result, arguments);
 *
 * A signature is text as C headers have it. Arguments and results lie in memory as C would have
 * them: arguments[i] is the address of the i-th value, a result is written as wide as its type is.
 *
 * Unless said otherwise:
 * - Threads: every function may be called from any thread at any time, though not in a signal
 *   handler; an object may be used by several threads at once, but not while one frees it.
 * - Ownership: what a function answers belongs to the caller, who frees it with the function of the
 *   same prefix; freeing NULL does nothing. Arguments are read before the function returns and stay
 *   the caller's.
 * - Errors: NULL means failure, and then *error holds one sentence for a person. Every `error` may
 *   be NULL. On success *error is left as it was.
 * - Sizes are in bytes, alignments as C has them.
 * - No C++ exception leaves a function of this interface but banter_call_unwinding.
 *
 * Values travel as the ABI's document says; banter_signature_explain names it, rule by rule.
 * Guide: docs/native-library.md.
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

/* Any function. Cast to and from the type that it has. */
typedef void (*banter_function)(void);

/* "0.1.0", of the library that runs. Never freed. */
BANTER_API const char* banter_version(void);
/* The ABI that this library runs: "sysv_x64", "ia32", "aapcs64", "aapcs32", "aapcs32_soft" or
 * "riscv_lp64d". Never freed. */
BANTER_API const char* banter_host_abi(void);
/* Frees a text that banter_signature_explain has answered. */
BANTER_API void banter_text_free(char* text);

/* ---- Types: names that signatures may use -----------------------------------------------------
 */

/* Not to be changed by one thread while another uses it. Signatures made with it keep what they
 * need: it may be changed and freed afterwards. */
typedef struct banter_types banter_types;

/* No names but those of C and of stdint.h and stddef.h, which are always known. Fails for lack of
 * memory only. */
BANTER_API banter_types* banter_types_new(void);
/* Adds what a piece of a header declares: typedef, struct, union and enum definitions. Answers 1,
 * or 0 with the line and column of what is wrong; then nothing is added. A name that was declared
 * before gets its new meaning. */
BANTER_API int banter_types_declare(banter_types* types, const char* text, banter_error* error);
BANTER_API void banter_types_free(banter_types* types);

/* ---- Signatures -------------------------------------------------------------------------------
 */

/* One function type and where its values travel. Never changes. */
typedef struct banter_signature banter_signature;

/* From "double cos(double)" or "int (*)(const void *, const void *)". `types` may be NULL. The
 * further arguments of one call of a variadic function stand after the dots, and are promoted as C
 * does: "int printf(const char *format, ..., int, double)". Fails for text that is no declaration
 * of a function and for unknown types, with line and column, and for types that the ABI says
 * nothing of. */
BANTER_API banter_signature* banter_signature_new(const char* declaration,
                                                  const banter_types* types, banter_error* error);
/* The same for a function of another ABI than banter_host_abi: on x86-64 Linux "win_x64", which is
 * what __attribute__((ms_abi)) is. Types are then as that ABI has them: a long has 4 bytes there,
 * and of `types` the text is read anew. Fails for ABIs that do not run here. A variadic function of
 * "win_x64" can be called, but be a callback with a banter_raw_handler only. */
BANTER_API banter_signature* banter_signature_new_for(const char* abi, const char* declaration,
                                                      const banter_types* types,
                                                      banter_error* error);
/* Callbacks made with it keep what they need. */
BANTER_API void banter_signature_free(banter_signature* signature);

/* Arguments that a call has: with those after the dots. */
BANTER_API size_t banter_signature_argument_count(const banter_signature* signature);
/* Bytes of a value, after promotion; 0 for void, and for an index that no argument has. */
BANTER_API size_t banter_signature_argument_size(const banter_signature* signature, size_t index);
BANTER_API size_t banter_signature_result_size(const banter_signature* signature);
/* Which bytes of every argument and of the result are in which register or on the stack, and which
 * rule of which document says so: the table that `banter abi` prints. For banter_text_free; NULL
 * for lack of memory. */
BANTER_API char* banter_signature_explain(const banter_signature* signature);

/* ---- Callouts ---------------------------------------------------------------------------------
 */

/* Calls `function`, which must be of the signature's type. `arguments` holds the address of each
 * argument's value, `result` has room for the result and may be NULL for void; both are aligned as
 * their types are. `arguments` may be NULL where there are none. Values are only read: what travels
 * by reference is copied. errno is as the callee left it. Allocates only for some hundred bytes and
 * more of stacked arguments. May be called in a signal handler if `function` may.
 *
 * A C++ exception that `function` throws ends the program with a report, by std::terminate. The
 * unwinding of pthread_exit and pthread_cancel passes. longjmp must not. */
BANTER_API void banter_call(const banter_signature* signature, banter_function function,
                            void* result, void* const* arguments);
/* The same, but a C++ exception that `function` throws passes to the caller. What `result` points
 * to has then no value. */
BANTER_API void banter_call_unwinding(const banter_signature* signature, banter_function function,
                                      void* result, void* const* arguments);

/* ---- Callbacks --------------------------------------------------------------------------------
 */

/* A C function pointer that leads to a handler. */
typedef struct banter_callback banter_callback;

/* Called on the thread that called the function pointer, whichever that is, with `user` as it was
 * given. arguments[i] is the address of the i-th argument's value; for a variadic signature
 * arguments[count] is the address of a va_list of the rest. The handler writes the result to
 * `result`, where nothing is yet. All these addresses end with the call; the argument values are
 * the handler's to change. A C++ exception that leaves the handler ends the program with a report,
 * by std::terminate. */
typedef void (*banter_handler)(void* result, void* const* arguments, void* user);

/* Members that are 0 have no effect. */
typedef struct banter_callback_options {
  const void* default_result; /* what a late call gets, copied; otherwise zeros */
  const char* made_at;        /* for reports, copied: "editor.c:120" */
  /* Called once with `user` when no call can reach it any more: after banter_callback_free, when
   * the function pointer is about to be used again, on the thread that makes that callback. Not
   * called at the end of the process. */
  void (*release)(void* user);
} banter_callback_options;

/* `options` may be NULL. Fails for lack of memory, where no code page can be mapped, and for types
 * that cannot be in a callback. */
BANTER_API banter_callback* banter_callback_new(const banter_signature* signature,
                                                banter_handler handler, void* user,
                                                const banter_callback_options* options,
                                                banter_error* error);
/* Valid for ever: after banter_callback_free a call is reported and gets the default result, until
 * the pointer is used again for another callback, which is after 16384 others were freed, or sooner
 * where no more code can be mapped. */
BANTER_API banter_function banter_callback_function(const banter_callback* callback);
/* May be called by the handler itself, and while other threads are in the handler: calls that have
 * begun go on as they were, and must end before the pointer is used again: what they need is
 * released then. `freed_at` is for reports, copied, and may be NULL. Freeing twice ends the program
 * with a report. */
BANTER_API void banter_callback_free(banter_callback* callback, const char* freed_at);

/* A call of a freed callback: which one, where it was made and freed, who called. No text is NULL;
 * one that nobody gave is "". They are good until the report handler returns. */
typedef struct banter_late_call {
  const char* signature;
  const char* made_at;
  const char* freed_at;
  const void* caller; /* return address */
} banter_late_call;
typedef void (*banter_late_call_handler)(const banter_late_call* call, void* user);

/* Who is told of late calls, on the thread that made one, which may be in a signal handler. NULL:
 * they are printed on standard error, as at first. A handler that was replaced may be called once
 * more by threads that are making a late call. */
BANTER_API void banter_on_late_call(banter_late_call_handler handler, void* user);

/* ---- Callbacks that get registers -------------------------------------------------------------
 *
 * For those who marshal themselves: another virtual machine, a tracer, a trampoline. The handler
 * sees what the call left in the registers that may hold arguments, and says what goes back.
 */

/* How a result goes back to C. The codes are those of Alien callbacks. */
typedef enum banter_return {
  BANTER_RETURN_WORD = 1,     /* result.word: an integer, a pointer; also for void */
  BANTER_RETURN_WORD64 = 2,   /* result.word64: 64 bits, two registers on 32-bit processors */
  BANTER_RETURN_DOUBLE = 3,   /* result.float64 */
  BANTER_RETURN_STRUCT = 4,   /* result.structure is copied to where C wants it, in memory */
  BANTER_RETURN_FLOAT = 5,    /* result.float32 */
  BANTER_RETURN_REGISTERS = 6 /* result_registers */
} banter_return;

/* One call that has come in. Registers are in the order in which the ABI gives them to arguments:
 * rdi rsi rdx rcx r8 r9 and xmm0-7; x0-x7 and v0-v7; r0-r3 and d0-d7; ecx edx; a0-a7 and fa0-fa7.
 * Everything here ends with the call. */
typedef struct banter_registers {
  banter_function function;   /* what C called: the callback's function pointer */
  const void* caller;         /* return address */
  const void* stack;          /* the first stacked argument */
  const uintptr_t* integers;  /* the integer argument registers */
  const double* floats;       /* the low 8 bytes of the floating-point ones; NULL if there are none.
                                 A float is in the low 4: use memcpy. */
  const double* float_uppers; /* bytes 8 to 15 of the same; NULL if they have 8 */
  void* struct_result;        /* where C wants a result in memory, if it wants one there */
  union {
    intptr_t word;
    uint64_t word64;
    double float64;
    float float32;
    struct {
      const void* address;
      size_t size;
    } structure;
  } result;
  struct {
    uint64_t integers[2]; /* rax rdx; x0 x1; a0 a1; r0-r3 two in each */
    double floats[4];     /* xmm0 xmm1; v0-v3; fa0 fa1; d0-d3 */
    double float_uppers[4];
    unsigned char x87[2][16]; /* 10 bytes each, st(0) first */
    int x87_count;            /* how many of them: 0, 1 or 2 */
  } result_registers;         /* zeros, until the handler changes them */
} banter_registers;

/* As banter_handler; answers which member brings the result. */
typedef banter_return (*banter_raw_handler)(banter_registers* registers, void* user);

/* As banter_callback_new, for banter_callback_function and banter_callback_free. The signature says
 * what a report names, how a late call's default result goes back, and what the callee pops. */
BANTER_API banter_callback* banter_callback_new_raw(const banter_signature* signature,
                                                    banter_raw_handler handler, void* user,
                                                    const banter_callback_options* options,
                                                    banter_error* error);

#ifdef __cplusplus
}
#endif

#endif
