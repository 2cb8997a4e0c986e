// thunk_page.S -- the code page of thunks, mapped again from our file for every page of thunks.
//
// It is never run where it was linked. Each of its 4096 thunks loads the address of its slot,
// 64 KiB further on, where a data page is mapped; a slot is { record, entry } (thunk.h).
//
//   0  5f 24 03 d5           bti c
//   4  f1 ff 07 10           adr x17, .+65532          x17 = thunk + 65536, the slot
//   8  30 06 40 f9           ldr x16, [x17, #8]        the slot's entry
//   12 00 02 1f d6           br x16                    with x17
//
// [n] = Procedure Call Standard for the Arm 64-bit Architecture (2023Q3), section n.

        .section .text.banter_thunk_page, "ax", %progbits
        .balign 65536
        .globl  banter_thunk_page
        .hidden banter_thunk_page
        .type   banter_thunk_page, %function
banter_thunk_page:
        .rept   4096
        hint    #34                             // bti c: C calls it through a pointer
        adr     x17, .+65532                    // [6.1.1] x16, x17 never carry arguments
        ldr     x16, [x17, #8]
        br      x16
        .endr
        .size   banter_thunk_page, .-banter_thunk_page

#include "native/aapcs64/property.inc"
