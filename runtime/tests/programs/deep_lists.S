/* Deep recursion that allocates on the way down and on the way up, through many collections: build
 * n makes the list [n, n - 1 .. 1] with a frame for each element that keeps a fresh pair, and sum
 * adds it up. Inline allocation, its slow path, stack maps and stack markers work together. */
#include "program.inc"

#define DEPTH 20000

        begin
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   1
        movl    $INT(DEPTH), %esi
        call_rail build, 1, 0, POSITION(1, 1)
        movq    %rax, %rsi
        call_rail sum, 1, 0, POSITION(2, 1)
        movq    %rax, %rsi
        call_c  rail_print, 1
        movl    $INT(DEPTH), %esi
        movq    %rsi, 0(%rsp)
        leaq    failing(%rip), %rsi
        leaq    handler(%rip), %rdx
        call_rail rail_try, 1, 1, POSITION(3, 1)
        movq    %rax, %rsi
        call_c  rail_print, 1, 0, POSITION(4, 1)
        movl    $INT(0), %eax
        leave   1
        ret
        closure failing, failing_code, 1
        closure handler, handler_code, 1

/* Allocates `words` payload words: r11 becomes the address of the header. */
.macro allocate words, frame, slots
        leaq    (%r14), %r11
        addq    $8 * (\words + 1), %r14
        cmpq    RAIL_THREAD_ALLOCATION_LIMIT(%r15), %r14
        jbe     .Ldone\@
        movq    $8 * (\words + 1), RAIL_THREAD_SCRATCH(%r15)
        call_slow allocate, \frame, \slots, 1 << 6
        movq    RAIL_THREAD_SCRATCH(%r15), %r11
.Ldone\@:
.endm

/* build n: a pair (n, n) is made first and survives in word 0; word 1 is n. The list of the rest
 * is in rsi (register 6, in the map) when the cell is allocated. */
        function build
        cmpq    RAIL_THREAD_STACK_LIMIT(%r15), %rsp
        jb      rail_slow_stack
        enter   3
        cmpq    $INT(0), %rsi
        jne     2f
        movl    $RAIL_NIL, %eax
        leave   3
        ret
2:      movq    %rsi, 8(%rsp)
        movq    $RAIL_NIL, 0(%rsp)
        allocate 2, 3, 0
        movabsq $(2 << RAIL_WORDS_SHIFT | 2 << RAIL_AUX_SHIFT | RAIL_KIND_TUPLE), %rax
        movq    %rax, (%r11)
        movq    8(%rsp), %rax
        movq    %rax, 8(%r11)
        movq    %rax, 16(%r11)
        addq    $8, %r11
        movq    %r11, 0(%rsp)
        leaq    -2(%rax), %rsi
        call_rail build, 3, 1, POSITION(9, 5)
        movq    %rax, %rsi
        allocate 2, 3, 1
        movabsq $(2 << RAIL_WORDS_SHIFT | RAIL_KIND_CONS), %rax
        movq    %rax, (%r11)
        movq    0(%rsp), %rax
        movq    (%rax), %rdx
        cmpq    8(%rax), %rdx
        jne     3f
        movq    %rdx, 8(%r11)
        movq    %rsi, 16(%r11)
        leaq    8(%r11), %rax
        leave   3
        ret
3:      ud2

        function sum
        movl    $INT(0), %eax
1:      cmpq    $RAIL_NIL, %rsi
        je      2f
        addq    (%rsi), %rax
        decq    %rax
        movq    8(%rsi), %rsi
        jmp     1b
2:      ret

/* Builds a list so deep that the stack is exhausted, from inside of a try. */
        function failing_code
        enter   1
        movabsq $INT(1 << 40), %rsi
        call_rail build, 1, 0, POSITION(10, 5)
        ud2

        function handler_code
        movq    %rsi, %rax
        ret
        finish
