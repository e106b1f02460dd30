/* entry.S: transitions between compiled Rail code and C; see rail/abi.h for the contracts.
 *
 * In Rail code r15 is the thread state and r14 the allocation pointer; both are preserved by C
 * (System V psABI x86-64, 3.2.1), so only the copy of r14 in the thread state has to be kept up to
 * date. Every entry point stands in a section of its own so that the linker drops unused ones.
 *
 * The .cfi directives tell debuggers how to find the caller; they do not end up in memory. */

#include "rail/abi.h"
#include "thread_offsets.h"

        .section .note.GNU-stack, "", @progbits
        .cfi_sections .debug_frame

.macro function name
        .section .text.\name, "ax", @progbits
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .cfi_startproc
.endm

.macro end name
        .cfi_endproc
        .size   \name, . - \name
.endm

/* Changes the stack pointer for an object of `bytes` bytes; a negative number removes it. */
.macro grow bytes
        .if     \bytes > 0
        subq    $\bytes, %rsp
        .else
        addq    $-(\bytes), %rsp
        .endif
        .cfi_adjust_cfa_offset \bytes
.endm

/* void rail_enter(struct rail_thread *thread, void *stack): runs rail_main on `stack`, whose
 * address is a multiple of 16; does not return. rail_enter_return is where stack walks end. */
        function rail_enter
        movq    %rdi, %r15
        movq    %rsi, %rsp
        .cfi_def_cfa_offset 0
        .cfi_undefined %rip
        movq    RAIL_THREAD_ALLOCATION_POINTER(%r15), %r14
        call    rail_main
        .globl  rail_enter_return
rail_enter_return:
        movq    %r14, RAIL_THREAD_ALLOCATION_POINTER(%r15)
        movq    %r15, %rdi
        movq    %rax, %rsi
        call    rail_finish
        ud2
        end     rail_enter

/* Rail arguments 1 to 5 are where C expects its parameters 2 to 6. */
        function rail_call_c
        movq    %r14, RAIL_THREAD_ALLOCATION_POINTER(%r15)
        movq    %rsp, RAIL_THREAD_FRAME(%r15)
        movq    %r15, %rdi
        grow    8
        call    *%rax
        grow    -8
        movq    RAIL_THREAD_ALLOCATION_POINTER(%r15), %r14
        ret
        end     rail_call_c

/* Body of the rail_slow_* stubs: r11 is the address of the C function. Builds a struct
 * rail_registers_x86_64 on the stack, where a collection updates it. r11, r14, r15 and the stack
 * pointer are not restored from there. */
        .set    save_size, 256 + 8
        function rail_slow_common
        grow    save_size
        movq    %rax, 0(%rsp)
        leaq    128(%rsp), %rax                 /* in reach of short displacements */
        movq    %rcx, 8 - 128(%rax)
        movq    %rdx, 16 - 128(%rax)
        movq    %rbx, 24 - 128(%rax)
        movq    %rbp, 40 - 128(%rax)
        movq    %rsi, 48 - 128(%rax)
        movq    %rdi, 56 - 128(%rax)
        movq    %r8, 64 - 128(%rax)
        movq    %r9, 72 - 128(%rax)
        movq    %r10, 80 - 128(%rax)
        movq    %r12, 96 - 128(%rax)
        movq    %r13, 104 - 128(%rax)
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movsd   %xmm\n, 8 * \n(%rax)
        .endr
        leaq    save_size(%rsp), %rax
        movq    %rax, RAIL_THREAD_FRAME(%r15)
        movq    %rsp, RAIL_THREAD_REGISTERS(%r15)
        movq    %r14, RAIL_THREAD_ALLOCATION_POINTER(%r15)
        movq    %r15, %rdi
        movq    RAIL_THREAD_SCRATCH(%r15), %rsi
        movq    RAIL_THREAD_SCRATCH + 8(%r15), %rdx
        movq    RAIL_THREAD_SCRATCH + 16(%r15), %rcx
        call    *%r11
        movq    %rax, RAIL_THREAD_SCRATCH(%r15)
        movq    RAIL_THREAD_ALLOCATION_POINTER(%r15), %r14
        leaq    128(%rsp), %rax
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movsd   8 * \n(%rax), %xmm\n
        .endr
        movq    104 - 128(%rax), %r13
        movq    96 - 128(%rax), %r12
        movq    80 - 128(%rax), %r10
        movq    72 - 128(%rax), %r9
        movq    64 - 128(%rax), %r8
        movq    56 - 128(%rax), %rdi
        movq    48 - 128(%rax), %rsi
        movq    40 - 128(%rax), %rbp
        movq    24 - 128(%rax), %rbx
        movq    16 - 128(%rax), %rdx
        movq    8 - 128(%rax), %rcx
        movq    0(%rsp), %rax
        grow    -save_size
        ret
        end     rail_slow_common

.macro slow name
        function rail_slow_\name
        leaq    rail_\name(%rip), %r11
        jmp     rail_slow_common
        end     rail_slow_\name
.endm

        slow    allocate
        slow    remainder
        slow    negate
        slow    head
        slow    tail
        slow    arr_get
        slow    arr_set
        slow    arr_len
        slow    bit_and
        slow    bit_or
        slow    bit_xor

/* Jumped to: the stack pointer is the address of the caller's return address. */
        function rail_slow_stack
        movq    %r14, RAIL_THREAD_ALLOCATION_POINTER(%r15)
        movq    %rsp, RAIL_THREAD_FRAME(%r15)
        movq    %r15, %rdi
        grow    8
        call    rail_stack
        ud2
        end     rail_slow_stack

/* Write barriers: objects in the nursery, the most frequent, need not be remembered. */
.macro barrier name
        function rail_slow_\name
        movq    RAIL_THREAD_SCRATCH(%r15), %r11
        subq    RAIL_THREAD_NURSERY_FIRST(%r15), %r11
        cmpq    $RAIL_NURSERY_RESERVED, %r11
        jae     1f
        ret
1:      leaq    rail_\name(%rip), %r11
        jmp     rail_slow_common
        end     rail_slow_\name
.endm

        barrier remember
        barrier remember_element

/* Loads the operands of a binary operation into xmm15 and xmm14 if they are two floats or a float
 * and an int, and there is room for a float in the nursery; else sets the carry flag. xmm14 is kept
 * in scratch[2]. */
        function rail_float_operands
        leaq    16(%r14), %r11
        cmpq    RAIL_THREAD_ALLOCATION_LIMIT(%r15), %r11
        ja      4f
        movq    %rax, RAIL_THREAD_SCRATCH + 24(%r15)
        movsd   %xmm14, RAIL_THREAD_SCRATCH + 16(%r15)
        movq    RAIL_THREAD_SCRATCH(%r15), %rax
        movq    RAIL_THREAD_SCRATCH + 8(%r15), %r11
        testb   $7, %al
        jnz     1f
        cmpb    $RAIL_KIND_FLOAT, -8(%rax)
        jne     3f
        movsd   (%rax), %xmm15
        testb   $7, %r11b
        jnz     2f
        cmpb    $RAIL_KIND_FLOAT, -8(%r11)
        jne     3f
        movsd   (%r11), %xmm14
        movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        clc
        ret
1:      testb   $1, %al                         /* an int and a float */
        jz      3f
        testb   $7, %r11b
        jnz     3f
        cmpb    $RAIL_KIND_FLOAT, -8(%r11)
        jne     3f
        sarq    $1, %rax
        xorps   %xmm15, %xmm15
        cvtsi2sdq %rax, %xmm15
        movsd   (%r11), %xmm14
        movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        clc
        ret
2:      testb   $1, %r11b                       /* a float and an int */
        jz      3f
        sarq    $1, %r11
        xorps   %xmm14, %xmm14
        cvtsi2sdq %r11, %xmm14
        movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        clc
        ret
3:      movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
4:      stc
        ret
        end     rail_float_operands

/* Cold paths that floats take often are dealt with here; everything else goes to C. */
.macro arithmetic name, instruction
        function rail_slow_\name
        call    rail_float_operands
        jc      1f
        \instruction %xmm14, %xmm15
        movsd   RAIL_THREAD_SCRATCH + 16(%r15), %xmm14
        movabsq $(1 << RAIL_WORDS_SHIFT | RAIL_KIND_FLOAT), %r11
        movq    %r11, (%r14)
        movsd   %xmm15, 8(%r14)
        leaq    8(%r14), %r11
        movq    %r11, RAIL_THREAD_SCRATCH(%r15)
        addq    $16, %r14
        ret
1:      leaq    rail_\name(%rip), %r11
        jmp     rail_slow_common
        end     rail_slow_\name
.endm

        arithmetic add, addsd
        arithmetic subtract, subsd
        arithmetic multiply, mulsd
        arithmetic divide, divsd

/* `condition` is one that does not hold for NaN, between `left` and `right` in the order given. */
.macro comparison name, left, right, condition
        function rail_slow_\name
        call    rail_float_operands
        jc      1f
        ucomisd \right, \left
        set\condition %r11b
        movsd   RAIL_THREAD_SCRATCH + 16(%r15), %xmm14
        movzbl  %r11b, %r11d
        leaq    1(%r11, %r11), %r11
        movq    %r11, RAIL_THREAD_SCRATCH(%r15)
        ret
1:      leaq    rail_\name(%rip), %r11
        jmp     rail_slow_common
        end     rail_slow_\name
.endm

        comparison less, %xmm14, %xmm15, a
        comparison greater, %xmm15, %xmm14, a
        comparison less_equal, %xmm14, %xmm15, ae
        comparison greater_equal, %xmm15, %xmm14, ae
/* Equality with [], null, unit or a nullary constructor is identity; strings of different lengths
 * differ, and those shorter than 8 bytes are one word. */
.macro equality name, same, different
        function rail_slow_\name
        movq    %rax, RAIL_THREAD_SCRATCH + 24(%r15)
        movq    RAIL_THREAD_SCRATCH(%r15), %rax
        movq    RAIL_THREAD_SCRATCH + 8(%r15), %r11
        testb   $1, %al
        jnz     4f
        testb   $2, %al
        jnz     1f
        testb   $1, %r11b
        jnz     4f
        testb   $2, %r11b
        jnz     1f
        movq    -8(%rax), %rax
        cmpb    $RAIL_KIND_STRING, %al
        jne     4f
        cmpq    -8(%r11), %rax
        jne     3f
        cmpq    $(8 << RAIL_LENGTH_SHIFT), %rax
        jae     4f
        movq    RAIL_THREAD_SCRATCH(%r15), %rax
        movq    (%rax), %rax
        cmpq    (%r11), %rax
        jmp     2f
1:      cmpq    %r11, %rax
2:      jne     3f
        movq    $\same, RAIL_THREAD_SCRATCH(%r15)
        movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        ret
3:      movq    $\different, RAIL_THREAD_SCRATCH(%r15)
        movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        ret
4:      movq    RAIL_THREAD_SCRATCH + 24(%r15), %rax
        leaq    rail_\name(%rip), %r11
        jmp     rail_slow_common
        end     rail_slow_\name
.endm

        equality equal, 3, 1
        equality not_equal, 1, 3

/* rail_try: body in rsi, handler in rdx. Its frame is a struct rail_handler (thread.h): the function
 * that goes on with it, the enclosing handler, and the handler's closure, which is a root. */
        function rail_try
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        pushq   RAIL_THREAD_HANDLER(%r15)
        .cfi_adjust_cfa_offset 8
        leaq    rail_catch(%rip), %r11
        pushq   %r11
        .cfi_adjust_cfa_offset 8
        movq    %rsp, RAIL_THREAD_HANDLER(%r15)
        movq    %rsi, %r10
        movl    $1, %esi                /* the int 0 */
        call    rail_apply_1
        grow    -8
        popq    RAIL_THREAD_HANDLER(%r15)
        .cfi_adjust_cfa_offset -8
        grow    -8
        ret

/* void rail_unwind(struct rail_thread *thread, rail_value message): drops everything down to the
 * innermost rail_try, whose handler it applies to `message` in the place of rail_try's caller. */
        .globl  rail_unwind
rail_unwind:
        movq    %rdi, %r15
        movq    RAIL_THREAD_HANDLER(%r15), %rsp
        .cfi_adjust_cfa_offset 24
        grow    -8
        popq    RAIL_THREAD_HANDLER(%r15)
        .cfi_adjust_cfa_offset -8
        popq    %r10
        .cfi_adjust_cfa_offset -8
        movq    RAIL_THREAD_ALLOCATION_POINTER(%r15), %r14
        jmp     rail_apply_1
        end     rail_try

/* Where frames return to whose return address is replaced by a stack marker (stack.h): takes the
 * youngest marker away and goes on at the address that it keeps. The result of the returning
 * function is in rax or xmm0.
 *
 * To a debugger this is the caller of the returning function, with an empty frame, whose own caller
 * it finds as the collector does: it goes through the markers from the youngest to the one whose
 * slot is the word below the frame. (DWARF 4, section 2.5; the canonical frame address is on the
 * stack of the expression. RAIL_THREAD_MARKERS is written as a LEB128 number of two bytes.) Debuggers
 * look up the instruction before a return address, which therefore must be one. */
        function rail_marker
        .cfi_def_cfa_offset 0
        .cfi_escape 0x16, 16, 19        /* DW_CFA_val_expression: the return address is */
        .cfi_escape 0x38, 0x1c          /* lit8, minus: the slot */
        .cfi_escape 0x7f, RAIL_THREAD_MARKERS & 0x7f | 0x80, RAIL_THREAD_MARKERS >> 7, 0x06
        .cfi_escape 0x30 + RAIL_MARKER_SIZE, 0x1c, 0x12, 0x06   /* breg15, deref; lit, minus, dup, deref */
        .cfi_escape 0x15, 2, 0x2e, 0x28, 0xf6, 0xff     /* pick, ne, bra: back to lit */
        .cfi_escape 0x23, RAIL_MARKER_RETURN, 0x06      /* plus_uconst, deref */
        nop
        .globl  rail_marker_return
rail_marker_return:
        movq    RAIL_THREAD_MARKERS(%r15), %r11
        subq    $RAIL_MARKER_SIZE, %r11
        .cfi_escape 0x16, 16, 3, 0x7b, RAIL_MARKER_RETURN, 0x06 /* breg11, deref */
        movq    %r11, RAIL_THREAD_MARKERS(%r15)
        movq    RAIL_MARKER_RETURN(%r11), %r11
        .cfi_register %rip, %r11
        jmp     *%r11
        end     rail_marker

/* The closure in r10 is {rail_partial_enter, function, a1 .. ak}. With up to six arguments in all,
 * the incoming ones move from register to register once per stored one; else through
 * rail_thread.arguments. */
        function rail_partial_enter
        movq    -8(%r10), %rax
        movq    %rax, %r11
        shrq    $RAIL_WORDS_SHIFT, %r11         /* k + 2 */
        movl    %eax, %eax
        shrl    $RAIL_AUX_SHIFT, %eax           /* number of incoming arguments */
        leaq    -2(%rax, %r11), %rax            /* number of arguments in all */
        cmpq    $RAIL_X86_64_ARGUMENT_REGISTERS, %rax
        ja      2f
1:      movq    %r9, %rdi
        movq    %r8, %r9
        movq    %rcx, %r8
        movq    %rdx, %rcx
        movq    %rsi, %rdx
        movq    -8(%r10, %r11, 8), %rsi         /* the last stored argument not yet placed */
        decq    %r11
        cmpq    $2, %r11
        ja      1b
        movq    8(%r10), %r10
        jmp     *(%r10)

2:      leaq    RAIL_THREAD_ARGUMENTS(%r15), %rbx
        movq    %rsi, 0(%rbx)
        movq    %rdx, 8(%rbx)
        movq    %rcx, 16(%rbx)
        movq    %r8, 24(%rbx)
        movq    %r9, 32(%rbx)
        movq    %rdi, 40(%rbx)
        subq    $2, %r11                        /* k */
        subq    %r11, %rax
        leaq    (%rbx, %r11, 8), %rbp
3:      decq    %rax                            /* incoming arguments, the last one first */
        js      4f
        movq    (%rbx, %rax, 8), %r12
        movq    %r12, (%rbp, %rax, 8)
        jmp     3b
4:      decq    %r11                            /* stored arguments */
        js      5f
        movq    16(%r10, %r11, 8), %r12
        movq    %r12, (%rbx, %r11, 8)
        jmp     4b
5:      movq    0(%rbx), %rsi
        movq    8(%rbx), %rdx
        movq    16(%rbx), %rcx
        movq    24(%rbx), %r8
        movq    32(%rbx), %r9
        movq    40(%rbx), %rdi
        movq    8(%r10), %r10
        jmp     *(%r10)
        end     rail_partial_enter
