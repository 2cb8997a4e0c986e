# thunk_entry.S -- where every thunk of RISC-V's LP64D goes: C to C++ and back.
#
# The thunk jumps with t2 = its slot, and ra is still C's. What other systems copy to regArgs[8] and
# dregArgs[8] lies around the VMCallbackContext; stackp is sp at the entry, the first stacked
# argument. The integers lie right before it, as a variadic callee's do: va_arg walks from one to
# the other.
#
#   s0+64   first stacked argument
#   s0      integers  a0-a7
#   s0-8    ra of C
#   s0-16   s0 of C
#   sp+224  floats    fa0-fa7
#   sp+0    VMCallbackContext, 216 bytes (offsets asserted in frame.h)
#
# [n] = RISC-V ABIs Specification 1.0, "Procedure Calling Convention", section n.

        .hidden banter_thunk_entry              # a direct call, also in a shared library

        .text
        .globl  thunkEntry
        .hidden thunkEntry
        .type   thunkEntry, @function
        .balign 4
thunkEntry:
        .cfi_startproc
        addi    sp, sp, -368                    # [2.1] sp stays 16-aligned
        .cfi_def_cfa_offset 368
        sd      ra, 296(sp)
        .cfi_offset ra, -72
        sd      s0, 288(sp)
        .cfi_offset s0, -80
        addi    s0, sp, 304
        .cfi_def_cfa s0, 64

        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        sd      a\n, 304+8*\n(sp)               # [2.1] the integer arguments
        fsd     fa\n, 224+8*\n(sp)              # [2.2] the floating-point arguments
        .endr

        lui     t0, 0x10
        sub     t0, t2, t0                      # the slot less 64 KiB
        sd      t0, 0(sp)                       # thunkp
        addi    t0, s0, 64
        sd      t0, 8(sp)                       # stackp
        sd      s0, 16(sp)                      # intregargsp
        addi    t0, sp, 224
        sd      t0, 24(sp)                      # floatregargsp
        sd      sp, 32(sp)                      # savedCStackPointer
        addi    t0, s0, -16
        sd      t0, 40(sp)                      # savedCFramePointer
        ld      t0, 0(t2)
        sd      t0, 64(sp)                      # record
        sd      a0, 72(sp)                      # [2.1] a0 brings the address of a struct result

        mv      a0, sp
        call    banter_thunk_entry

        li      t0, 6
        beq     a0, t0, .Lplan
        li      t0, 5
        beq     a0, t0, .Lfloat
        fld     fa0, 48(sp)                     # 3: rvs in fa0
        ld      a0, 48(sp)                      # 1, 2, 4: rvs in a0
.Lreturn:
        ld      ra, 296(sp)
        .cfi_remember_state
        .cfi_restore ra
        ld      s0, 288(sp)
        .cfi_restore s0
        .cfi_def_cfa sp, 368
        addi    sp, sp, 368
        .cfi_def_cfa_offset 0
        ret
        .cfi_restore_state
.Lfloat:                                        # 5: the upper half becomes all ones
        flw     fa0, 48(sp)
        j       .Lreturn
.Lplan:                                         # 6: every register that may bring a result
        ld      a0, 104(sp)                     # [2.1]
        ld      a1, 112(sp)
        fld     fa0, 120(sp)                    # [2.2]
        fld     fa1, 128(sp)
        j       .Lreturn
        .cfi_endproc
        .size   thunkEntry, .-thunkEntry

        .section .note.GNU-stack, "", @progbits
