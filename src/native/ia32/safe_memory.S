# safe_memory.S -- accesses that may fault, on 32-bit x86 with SSE2.
#
#   struct Access { uint64_t value; uint64_t faulted; };      at the address in 4(%esp)
#   Access banter_safe_load1(uintptr_t from);                 8(%esp)            and 2, 4, 8
#   Access banter_safe_store1(uintptr_t to, uint64_t value);  8(%esp) 12(%esp)   and 2, 4, 8
#   Access banter_safe_copy_up(to, from, bytes);              8(%esp) 12(%esp) 16(%esp)
#   Access banter_safe_copy_down(to, from, bytes);            the same: from the last byte on
#   Access banter_safe_strlen(uintptr_t from);                8(%esp)
#
# When an instruction between banter_safe_begin and banter_safe_end faults, the signal handler
# (safe_memory.cc) puts the address into eax and goes on at banter_safe_fault. All are leaf
# functions without a frame, so that returning from there returns to the caller. esi and edi, which
# the caller keeps, wait in Access::faulted meanwhile.
#
# [n] = System V ABI, Intel386 Architecture Processor Supplement, section n.

        .text
        .balign 16

        .macro  accessor name
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        .cfi_startproc
        endbr32
        movl    4(%esp), %edx                   # [2.2.3] the address of room for the result
        movl    %esi, 8(%edx)
        movl    %edi, 12(%edx)
        movl    8(%esp), %ecx
        .endm

        # The value is in eax, 32 bits of it.
        .macro  done name
        movl    %eax, 0(%edx)
        movl    $0, 4(%edx)
        done_wide \name
        .endm

        # The value is in the result already.
        .macro  done_wide name
        movl    $0, 8(%edx)
        movl    $0, 12(%edx)
        movl    %edx, %eax
        ret     $4                              # [2.2.3] with the address of room
        .cfi_endproc
        .size   \name, .-\name
        .endm

        .globl  banter_safe_begin
        .hidden banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        movzbl  (%ecx), %eax
        done    banter_safe_load1

        accessor banter_safe_load2
        movzwl  (%ecx), %eax
        done    banter_safe_load2

        accessor banter_safe_load4
        movl    (%ecx), %eax
        done    banter_safe_load4

        accessor banter_safe_load8
        movq    (%ecx), %xmm0                   # all or nothing, as with a register of 64 bits
        movq    %xmm0, 0(%edx)
        done_wide banter_safe_load8

        accessor banter_safe_store1
        movb    12(%esp), %al
        movb    %al, (%ecx)
        done    banter_safe_store1

        accessor banter_safe_store2
        movw    12(%esp), %ax
        movw    %ax, (%ecx)
        done    banter_safe_store2

        accessor banter_safe_store4
        movl    12(%esp), %eax
        movl    %eax, (%ecx)
        done    banter_safe_store4

        accessor banter_safe_store8
        movq    12(%esp), %xmm0
        movq    %xmm0, (%ecx)
        done    banter_safe_store8

        accessor banter_safe_copy_up
        movl    %ecx, %edi
        movl    12(%esp), %esi
        movl    16(%esp), %ecx
        rep movsb                               # [2.2.1] the direction flag is clear on entry
        movl    8(%edx), %esi
        movl    12(%edx), %edi
        done    banter_safe_copy_up

        accessor banter_safe_copy_down
        movl    %ecx, %edi
        movl    12(%esp), %esi
        movl    16(%esp), %ecx
        leal    -1(%edi,%ecx), %edi
        leal    -1(%esi,%ecx), %esi
        std
        rep movsb
        cld
        movl    8(%edx), %esi
        movl    12(%edx), %edi
        done    banter_safe_copy_down

        accessor banter_safe_strlen
        xorl    %eax, %eax
1:      cmpb    $0, (%ecx,%eax)
        je      2f
        incl    %eax
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
        movl    4(%esp), %edx
        movl    8(%edx), %esi
        movl    12(%edx), %edi
        movl    %eax, 0(%edx)
        movl    $0, 4(%edx)
        movl    $1, 8(%edx)
        movl    $0, 12(%edx)
        movl    %edx, %eax
        ret     $4
        .cfi_endproc
        .size   banter_safe_fault, .-banter_safe_fault

        .section .note.GNU-stack, "", @progbits
