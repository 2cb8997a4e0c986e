// switch_arm64.S -- leave one native stack for another on AArch64.
//
//   void banter_switch_stack(void **saved_sp, void *target_sp);
//                            x0               x1
//   void banter_stack_start(void);   the first return address of a new stack
//
// What a stopped stack looks like, from the address in saved_sp (native_stack.cc builds the same
// for a new one):
//
//   0 fpcr | 16 d8 ... 72 d15 | 80 x19 ... 152 x28 | 160 x29 | 168 x30
//
// [n] = Procedure Call Standard for the Arm 64-bit Architecture (2023Q3), section n.

        .text
        .globl  banter_switch_stack
        .hidden banter_switch_stack
        .type   banter_switch_stack, %function
        .balign 16
banter_switch_stack:
        .cfi_startproc
        hint    #34                             // bti c
        sub     sp, sp, #176                    // [6.4.5.1] sp stays 16-aligned
        .cfi_def_cfa_offset 176
        stp     d8, d9, [sp, #16]               // [6.1.2] the low halves of v8-v15 are callee-saved
        stp     d10, d11, [sp, #32]
        stp     d12, d13, [sp, #48]
        stp     d14, d15, [sp, #64]
        stp     x19, x20, [sp, #80]             // [6.1.1] x19-x29 are callee-saved
        stp     x21, x22, [sp, #96]
        stp     x23, x24, [sp, #112]
        stp     x25, x26, [sp, #128]
        stp     x27, x28, [sp, #144]
        stp     x29, x30, [sp, #160]
        .cfi_rel_offset x19, 80
        .cfi_rel_offset x20, 88
        .cfi_rel_offset x21, 96
        .cfi_rel_offset x22, 104
        .cfi_rel_offset x23, 112
        .cfi_rel_offset x24, 120
        .cfi_rel_offset x25, 128
        .cfi_rel_offset x26, 136
        .cfi_rel_offset x27, 144
        .cfi_rel_offset x28, 152
        .cfi_rel_offset x29, 160
        .cfi_rel_offset x30, 168
        mrs     x9, fpcr
        str     x9, [sp]

        mov     x9, sp
        str     x9, [x0]
        mov     sp, x1                          // the same layout there: the .cfi stays true

        ldr     x9, [sp]
        msr     fpcr, x9
        ldp     d8, d9, [sp, #16]
        ldp     d10, d11, [sp, #32]
        ldp     d12, d13, [sp, #48]
        ldp     d14, d15, [sp, #64]
        ldp     x19, x20, [sp, #80]
        ldp     x21, x22, [sp, #96]
        ldp     x23, x24, [sp, #112]
        ldp     x25, x26, [sp, #128]
        ldp     x27, x28, [sp, #144]
        ldp     x29, x30, [sp, #160]
        add     sp, sp, #176
        .cfi_def_cfa_offset 0
        .cfi_restore x19
        .cfi_restore x20
        .cfi_restore x21
        .cfi_restore x22
        .cfi_restore x23
        .cfi_restore x24
        .cfi_restore x25
        .cfi_restore x26
        .cfi_restore x27
        .cfi_restore x28
        .cfi_restore x29
        .cfi_restore x30
        ret
        .cfi_endproc
        .size   banter_switch_stack, .-banter_switch_stack

// x19: the argument, x20: the function. Unwinding ends here.
        .globl  banter_stack_start
        .hidden banter_stack_start
        .type   banter_stack_start, %function
        .balign 16
banter_stack_start:
        .cfi_startproc
        .cfi_undefined x30
        mov     x0, x19
        blr     x20
        brk     #1                              // the function never returns
        .cfi_endproc
        .size   banter_stack_start, .-banter_stack_start

// Marks this file as fit for branch target identification.
        .section .note.gnu.property, "a"
        .balign 8
        .word   4, 16, 5
        .asciz  "GNU"
        .word   0xc0000000, 4, 1, 0

        .section .note.GNU-stack, "", %progbits
