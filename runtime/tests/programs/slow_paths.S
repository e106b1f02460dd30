/* The rail_slow_* stubs keep every register, and collections in them update those that hold
 * values. */
#include "program.inc"

        begin
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   3
        leaq    left(%rip), %rsi
        leaq    right(%rip), %rdx
        leaq    rail_add(%rip), %rax
        call    rail_call_c
        entry   3
        /* Two copies of the fresh string, in rbx (3) and r13 (13), and one in the frame. */
        movq    %rax, %rbx
        movq    %rax, %r13
        movq    %rax, 8(%rsp)
        movq    $123, %rcx
        movq    $456, %rsi
        movq    $789, %r12
        movl    $77, %eax
        cvtsi2sd %rax, %xmm0
        movl    $88, %eax
        cvtsi2sd %rax, %xmm14
        movq    $99, %rax
        movq    %rbx, RAIL_THREAD_SCRATCH(%r15)
        movq    %rbx, RAIL_THREAD_SCRATCH + 8(%r15)
        call_slow add, 3, 1 << 1, (1 << 3 | 1 << 13)
        cmpq    %rbx, %r13
        jne     fail
        cmpq    %rbx, 8(%rsp)
        jne     fail
        cmpq    $123, %rcx
        jne     fail
        cmpq    $456, %rsi
        jne     fail
        cmpq    $789, %r12
        jne     fail
        cmpq    $99, %rax
        jne     fail
        cvttsd2si %xmm0, %rax
        cmpq    $77, %rax
        jne     fail
        cvttsd2si %xmm14, %rax
        cmpq    $88, %rax
        jne     fail
        movq    %rbx, 0(%rsp)
        movq    RAIL_THREAD_SCRATCH(%r15), %rsi
        call_c  rail_print, 3, 1
        movq    0(%rsp), %rsi
        call_c  rail_print, 3
        movl    $INT(0), %eax
        leave   3
        ret
fail:   ud2
        string  left, "left "
        string  right, "right "
        finish
