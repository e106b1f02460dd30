/* entry.S: transitions between compiled Rail code and C; see rail/abi.h for the contracts.
 *
 * In Rail code x28 is the thread state, x27 the allocation pointer and x29 the stack limit, which
 * never changes; all are preserved by C (AAPCS64, 6.1.1), so only the copy of x27 in the thread
 * state has to be kept up to date. Frames
 * look as on x86-64: the return address is the word just below the stack pointer of the caller,
 * so whoever has a frame stores x30 in its last word. Every entry point stands in a section of its
 * own so that the linker drops unused ones. */

#include "rail/abi.h"
#include "thread_offsets.h"

        .cfi_sections .debug_frame
        .section .note.GNU-stack, "", %progbits

.macro function name
        .section .text.\name, "ax", %progbits
        .globl  \name
        .type   \name, %function
        .p2align 2
\name:
        .cfi_startproc
.endm

.macro end name
        .cfi_endproc
        .size   \name, . - \name
.endm

/* The address of a symbol, anywhere. */
.macro address register, symbol
        adrp    \register, \symbol
        add     \register, \register, :lo12:\symbol
.endm

/* void rail_enter(struct rail_thread *thread, void *stack): runs rail_main on `stack`, whose
 * address is a multiple of 16; does not return. rail_enter_return is where stack walks end. */
        function rail_enter
        .cfi_undefined x30
        mov     x28, x0
        mov     sp, x1
        ldr     x29, [x28, #RAIL_THREAD_STACK_LIMIT]
        ldr     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        bl      rail_main
        .globl  rail_enter_return
rail_enter_return:
        str     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        mov     x1, x0
        mov     x0, x28
        bl      rail_finish
        udf     #0
        end     rail_enter

/* Rail arguments 1 to 5 are where C expects its parameters 2 to 6. */
        function rail_call_c
        stp     x29, x30, [sp, #-16]!
        .cfi_def_cfa_offset 16
        .cfi_offset x30, -8
        add     x17, sp, #8
        str     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        str     x17, [x28, #RAIL_THREAD_FRAME]
        mov     x0, x28
        blr     x16
        ldr     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        ldp     x29, x30, [sp], #16
        .cfi_def_cfa_offset 0
        .cfi_restore x30
        ret
        end     rail_call_c

/* Body of the rail_slow_* stubs: x16 is the address of the C function. Builds a struct
 * rail_registers_aarch64 on the stack, where a collection updates the general registers. x16, x17,
 * x27 to x30 and v31 are not restored from there; v8 to v15 are preserved by C. */
        .set    save_floats, 256
        .set    save_link, 512 + 8
        .set    save_size, 512 + 16
        function rail_slow_common
        sub     sp, sp, #save_size
        .cfi_def_cfa_offset save_size
        str     x30, [sp, #save_link]
        .cfi_offset x30, -8
        stp     x0, x1, [sp, #0]
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        str     x26, [sp, #208]
        stp     d0, d1, [sp, #save_floats]
        stp     d2, d3, [sp, #save_floats + 16]
        stp     d4, d5, [sp, #save_floats + 32]
        stp     d6, d7, [sp, #save_floats + 48]
        stp     d16, d17, [sp, #save_floats + 128]
        stp     d18, d19, [sp, #save_floats + 144]
        stp     d20, d21, [sp, #save_floats + 160]
        stp     d22, d23, [sp, #save_floats + 176]
        stp     d24, d25, [sp, #save_floats + 192]
        stp     d26, d27, [sp, #save_floats + 208]
        stp     d28, d29, [sp, #save_floats + 224]
        str     d30, [sp, #save_floats + 240]
        add     x17, sp, #save_link
        str     x17, [x28, #RAIL_THREAD_FRAME]
        mov     x17, sp
        str     x17, [x28, #RAIL_THREAD_REGISTERS]
        str     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        mov     x0, x28
        ldp     x1, x2, [x28, #RAIL_THREAD_SCRATCH]
        ldr     x3, [x28, #RAIL_THREAD_SCRATCH + 16]
        blr     x16
        str     x0, [x28, #RAIL_THREAD_SCRATCH]
        ldr     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        ldp     d0, d1, [sp, #save_floats]
        ldp     d2, d3, [sp, #save_floats + 16]
        ldp     d4, d5, [sp, #save_floats + 32]
        ldp     d6, d7, [sp, #save_floats + 48]
        ldp     d16, d17, [sp, #save_floats + 128]
        ldp     d18, d19, [sp, #save_floats + 144]
        ldp     d20, d21, [sp, #save_floats + 160]
        ldp     d22, d23, [sp, #save_floats + 176]
        ldp     d24, d25, [sp, #save_floats + 192]
        ldp     d26, d27, [sp, #save_floats + 208]
        ldp     d28, d29, [sp, #save_floats + 224]
        ldr     d30, [sp, #save_floats + 240]
        ldp     x0, x1, [sp, #0]
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x18, x19, [sp, #144]
        ldp     x20, x21, [sp, #160]
        ldp     x22, x23, [sp, #176]
        ldp     x24, x25, [sp, #192]
        ldr     x26, [sp, #208]
        ldr     x30, [sp, #save_link]
        .cfi_restore x30
        add     sp, sp, #save_size
        .cfi_def_cfa_offset 0
        ret
        end     rail_slow_common

.macro slow name
        function rail_slow_\name
        address x16, rail_\name
        b       rail_slow_common
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

/* Jumped to: x30 is the caller's return address. */
        function rail_slow_stack
        stp     x29, x30, [sp, #-16]!
        .cfi_def_cfa_offset 16
        .cfi_offset x30, -8
        add     x17, sp, #8
        str     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        str     x17, [x28, #RAIL_THREAD_FRAME]
        mov     x0, x28
        bl      rail_stack
        udf     #0
        end     rail_slow_stack

/* Write barriers: objects in the nursery, the most frequent, need not be remembered. */
.macro barrier name
        function rail_slow_\name
        ldr     x16, [x28, #RAIL_THREAD_SCRATCH]
        ldr     x17, [x28, #RAIL_THREAD_NURSERY_FIRST]
        sub     x16, x16, x17
        mov     x17, #RAIL_NURSERY_RESERVED
        cmp     x16, x17
        b.hs    1f
        ret
1:      address x16, rail_\name
        b       rail_slow_common
        end     rail_slow_\name
.endm

        barrier remember
        barrier remember_element

/* Loads the operands of a binary operation into v31 and v30 if they are two floats or a float and
 * an int, and there is room for a float in the nursery; else sets the carry flag. Changes x0; v30
 * is kept in scratch[2], but only if the carry flag is clear. */
        function rail_float_operands
        add     x0, x27, #16
        ldr     x16, [x28, #RAIL_THREAD_ALLOCATION_LIMIT]
        cmp     x0, x16
        b.hi    4f
        ldp     x16, x17, [x28, #RAIL_THREAD_SCRATCH]
        tst     x16, #7
        b.ne    2f
        ldurb   w0, [x16, #-8]
        cmp     w0, #RAIL_KIND_FLOAT
        b.ne    4f
        ldr     d31, [x16]
        tst     x17, #7
        b.ne    3f
        ldurb   w0, [x17, #-8]
        cmp     w0, #RAIL_KIND_FLOAT
        b.ne    4f
1:      str     d30, [x28, #RAIL_THREAD_SCRATCH + 16]
        ldr     d30, [x17]
        cmn     xzr, xzr
        ret
2:      tbz     x16, #0, 4f                     /* an int and a float */
        tst     x17, #7
        b.ne    4f
        ldurb   w0, [x17, #-8]
        cmp     w0, #RAIL_KIND_FLOAT
        b.ne    4f
        asr     x16, x16, #1
        scvtf   d31, x16
        b       1b
3:      tbz     x17, #0, 4f                     /* a float and an int */
        asr     x17, x17, #1
        str     d30, [x28, #RAIL_THREAD_SCRATCH + 16]
        scvtf   d30, x17
        cmn     xzr, xzr
        ret
4:      cmp     xzr, xzr
        ret
        end     rail_float_operands

/* Calls it with all registers kept but x16, x17, v31 and v30. */
.macro float_operands
        stp     x0, x30, [sp, #-16]!
        .cfi_def_cfa_offset 16
        .cfi_offset x30, -8
        bl      rail_float_operands
        ldp     x0, x30, [sp], #16
        .cfi_def_cfa_offset 0
        .cfi_restore x30
.endm

/* Cold paths that floats take often are dealt with here; everything else goes to C. */
.macro arithmetic name, instruction
        function rail_slow_\name
        float_operands
        b.cs    1f
        \instruction d31, d31, d30
        ldr     d30, [x28, #RAIL_THREAD_SCRATCH + 16]
        mov     x16, #RAIL_KIND_FLOAT
        movk    x16, #1, lsl #RAIL_WORDS_SHIFT
        str     x16, [x27]
        str     d31, [x27, #8]
        add     x16, x27, #8
        str     x16, [x28, #RAIL_THREAD_SCRATCH]
        add     x27, x27, #16
        ret
1:      address x16, rail_\name
        b       rail_slow_common
        end     rail_slow_\name
.endm

        arithmetic add, fadd
        arithmetic subtract, fsub
        arithmetic multiply, fmul
        arithmetic divide, fdiv

/* `condition` is one that does not hold for NaN. */
.macro comparison name, condition
        function rail_slow_\name
        float_operands
        b.cs    1f
        fcmp    d31, d30
        ldr     d30, [x28, #RAIL_THREAD_SCRATCH + 16]
        mov     x16, #3
        csinc   x16, x16, xzr, \condition       /* the int 1 or 0 */
        str     x16, [x28, #RAIL_THREAD_SCRATCH]
        ret
1:      address x16, rail_\name
        b       rail_slow_common
        end     rail_slow_\name
.endm

        comparison less, mi
        comparison greater, gt
        comparison less_equal, ls
        comparison greater_equal, ge

/* Equality with [], null, unit or a nullary constructor is identity; strings of different lengths
 * differ, and those shorter than 8 bytes are one word. */
.macro equality name, same, different
        function rail_slow_\name
        ldp     x16, x17, [x28, #RAIL_THREAD_SCRATCH]
        tbnz    x16, #0, 3f
        tbnz    x16, #1, 1f
        tbnz    x17, #0, 3f
        tbnz    x17, #1, 1f
        ldur    x16, [x16, #-8]
        ldur    x17, [x17, #-8]
        eor     x17, x17, x16                   /* how the headers differ */
        and     x16, x16, #0xFF
        cmp     x16, #RAIL_KIND_STRING
        b.ne    3f
        cbnz    x17, 2f
        ldp     x16, x17, [x28, #RAIL_THREAD_SCRATCH]
        ldur    x16, [x16, #-8]
        cmp     x16, #(8 << RAIL_LENGTH_SHIFT)
        b.hs    3f
        ldr     x16, [x28, #RAIL_THREAD_SCRATCH]
        ldr     x16, [x16]
        ldr     x17, [x17]
1:      cmp     x16, x17
        b.ne    2f
        mov     x16, #\same
        str     x16, [x28, #RAIL_THREAD_SCRATCH]
        ret
2:      mov     x16, #\different
        str     x16, [x28, #RAIL_THREAD_SCRATCH]
        ret
3:      address x16, rail_\name
        b       rail_slow_common
        end     rail_slow_\name
.endm

        equality equal, 3, 1
        equality not_equal, 1, 3

/* rail_try: body in x1, handler in x2. Its frame is a struct rail_handler (thread.h): the function
 * that goes on with it, the enclosing handler, and the handler's closure, which is a root; then the
 * return address. */
        function rail_try
        sub     sp, sp, #32
        .cfi_def_cfa_offset 32
        address x16, rail_catch
        ldr     x17, [x28, #RAIL_THREAD_HANDLER]
        stp     x16, x17, [sp]
        stp     x2, x30, [sp, #16]
        .cfi_offset x30, -8
        mov     x16, sp
        str     x16, [x28, #RAIL_THREAD_HANDLER]
        mov     x9, x1
        mov     x1, #1                          /* the int 0 */
        bl      rail_apply_1
        ldr     x16, [sp, #8]
        str     x16, [x28, #RAIL_THREAD_HANDLER]
        ldr     x30, [sp, #24]
        .cfi_restore x30
        add     sp, sp, #32
        .cfi_def_cfa_offset 0
        ret

/* void rail_unwind(struct rail_thread *thread, rail_value message): drops everything down to the
 * innermost rail_try, whose handler it applies to `message` in the place of rail_try's caller. */
        .globl  rail_unwind
rail_unwind:
        mov     x28, x0
        ldr     x29, [x28, #RAIL_THREAD_STACK_LIMIT]
        ldr     x16, [x28, #RAIL_THREAD_HANDLER]
        mov     sp, x16
        .cfi_def_cfa_offset 32
        .cfi_offset x30, -8
        ldp     x17, x9, [sp, #8]
        ldr     x30, [sp, #24]
        .cfi_restore x30
        add     sp, sp, #32
        .cfi_def_cfa_offset 0
        str     x17, [x28, #RAIL_THREAD_HANDLER]
        ldr     x27, [x28, #RAIL_THREAD_ALLOCATION_POINTER]
        b       rail_apply_1
        end     rail_try

/* Where frames return to whose return address is replaced by a stack marker (stack.h): takes the
 * youngest marker away and goes on at the address that it keeps. The result of the returning
 * function is in x0 or v0.
 *
 * To a debugger this is the caller of the returning function, with an empty frame, whose own caller
 * it finds as the collector does: it goes through the markers from the youngest to the one whose
 * slot is the word below the frame. (DWARF 4, section 2.5; the canonical frame address is on the
 * stack of the expression. RAIL_THREAD_MARKERS is written as a LEB128 number of two bytes.) Debuggers
 * look up the instruction before a return address, which therefore must be one. */
        function rail_marker
        .cfi_escape 0x16, 30, 19        /* DW_CFA_val_expression: the return address is */
        .cfi_escape 0x38, 0x1c          /* lit8, minus: the slot */
        .cfi_escape 0x8c, RAIL_THREAD_MARKERS & 0x7f | 0x80, RAIL_THREAD_MARKERS >> 7, 0x06
        .cfi_escape 0x30 + RAIL_MARKER_SIZE, 0x1c, 0x12, 0x06   /* breg28, deref; lit, minus, dup, deref */
        .cfi_escape 0x15, 2, 0x2e, 0x28, 0xf6, 0xff     /* pick, ne, bra: back to lit */
        .cfi_escape 0x23, RAIL_MARKER_RETURN, 0x06      /* plus_uconst, deref */
        nop
        .globl  rail_marker_return
rail_marker_return:
        ldr     x16, [x28, #RAIL_THREAD_MARKERS]
        sub     x16, x16, #RAIL_MARKER_SIZE
        .cfi_escape 0x16, 30, 3, 0x80, RAIL_MARKER_RETURN, 0x06 /* breg16, deref */
        str     x16, [x28, #RAIL_THREAD_MARKERS]
        ldr     x16, [x16, #RAIL_MARKER_RETURN]
        .cfi_register x30, x16
        br      x16
        end     rail_marker

/* The closure in x9 is {rail_partial_enter, function, a1 .. ak}. With up to eight arguments in all,
 * the incoming ones move from register to register once per stored one; else through
 * rail_thread.arguments. */
        function rail_partial_enter
        ldur    x10, [x9, #-8]
        lsr     x11, x10, #RAIL_WORDS_SHIFT     /* k + 2 */
        ubfx    x12, x10, #RAIL_AUX_SHIFT, #(RAIL_WORDS_SHIFT - RAIL_AUX_SHIFT)
        add     x13, x11, x12                   /* number of arguments in all, + 2 */
        cmp     x13, #(RAIL_AARCH64_ARGUMENT_REGISTERS + 2)
        b.hi    2f
        sub     x13, x9, #8
1:      mov     x0, x7
        mov     x7, x6
        mov     x6, x5
        mov     x5, x4
        mov     x4, x3
        mov     x3, x2
        mov     x2, x1
        ldr     x1, [x13, x11, lsl #3]          /* the last stored argument not yet placed */
        sub     x11, x11, #1
        cmp     x11, #2
        b.hi    1b
        ldr     x9, [x9, #8]
        ldr     x16, [x9]
        br      x16

2:      add     x13, x28, #RAIL_THREAD_ARGUMENTS
        stp     x1, x2, [x13, #0]
        stp     x3, x4, [x13, #16]
        stp     x5, x6, [x13, #32]
        stp     x7, x0, [x13, #48]
        sub     x11, x11, #2                    /* k */
        add     x14, x13, x11, lsl #3
3:      subs    x12, x12, #1                    /* incoming arguments, the last one first */
        b.lo    4f
        ldr     x15, [x13, x12, lsl #3]
        str     x15, [x14, x12, lsl #3]
        b       3b
4:      add     x14, x9, #16
5:      subs    x11, x11, #1                    /* stored arguments */
        b.lo    6f
        ldr     x15, [x14, x11, lsl #3]
        str     x15, [x13, x11, lsl #3]
        b       5b
6:      ldp     x1, x2, [x13, #0]
        ldp     x3, x4, [x13, #16]
        ldp     x5, x6, [x13, #32]
        ldp     x7, x0, [x13, #48]
        ldr     x9, [x9, #8]
        ldr     x16, [x9]
        br      x16
        end     rail_partial_enter
