# call.S -- make one C call under RISC-V's LP64D.
#
#   void banter_riscv_lp64d_call(CallFrame *frame, void (*target)(void));
#                                a0                a1
#
# CallFrame is declared in frame.h, which static_asserts each offset used here.
# [n] = RISC-V ABIs Specification 1.0, "Register Convention" (1) and "Procedure Calling Convention"
# (2), section n.

        .text
        .globl  banter_riscv_lp64d_call
        .hidden banter_riscv_lp64d_call
        .type   banter_riscv_lp64d_call, @function
        .balign 4
banter_riscv_lp64d_call:
        .cfi_startproc
        addi    sp, sp, -32                     # [2.1] sp stays 16-aligned
        .cfi_def_cfa_offset 32
        sd      ra, 24(sp)
        .cfi_offset ra, -8
        sd      s0, 16(sp)                      # [1.1] s0, s1 are callee-saved
        .cfi_offset s0, -16
        sd      s1, 8(sp)
        .cfi_offset s1, -24
        addi    s0, sp, 32                      # fixed base: sp moves below
        .cfi_def_cfa s0, 0
        mv      s1, a0                          # keep `frame` across the call
        mv      t1, a1                          # [1.1] t1 never carries an argument

        ld      t2, 136(s1)                     # stack_words
        beqz    t2, .Lstack_done
        ld      t3, 128(s1)                     # stack
        addi    t4, t2, 1
        andi    t4, t4, -2
        slli    t4, t4, 3
        sub     sp, sp, t4
        mv      t4, sp
.Lcopy_word:
        ld      t5, 0(t3)
        sd      t5, 0(t4)
        addi    t3, t3, 8
        addi    t4, t4, 8
        addi    t2, t2, -1
        bnez    t2, .Lcopy_word
.Lstack_done:

        ld      t2, 144(s1)                     # float_count
        beqz    t2, .Lfloats_done
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        fld     fa\n, 64+8*\n(s1)               # [2.2]
        .endr
.Lfloats_done:
        ld      a0, 0(s1)                       # [2.1]
        ld      a1, 8(s1)
        ld      a2, 16(s1)
        ld      a3, 24(s1)
        ld      a4, 32(s1)
        ld      a5, 40(s1)
        ld      a6, 48(s1)
        ld      a7, 56(s1)
        jalr    t1

        sd      a0, 160(s1)                     # [2.1, 2.2] a0, a1, fa0, fa1 bring results
        sd      a1, 168(s1)
        fsd     fa0, 176(s1)
        fsd     fa1, 184(s1)
        addi    sp, s0, -32
        .cfi_def_cfa sp, 32
        ld      ra, 24(sp)
        .cfi_restore ra
        ld      s0, 16(sp)
        .cfi_restore s0
        ld      s1, 8(sp)
        .cfi_restore s1
        addi    sp, sp, 32
        .cfi_def_cfa_offset 0
        ret
        .cfi_endproc
        .size   banter_riscv_lp64d_call, .-banter_riscv_lp64d_call

        .section .note.GNU-stack, "", @progbits
