@ thunk_page.S -- the code page of thunks, mapped again from our file for every page of thunks.
@
@ It is never run where it was linked. Each of its 4096 thunks finds its slot, 64 KiB further on,
@ where a data page is mapped; a slot is { record, entry } (thunk.h). Arm code: its address is even,
@ and so C comes in Arm state, be it Thumb code itself.
@
@   0  01 c8 8f e2           add ip, pc, #65536        ip = slot + 8: pc is two instructions ahead
@   4  04 f0 1c e5           ldr pc, [ip, #-4]         the slot's entry, with ip
@   8  f0 00 f0 e7           udf #0                    never reached: thunks are 16 bytes apart
@   12 f0 00 f0 e7           udf #0
@
@ [n] = Procedure Call Standard for the Arm Architecture (2022Q3), section n.

        .syntax unified
        .arm
        .section .text.banter_thunk_page, "ax", %progbits
        .balign 65536
        .globl  banter_thunk_page
        .hidden banter_thunk_page
        .type   banter_thunk_page, %function
banter_thunk_page:
        .rept   4096
        add     ip, pc, #65536                  @ [6.1.1] ip never carries an argument
        ldr     pc, [ip, #-4]
        udf     #0
        udf     #0
        .endr
        .size   banter_thunk_page, .-banter_thunk_page

        .section .note.GNU-stack, "", %progbits
