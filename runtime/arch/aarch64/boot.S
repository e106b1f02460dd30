/* boot.S: the entry point of the process (Linux: the stack pointer is the address of argc, a
 * multiple of 16) and of the Rail program. */

        .cfi_sections .debug_frame
        .section .note.GNU-stack, "", %progbits

        .section .text._start, "ax", %progbits
        .globl  _start
        .type   _start, %function
        .p2align 2
/* rail_start does not return. */
_start:
        .cfi_startproc
        .cfi_undefined x30
        mov     x29, #0
        mov     x30, #0
        mov     x0, sp
        bl      rail_start
        udf     #0
        .cfi_endproc
        .size   _start, . - _start
