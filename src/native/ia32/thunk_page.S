# thunk_page.S -- the code page of thunks, mapped again from our file for every page of thunks.
#
# It is never run where it was linked. Each of its 4096 thunks finds its own address, because there
# is no addressing from eip, and goes where its slot says, 64 KiB further on, where a data page is
# mapped; a slot is { record, entry } (thunk.h). Only eax is free: ecx and edx may bring arguments.
#
#   0  f3 0f 1e fb           endbr32
#   4  e8 00 00 00 00        call to the next instruction
#   9  58                    pop %eax                  eax = thunk + 9
#   10 ff a0 fb ff 00 00     jmp *0xfffb(%eax)         the slot's entry, with eax
#
# [n] = System V ABI, Intel386 Architecture Processor Supplement, section n.

        .section .text.banter_thunk_page, "ax", @progbits
        .balign 65536
        .globl  banter_thunk_page
        .hidden banter_thunk_page
        .type   banter_thunk_page, @function
banter_thunk_page:
        .rept   4096
        endbr32                                 # C calls it through a pointer
        call    1f
1:      popl    %eax                            # [2.2.1] eax never carries an argument
        jmp     *0xfffb(%eax)
        .endr
        .size   banter_thunk_page, .-banter_thunk_page

        .section .note.GNU-stack, "", @progbits
