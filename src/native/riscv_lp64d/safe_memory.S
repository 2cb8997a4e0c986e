# safe_memory.S -- accesses that may fault, on 64-bit RISC-V.
#
#   struct Access { uint64_t value; uint64_t faulted; };      a0, a1
#   Access banter_safe_load1(uintptr_t from);                 a0     and 2, 4, 8
#   Access banter_safe_store1(uintptr_t to, uint64_t value);  a0 a1  and 2, 4, 8
#   Access banter_safe_copy_up(to, from, bytes);              a0 a1 a2
#   Access banter_safe_copy_down(to, from, bytes);            a0 a1 a2: from the last byte on
#   Access banter_safe_strlen(uintptr_t from);                a0
#
# When an instruction between banter_safe_begin and banter_safe_end faults, the signal handler
# (safe_memory.cc) puts the address into a0 and goes on at banter_safe_fault. All are leaf functions
# without a frame, so that returning from there returns to the caller. Linux promises user programs
# that unaligned accesses work.

        .text
        .balign 4

        .macro  accessor name
        .globl  \name
        .hidden \name
        .type   \name, @function
\name:
        .cfi_startproc
        .endm

        .macro  done name
        li      a1, 0
        ret
        .cfi_endproc
        .size   \name, .-\name
        .endm

        .globl  banter_safe_begin
        .hidden banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        lbu     a0, 0(a0)
        done    banter_safe_load1

        accessor banter_safe_load2
        lhu     a0, 0(a0)
        done    banter_safe_load2

        accessor banter_safe_load4
        lwu     a0, 0(a0)
        done    banter_safe_load4

        accessor banter_safe_load8
        ld      a0, 0(a0)
        done    banter_safe_load8

        accessor banter_safe_store1
        sb      a1, 0(a0)
        done    banter_safe_store1

        accessor banter_safe_store2
        sh      a1, 0(a0)
        done    banter_safe_store2

        accessor banter_safe_store4
        sw      a1, 0(a0)
        done    banter_safe_store4

        accessor banter_safe_store8
        sd      a1, 0(a0)
        done    banter_safe_store8

        accessor banter_safe_copy_up
        li      a4, 8
1:      bltu    a2, a4, 2f
        ld      a3, 0(a1)
        sd      a3, 0(a0)
        addi    a1, a1, 8
        addi    a0, a0, 8
        addi    a2, a2, -8
        j       1b
2:      beqz    a2, 3f
        lbu     a3, 0(a1)
        sb      a3, 0(a0)
        addi    a1, a1, 1
        addi    a0, a0, 1
        addi    a2, a2, -1
        j       2b
3:
        done    banter_safe_copy_up

        accessor banter_safe_copy_down
        add     a0, a0, a2
        add     a1, a1, a2
        li      a4, 8
1:      bltu    a2, a4, 2f
        ld      a3, -8(a1)
        sd      a3, -8(a0)
        addi    a1, a1, -8
        addi    a0, a0, -8
        addi    a2, a2, -8
        j       1b
2:      beqz    a2, 3f
        lbu     a3, -1(a1)
        sb      a3, -1(a0)
        addi    a1, a1, -1
        addi    a0, a0, -1
        addi    a2, a2, -1
        j       2b
3:
        done    banter_safe_copy_down

        accessor banter_safe_strlen
        mv      a2, a0
1:      lbu     a3, 0(a2)
        addi    a2, a2, 1
        bnez    a3, 1b
        sub     a0, a2, a0
        addi    a0, a0, -1
        done    banter_safe_strlen

        .globl  banter_safe_end
        .hidden banter_safe_end
banter_safe_end:

        .globl  banter_safe_fault
        .hidden banter_safe_fault
        .type   banter_safe_fault, @function
banter_safe_fault:
        .cfi_startproc
        li      a1, 1
        ret
        .cfi_endproc
        .size   banter_safe_fault, .-banter_safe_fault

        .section .note.GNU-stack, "", @progbits
