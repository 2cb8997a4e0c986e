# call.S -- make one C call under the System V AMD64 ABI.
#
#   void banter_sysv_x64_call(CallFrame *frame, void (*target)(void));
#                             rdi               rsi
#
# CallFrame is declared in frame.h, which static_asserts each offset used here.
# [n] = System V ABI, AMD64 Architecture Processor Supplement, section n.

        .text
        .globl  banter_sysv_x64_call
        .hidden banter_sysv_x64_call
        .type   banter_sysv_x64_call, @function
        .balign 16
banter_sysv_x64_call:
        .cfi_startproc
        endbr64
        pushq   %rbp                            # [3.2.1] rbp is callee-saved
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp                      # fixed base: rsp moves below
        .cfi_def_cfa_register %rbp
        pushq   %rbx                            # [3.2.1] rbx is callee-saved
        .cfi_offset %rbx, -24
        subq    $8, %rsp                        # [3.2.2] rsp is 16-aligned at the call
        movq    %rdi, %rbx                      # keep `frame` across the call
        movq    %rsi, %r11                      # [3.2.3] r11 never carries an argument

        movq    120(%rbx), %rcx                 # stack_words
        testq   %rcx, %rcx
        jz      .Lstack_done
        leaq    (,%rcx,8), %rax
        subq    %rax, %rsp
        andq    320(%rbx), %rsp                 # [3.2.2] 16, or more if an argument wants it
        movq    112(%rbx), %rsi                 # stack
.Lcopy_word:
        movq    -8(%rsi,%rcx,8), %rax
        movq    %rax, -8(%rsp,%rcx,8)
        decq    %rcx
        jnz     .Lcopy_word
.Lstack_done:

        movl    128(%rbx), %eax                 # [3.2.3] al >= SSE registers, for varargs
        testl   %eax, %eax
        jz      .Lfloats_done
        movsd   48(%rbx), %xmm0
        movsd   56(%rbx), %xmm1
        movsd   64(%rbx), %xmm2
        movsd   72(%rbx), %xmm3
        movsd   80(%rbx), %xmm4
        movsd   88(%rbx), %xmm5
        movsd   96(%rbx), %xmm6
        movsd   104(%rbx), %xmm7
        cmpb    $0, 140(%rbx)                   # wide_floats
        jne     .Lload_uppers
.Lfloats_done:
        movq    0(%rbx), %rdi
        movq    8(%rbx), %rsi
        movq    16(%rbx), %rdx
        movq    24(%rbx), %rcx
        movq    32(%rbx), %r8
        movq    40(%rbx), %r9
        call    *%r11

        movq    %rax, 144(%rbx)                 # [3.2.3] rax, rdx, xmm0, xmm1 bring results
        movq    %rdx, 152(%rbx)
        movsd   %xmm0, 160(%rbx)
        movsd   %xmm1, 168(%rbx)
        cmpw    $0, 141(%rbx)                   # wide_results, x87_results
        jne     .Lrare_results
.Lreturn:
        movq    -8(%rbp), %rbx
        .cfi_remember_state
        .cfi_restore %rbx
        leave
        .cfi_restore %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state

.Lload_uppers:
        movhps  256(%rbx), %xmm0
        movhps  264(%rbx), %xmm1
        movhps  272(%rbx), %xmm2
        movhps  280(%rbx), %xmm3
        movhps  288(%rbx), %xmm4
        movhps  296(%rbx), %xmm5
        movhps  304(%rbx), %xmm6
        movhps  312(%rbx), %xmm7
        jmp     .Lfloats_done

.Lrare_results:
        movhps  %xmm0, 192(%rbx)
        movhps  %xmm1, 200(%rbx)
        cmpb    $0, 142(%rbx)                   # an empty x87 stack must not be popped
        je      .Lreturn
        fstpt   224(%rbx)                       # [3.2.3] st(0), the real part
        cmpb    $1, 142(%rbx)
        je      .Lreturn
        fstpt   240(%rbx)                       # and the imaginary part
        jmp     .Lreturn
        .cfi_endproc
        .size   banter_sysv_x64_call, .-banter_sysv_x64_call

        .section .note.GNU-stack, "", @progbits
