// thunk_entry.S -- where every thunk of AAPCS64 goes: C to C++ and back.
//
// The original's prototype (a thunk there stores the last two arguments and calls):
//   long long thunkEntry(long x0, ... long x7, double d0, ... double d7,
//                        void *thunkpPlus16, sqIntptr_t *stackp);
// Here the thunk jumps with x17 = its slot, and x30 is still C's. What the original copies to
// regArgs[8] and dregArgs[8] lies below the VMCallbackContext; stackp is sp at the entry, the first
// stacked argument, as there. x8, which the original loses, is kept for struct results.
//
//   x29+16  first stacked argument
//   x29     x29 and x30 of C
//   sp+352  uppers    v0-v7, bytes 8 to 15, if the record wants them
//   sp+288  floats    d0-d7
//   sp+224  integers  x0-x7
//   sp+0    VMCallbackContext, 216 bytes (offsets asserted in frame.h)
//
// [n] = Procedure Call Standard for the Arm 64-bit Architecture (2023Q3), section n.

        .text
        .globl  thunkEntry
        .hidden thunkEntry
        .type   thunkEntry, %function
        .balign 16
thunkEntry:
        .cfi_startproc
        hint    #34                             // bti c: reached by br x16
        stp     x29, x30, [sp, #-16]!           // [6.4.6] the frame record
        .cfi_def_cfa_offset 16
        .cfi_offset x29, -16
        .cfi_offset x30, -8
        mov     x29, sp
        .cfi_def_cfa x29, 16
        sub     sp, sp, #416                    // [6.4.5.1] sp stays 16-aligned

        stp     x0, x1, [sp, #224]              // [6.8.2] the integer arguments
        stp     x2, x3, [sp, #240]
        stp     x4, x5, [sp, #256]
        stp     x6, x7, [sp, #272]
        stp     d0, d1, [sp, #288]              // [6.8.2] the floating-point arguments
        stp     d2, d3, [sp, #304]
        stp     d4, d5, [sp, #320]
        stp     d6, d7, [sp, #336]

        sub     x9, x17, #16, lsl #12           // the slot less 64 KiB
        add     x10, x29, #16
        stp     x9, x10, [sp, #0]               // thunkp, stackp
        add     x9, sp, #224
        add     x10, sp, #288
        stp     x9, x10, [sp, #16]              // intregargsp, floatregargsp
        mov     x9, sp
        stp     x9, x29, [sp, #32]              // savedCStackPointer, savedCFramePointer
        ldr     x9, [x17]
        stp     x9, x8, [sp, #64]               // record, and where a struct result goes [6.9]
        ldrb    w9, [x9, #2]                    // its saved_floats: 1 is whole ones
        tbnz    w9, #0, .Lsave_uppers
.Lsaved:

        mov     x0, sp
        bl      banter_thunk_entry

        cmp     w0, #6
        b.eq    .Lplan
        ldr     x0, [sp, #48]                   // 1, 2, 4: rvs in x0
        ldr     d0, [sp, #48]                   // 3, 5: rvs in d0, a float in its low half
.Lreturn:
        mov     sp, x29
        ldp     x29, x30, [sp], #16
        .cfi_remember_state
        .cfi_restore x29
        .cfi_restore x30
        .cfi_def_cfa sp, 0
        ret
        .cfi_restore_state
.Lplan:                                         // 6: every register that may bring a result
        ldp     x0, x1, [sp, #104]              // [6.9]
        ldp     d0, d1, [sp, #120]
        ldp     d2, d3, [sp, #136]
        add     x9, sp, #152
        ld1     {v0.d}[1], [x9], #8
        ld1     {v1.d}[1], [x9], #8
        ld1     {v2.d}[1], [x9], #8
        ld1     {v3.d}[1], [x9], #8
        b       .Lreturn
.Lsave_uppers:
        add     x9, sp, #352
        st1     {v0.d}[1], [x9], #8
        st1     {v1.d}[1], [x9], #8
        st1     {v2.d}[1], [x9], #8
        st1     {v3.d}[1], [x9], #8
        st1     {v4.d}[1], [x9], #8
        st1     {v5.d}[1], [x9], #8
        st1     {v6.d}[1], [x9], #8
        st1     {v7.d}[1], [x9], #8
        b       .Lsaved
        .cfi_endproc
        .size   thunkEntry, .-thunkEntry

#include "native/aapcs64/property.inc"
