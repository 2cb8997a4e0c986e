# safe_memory.S -- accesses that may fault, on x86-64.
#
#   struct Access { uint64_t value; uint64_t faulted; };      rax, rdx
#   Access banter_safe_load1(uintptr_t from);                 rdi      and 2, 4, 8
#   Access banter_safe_store1(uintptr_t to, uint64_t value);  rdi rsi  and 2, 4, 8
#   Access banter_safe_copy_up(to, from, bytes);              rdi rsi rdx
#   Access banter_safe_copy_down(to, from, bytes);            rdi rsi rdx: from the last byte on
#   Access banter_safe_strlen(uintptr_t from);                rdi
#
# When an instruction between banter_safe_begin and banter_safe_end faults, the signal handler
# (safe_memory.cc) puts the address into rax and goes on at banter_safe_fault. All are leaf
# functions without a frame, so that returning from there returns to the caller.

        .text
        .balign 16

        .macro  accessor name
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        .cfi_startproc
        endbr64
        .endm

        .macro  done name
        xorl    %edx, %edx
        ret
        .cfi_endproc
        .size   \name, .-\name
        .endm

        .globl  banter_safe_begin
        .hidden banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        movzbl  (%rdi), %eax
        done    banter_safe_load1

        accessor banter_safe_load2
        movzwl  (%rdi), %eax
        done    banter_safe_load2

        accessor banter_safe_load4
        movl    (%rdi), %eax
        done    banter_safe_load4

        accessor banter_safe_load8
        movq    (%rdi), %rax
        done    banter_safe_load8

        accessor banter_safe_store1
        movb    %sil, (%rdi)
        done    banter_safe_store1

        accessor banter_safe_store2
        movw    %si, (%rdi)
        done    banter_safe_store2

        accessor banter_safe_store4
        movl    %esi, (%rdi)
        done    banter_safe_store4

        accessor banter_safe_store8
        movq    %rsi, (%rdi)
        done    banter_safe_store8

        accessor banter_safe_copy_up
        movq    %rdx, %rcx
        rep movsb                               # the direction flag is clear on entry
        done    banter_safe_copy_up

        accessor banter_safe_copy_down
        leaq    -1(%rdi,%rdx), %rdi
        leaq    -1(%rsi,%rdx), %rsi
        movq    %rdx, %rcx
        std
        rep movsb
        cld
        done    banter_safe_copy_down

        accessor banter_safe_strlen
        xorl    %eax, %eax
1:      cmpb    $0, (%rdi,%rax)
        je      2f
        incq    %rax
        jmp     1b
2:
        done    banter_safe_strlen

        .globl  banter_safe_end
        .hidden banter_safe_end
banter_safe_end:

        .globl  banter_safe_fault
        .hidden banter_safe_fault
        .type   banter_safe_fault, @function
banter_safe_fault:
        .cfi_startproc
        cld                                     # copy_down set it
        movl    $1, %edx
        ret
        .cfi_endproc
        .size   banter_safe_fault, .-banter_safe_fault

        .section .note.GNU-stack, "", @progbits
