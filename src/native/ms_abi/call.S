# call.S -- make one C call under the x64 convention of Windows, from code that follows System V.
#
#   void banter_ms_abi_call(CallFrame *frame, void (*target)(void));
#                            rdi               rsi
#
# CallFrame is declared in sysv_x64/frame.h, which static_asserts each offset used here; ms_abi/
# frame.h says what its parts are here. The callee keeps more registers than our caller asks for
# (rsi, rdi, xmm6-15), and rbx and rbp as ours does.
# [n] = System V ABI, AMD64 Architecture Processor Supplement, section n;
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .text
        .globl  banter_ms_abi_call
        .hidden banter_ms_abi_call
        .type   banter_ms_abi_call, @function
        .balign 16
banter_ms_abi_call:
        .cfi_startproc
        endbr64
        pushq   %rbp                            # [3.2.1] rbp is callee-saved
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp                      # fixed base: rsp moves below
        .cfi_def_cfa_register %rbp
        pushq   %rbx                            # [3.2.1] rbx is callee-saved
        .cfi_offset %rbx, -24
        subq    $8, %rsp                        # rsp is 16-aligned at the call
        movq    %rdi, %rbx                      # keep `frame` across the call
        movq    %rsi, %r11                      # [Parameter passing] no argument is in r11

        movq    120(%rbx), %rcx                 # stack_words: 4 of home space at least
        leaq    (,%rcx,8), %rax
        subq    %rax, %rsp
        andq    320(%rbx), %rsp                 # stack_mask
        movq    112(%rbx), %rsi                 # stack
.Lcopy_word:
        movq    -8(%rsi,%rcx,8), %rax
        movq    %rax, -8(%rsp,%rcx,8)
        decq    %rcx
        jnz     .Lcopy_word

        cmpl    $0, 128(%rbx)                   # float_count
        je      .Lfloats_done
        movsd   48(%rbx), %xmm0                 # [Parameter passing] __m128 travels by address, so
        movsd   56(%rbx), %xmm1                 # that no register brings more than 8 bytes
        movsd   64(%rbx), %xmm2
        movsd   72(%rbx), %xmm3
.Lfloats_done:
        movq    0(%rbx), %rcx
        movq    8(%rbx), %rdx
        movq    16(%rbx), %r8
        movq    24(%rbx), %r9
        call    *%r11

        movq    %rax, 144(%rbx)                 # [Return values] rax, xmm0 bring results
        movsd   %xmm0, 160(%rbx)
        cmpb    $0, 141(%rbx)                   # wide_results
        jne     .Lwide_result
.Lreturn:
        movq    -8(%rbp), %rbx
        .cfi_remember_state
        .cfi_restore %rbx
        leave
        .cfi_restore %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state

.Lwide_result:
        movhps  %xmm0, 192(%rbx)
        jmp     .Lreturn
        .cfi_endproc
        .size   banter_ms_abi_call, .-banter_ms_abi_call

        .section .note.GNU-stack, "", @progbits
