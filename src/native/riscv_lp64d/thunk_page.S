# thunk_page.S -- the code page of thunks, mapped again from our file for every page of thunks.
#
# It is never run where it was linked. Each of its 4096 thunks loads the address of its slot,
# 64 KiB further on, where a data page is mapped; a slot is { record, entry } (thunk.h).
#
#   0  97 03 01 00           auipc t2, 0x10            t2 = thunk + 65536, the slot
#   4  03 b3 83 00           ld t1, 8(t2)              the slot's entry
#   8  67 00 03 00           jr t1                     with t2
#   12 73 00 10 00           ebreak                    never reached: thunks are 16 bytes apart
#
# [n] = RISC-V ABIs Specification 1.0, "Register Convention", section n.

        .section .text.banter_thunk_page, "ax", @progbits
        .balign 65536
        .globl  banter_thunk_page
        .hidden banter_thunk_page
        .type   banter_thunk_page, @function
banter_thunk_page:
        .option push
        .option norvc                           # four bytes an instruction
        .option norelax
        .rept   4096
        auipc   t2, 0x10                        # [1.1] t1, t2 never carry arguments
        ld      t1, 8(t2)
        jr      t1                              # not by t0: that is a return to branch predictors
        ebreak
        .endr
        .option pop
        .size   banter_thunk_page, .-banter_thunk_page

        .section .note.GNU-stack, "", @progbits
