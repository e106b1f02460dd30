/* boot.S: the entry point of the process (System V psABI x86-64, 3.4.1) and of the Rail program. */

        .section .note.GNU-stack, "", @progbits
        .cfi_sections .debug_frame

        .section .text._start, "ax", @progbits
        .globl  _start
        .type   _start, @function
/* The stack pointer is the address of argc; rail_start does not return. */
_start:
        .cfi_startproc
        .cfi_undefined %rip             /* nothing called this */
        xorl    %ebp, %ebp
        movq    %rsp, %rdi
        andq    $-16, %rsp
        call    rail_start
        ud2
        .cfi_endproc
        .size   _start, . - _start
