# thunk_entry.S -- where every thunk of the System V AMD64 ABI goes: C to C++ and back.
#
# The original's prototype (a thunk there pushes the last two arguments and calls):
#   long thunkEntry(long a0, long a1, long a2, long a3, long a4, long a5,
#                   double d0, ... double d7, void *thunkp, sqIntptr_t *stackp);
# Here the thunk jumps with r11 = its slot, and the return address is still C's. What the original
# copies to intargs[6] and fpargs[8] lies below the VMCallbackContext; stackp is what the original
# makes of it by adding 2: the first stacked argument.
#
#   rbp+16  first stacked argument
#   rbp+8   return address into C
#   rbp     C's rbp
#   rsp+208 floats    xmm0-7, 8 bytes each
#   rsp+160 integers  rdi rsi rdx rcx r8 r9
#   rsp+0   VMCallbackContext, 152 bytes (offsets asserted in frame.h)
#
# [n] = System V ABI, AMD64 Architecture Processor Supplement, section n.

        .text
        .globl  thunkEntry
        .hidden thunkEntry
        .type   thunkEntry, @function
        .balign 16
thunkEntry:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        subq    $272, %rsp                      # [3.2.2] rsp is 16-aligned at the call below

        movq    %rdi, 160(%rsp)                 # [3.2.3] the integer arguments
        movq    %rsi, 168(%rsp)
        movq    %rdx, 176(%rsp)
        movq    %rcx, 184(%rsp)
        movq    %r8, 192(%rsp)
        movq    %r9, 200(%rsp)
        movsd   %xmm0, 208(%rsp)                # [3.2.3] the floating-point arguments
        movsd   %xmm1, 216(%rsp)
        movsd   %xmm2, 224(%rsp)
        movsd   %xmm3, 232(%rsp)
        movsd   %xmm4, 240(%rsp)
        movsd   %xmm5, 248(%rsp)
        movsd   %xmm6, 256(%rsp)
        movsd   %xmm7, 264(%rsp)

        leaq    -65536(%r11), %rax
        movq    %rax, 0(%rsp)                   # thunkp
        leaq    16(%rbp), %rax
        movq    %rax, 8(%rsp)                   # stackp
        leaq    160(%rsp), %rax
        movq    %rax, 16(%rsp)                  # intregargsp
        leaq    208(%rsp), %rax
        movq    %rax, 24(%rsp)                  # floatregargsp
        movq    %rsp, 32(%rsp)                  # savedCStackPointer
        movq    %rbp, 40(%rsp)                  # savedCFramePointer
        movq    (%r11), %rax
        movq    %rax, 64(%rsp)                  # record
        movq    %rdi, 72(%rsp)                  # [3.2.3] rdi brings the address of a struct result

        movq    %rsp, %rdi
        call    banter_thunk_entry

        cmpl    $6, %eax
        je      .Lplan
        movq    48(%rsp), %rax                  # 1, 2, 4: rvs in rax
        movsd   48(%rsp), %xmm0                 # 3, 5: rvs in xmm0, a float in its low half
.Lreturn:
        leave
        .cfi_remember_state
        .cfi_restore %rbp
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_restore_state
.Lplan:                                         # 6: every register that may bring a result
        movq    104(%rsp), %rax                 # [3.2.3]
        movq    112(%rsp), %rdx
        movsd   120(%rsp), %xmm0
        movsd   128(%rsp), %xmm1
        jmp     .Lreturn
        .cfi_endproc
        .size   thunkEntry, .-thunkEntry

        .section .note.GNU-stack, "", @progbits
