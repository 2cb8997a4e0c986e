# switch_riscv64.S -- leave one native stack for another on 64-bit RISC-V.
#
#   void banter_switch_stack(void **saved_sp, void *target_sp);
#                            a0               a1
#   void banter_stack_start(void);   the first return address of a new stack
#
# What a stopped stack looks like, from the address in saved_sp (new_stack_riscv64.cc builds the same
# for a new one):
#
#   0 fcsr | 8 ra | 16 s0 ... 104 s11 | 112 fs0 ... 200 fs11
#
# [n] = RISC-V ABIs Specification 1.0, "Register Convention", section n.

        .text
        .globl  banter_switch_stack
        .hidden banter_switch_stack
        .type   banter_switch_stack, @function
        .balign 4
banter_switch_stack:
        .cfi_startproc
        addi    sp, sp, -208                    # [1.1] sp stays 16-aligned
        .cfi_def_cfa_offset 208
        sd      ra, 8(sp)
        .cfi_rel_offset ra, 8
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        sd      s\n, 16+8*\n(sp)                # [1.1] callee-saved
        .cfi_rel_offset s\n, 16+8*\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        fsd     fs\n, 112+8*\n(sp)              # [1.2] callee-saved
        .endr
        frcsr   t0
        sd      t0, 0(sp)

        sd      sp, 0(a0)
        mv      sp, a1                          # the same layout there: the .cfi stays true

        ld      t0, 0(sp)
        fscsr   t0
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        fld     fs\n, 112+8*\n(sp)
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        ld      s\n, 16+8*\n(sp)
        .cfi_restore s\n
        .endr
        ld      ra, 8(sp)
        .cfi_restore ra
        addi    sp, sp, 208
        .cfi_def_cfa_offset 0
        ret
        .cfi_endproc
        .size   banter_switch_stack, .-banter_switch_stack

# s0: the argument, s1: the function. Unwinding ends here.
        .globl  banter_stack_start
        .hidden banter_stack_start
        .type   banter_stack_start, @function
        .balign 4
banter_stack_start:
        .cfi_startproc
        .cfi_undefined ra
        mv      a0, s0
        jalr    s1
        ebreak                                  # the function never returns
        .cfi_endproc
        .size   banter_stack_start, .-banter_stack_start

        .section .note.GNU-stack, "", @progbits
