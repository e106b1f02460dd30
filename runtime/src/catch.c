/* catch.c: what happens to an error inside a `try`. Only programs with rail_try have it. */
#include "collect.h"
#include "error.h"
#include "object.h"
#include "process.h"
#include "stack.h"

/* In entry.S: drops everything down to the innermost rail_try and applies its handler. */
RAIL_NORETURN void rail_unwind(struct rail_thread *thread, rail_value message);

/* A constant whose evaluation is cut off by a caught error is evaluated again at its next use. One
 * that was being evaluated around the `try` goes back to the start as well, which is harmless: its
 * value is stored when it is there; only if it needs itself behind the `try`, that is noticed by
 * the exhausted stack. */
static void restart_constants(void) {
  rail_value *globals = rail_program.globals;
  if (rail_program.global_count == 0) {
    return;
  }
  rail_value state = globals[0];
  globals[0] = RAIL_INITIALISING;
  /* A constant that has been restarted before, and is still being computed, may be named once more
   * by those that it needed: the list ends there. */
  while ((state & 0xff) == RAIL_INITIALISING && state != RAIL_INITIALISING) {
    rail_value *slot = &globals[state >> RAIL_NULLARY_SHIFT];
    state = *slot;
    if ((state & 0xff) == RAIL_INITIALISING) {
      *slot = RAIL_UNINITIALISED;
    }
  }
}

/* Referred to by the frames of rail_try. */
RAIL_NORETURN void rail_catch(struct rail_thread *thread, rail_value message, const char *bytes,
                              size_t length) {
  if (message == 0) {
    message = rail_new_string(thread, bytes, length);
  }
  restart_constants();
  thread->roots = NULL;
  rail_drop_markers(thread, thread->handler);
  rail_unwind(thread, message);
}
