/* boot.S: the entry point of the process (System V psABI x86-64, 3.4.1) and of the Rail program. */

        .section .note.GNU-stack, "", @progbits

        .section .text._start, "ax", @progbits
        .globl  _start
        .type   _start, @function
/* The stack pointer is the address of argc; rail_start does not return. */
_start:
        xorl    %ebp, %ebp
        movq    %rsp, %rdi
        andq    $-16, %rsp
        call    rail_start
        ud2
        .size   _start, . - _start
