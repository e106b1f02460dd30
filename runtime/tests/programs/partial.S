/* rail_partial_enter puts stored arguments before the incoming ones, in registers and beyond. */
#include "program.inc"

        begin
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   1
        leaq    two_of_three(%rip), %r10
        movl    $INT(3), %esi
        call    *(%r10)
        entry   1
        movq    %rax, %rsi
        call_c  rail_print, 1
        leaq    one_of_six(%rip), %r10
        movl    $INT(2), %esi
        movl    $INT(3), %edx
        movl    $INT(4), %ecx
        movl    $INT(5), %r8d
        movl    $INT(6), %r9d
        call    *(%r10)
        entry   1
        movq    %rax, %rsi
        call_c  rail_print, 1
        leaq    five_of_nine(%rip), %r10
        movl    $INT(6), %esi
        movl    $INT(7), %edx
        movl    $INT(8), %ecx
        movl    $INT(9), %r8d
        call    *(%r10)
        entry   1
        movq    %rax, %rsi
        call_c  rail_print, 1
        leaq    one_of_nine(%rip), %r10
        movl    $INT(2), %esi
        movl    $INT(3), %edx
        movl    $INT(4), %ecx
        movl    $INT(5), %r8d
        movl    $INT(6), %r9d
        movl    $INT(7), %edi
        movq    $INT(8), RAIL_THREAD_ARGUMENTS + 48(%r15)
        movq    $INT(9), RAIL_THREAD_ARGUMENTS + 56(%r15)
        call    *(%r10)
        entry   1
        movq    %rax, %rsi
        call_c  rail_print, 1
        movl    $INT(0), %eax
        leave   1
        ret
        closure digits3, digits3_code, 3
        closure digits6, digits6_code, 6
        closure digits9, digits9_code, 9

.macro partial label, remaining, function, stored:vararg
        .section .data.closures
        .p2align 3
        .quad   (.Lpartial_end\@ - \label) / 8 << RAIL_WORDS_SHIFT | \remaining << RAIL_AUX_SHIFT | RAIL_KIND_CLOSURE
\label: .quad   rail_partial_enter, \function, \stored
.Lpartial_end\@:
        .section .text.program
.endm
        partial two_of_three, 1, digits3, INT(1), INT(2)
        partial one_of_six, 5, digits6, INT(1)
        partial five_of_nine, 4, digits9, INT(1), INT(2), INT(3), INT(4), INT(5)
        partial one_of_nine, 8, digits9, INT(1)

/* Appends the digit in a register to the raw decimal number in rax. */
.macro digit register
        sarq    $1, \register
        imulq   $10, %rax
        addq    \register, %rax
.endm

.macro result
        leaq    1(%rax, %rax), %rax
        ret
.endm

        function digits3_code
        xorl    %eax, %eax
        digit   %rsi
        digit   %rdx
        digit   %rcx
        result

        function digits6_code
        xorl    %eax, %eax
        digit   %rsi
        digit   %rdx
        digit   %rcx
        digit   %r8
        digit   %r9
        digit   %rdi
        result

        function digits9_code
        xorl    %eax, %eax
        digit   %rsi
        digit   %rdx
        digit   %rcx
        digit   %r8
        digit   %r9
        digit   %rdi
        .irp    index, 6, 7, 8
        movq    RAIL_THREAD_ARGUMENTS + 8 * \index(%r15), %rbx
        digit   %rbx
        .endr
        result
        finish
