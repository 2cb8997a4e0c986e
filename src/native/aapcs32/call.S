@ call.S -- make one C call under AAPCS for 32-bit Arm, hard and soft float.
@
@   void banter_aapcs32_call(CallFrame *frame, void (*target)(void));
@                            r0                r1
@
@ CallFrame is declared in frame.h, which static_asserts each offset used here. `target` may be Arm
@ or Thumb code.
@ [n] = Procedure Call Standard for the Arm Architecture (2022Q3), section n.

        .syntax unified
        .arm
        .text
        .globl  banter_aapcs32_call
        .hidden banter_aapcs32_call
        .type   banter_aapcs32_call, %function
        .balign 4
banter_aapcs32_call:
        .fnstart
        push    {r4, r5, fp, lr}                @ [6.2.1.2] sp stays 8-aligned
        .save   {r4, r5, fp, lr}
        mov     fp, sp                          @ fixed base: sp moves below
        .setfp  fp, sp
        mov     r4, r0                          @ [6.1.1] keep `frame` across the call
        mov     ip, r1                          @ [6.1.1] ip never carries an argument

        ldr     r2, [r4, #20]                   @ stack_words
        lsls    r2, r2, #3                      @ in bytes
        beq     .Lstack_done
        ldr     r3, [r4, #16]                   @ stack
        sub     sp, sp, r2
.Lcopy_word:
        subs    r2, r2, #4
        ldr     lr, [r3, r2]
        str     lr, [sp, r2]
        bne     .Lcopy_word
.Lstack_done:

#ifdef __ARM_PCS_VFP
        ldr     r2, [r4, #24]                   @ float_count
        cmp     r2, #0
        beq     .Lfloats_done
        add     r2, r4, #144
        vldm    r2, {d0-d7}                     @ [7.1.2.1]
.Lfloats_done:
#endif
        ldm     r4, {r0-r3}                     @ [6.5]
        blx     ip

        add     ip, r4, #32
        stm     ip, {r0-r3}                     @ [6.4] r0-r3, d0-d7 bring results
#ifdef __ARM_PCS_VFP
        add     ip, ip, #16
        vstm    ip, {d0-d7}                     @ [7.1.2.2]
#endif
        mov     sp, fp
        pop     {r4, r5, fp, pc}
        .fnend
        .size   banter_aapcs32_call, .-banter_aapcs32_call

        .section .note.GNU-stack, "", %progbits
