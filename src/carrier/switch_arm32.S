@ switch_arm32.S -- leave one native stack for another on 32-bit Arm, hard and soft float.
@
@   void banter_switch_stack(void **saved_sp, void *target_sp);
@                            r0               r1
@   void banter_stack_start(void);   the first return address of a new stack
@
@ What a stopped stack looks like, from the address in saved_sp (new_stack_arm32.cc builds the same
@ for a new one):
@
@   0 fpscr | 8 d8 ... 64 d15 | 72 r4 ... 100 r11 | 104 unused | 108 lr
@
@ With soft float, d8-d15 and fpscr are saved where the processor has them: a library that was built
@ for VFP and calls as soft float does may use them.
@ [n] = Procedure Call Standard for the Arm Architecture (2022Q3), section n.

        .syntax unified
        .arm
#ifndef __ARM_PCS_VFP
        .fpu    vfpv2
        .hidden banter_has_vfp
#endif
        .text
        .globl  banter_switch_stack
        .hidden banter_switch_stack
        .type   banter_switch_stack, %function
        .balign 4
banter_switch_stack:
        .fnstart
        push    {r3, lr}                        @ r3 keeps [6.2.1.2] sp 8-aligned
        .save   {lr}
        .pad    #4
        push    {r4-r11}                        @ [6.1.1] callee-saved
        .save   {r4-r11}
        sub     sp, sp, #72
        .pad    #72
#ifndef __ARM_PCS_VFP
        ldr     ip, .Lhas_vfp
.Lhere: add     ip, pc, ip
        ldrb    ip, [ip]
        cmp     ip, #0
        beq     .Lsaved
#endif
        add     ip, sp, #8
        vstm    ip, {d8-d15}                    @ [6.1.2.1] callee-saved
        vmrs    ip, fpscr
        str     ip, [sp]
.Lsaved:
        str     sp, [r0]
        mov     sp, r1                          @ the same layout there: what was said stays true
#ifndef __ARM_PCS_VFP
        ldr     ip, .Lhas_vfp_again
.Lthere:
        add     ip, pc, ip
        ldrb    ip, [ip]
        cmp     ip, #0
        beq     .Lrestored
#endif
        ldr     ip, [sp]
        vmsr    fpscr, ip
        add     ip, sp, #8
        vldm    ip, {d8-d15}
.Lrestored:
        add     sp, sp, #72
        pop     {r4-r11}
        pop     {r3, pc}
#ifndef __ARM_PCS_VFP
.Lhas_vfp:
        .word   banter_has_vfp-(.Lhere+8)
.Lhas_vfp_again:
        .word   banter_has_vfp-(.Lthere+8)
#endif
        .fnend
        .size   banter_switch_stack, .-banter_switch_stack

@ r4: the argument, r5: the function. Unwinding ends here.
        .globl  banter_stack_start
        .hidden banter_stack_start
        .type   banter_stack_start, %function
        .balign 4
banter_stack_start:
        .fnstart
        .cantunwind
        mov     r0, r4
        blx     r5
        udf     #0                              @ the function never returns
        .fnend
        .size   banter_stack_start, .-banter_stack_start

        .section .note.GNU-stack, "", %progbits
