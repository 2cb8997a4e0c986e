@ thunk_entry.S -- where every thunk of 32-bit Arm goes: C to C++ and back.
@
@ The original's prototype (a thunk there stores the last two arguments and calls):
@   long long thunkEntry(long r0, long r1, long r2, long r3,
@                        double d0, ... double d7, void *thunkpPlus16, sqIntptr_t *stackp);
@ Here the thunk jumps with ip = its slot + 8, and lr is still C's. What the original copies to
@ regArgs[4] and dregArgs[8] lies around the VMCallbackContext; stackp is sp at the entry, the first
@ stacked argument. The integers lie right before it, as a variadic callee's do: va_arg walks from
@ one to the other. With soft float there are no dregArgs: floatregargsp is null.
@
@   fp+24   first stacked argument
@   fp+8    integers  r0-r3
@   fp      fp and lr of C
@   sp+168  floats    d0-d7
@   sp+0    VMCallbackContext, 168 bytes (offsets asserted in frame.h)
@
@ [n] = Procedure Call Standard for the Arm Architecture (2022Q3), section n.

        .hidden banter_thunk_entry              @ a direct call, also in a shared library

        .syntax unified
        .arm
        .text
        .globl  thunkEntry
        .hidden thunkEntry
        .type   thunkEntry, %function
        .balign 4
thunkEntry:
        .fnstart
        push    {r0-r3}                         @ [6.5] the integer arguments
        .pad    #16
        push    {fp, lr}
        .save   {fp, lr}
        mov     fp, sp
        .setfp  fp, sp
        sub     sp, sp, #232                    @ [6.2.1.2] sp stays 8-aligned

        add     lr, fp, #8
        str     lr, [sp, #8]                    @ intregargsp
#ifdef __ARM_PCS_VFP
        add     lr, sp, #168
        vstm    lr, {d0-d7}                     @ [7.1.2.1] the floating-point arguments
#else
        mov     lr, #0
#endif
        str     lr, [sp, #12]                   @ floatregargsp

        sub     r1, ip, #65536
        sub     r1, r1, #8
        str     r1, [sp, #0]                    @ thunkp
        add     r1, fp, #24
        str     r1, [sp, #4]                    @ stackp
        str     sp, [sp, #16]                   @ savedCStackPointer
        str     fp, [sp, #20]                   @ savedCFramePointer
        ldr     r1, [ip, #-8]
        str     r1, [sp, #32]                   @ record
        str     r0, [sp, #36]                   @ [A.4] r0 brings the address of a struct result

        mov     r0, sp
        bl      banter_thunk_entry

        cmp     r0, #6
        beq     .Lplan
        ldr     r0, [sp, #24]                   @ 1, 2, 4, and with soft float 3, 5: rvs in r0, r1
        ldr     r1, [sp, #28]
#ifdef __ARM_PCS_VFP
        vldr    d0, [sp, #24]                   @ 3, 5: rvs in d0, a float in s0
#endif
.Lreturn:
        mov     sp, fp
        pop     {fp, lr}
        add     sp, sp, #16
        bx      lr
.Lplan:                                         @ 6: every register that may bring a result
        add     ip, sp, #56
        ldm     ip, {r0-r3}                     @ [6.4]
#ifdef __ARM_PCS_VFP
        add     ip, sp, #72
        vldm    ip, {d0-d7}                     @ [7.1.2.2]
#endif
        b       .Lreturn
        .fnend
        .size   thunkEntry, .-thunkEntry

        .section .note.GNU-stack, "", %progbits
