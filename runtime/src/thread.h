/* thread.h: the state of one mutator thread. */
#ifndef RAIL_THREAD_H
#define RAIL_THREAD_H

#include <stddef.h>

#include "machine.h"
#include "thread_offsets.h"

#define RAIL_NORETURN __attribute__((noreturn))

/* For functions that run rarely in files whose others must be fast. */
#define RAIL_SMALL __attribute__((minsize, noinline))

/* Declares a function, once more, that is NULL unless something else in the program refers to it:
 * the linker does not follow weak references. */
#define RAIL_IF_LINKED __attribute__((weak))

/* In a function: it makes `symbol`, which others ask for by RAIL_IF_LINKED, necessary. Takes the
 * compiler of the embedded runtime; others may drop it. */
#define RAIL_NEEDS(symbol) __asm__ volatile(".reloc ., BFD_RELOC_NONE, " #symbol)

/* Puts functions of one file together: the linker takes all of them or none. For those that are
 * asked for by RAIL_IF_LINKED, and those that make them necessary. */
#define RAIL_TOGETHER(name) __attribute__((section(".text." name)))

struct rail_thread;

/* Frame of rail_try, linked from the inside out. */
struct rail_handler {
  /* rail_catch: continues with the handler. The message is `message` or, if that is 0, `length`
   * bytes that are not on the heap. */
  RAIL_NORETURN void (*catch)(struct rail_thread *thread, rail_value message, const char *bytes,
                              size_t length);
  struct rail_handler *enclosing;
  rail_value closure;
};

/* A return address on the stack that has been replaced by rail_marker_return (stack.h). */
struct rail_marker {
  uint64_t *slot;
  uint64_t return_address;
};

/* Values that a C function holds across a safepoint. A collection updates them. */
struct rail_roots {
  struct rail_roots *enclosing;
  rail_value *values;
  size_t count;
};

struct rail_thread {
  uint64_t allocation_limit;
  uint64_t allocation_pointer;
  uint64_t stack_limit;
  /* Address of the return address into compiled code of the call that entered the runtime; NULL
   * before the program has begun. */
  uint64_t *frame;
  struct rail_handler *handler;
  rail_value scratch[4];
  uint64_t arguments[256];

  /* Behind the youngest stack marker; grows upwards from `marker_base`. */
  struct rail_marker *markers;
  /* Save area of the rail_slow_* stub that entered the runtime; valid if the frame entry of the
   * return address at `frame` has a register mask. */
  rail_registers *registers;
  /* Address of the first field of the first object that the nursery can have. */
  uint64_t nursery_first;
  struct rail_marker *marker_base;
  struct rail_marker *marker_end;
  struct rail_roots *roots;
  /* The Rail stack: lowest and one past the highest address. */
  uint64_t stack_low;
  uint64_t stack_high;
};

_Static_assert(offsetof(struct rail_thread, allocation_limit) == RAIL_THREAD_ALLOCATION_LIMIT,
               "abi.h");
_Static_assert(offsetof(struct rail_thread, allocation_pointer) == RAIL_THREAD_ALLOCATION_POINTER,
               "abi.h");
_Static_assert(offsetof(struct rail_thread, stack_limit) == RAIL_THREAD_STACK_LIMIT, "abi.h");
_Static_assert(offsetof(struct rail_thread, frame) == RAIL_THREAD_FRAME, "abi.h");
_Static_assert(offsetof(struct rail_thread, handler) == RAIL_THREAD_HANDLER, "abi.h");
_Static_assert(offsetof(struct rail_thread, scratch) == RAIL_THREAD_SCRATCH, "abi.h");
_Static_assert(offsetof(struct rail_thread, arguments) == RAIL_THREAD_ARGUMENTS, "abi.h");
_Static_assert(offsetof(struct rail_thread, markers) == RAIL_THREAD_MARKERS, "thread_offsets.h");
_Static_assert(offsetof(struct rail_thread, registers) == RAIL_THREAD_REGISTERS,
               "thread_offsets.h");
_Static_assert(offsetof(struct rail_thread, nursery_first) == RAIL_THREAD_NURSERY_FIRST,
               "thread_offsets.h");
_Static_assert(sizeof(struct rail_marker) == RAIL_MARKER_SIZE, "thread_offsets.h");
_Static_assert(offsetof(struct rail_marker, return_address) == RAIL_MARKER_RETURN,
               "thread_offsets.h");

/* Lets collections see and update `values[0 .. count - 1]` until rail_pop_roots. An error that is
 * raised in between drops them: C functions never have Rail code above them on the stack. */
static inline void rail_push_roots(struct rail_thread *thread, struct rail_roots *roots,
                                   rail_value *values, size_t count) {
  roots->enclosing = thread->roots;
  roots->values = values;
  roots->count = count;
  thread->roots = roots;
}

static inline void rail_pop_roots(struct rail_thread *thread, const struct rail_roots *roots) {
  thread->roots = roots->enclosing;
}

#endif
