# call.S -- make one C call under the conventions of 32-bit x86: cdecl, stdcall, fastcall, thiscall.
#
#   void banter_ia32_call(CallFrame *frame, void (*target)(void));
#                         8(%ebp)           12(%ebp)
#
# CallFrame is declared in frame.h, which static_asserts each offset used here. It makes no
# difference here whether the callee pops its arguments: esp comes back from ebp.
# [n] = System V ABI, Intel386 Architecture Processor Supplement, section n.

        .text
        .globl  banter_ia32_call
        .hidden banter_ia32_call
        .type   banter_ia32_call, @function
        .balign 16
banter_ia32_call:
        .cfi_startproc
        endbr32
        pushl   %ebp                            # [2.2.1] ebp is callee-saved
        .cfi_def_cfa_offset 8
        .cfi_offset %ebp, -8
        movl    %esp, %ebp                      # fixed base: esp moves below
        .cfi_def_cfa_register %ebp
        pushl   %ebx                            # [2.2.1] ebx and esi are callee-saved
        .cfi_offset %ebx, -12
        pushl   %esi
        .cfi_offset %esi, -16
        movl    8(%ebp), %ebx                   # keep `frame` across the call

        movl    12(%ebx), %ecx                  # stack_words
        leal    (,%ecx,8), %eax
        subl    %eax, %esp
        andl    24(%ebx), %esp                  # [2.2.2] 16, or more if an argument wants it
        addl    %ecx, %ecx                      # in words of 4 bytes
        jz      .Lstack_done
        movl    8(%ebx), %esi                   # stack
.Lcopy_word:
        movl    -4(%esi,%ecx,4), %eax
        movl    %eax, -4(%esp,%ecx,4)
        decl    %ecx
        jnz     .Lcopy_word
.Lstack_done:
        movl    0(%ebx), %ecx                   # fastcall, thiscall
        movl    4(%ebx), %edx
        call    *12(%ebp)

        movl    %eax, 32(%ebx)                  # [2.2.3] eax, edx, st(0) bring results
        movl    $0, 36(%ebx)
        movl    %edx, 40(%ebx)
        movl    $0, 44(%ebx)
        movzbl  20(%ebx), %eax                  # x87_bytes: an empty x87 stack must not be popped
        testl   %eax, %eax
        jnz     .Lx87
.Lreturn:
        leal    -8(%ebp), %esp
        popl    %esi
        .cfi_remember_state
        .cfi_restore %esi
        popl    %ebx
        .cfi_restore %ebx
        popl    %ebp
        .cfi_restore %ebp
        .cfi_def_cfa %esp, 4
        ret
        .cfi_restore_state

.Lx87:                                          # rounded as C rounds what it stores
        cmpl    $8, %eax
        jb      .Lfloat
        ja      .Llong_double
        fstpl   112(%ebx)
        jmp     .Lreturn
.Lfloat:
        fstps   112(%ebx)
        jmp     .Lreturn
.Llong_double:
        fstpt   112(%ebx)
        jmp     .Lreturn
        .cfi_endproc
        .size   banter_ia32_call, .-banter_ia32_call

        .section .note.GNU-stack, "", @progbits
