# switch_ia32.S -- leave one native stack for another on 32-bit x86.
#
#   void banter_switch_stack(void **saved_sp, void *target_sp);
#                            4(%esp)          8(%esp)
#   void banter_stack_start(void);   the first return address of a new stack
#
# What a stopped stack looks like, from the address in saved_sp (new_stack_ia32.cc builds the same
# for a new one):
#
#   0 mxcsr, 4 x87 control word | 8 edi | 12 esi | 16 ebx | 20 ebp | 24 return
#
# [n] = System V ABI, Intel386 Architecture Processor Supplement, section n.

        .text
        .globl  banter_switch_stack
        .hidden banter_switch_stack
        .type   banter_switch_stack, @function
        .balign 16
banter_switch_stack:
        .cfi_startproc
        endbr32
        movl    4(%esp), %eax                   # saved_sp
        movl    8(%esp), %edx                   # target_sp
        pushl   %ebp                            # [2.2.1] callee-saved registers
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %ebp, 0
        pushl   %ebx
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %ebx, 0
        pushl   %esi
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %esi, 0
        pushl   %edi
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %edi, 0
        subl    $8, %esp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%esp)                          # [2.2.1] control bits are callee-saved
        fnstcw  4(%esp)

        movl    %esp, (%eax)
        movl    %edx, %esp                      # the same layout there: the .cfi stays true

        ldmxcsr (%esp)
        fldcw   4(%esp)
        addl    $8, %esp
        .cfi_adjust_cfa_offset -8
        popl    %edi
        .cfi_adjust_cfa_offset -4
        .cfi_restore %edi
        popl    %esi
        .cfi_adjust_cfa_offset -4
        .cfi_restore %esi
        popl    %ebx
        .cfi_adjust_cfa_offset -4
        .cfi_restore %ebx
        popl    %ebp
        .cfi_adjust_cfa_offset -4
        .cfi_restore %ebp
        ret
        .cfi_endproc
        .size   banter_switch_stack, .-banter_switch_stack

# ebx: the argument, esi: the function. Unwinding ends here.
        .globl  banter_stack_start
        .hidden banter_stack_start
        .type   banter_stack_start, @function
        .balign 16
banter_stack_start:
        .cfi_startproc
        .cfi_undefined %eip
        subl    $12, %esp
        .cfi_adjust_cfa_offset 12
        pushl   %ebx
        .cfi_adjust_cfa_offset 4
        call    *%esi                           # esp is 16-aligned here [2.2.2]
        ud2                                     # the function never returns
        .cfi_endproc
        .size   banter_stack_start, .-banter_stack_start

        .section .note.GNU-stack, "", @progbits
