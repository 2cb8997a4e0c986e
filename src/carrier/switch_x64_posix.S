# switch_x64_posix.S -- leave one native stack for another on x86-64.
#
#   void banter_switch_stack(void **saved_sp, void *target_sp);
#                            rdi              rsi
#   void banter_stack_start(void);   the first return address of a new stack
#
# What a stopped stack looks like, from the address in saved_sp (native_stack.cc builds the same
# for a new one):
#
#   0 mxcsr, 4 x87 control word | 8 r15 | 16 r14 | 24 r13 | 32 r12 | 40 rbx | 48 rbp | 56 return
#
# [n] = System V ABI, AMD64 Architecture Processor Supplement, section n.

        .text
        .globl  banter_switch_stack
        .hidden banter_switch_stack
        .type   banter_switch_stack, @function
        .balign 16
banter_switch_stack:
        .cfi_startproc
        endbr64
        pushq   %rbp                            # [3.2.1] callee-saved registers
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)                          # [3.2.1] control bits are callee-saved
        fnstcw  4(%rsp)

        movq    %rsp, (%rdi)
        movq    %rsi, %rsp                      # the same layout there: the .cfi stays true

        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        ret
        .cfi_endproc
        .size   banter_switch_stack, .-banter_switch_stack

# rbx: the argument, r12: the function. Unwinding ends here.
        .globl  banter_stack_start
        .hidden banter_stack_start
        .type   banter_stack_start, @function
        .balign 16
banter_stack_start:
        .cfi_startproc
        .cfi_undefined %rip
        movq    %rbx, %rdi
        call    *%r12                           # rsp is 16-aligned here [3.2.2]
        ud2                                     # the function never returns
        .cfi_endproc
        .size   banter_stack_start, .-banter_stack_start

        .section .note.GNU-stack, "", @progbits
