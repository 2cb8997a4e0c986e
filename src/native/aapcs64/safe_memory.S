// safe_memory.S -- accesses that may fault, on AArch64.
//
//   struct Access { uint64_t value; uint64_t faulted; };      x0, x1
//   Access banter_safe_load1(uintptr_t from);                 x0     and 2, 4, 8
//   Access banter_safe_store1(uintptr_t to, uint64_t value);  x0 x1  and 2, 4, 8
//   Access banter_safe_copy_up(to, from, bytes);              x0 x1 x2
//   Access banter_safe_copy_down(to, from, bytes);            x0 x1 x2: from the last byte on
//   Access banter_safe_strlen(uintptr_t from);                x0
//
// When an instruction between banter_safe_begin and banter_safe_end faults, the signal handler
// (safe_memory.cc) puts the address into x0 and goes on at banter_safe_fault. All are leaf
// functions without a frame, so that returning from there returns to the caller.

        .text
        .balign 16

        .macro  accessor name
        .globl  \name
        .hidden \name
        .type   \name, %function
\name:
        .cfi_startproc
        hint    #34                             // bti c
        .endm

        .macro  done name
        mov     x1, #0
        ret
        .cfi_endproc
        .size   \name, .-\name
        .endm

        .globl  banter_safe_begin
        .hidden banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        ldrb    w0, [x0]
        done    banter_safe_load1

        accessor banter_safe_load2
        ldrh    w0, [x0]
        done    banter_safe_load2

        accessor banter_safe_load4
        ldr     w0, [x0]
        done    banter_safe_load4

        accessor banter_safe_load8
        ldr     x0, [x0]
        done    banter_safe_load8

        accessor banter_safe_store1
        strb    w1, [x0]
        done    banter_safe_store1

        accessor banter_safe_store2
        strh    w1, [x0]
        done    banter_safe_store2

        accessor banter_safe_store4
        str     w1, [x0]
        done    banter_safe_store4

        accessor banter_safe_store8
        str     x1, [x0]
        done    banter_safe_store8

        accessor banter_safe_copy_up
1:      cmp     x2, #8
        b.lo    2f
        ldr     x3, [x1], #8
        str     x3, [x0], #8
        sub     x2, x2, #8
        b       1b
2:      cbz     x2, 3f
        ldrb    w3, [x1], #1
        strb    w3, [x0], #1
        sub     x2, x2, #1
        b       2b
3:
        done    banter_safe_copy_up

        accessor banter_safe_copy_down
        add     x0, x0, x2
        add     x1, x1, x2
1:      cmp     x2, #8
        b.lo    2f
        ldr     x3, [x1, #-8]!
        str     x3, [x0, #-8]!
        sub     x2, x2, #8
        b       1b
2:      cbz     x2, 3f
        ldrb    w3, [x1, #-1]!
        strb    w3, [x0, #-1]!
        sub     x2, x2, #1
        b       2b
3:
        done    banter_safe_copy_down

        accessor banter_safe_strlen
        mov     x2, x0
1:      ldrb    w3, [x2], #1
        cbnz    w3, 1b
        sub     x0, x2, x0
        sub     x0, x0, #1
        done    banter_safe_strlen

        .globl  banter_safe_end
        .hidden banter_safe_end
banter_safe_end:

        .globl  banter_safe_fault
        .hidden banter_safe_fault
        .type   banter_safe_fault, %function
banter_safe_fault:
        .cfi_startproc
        mov     x1, #1
        ret
        .cfi_endproc
        .size   banter_safe_fault, .-banter_safe_fault

#include "native/aapcs64/property.inc"
