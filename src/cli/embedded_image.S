# embedded_image.S -- the kernel image that the build made, as bytes in the executable.
#
#   extern const uint8_t banter_embedded_image[], banter_embedded_image_end[];
#
# BANTER_KERNEL_IMAGE_PATH is the file's name, from the build. Page-aligned, so that reading it
# touches no neighbour's page.

        .section .rodata
        .globl  banter_embedded_image
        .globl  banter_embedded_image_end
        .hidden banter_embedded_image
        .hidden banter_embedded_image_end
        .balign 4096
banter_embedded_image:
        .incbin BANTER_KERNEL_IMAGE_PATH
banter_embedded_image_end:
        .byte   0

        .section .note.GNU-stack, "", %progbits
