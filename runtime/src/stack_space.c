/* stack_space.c: a stack for programs that may need more than the kernel gives. */
#include "error.h"
#include "object.h"
#include "options.h"
#include "process.h"
#include "stack.h"
#include "system.h"

enum {
  /* What C functions and the collector may use below rail_thread.stack_limit, and the functions
   * that do not look at it. */
  STACK_RESERVE = 128 << 10,
  STACK_GUARD = 64 << 10,
  STACK_LEAST = 512 << 10,
  PROTECTION_NONE = 0,
};
static const uint64_t stack_default = (uint64_t)1 << 30;

/* Compiled code that looks at the stack's limit refers to rail_stack, and so gets a stack. Where
 * nothing does, the depth of calls is bounded, and what the kernel gives is enough. */
#define STACK_SPACE RAIL_TOGETHER("rail_stack_space")

/* Less than asked for if there is not so much room. */
STACK_SPACE uint64_t rail_map_stack(struct rail_thread *thread) {
  uint64_t size = rail_size_option("RAIL_STACK_MAX", "RAIL_STACK_MAX is not a size such as 64m");
  size = size == 0 ? stack_default : (size + RAIL_PAGE - 1) & -(uint64_t)RAIL_PAGE;
  for (size = size < STACK_LEAST ? STACK_LEAST : size; size >= STACK_LEAST; size /= 2) {
    void *stack = rail_map(size);
    if (stack != NULL) {
      rail_use_small_pages(stack, size);
      rail_system_call(RAIL_SYSCALL_MPROTECT, (int64_t)stack, STACK_GUARD, PROTECTION_NONE, 0, 0,
                       0);
      thread->stack_low = (uint64_t)stack + STACK_GUARD;
      thread->stack_limit = thread->stack_low + STACK_RESERVE;
      return ((uint64_t)stack + size) & -(uint64_t)16;
    }
  }
  rail_fatal("no memory for the stack");
}

/* rail_slow_stack: compiled code found the stack pointer below its limit. */
STACK_SPACE rail_value rail_stack(struct rail_thread *thread) {
  RAIL_STATIC_STRING(message, "stack exhausted");
  rail_raise(thread, NULL, RAIL_STATIC_VALUE(message));
}

bool rail_map_markers(struct rail_thread *thread) {
  if (thread->stack_low == 0) {
    return true;
  }
  /* The smallest frame is its return address and one word for alignment. */
  uint64_t frames = (thread->stack_high - thread->stack_low) / 16;
  uint64_t count = frames / RAIL_MARKER_DISTANCE + 1;
  thread->marker_base = rail_map(count * sizeof(struct rail_marker));
  thread->markers = thread->marker_base;
  thread->marker_end = thread->marker_base + count;
  return thread->marker_base != NULL;
}
