# call.S -- make one C call under the x64 convention of Windows.
#
#   void banter_win_x64_call(CallFrame *frame, void (*target)(void));
#                            rcx               rdx
#
# CallFrame is declared in frame.h, which static_asserts each offset used here.
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .text
        .globl  banter_win_x64_call
        .balign 16
        .seh_proc banter_win_x64_call
banter_win_x64_call:
        pushq   %rbp                            # [Caller/callee saved registers]
        .seh_pushreg %rbp
        pushq   %rbx
        .seh_pushreg %rbx
        subq    $40, %rsp                       # rsp is 16-aligned at the call, and has home space
        .seh_stackalloc 40                      # above it even if `stack` has fewer words
        movq    %rsp, %rbp                      # fixed base: rsp moves below
        .seh_setframe %rbp, 0
        .seh_endprologue
        movq    %rcx, %rbx                      # keep `frame` across the call
        movq    %rdx, %r11                      # [Parameter passing] no argument is in r11

        movq    72(%rbx), %rcx                  # stack_words
        testq   %rcx, %rcx
        jz      .Lstack_done
        leaq    (,%rcx,8), %rax
        subq    %rax, %rsp
        andq    88(%rbx), %rsp                  # stack_mask
        movq    64(%rbx), %r10                  # stack
.Lcopy_word:                                    # from the top, so that guard pages are met in turn
        movq    -8(%r10,%rcx,8), %rax
        movq    %rax, -8(%rsp,%rcx,8)
        decq    %rcx
        jnz     .Lcopy_word
.Lstack_done:

        cmpl    $0, 80(%rbx)                    # float_count
        je      .Lfloats_done
        movsd   32(%rbx), %xmm0                 # [Parameter passing] __m128 travels by address, so
        movsd   40(%rbx), %xmm1                 # that no register brings more than 8 bytes
        movsd   48(%rbx), %xmm2
        movsd   56(%rbx), %xmm3
.Lfloats_done:
        movq    0(%rbx), %rcx
        movq    8(%rbx), %rdx
        movq    16(%rbx), %r8
        movq    24(%rbx), %r9
        call    *%r11

        movq    %rax, 104(%rbx)                 # [Return values] rax, xmm0 bring results
        movsd   %xmm0, 120(%rbx)
        cmpb    $0, 100(%rbx)                   # wide_results
        jne     .Lwide_result
.Lreturn:
        leaq    40(%rbp), %rsp
        popq    %rbx
        popq    %rbp
        ret
.Lwide_result:
        movhps  %xmm0, 152(%rbx)
        jmp     .Lreturn
        .seh_endproc
