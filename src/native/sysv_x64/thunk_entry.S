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
#   rsp+336 uppers    xmm0-7, bytes 8 to 15, if the record wants them: see SavedFloats
#   rsp+272 floats    xmm0-7, 8 bytes each
#   rsp+224 integers  rdi rsi rdx rcx r8 r9
#   rsp+0   VMCallbackContext, 216 bytes (offsets asserted in frame.h)
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
        subq    $400, %rsp                      # [3.2.2] rsp is 16-aligned at the call below

        movq    %rdi, 224(%rsp)                 # [3.2.3] the integer arguments
        movq    %rsi, 232(%rsp)
        movq    %rdx, 240(%rsp)
        movq    %rcx, 248(%rsp)
        movq    %r8, 256(%rsp)
        movq    %r9, 264(%rsp)
        movq    (%r11), %rax
        movq    %rax, 64(%rsp)                  # record
        cmpb    $1, 2(%rax)                     # its saved_floats: 0 low halves, 1 whole, 2 none
        ja      .Lsaved
        movsd   %xmm0, 272(%rsp)                # [3.2.3] the floating-point arguments
        movsd   %xmm1, 280(%rsp)
        movsd   %xmm2, 288(%rsp)
        movsd   %xmm3, 296(%rsp)
        movsd   %xmm4, 304(%rsp)
        movsd   %xmm5, 312(%rsp)
        movsd   %xmm6, 320(%rsp)
        movsd   %xmm7, 328(%rsp)
        je      .Lsave_uppers
.Lsaved:

        leaq    -65536(%r11), %rax
        movq    %rax, 0(%rsp)                   # thunkp
        leaq    16(%rbp), %rax
        movq    %rax, 8(%rsp)                   # stackp
        leaq    224(%rsp), %rax
        movq    %rax, 16(%rsp)                  # intregargsp
        leaq    272(%rsp), %rax
        movq    %rax, 24(%rsp)                  # floatregargsp
        movq    %rsp, 32(%rsp)                  # savedCStackPointer
        movq    %rbp, 40(%rsp)                  # savedCFramePointer
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
        cmpb    $0, 85(%rsp)                    # x87_results
        jne     .Lx87
.Lregisters:
        movq    104(%rsp), %rax                 # [3.2.3]
        movq    112(%rsp), %rdx
        movsd   120(%rsp), %xmm0
        movsd   128(%rsp), %xmm1
        movhps  152(%rsp), %xmm0
        movhps  160(%rsp), %xmm1
        jmp     .Lreturn
.Lx87:                                          # [3.2.3] the real part ends up in st(0)
        cmpb    $1, 85(%rsp)
        je      .Lx87_real
        fldt    200(%rsp)
.Lx87_real:
        fldt    184(%rsp)
        jmp     .Lregisters
.Lsave_uppers:
        movhps  %xmm0, 336(%rsp)
        movhps  %xmm1, 344(%rsp)
        movhps  %xmm2, 352(%rsp)
        movhps  %xmm3, 360(%rsp)
        movhps  %xmm4, 368(%rsp)
        movhps  %xmm5, 376(%rsp)
        movhps  %xmm6, 384(%rsp)
        movhps  %xmm7, 392(%rsp)
        jmp     .Lsaved
        .cfi_endproc
        .size   thunkEntry, .-thunkEntry

        .section .note.GNU-stack, "", @progbits
