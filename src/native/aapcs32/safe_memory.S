@ safe_memory.S -- accesses that may fault, on 32-bit Arm from version 5TE on.
@
@   struct Access { uint64_t value; uint64_t faulted; };      at the address in r0
@   Access banter_safe_load1(uintptr_t from);                 r1         and 2, 4, 8
@   Access banter_safe_store1(uintptr_t to, uint64_t value);  r1 r2:r3   and 2, 4, 8
@   Access banter_safe_copy_up(to, from, bytes);              r1 r2 r3
@   Access banter_safe_copy_down(to, from, bytes);            r1 r2 r3: from the last byte on
@   Access banter_safe_strlen(uintptr_t from);                r1
@
@ When an instruction between banter_safe_begin and banter_safe_end faults, the signal handler
@ (safe_memory.cc) puts the address into r0 and goes on at banter_safe_fault; ip keeps the address
@ of the result meanwhile. All are leaf functions without a frame, so that returning from there
@ returns to the caller.
@
@ An aligned value is one access. One that is not goes byte by byte, because old processors rotate
@ words that are not aligned; a store first reads all its bytes, upwards, and then writes them from
@ the last one on, so that one that leaves the mapping at either end has changed nothing.
@ [n] = Procedure Call Standard for the Arm Architecture (2022Q3), section n.

        .syntax unified
        .arm
        .text
        .balign 4

        .macro  accessor name
        .globl  \name
        .hidden \name
        .type   \name, %function
\name:
        .fnstart
        mov     ip, r0                          @ [6.4] the address of room for the result
        .endm

        @ The value is in r0, 32 bits of it.
        .macro  done name
        mov     r1, #0
        done_wide \name
        .endm

        @ The value is in r0 and r1.
        .macro  done_wide name
        str     r0, [ip, #0]
        str     r1, [ip, #4]
        mov     r1, #0
        str     r1, [ip, #8]
        str     r1, [ip, #12]
        mov     r0, ip
        bx      lr
        .fnend
        .size   \name, .-\name
        .endm

        .globl  banter_safe_begin
        .hidden banter_safe_begin
banter_safe_begin:

        accessor banter_safe_load1
        ldrb    r0, [r1]
        done    banter_safe_load1

        accessor banter_safe_load2
        tst     r1, #1
        ldrheq  r0, [r1]
        ldrbne  r0, [r1]
        ldrbne  r2, [r1, #1]
        orrne   r0, r0, r2, lsl #8
        done    banter_safe_load2

        accessor banter_safe_load4
        tst     r1, #3
        bne     1f
        ldr     r0, [r1]
        b       2f
1:      ldrb    r0, [r1]
        ldrb    r2, [r1, #1]
        ldrb    r3, [r1, #2]
        orr     r0, r0, r2, lsl #8
        ldrb    r2, [r1, #3]
        orr     r0, r0, r3, lsl #16
        orr     r0, r0, r2, lsl #24
2:
        done    banter_safe_load4

        accessor banter_safe_load8
        tst     r1, #7
        bne     1f
        ldrd    r0, r1, [r1]
        b       2f
1:      ldrb    r0, [r1]
        ldrb    r2, [r1, #1]
        ldrb    r3, [r1, #2]
        orr     r0, r0, r2, lsl #8
        ldrb    r2, [r1, #3]
        orr     r0, r0, r3, lsl #16
        orr     r0, r0, r2, lsl #24
        ldrb    r2, [r1, #4]
        ldrb    r3, [r1, #5]
        orr     r2, r2, r3, lsl #8
        ldrb    r3, [r1, #6]
        orr     r2, r2, r3, lsl #16
        ldrb    r3, [r1, #7]
        orr     r1, r2, r3, lsl #24
2:
        done_wide banter_safe_load8

        accessor banter_safe_store1
        strb    r2, [r1]
        done    banter_safe_store1

        accessor banter_safe_store2
        tst     r1, #1
        bne     1f
        strh    r2, [r1]
        b       2f
1:      ldrb    r0, [r1]
        lsr     r3, r2, #8
        strb    r3, [r1, #1]
        strb    r2, [r1]
2:
        done    banter_safe_store2

        accessor banter_safe_store4
        tst     r1, #3
        bne     1f
        str     r2, [r1]
        b       3f
1:      .irp    n, 0, 1, 2, 3
        ldrb    r0, [r1, #\n]
        .endr
        mov     r0, #4
2:      ror     r2, r2, #24                     @ the highest byte is now the lowest
        sub     r0, r0, #1
        strb    r2, [r1, r0]
        cmp     r0, #0
        bne     2b
3:
        done    banter_safe_store4

        accessor banter_safe_store8
        tst     r1, #7
        bne     1f
        strd    r2, r3, [r1]
        b       4f
1:      .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        ldrb    r0, [r1, #\n]
        .endr
        mov     r0, #8
2:      ror     r3, r3, #24                     @ the highest byte is now the lowest
        sub     r0, r0, #1
        strb    r3, [r1, r0]
        cmp     r0, #4
        bne     2b
3:      ror     r2, r2, #24
        sub     r0, r0, #1
        strb    r2, [r1, r0]
        cmp     r0, #0
        bne     3b
4:
        done    banter_safe_store8

        accessor banter_safe_copy_up
        b       2f
1:      ldrb    r0, [r2], #1
        strb    r0, [r1], #1
        sub     r3, r3, #1
2:      cmp     r3, #0
        bne     1b
        done    banter_safe_copy_up

        accessor banter_safe_copy_down
        b       2f
1:      sub     r3, r3, #1
        ldrb    r0, [r2, r3]
        strb    r0, [r1, r3]
2:      cmp     r3, #0
        bne     1b
        done    banter_safe_copy_down

        accessor banter_safe_strlen
        mov     r2, r1
1:      ldrb    r0, [r2], #1
        cmp     r0, #0
        bne     1b
        sub     r0, r2, r1
        sub     r0, r0, #1
        done    banter_safe_strlen

        .globl  banter_safe_end
        .hidden banter_safe_end
banter_safe_end:

        .globl  banter_safe_fault
        .hidden banter_safe_fault
        .type   banter_safe_fault, %function
banter_safe_fault:
        .fnstart
        mov     r1, #0
        str     r0, [ip, #0]
        str     r1, [ip, #4]
        str     r1, [ip, #12]
        mov     r1, #1
        str     r1, [ip, #8]
        mov     r0, ip
        bx      lr
        .fnend
        .size   banter_safe_fault, .-banter_safe_fault

        .section .note.GNU-stack, "", %progbits
