# switch_x64_windows.S -- leave one native stack for another on x86-64 under Windows.
#
#   void banter_switch_stack(void **saved_sp, void *target_sp);
#                            rcx              rdx
#   void banter_stack_start(void);   the first return address of a new stack
#
# What a stopped stack looks like, from the address in saved_sp (new_stack_x64_windows.cc builds the
# same for a new one):
#
#   0 mxcsr, 4 x87 control word | 8 xmm6-15 | 168 stack base, limit, deallocation stack |
#   192 r15 r14 r13 r12 rdi rsi rbx rbp | 256 return
#
# Windows looks for frames, and for the end of a stack, between the addresses that the thread's
# environment block (gs) says.
#
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .macro  keep index
        movaps  %xmm\index, 8 + 16 * (\index - 6)(%rsp)
        .endm
        .macro  restore index
        movaps  8 + 16 * (\index - 6)(%rsp), %xmm\index
        .endm

        .text
        .globl  banter_switch_stack
        .balign 16
        .seh_proc banter_switch_stack
banter_switch_stack:
        pushq   %rbp                            # [Caller/callee saved registers]
        .seh_pushreg %rbp
        pushq   %rbx
        .seh_pushreg %rbx
        pushq   %rsi
        .seh_pushreg %rsi
        pushq   %rdi
        .seh_pushreg %rdi
        pushq   %r12
        .seh_pushreg %r12
        pushq   %r13
        .seh_pushreg %r13
        pushq   %r14
        .seh_pushreg %r14
        pushq   %r15
        .seh_pushreg %r15
        subq    $192, %rsp
        .seh_stackalloc 192
        .seh_endprologue
        .irp    index, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        keep    \index
        .endr
        stmxcsr (%rsp)                          # [FpCsr, MxCsr] control bits are callee-saved
        fnstcw  4(%rsp)
        movq    %gs:0x08, %rax                  # StackBase
        movq    %rax, 168(%rsp)
        movq    %gs:0x10, %rax                  # StackLimit
        movq    %rax, 176(%rsp)
        movq    %gs:0x1478, %rax                # DeallocationStack
        movq    %rax, 184(%rsp)

        movq    %rsp, (%rcx)
        movq    %rdx, %rsp                      # the same layout there: the unwind codes stay true

        movq    168(%rsp), %rax
        movq    %rax, %gs:0x08
        movq    176(%rsp), %rax
        movq    %rax, %gs:0x10
        movq    184(%rsp), %rax
        movq    %rax, %gs:0x1478
        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        .irp    index, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        restore \index
        .endr
        addq    $192, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rdi
        popq    %rsi
        popq    %rbx
        popq    %rbp
        ret
        .seh_endproc

# rbx: the argument, r12: the function. Nothing lies above it.
        .globl  banter_stack_start
        .balign 16
        .seh_proc banter_stack_start
banter_stack_start:
        .seh_endprologue
        movq    %rbx, %rcx
        call    *%r12                           # rsp is 16-aligned here, with home space above it
        ud2                                     # the function never returns
        .seh_endproc
