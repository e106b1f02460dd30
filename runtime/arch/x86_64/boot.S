/* boot.S: entry points of the process (System V psABI x86-64, 3.4.1). The linker begins at the one
 * that does no more than the program needs; see rail/abi.h. The stack pointer is a multiple of 16. */
#include "rail/abi.h"

        .section .note.GNU-stack, "", @progbits
        .cfi_sections .debug_frame

.macro entry name
        .section .text.\name, "ax", @progbits
        .globl  \name
        .type   \name, @function
\name:
        .cfi_startproc
        .cfi_undefined %rip             /* nothing called this */
        xorl    %ebp, %ebp
.endm

.macro end name
        .cfi_endproc
        .size   \name, . - \name
.endm

/* The stack pointer is the address of argc; rail_start does not return. */
        entry   _start
        movq    %rsp, %rdi
        call    rail_start
        ud2
        end     _start

        entry   rail_start_known
        call    rail_write_known_output
        jmp     rail_start_bare
        end     rail_start_known

/* The exit status is the value of main if that is an int, else 0. The kernel takes 8 bits of it. */
        .set    SYSCALL_EXIT_GROUP, 231
        entry   rail_start_bare
        call    rail_main
        xorl    %edi, %edi
        testb   $1, %al
        jz      1f
        shrl    $1, %eax
        movl    %eax, %edi
1:      movl    $SYSCALL_EXIT_GROUP, %eax
        syscall
        end     rail_start_bare
