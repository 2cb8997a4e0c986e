# thunk_entry.S -- where every thunk of the x64 convention of Windows goes: C to C++ and back.
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
#   rsp+288 floats    xmm0-3, 8 bytes each
#   rsp+256 integers  rcx rdx r8 r9
#   rsp+32  VMCallbackContext, 216 bytes (offsets asserted in frame.h)
#   rsp+0   home space of the function that is called
#
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .text
        .globl  thunkEntry
        .balign 16
        .seh_proc thunkEntry
thunkEntry:
        pushq   %rbp
        .seh_pushreg %rbp
        movq    %rsp, %rbp
        .seh_setframe %rbp, 0
        subq    $320, %rsp                      # rsp is 16-aligned at the call below
        .seh_stackalloc 320
        .seh_endprologue

        movq    %rcx, 256(%rsp)                 # [Parameter passing]
        movq    %rdx, 264(%rsp)
        movq    %r8, 272(%rsp)
        movq    %r9, 280(%rsp)
        movsd   %xmm0, 288(%rsp)
        movsd   %xmm1, 296(%rsp)
        movsd   %xmm2, 304(%rsp)
        movsd   %xmm3, 312(%rsp)

        leaq    -65536(%r11), %rax
        movq    %rax, 32(%rsp)                  # thunkp
        leaq    16(%rbp), %rax
        movq    %rax, 40(%rsp)                  # stackp
        leaq    256(%rsp), %rax
        movq    %rax, 48(%rsp)                  # intregargsp
        leaq    288(%rsp), %rax
        movq    %rax, 56(%rsp)                  # floatregargsp
        movq    %rsp, 64(%rsp)                  # savedCStackPointer
        movq    %rbp, 72(%rsp)                  # savedCFramePointer
        movq    (%r11), %rax
        movq    %rax, 96(%rsp)                  # record
        movq    %rcx, 104(%rsp)                 # [Return values] rcx brings the address of room

        leaq    32(%rsp), %rcx
        call    banter_thunk_entry

        cmpl    $6, %eax
        je      .Lplan
        movq    80(%rsp), %rax                  # 1, 2, 4: rvs in rax
        movsd   80(%rsp), %xmm0                 # 3, 5: rvs in xmm0, a float in its low half
.Lreturn:
        movq    %rbp, %rsp
        popq    %rbp
        ret
.Lplan:                                         # 6: every register that may bring a result
        movq    136(%rsp), %rax                 # [Return values]
        movsd   152(%rsp), %xmm0
        movhps  184(%rsp), %xmm0
        jmp     .Lreturn
        .seh_endproc
