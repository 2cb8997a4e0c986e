# thunk_entry.S -- where every thunk of 32-bit x86 goes: C to C++ and back.
#
# The original's prototype (a thunk there pushes both arguments and calls):
#   long thunkEntry(void *thunkp, sqIntptr_t *stackp);
# Here the thunk jumps with eax = its own address + 9, and the return address is still C's. stackp
# is what the original makes of it by adding 2: the first stacked argument. The original has null in
# intregargsp; here ecx and edx are there, which fastcall and thiscall use.
#
#   ebp+8   first stacked argument
#   ebp+4   return address into C
#   ebp     C's ebp
#   esp+184 integers      ecx edx
#   esp+16  VMCallbackContext, 168 bytes (offsets asserted in frame.h)
#   esp+4   callee_pops   of the record as it was when C called
#   esp+0   the argument of banter_thunk_entry
#
# C may be older than the rule that esp is 16-aligned at a call, so it is aligned here.
# [n] = System V ABI, Intel386 Architecture Processor Supplement, section n.

        .hidden banter_thunk_entry              # a direct call, also in a shared library

        .text
        .globl  thunkEntry
        .hidden thunkEntry
        .type   thunkEntry, @function
        .balign 16
thunkEntry:
        .cfi_startproc
        endbr32
        pushl   %ebp
        .cfi_def_cfa_offset 8
        .cfi_offset %ebp, -8
        movl    %esp, %ebp
        .cfi_def_cfa_register %ebp
        subl    $192, %esp
        andl    $-16, %esp                      # [2.2.2]

        movl    %ecx, 184(%esp)                 # fastcall, thiscall
        movl    %edx, 188(%esp)
        leal    -9(%eax), %ecx
        movl    %ecx, 16(%esp)                  # thunkp
        leal    8(%ebp), %ecx
        movl    %ecx, 20(%esp)                  # stackp
        leal    184(%esp), %ecx
        movl    %ecx, 24(%esp)                  # intregargsp
        movl    $0, 28(%esp)                    # floatregargsp: there are none
        movl    %esp, 32(%esp)                  # savedCStackPointer
        movl    %ebp, 36(%esp)                  # savedCFramePointer
        movl    65527(%eax), %ecx               # the slot is 65536 behind the thunk
        movl    %ecx, 48(%esp)                  # record
        movl    12(%ecx), %ecx
        movl    %ecx, 4(%esp)                   # callee_pops
        movl    8(%ebp), %ecx
        movl    %ecx, 52(%esp)                  # [2.2.3] the address of a struct result comes first

        leal    16(%esp), %ecx
        movl    %ecx, 0(%esp)
        call    banter_thunk_entry

        movl    %eax, %ecx
        movl    40(%esp), %eax                  # 1, 2, 4: rvs in eax, edx
        movl    44(%esp), %edx
        cmpl    $3, %ecx
        je      .Ldouble
        cmpl    $5, %ecx
        je      .Lfloat
        cmpl    $6, %ecx
        je      .Lplan
.Lreturn:
        movl    4(%esp), %ecx
        testl   %ecx, %ecx
        jnz     .Lpop
        leave
        .cfi_remember_state
        .cfi_restore %ebp
        .cfi_def_cfa %esp, 4
        ret
        .cfi_restore_state
.Lpop:                                          # the return address goes up by as much as `ret n`
        pushl   4(%ebp)                         # pops; nothing but a `ret` may use it
        popl    4(%ebp,%ecx)
        leal    4(%ebp,%ecx), %ecx
        movl    0(%ebp), %ebp
        .cfi_restore %ebp
        .cfi_def_cfa %ecx, 4
        movl    %ecx, %esp
        .cfi_def_cfa_register %esp
        ret
        .cfi_def_cfa %ebp, 8
        .cfi_offset %ebp, -8
.Ldouble:                                       # [2.2.3] in st(0)
        fldl    40(%esp)
        jmp     .Lreturn
.Lfloat:
        flds    40(%esp)
        jmp     .Lreturn
.Lplan:                                         # 6: every register that may bring a result
        movl    72(%esp), %eax
        movl    80(%esp), %edx
        cmpb    $0, 61(%esp)                    # x87_results: at most one
        je      .Lreturn
        fldt    152(%esp)
        jmp     .Lreturn
        .cfi_endproc
        .size   thunkEntry, .-thunkEntry

        .section .note.GNU-stack, "", @progbits
