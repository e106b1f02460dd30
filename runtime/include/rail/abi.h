/* The contract between compiled Rail code, the C runtime and the compiler.
 *
 * Swift reads this header through the module CRailRuntime; the runtime's C and assembly files
 * include it. Object layouts, tags and offsets are written here and nowhere else.
 *
 * The header is included by assembly files too, so everything that is not a plain macro stands
 * under `#ifndef __ASSEMBLER__`. */
#ifndef RAIL_ABI_H
#define RAIL_ABI_H

/* ---- Values ------------------------------------------------------------------------------
 *
 *   ...........1   int: (n << 1) | 1, 63 bits
 *   .........000   pointer to the first field of an object; its header word is at address - 8
 *   .........x10   immediate constant: no memory behind it
 *
 * Immediates other than the four named ones are nullary constructors:
 * (descriptor index << 8) | RAIL_NULLARY. */
#define RAIL_NIL 0x02
#define RAIL_NULL 0x06
#define RAIL_UNIT 0x0A
#define RAIL_NULLARY 0x0E
#define RAIL_NULLARY_SHIFT 8

/* What a proved type allows, for rail_assert_type: a set of bits. An object of the kind k has the bit
 * k >> 1; the bits of other values follow. */
#define RAIL_ALLOWS_INT 0x10000
#define RAIL_ALLOWS_ZERO 0x20000
#define RAIL_ALLOWS_NIL 0x40000
#define RAIL_ALLOWS_NULL 0x80000
#define RAIL_ALLOWS_UNIT 0x100000
#define RAIL_ALLOWS_NULLARY 0x200000
/* States of a constant's slot before its value is there; never seen by a program. While a constant is
 * computed, its slot holds RAIL_INITIALISING | (slot << RAIL_NULLARY_SHIFT), where `slot` is that of
 * the constant whose computation is interrupted by it; 0 for none. */
#define RAIL_UNINITIALISED 0x12
#define RAIL_INITIALISING 0x16

/* ---- Objects ------------------------------------------------------------------------------
 *
 * Header word:
 *   bits  0..7   kind, always odd: an even header is a forwarding address during collection
 *   bits  8..31  "aux": tuple: number of components; constructor: descriptor index;
 *                closure: number of parameters it still takes
 *   bits 32..63  number of payload words (cons, tuple, constructor, closure, float, error, channel,
 *                thread, pointer)
 * Strings, arrays, float arrays and byte buffers have a length in bits 8..63 instead: bytes,
 * elements, elements, bytes. Strings and byte buffers are followed by at least one NUL byte and
 * padded with NUL to a multiple of 8: payload words = length / 8 + 1. */
#define RAIL_KIND_CONS 0x01        /* head, tail */
#define RAIL_KIND_TUPLE 0x03       /* components */
#define RAIL_KIND_CONSTRUCTOR 0x05 /* fields */
#define RAIL_KIND_CLOSURE 0x07     /* code address (raw), captured values */
#define RAIL_KIND_FLOAT 0x09       /* one raw double */
#define RAIL_KIND_STRING 0x0B      /* raw bytes */
#define RAIL_KIND_ARRAY 0x0D       /* values, mutable */
#define RAIL_KIND_FLOAT_ARRAY 0x0F /* raw doubles, mutable */
#define RAIL_KIND_BYTES 0x11       /* raw bytes, mutable */
#define RAIL_KIND_ERROR 0x13       /* message */
#define RAIL_KIND_CHANNEL 0x15     /* values, mutable: state that the prelude keeps */
#define RAIL_KIND_THREAD 0x17      /* values, mutable: state that the prelude keeps */
#define RAIL_KIND_POINTER 0x19     /* one raw address from a foreign call */

/* Descriptors of declared types, which rail_cast compares values with: static tuples of the kind (an
 * int), the extra values allowed (an int: bits 0 to 3 for 0, null, unit, error values) and the
 * descriptors of the parts. A descriptor that is no tuple stands for any value. */
#define RAIL_TYPE_INT 0
#define RAIL_TYPE_FLOAT 1
#define RAIL_TYPE_NUM 2
#define RAIL_TYPE_STRING 3
#define RAIL_TYPE_UNIT 4
#define RAIL_TYPE_POINTER 5
#define RAIL_TYPE_BYTES 6
#define RAIL_TYPE_FLOAT_ARRAY 7
#define RAIL_TYPE_ARRAY 8
#define RAIL_TYPE_CHANNEL 9
#define RAIL_TYPE_THREAD 10
#define RAIL_TYPE_FUNCTION 11
#define RAIL_TYPE_LIST 12  /* part: of the elements */
#define RAIL_TYPE_TUPLE 13 /* parts: of the components */
#define RAIL_TYPE_NAMED 14 /* parts: number of its first constructor (an int); for each a tuple of
                            * the descriptors of its fields */

#define RAIL_AUX_SHIFT 8
#define RAIL_WORDS_SHIFT 32
#define RAIL_LENGTH_SHIFT 8

/* ---- Registers ----------------------------------------------------------------------------
 *
 *                         x86-64                      AArch64
 *   thread state          r15                         x28
 *   allocation pointer    r14                         x27
 *   stack limit           (in the thread state)       x29
 *   arguments             rsi rdx rcx r8 r9 rdi       x1 .. x7, x0
 *   float arguments       xmm0 .. xmm7                v0 .. v7
 *   environment (closure) r10                         x9
 *   result                rax / xmm0                  x0 / v0
 *   scratch               r11, xmm15                  x16, x17, v31
 *
 * Further arguments, by their index among the arguments of their class, stand in
 * rail_thread.arguments. No register but the first three survives a call. C functions of the runtime
 * take the thread state as first parameter and the Rail arguments after it, at most five, which is
 * why the argument registers are those of C shifted by one. The stack pointer is a multiple of 16 at
 * every call instruction. */
#define RAIL_X86_64_ARGUMENT_REGISTERS 6
#define RAIL_AARCH64_ARGUMENT_REGISTERS 8
#define RAIL_MAXIMUM_ARGUMENTS 255

/* Byte offsets in struct rail_thread that compiled code uses. */
#define RAIL_THREAD_ALLOCATION_LIMIT 0
#define RAIL_THREAD_ALLOCATION_POINTER 8
#define RAIL_THREAD_STACK_LIMIT 16
#define RAIL_THREAD_FRAME 24
#define RAIL_THREAD_HANDLER 32
#define RAIL_THREAD_SCRATCH 40 /* 4 words: operands of slow paths; word 0 takes the result */
#define RAIL_THREAD_ARGUMENTS 72
#define RAIL_THREAD_AFTER_ARGUMENTS (72 + 8 * 256)

/* ---- How compiled code enters the runtime --------------------------------------------------
 *
 * rail_call_c        (assembly) Calls the C function whose address is in rax (x16 on AArch64) with
 *                    the thread state and the Rail arguments in their registers. Stores the
 *                    allocation pointer and the stack pointer into the thread state before, reloads
 *                    the allocation pointer after. Like any call: nothing else survives.
 *                    The return address at [rail_thread.frame] is in compiled code and has an entry
 *                    in the frame table.
 * rail_slow_NAME     (assembly) For cold paths of inline code: operands in rail_thread.scratch[0..2],
 *                    result in scratch[0]; every register survives except the allocation pointer
 *                    (advanced), r11 and flags. It saves all registers into a struct rail_registers
 *                    on the stack and calls the C function rail_NAME(thread, scratch[0..2]). The frame
 *                    table entry of its return address says which registers hold values; a collection
 *                    updates them in the save area.
 * rail_slow_allocate Like these; scratch[0] is the number of bytes by which the inline code has
 *                    already advanced the allocation pointer beyond the limit. Afterwards scratch[0] is the
 *                    address of the header word of the new space, and the allocation pointer stands behind it.
 * rail_slow_remember Write barrier: scratch[0] is a mutable object into which a pointer has been
 *                    stored; no result.
 * rail_slow_remember_element  Likewise for an array; scratch[1] is the tagged index of the element.
 * rail_slow_stack    The stack is exhausted: raises. Compiled code jumps there at the beginning of a
 *                    function, in whose place it stands: it has made no frame yet.
 * rail_try           (assembly, Rail convention) body, handler: `try`.
 * rail_partial_enter (assembly) Code of partial applications: the closure {code, function, a1 .. ak}
 *                    with k stored arguments and aux = r remaining parameters. Moves the r incoming
 *                    arguments up by k, puts the stored ones in front and jumps to the function's code.
 *
 * A program begins at one of these (arch/.../boot.S):
 * _start             With thread state; the heap, and a stack of its own if it looks at the stack's
 *                    limit, when and if they are needed.
 * rail_start_bare    Calls rail_main and ends with its value as status: for code that refers neither
 *                    to the thread state nor to any symbol of the runtime.
 * rail_start_known   The same, but writes the string rail_known_output first.
 *
 * Compiled code provides:
 * rail_apply_N       (Rail convention) Applies the value in the environment register to N arguments in
 *                    the argument registers, whatever it is. rail_apply_1 is there whenever rail_try is.
 * rail_main          (Rail convention, no arguments) Runs the program; the value of `main`.
 * rail_program       struct rail_program.
 * rail_known_output  The value of a static string, for rail_start_known. */

/* ---- Tables of the compiled program -------------------------------------------------------- */

/* A position is line << RAIL_POSITION_COLUMN_BITS | column, or, in code that has been inlined, RAIL_POSITION_INLINED
 * with an index into rail_program.inlined_calls. */
#define RAIL_POSITION_COLUMN_BITS 12
#define RAIL_POSITION_INLINED 0x80000000u
/* As the caller of an inlined call: the call was a tail call, so the function around it is not shown. */
#define RAIL_POSITION_REPLACED 0xFFFFFFFFu

/* Flags of a function. */
#define RAIL_FUNCTION_PRELUDE 1 /* stack traces fold its frames into the line of its caller */
#define RAIL_FUNCTION_HIDDEN 2  /* compiler-made: never shown in a stack trace */
/* Above the flags: 0, or a number that functions of one file share if they are the code of one definition at
 * several types. */
#define RAIL_FUNCTION_DEFINITION_SHIFT 2

#ifndef __ASSEMBLER__

#include <stdint.h>

typedef uint64_t rail_value;

/* Save area of the rail_slow_* stubs, indexed by the hardware's register numbers. */
struct rail_registers_x86_64 {
  uint64_t general[16];
  double floating[16];
};

struct rail_registers_aarch64 {
  uint64_t general[32];
  double floating[32];
};

/* What is known about a return address (or the address after a rail_slow_* call) in compiled code. */
struct rail_frame_entry {
  uint32_t return_offset;  /* from rail_program.text; the table is sorted by it */
  uint32_t register_mask;  /* general registers that hold values (rail_slow_* calls; else 0) */
  uint32_t slots;          /* bit i: the word at stack pointer + 8 * i is a live value. With
                              RAIL_WIDE_SLOTS: index of a bitmap in rail_program.wide_slots */
  uint32_t position;       /* 0 if there is none */
  uint32_t frame_words;    /* words between the stack pointer and the return address of the frame */
};
#define RAIL_WIDE_SLOTS 0x80000000u

/* One compiled function; the table is sorted by start_offset. */
struct rail_function_entry {
  uint32_t start_offset; /* from rail_program.text */
  uint32_t name;         /* offset in rail_program.names of a NUL-terminated name */
  uint32_t file;         /* likewise, the source path */
  uint32_t flags;        /* RAIL_FUNCTION_* */
};

/* A place in the code of a function that has been inlined. */
struct rail_inlined_call {
  uint32_t name, file, flags; /* of the function, as in its entry */
  uint32_t position;          /* in the function; never itself inlined */
  uint32_t caller;            /* the position of the call, which may be in inlined code again, or
                                 RAIL_POSITION_REPLACED */
};

/* One constructor. */
struct rail_descriptor {
  uint32_t name;        /* offset in rail_program.names */
  uint32_t field_count;
  uint32_t field_names; /* offset in rail_program.names of field_count NUL-terminated names, or 0 if
                           it is not a record */
  uint32_t type;        /* constructors of one type have the same number */
};

/* Everything the runtime must know about the program; made by the compiler. */
struct rail_program {
  const uint8_t *text;
  uint64_t text_size;
  const struct rail_frame_entry *frames;
  uint64_t frame_count;
  const uint32_t *wide_slots; /* at an index: number of 32-bit words that follow, then the bitmap */
  const struct rail_function_entry *functions;
  uint64_t function_count;
  const char *names; /* offset 0 is an empty name */
  const struct rail_descriptor *descriptors;
  uint64_t descriptor_count;
  /* Slots of the constants: roots of every collection. Slot 0, if there are any, belongs to none: it
   * holds RAIL_INITIALISING with the slot of the constant that is being computed, or 0. */
  rail_value *globals;
  uint64_t global_count;
  const struct rail_inlined_call *inlined_calls;
};

extern const struct rail_program rail_program;

#endif
#endif
