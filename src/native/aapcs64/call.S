// call.S -- make one C call under AAPCS64.
//
//   void banter_aapcs64_call(CallFrame *frame, void (*target)(void));
//                            x0                x1
//
// CallFrame is declared in frame.h, which static_asserts each offset used here.
// [n] = Procedure Call Standard for the Arm 64-bit Architecture (2023Q3), section n.

        .text
        .globl  banter_aapcs64_call
        .hidden banter_aapcs64_call
        .type   banter_aapcs64_call, %function
        .balign 16
banter_aapcs64_call:
        .cfi_startproc
        hint    #34                             // bti c
        stp     x29, x30, [sp, #-32]!           // [6.4.6] the frame record
        .cfi_def_cfa_offset 32
        .cfi_offset x29, -32
        .cfi_offset x30, -24
        mov     x29, sp                         // fixed base: sp moves below
        .cfi_def_cfa x29, 32
        str     x19, [sp, #16]                  // [6.1.1] x19 is callee-saved
        .cfi_offset x19, -16
        mov     x19, x0                         // keep `frame` across the call
        mov     x16, x1                         // [6.1.1] x16 never carries an argument

        ldr     x9, [x19, #144]                 // stack_words
        cbz     x9, .Lstack_done
        ldr     x10, [x19, #136]                // stack
        add     x11, x9, #1
        and     x11, x11, #-2
        sub     sp, sp, x11, lsl #3             // [6.4.5.1] sp stays 16-aligned
        mov     x11, sp
.Lcopy_word:
        sub     x9, x9, #1
        ldr     x12, [x10, x9, lsl #3]
        str     x12, [x11, x9, lsl #3]
        cbnz    x9, .Lcopy_word
.Lstack_done:

        ldp     d0, d1, [x19, #72]              // [6.8.2] v0-v7
        ldp     d2, d3, [x19, #88]
        ldp     d4, d5, [x19, #104]
        ldp     d6, d7, [x19, #120]
        ldrb    w9, [x19, #156]                 // wide_floats
        cbnz    w9, .Lload_uppers
.Lfloats_done:
        ldp     x0, x1, [x19, #0]               // [6.8.2] x0-x7
        ldp     x2, x3, [x19, #16]
        ldp     x4, x5, [x19, #32]
        ldp     x6, x7, [x19, #48]
        ldr     x8, [x19, #64]                  // [6.9] where a struct result goes
        blr     x16

        stp     x0, x1, [x19, #160]             // [6.9] x0, x1, v0-v3 bring results
        stp     d0, d1, [x19, #176]
        stp     d2, d3, [x19, #192]
        ldrb    w9, [x19, #157]                 // wide_results
        cbnz    w9, .Lstore_uppers
.Lreturn:
        mov     sp, x29
        ldr     x19, [sp, #16]
        .cfi_remember_state
        .cfi_restore x19
        ldp     x29, x30, [sp], #32
        .cfi_restore x29
        .cfi_restore x30
        .cfi_def_cfa sp, 0
        ret
        .cfi_restore_state

.Lload_uppers:
        add     x9, x19, #272
        ld1     {v0.d}[1], [x9], #8
        ld1     {v1.d}[1], [x9], #8
        ld1     {v2.d}[1], [x9], #8
        ld1     {v3.d}[1], [x9], #8
        ld1     {v4.d}[1], [x9], #8
        ld1     {v5.d}[1], [x9], #8
        ld1     {v6.d}[1], [x9], #8
        ld1     {v7.d}[1], [x9], #8
        b       .Lfloats_done
.Lstore_uppers:
        add     x9, x19, #208
        st1     {v0.d}[1], [x9], #8
        st1     {v1.d}[1], [x9], #8
        st1     {v2.d}[1], [x9], #8
        st1     {v3.d}[1], [x9], #8
        b       .Lreturn
        .cfi_endproc
        .size   banter_aapcs64_call, .-banter_aapcs64_call

#include "native/aapcs64/property.inc"
