# thunk_entry.S -- where thunks go whose C follows the x64 convention of Windows, to C++ that follows
# System V, and back.
#
# The original's prototype (a thunk there pushes the last two arguments and calls):
#   long long thunkEntry(long long a0, long long a1, long long a2, long long a3,
#                        void *thunkp, sqIntptr_t *stackp);
# Here the thunk jumps with r11 = its slot, and the return address is still C's. As there, stackp is
# where the 32 bytes of home space begin, so that the fifth argument is stackp[4].
#
#   rbp+48  fifth argument
#   rbp+16  home space of the first four
#   rbp+8   return address into C
#   rbp     C's rbp
#   rsp+304 xmm6-15   } which our C++ may change and C keeps
#   rsp+288 rsi rdi   }
#   rsp+256 floats    xmm0-3, 8 bytes each
#   rsp+224 integers  rcx rdx r8 r9
#   rsp+0   VMCallbackContext, 216 bytes (offsets asserted in sysv_x64/frame.h)
#
# [n] = System V ABI, AMD64 Architecture Processor Supplement, section n;
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .hidden banter_thunk_entry              # a direct call, also in a shared library

        .macro  keep index
        movaps  %xmm\index, 304 + 16 * (\index - 6)(%rsp)
        .cfi_offset %xmm\index, -176 + 16 * (\index - 6)
        .endm

        .text
        .globl  banter_ms_abi_thunk_entry
        .hidden banter_ms_abi_thunk_entry
        .type   banter_ms_abi_thunk_entry, @function
        .balign 16
banter_ms_abi_thunk_entry:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        subq    $464, %rsp                      # [3.2.2] rsp is 16-aligned at the call below

        movq    %rsi, 288(%rsp)                 # [Caller/callee saved registers]
        .cfi_offset %rsi, -192
        movq    %rdi, 296(%rsp)
        .cfi_offset %rdi, -184
        .irp    index, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        keep    \index
        .endr

        movq    %rcx, 224(%rsp)                 # [Parameter passing]
        movq    %rdx, 232(%rsp)
        movq    %r8, 240(%rsp)
        movq    %r9, 248(%rsp)
        movsd   %xmm0, 256(%rsp)
        movsd   %xmm1, 264(%rsp)
        movsd   %xmm2, 272(%rsp)
        movsd   %xmm3, 280(%rsp)

        leaq    -65536(%r11), %rax
        movq    %rax, 0(%rsp)                   # thunkp
        leaq    16(%rbp), %rax
        movq    %rax, 8(%rsp)                   # stackp
        leaq    224(%rsp), %rax
        movq    %rax, 16(%rsp)                  # intregargsp
        leaq    256(%rsp), %rax
        movq    %rax, 24(%rsp)                  # floatregargsp
        movq    %rsp, 32(%rsp)                  # savedCStackPointer
        movq    %rbp, 40(%rsp)                  # savedCFramePointer
        movq    (%r11), %rax
        movq    %rax, 64(%rsp)                  # record
        movq    %rcx, 72(%rsp)                  # [Return values] rcx brings the address of room

        movq    %rsp, %rdi
        call    banter_thunk_entry

        cmpl    $6, %eax
        je      .Lplan
        movq    48(%rsp), %rax                  # 1, 2, 4: rvs in rax
        movsd   48(%rsp), %xmm0                 # 3, 5: rvs in xmm0, a float in its low half
.Lreturn:
        movq    288(%rsp), %rsi
        movq    296(%rsp), %rdi
        .irp    index, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movaps  304 + 16 * (\index - 6)(%rsp), %xmm\index
        .endr
        leave
        .cfi_remember_state
        .cfi_restore %rsi
        .cfi_restore %rdi
        .cfi_restore %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state
.Lplan:                                         # 6: every register that may bring a result
        movq    104(%rsp), %rax                 # [Return values]
        movsd   120(%rsp), %xmm0
        movhps  152(%rsp), %xmm0
        jmp     .Lreturn
        .cfi_endproc
        .size   banter_ms_abi_thunk_entry, .-banter_ms_abi_thunk_entry

        .section .note.GNU-stack, "", @progbits
