/* boot.S: entry points of the process (Linux: the stack pointer is the address of argc, a multiple of
 * 16). The linker begins at the one that does no more than the program needs; see rail/abi.h. */

        .cfi_sections .debug_frame
        .section .note.GNU-stack, "", %progbits

.macro entry name
        .section .text.\name, "ax", %progbits
        .globl  \name
        .type   \name, %function
        .p2align 2
\name:
        .cfi_startproc
        .cfi_undefined x30              /* nothing called this */
        mov     x29, #0
        mov     x30, #0
.endm

.macro end name
        .cfi_endproc
        .size   \name, . - \name
.endm

/* rail_start does not return. */
        entry   _start
        mov     x0, sp
        bl      rail_start
        udf     #0
        end     _start

        entry   rail_start_known
        bl      rail_write_known_output
        b       rail_start_bare
        end     rail_start_known

/* The exit status is the value of main if that is an int, else 0. The kernel takes 8 bits of it. */
        .set    SYSCALL_EXIT_GROUP, 94
        entry   rail_start_bare
        bl      rail_main
        lsr     x1, x0, #1
        tst     x0, #1
        csel    x0, x1, xzr, ne
        mov     x8, #SYSCALL_EXIT_GROUP
        svc     #0
        end     rail_start_bare
