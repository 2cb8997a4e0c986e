# thunk_page.S -- the code page of thunks, mapped again from our file for every page of thunks.
#
# It is never run where it was linked. Each of its 4096 thunks loads the address of its slot, 64 KiB
# further on, where a data page is mapped; a slot is { record, entry } (thunk.h).
#
#   0  f3 0f 1e fa           endbr64
#   4  4c 8d 1d f5 ff 00 00  lea 0xfff5(%rip), %r11    r11 = thunk + 65536, the slot
#   11 41 ff 63 08           jmp *8(%r11)              the slot's entry, with r11
#   15 cc                    int3
#
# Files are mapped at multiples of 64 KiB only, and no object file of Windows can ask for more than
# 8 KiB of alignment. So the page stands here twice: wherever a 64 KiB boundary of the file falls,
# 64 KiB of thunks follow it (platform/code_section.h).
#
# [x] = Microsoft Learn, "x64 calling convention", section x.

        .text
        .balign 16
        .globl  banter_thunk_page
banter_thunk_page:
        .rept   2 * 4096
        endbr64                                 # C calls it through a pointer
        leaq    0xfff5(%rip), %r11              # [Parameter passing] no argument is in r11
        jmp     *8(%r11)
        int3
        .endr
