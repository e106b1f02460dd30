/* environment.c: arguments, environment, clocks and the end of the process. */
#include "collect.h"
#include "memory.h"
#include "number.h"
#include "output.h"
#include "process.h"
#include "file.h"
#include "strings.h"
#include "system.h"

/* command_line _: the path of the program and its arguments. */
rail_value rail_command_line(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  rail_value list = RAIL_NIL;
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &list, 1);
  for (int i = rail_process.argument_count; i > 0; i -= 1) {
    const char *argument = rail_process.arguments[i - 1];
    rail_value string = rail_new_string(thread, argument, rail_text_length(argument));
    list = rail_new_cons(thread, string, list);
  }
  rail_pop_roots(thread, &roots);
  return list;
}

/* env_get name: "" if it is not set. */
rail_value rail_env_get(struct rail_thread *thread, rail_value name) {
  rail_require_string(thread, "env_get", name);
  const char *value = rail_environment(rail_bytes(name));
  return value == NULL ? rail_empty_string()
                       : rail_new_string(thread, value, rail_text_length(value));
}

/* time_ns _: nanoseconds since 1970-01-01 UTC. */
rail_value rail_time_ns(struct rail_thread *thread, rail_value ignored) {
  (void)thread;
  (void)ignored;
  return rail_from_int(rail_clock(0));
}

/* mono_ns _: nanoseconds of a clock that is never set. */
rail_value rail_mono_ns(struct rail_thread *thread, rail_value ignored) {
  (void)thread;
  (void)ignored;
  return rail_from_int(rail_clock(1));
}

RAIL_IF_LINKED int64_t rail_output_flush(void);

RAIL_NORETURN static void end_process(struct rail_thread *thread, int status) {
  int64_t result = rail_output_flush != NULL ? rail_output_flush() : 0;
  if (result < 0) {
    thread->handler = NULL;
    rail_raise_output(thread, "exit", -result);
  }
  rail_exit_process(status);
}

/* exit n: ends the process with the status `n` modulo 256. */
rail_value rail_exit(struct rail_thread *thread, rail_value status) {
  end_process(thread, rail_int_operand(thread, "exit", status) & 255);
}

/* Called by rail_enter with the value of the program. */
RAIL_NORETURN void rail_finish(struct rail_thread *thread, rail_value value) {
  thread->frame = NULL;
  end_process(thread, rail_is_int(value) ? rail_to_int64(value) & 255 : 0);
}
