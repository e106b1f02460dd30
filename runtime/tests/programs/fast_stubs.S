/* The stubs that do some operations themselves give what the C functions give, arithmetic for all
 * pairs of floats and ints, equality for all pairs of values; and they keep registers. */
#include "program.inc"

        begin
        .section .data.rel.operands, "aw", @progbits
        .p2align 3
operands:
        .quad   INT(0), INT(3), INT(-7), zero, half, nan, large
numbers_end:
        .quad   RAIL_NIL, RAIL_NULL, (5 << RAIL_NULLARY_SHIFT) | RAIL_NULLARY
        .quad   empty, short, short_copy, other, seven, eight, eight_copy, eight_other, pair
operands_end:
        .p2align 3
        .quad   2 << RAIL_WORDS_SHIFT | 2 << RAIL_AUX_SHIFT | RAIL_KIND_TUPLE
pair:   .quad   INT(1), short
.macro float label, value
        .p2align 3
        .quad   1 << RAIL_WORDS_SHIFT | RAIL_KIND_FLOAT
\label: .double \value
.endm
        float   zero, -0.0
        float   half, 0.5
        float   large, 1e300
        .p2align 3
        .quad   1 << RAIL_WORDS_SHIFT | RAIL_KIND_FLOAT
nan:    .quad   0x7ff8000000000000
        string  empty, ""
        string  short, "abc"
        string  short_copy, "abc"
        string  other, "abd"
        string  seven, "abcdefg"
        string  eight, "abcdefgh"
        string  eight_copy, "abcdefgh"
        string  eight_other, "abcdefgx"
        .section .text.program

/* Does an operation on the current pair both ways. */
.macro compare operation
        movq    0(%rsp), %rax
        movq    (%rax), %rax
        movq    %rax, RAIL_THREAD_SCRATCH(%r15)
        movq    8(%rsp), %rcx
        movq    (%rcx), %rcx
        movq    %rcx, RAIL_THREAD_SCRATCH + 8(%r15)
        movabsq $0x4045000000000000, %rdx               /* 42.0 */
        movq    %rdx, %xmm14
        movq    %rax, %rdx
        call_slow \operation, 5
        cmpq    %rax, %rdx
        jne     fail
        movq    %xmm14, %rdx
        shrq    $48, %rdx
        cmpq    $0x4045, %rdx
        jne     fail
        movq    RAIL_THREAD_SCRATCH(%r15), %rdx
        movq    %rdx, 16(%rsp)
        movq    %rax, %rsi
        movq    %rcx, %rdx
        call_c  rail_\operation, 5, 1 << 2
        movq    16(%rsp), %rdx
        call    check
.endm

/* Words of the frame: addresses of the operands in the table, result of the stub. */
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   5
        leaq    operands(%rip), %rax
        movq    %rax, 0(%rsp)
outer:  leaq    operands(%rip), %rax
        movq    %rax, 8(%rsp)
inner:
        compare add
        compare subtract
        compare multiply
        compare less
        compare greater
        compare less_equal
        compare greater_equal
        movq    8(%rsp), %rax
        cmpq    $INT(0), (%rax)                         /* division by the int 0 raises */
        je      1f
        compare divide
1:
        addq    $8, 8(%rsp)
        leaq    numbers_end(%rip), %rax
        cmpq    %rax, 8(%rsp)
        jb      inner
        addq    $8, 0(%rsp)
        cmpq    %rax, 0(%rsp)
        jb      outer
        leaq    operands(%rip), %rax
        movq    %rax, 0(%rsp)
equality_outer:
        leaq    operands(%rip), %rax
        movq    %rax, 8(%rsp)
equality_inner:
        compare equal
        compare not_equal
        addq    $8, 8(%rsp)
        leaq    operands_end(%rip), %rax
        cmpq    %rax, 8(%rsp)
        jb      equality_inner
        addq    $8, 0(%rsp)
        cmpq    %rax, 0(%rsp)
        jb      equality_outer
        leaq    success(%rip), %rsi
        call_c  rail_print, 5
        movl    $INT(0), %eax
        leave   5
        ret
fail:   ud2
        string  success, "equal"

/* The words in rax and rdx are equal, or floats with the same bits. */
        function check
        cmpq    %rax, %rdx
        je      1f
        testq   $7, %rax
        jnz     fail
        testq   $7, %rdx
        jnz     fail
        movq    (%rax), %rcx
        cmpq    %rcx, (%rdx)
        jne     fail
1:      ret
        finish
