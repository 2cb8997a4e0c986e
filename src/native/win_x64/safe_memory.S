# safe_memory.S -- accesses that may fault, on x86-64 under Windows.
#
#   struct Access { uint64_t value; uint64_t faulted; };      in memory, its address in rax
#   Access banter_safe_load1(uintptr_t from);                 rcx=room rdx      and 2, 4, 8
#   Access banter_safe_store1(uintptr_t to, uint64_t value);  rcx=room rdx r8   and 2, 4, 8
#   Access banter_safe_copy_up(to, from, bytes);              rcx=room rdx r8 r9
#   Access banter_safe_copy_down(to, from, bytes);            the same, from the last byte on
#   Access banter_safe_strlen(uintptr_t from);                rcx=room rdx
#
# When an instruction between banter_safe_begin and banter_safe_end faults, the handler
# (fault_handler_windows.cc) puts the address into rax and goes on at banter_safe_fault. All are leaf
# functions without a frame, so that returning from there returns to the caller. What both ends need
# is in registers that no access uses:
#
#   r10 room   r11 our caller's rdi   r9 our caller's rsi   rcx what r9 brought: bytes

        .text
        .balign 16

        .macro  accessor name
        .globl  \name
\name:
        movq    %rcx, %r10
        movq    %r9, %rcx
        movq    %rsi, %r9
        movq    %rdi, %r11
        .endm

        .macro  done
        movq    %rax, (%r10)
        movq    $0, 8(%r10)
        movq    %r10, %rax
        ret
        .endm

        .globl  banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        movzbl  (%rdx), %eax
        done

        accessor banter_safe_load2
        movzwl  (%rdx), %eax
        done

        accessor banter_safe_load4
        movl    (%rdx), %eax
        done

        accessor banter_safe_load8
        movq    (%rdx), %rax
        done

        accessor banter_safe_store1
        movb    %r8b, (%rdx)
        done

        accessor banter_safe_store2
        movw    %r8w, (%rdx)
        done

        accessor banter_safe_store4
        movl    %r8d, (%rdx)
        done

        accessor banter_safe_store8
        movq    %r8, (%rdx)
        done

        accessor banter_safe_copy_up
        movq    %rdx, %rdi
        movq    %r8, %rsi
        rep movsb                               # the direction flag is clear on entry
        movq    %r9, %rsi
        movq    %r11, %rdi
        done

        accessor banter_safe_copy_down
        leaq    -1(%rdx,%rcx), %rdi
        leaq    -1(%r8,%rcx), %rsi
        std
        rep movsb
        cld
        movq    %r9, %rsi
        movq    %r11, %rdi
        done

        accessor banter_safe_strlen
        xorl    %eax, %eax
1:      cmpb    $0, (%rdx,%rax)
        je      2f
        incq    %rax
        jmp     1b
2:
        done

        .globl  banter_safe_end
banter_safe_end:

        .globl  banter_safe_fault
banter_safe_fault:
        cld                                     # copy_down set it
        movq    %r9, %rsi
        movq    %r11, %rdi
        movq    %rax, (%r10)
        movq    $1, 8(%r10)
        movq    %r10, %rax
        ret
