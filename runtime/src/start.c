/* start.c: from the kernel's hands into rail_main. The heap and standard output are made ready when
 * they are first used. */
#include "memory.h"
#include "output.h"
#include "process.h"
#include "stack.h"
#include "system.h"

struct rail_process rail_process;

RAIL_NORETURN void rail_enter(struct rail_thread *thread, void *stack);

RAIL_IF_LINKED uint64_t rail_map_stack(struct rail_thread *thread);
RAIL_IF_LINKED int64_t rail_output_flush(void);

void rail_fatal(const char *message) {
  static const char prefix[] = "rail: fatal: ";
  if (rail_output_flush != NULL) {
    rail_output_flush();
  }
  rail_write_all(RAIL_STDERR, prefix, sizeof prefix - 1);
  rail_write_all(RAIL_STDERR, message, rail_text_length(message));
  rail_write_all(RAIL_STDERR, "\n", 1);
  rail_exit_process(1);
}

/* Called by _start with the address of argc, a multiple of 16, behind which stand the arguments,
 * NULL, the environment and NULL. */
RAIL_NORETURN void rail_start(uint64_t *stack) {
  struct rail_process *process = &rail_process;
  process->argument_count = (int)stack[0];
  process->arguments = (char **)(stack + 1);
  process->environment = process->arguments + process->argument_count + 1;
  struct rail_thread *thread = &process->main_thread;
  thread->stack_high = rail_map_stack != NULL ? rail_map_stack(thread) : (uint64_t)stack;
  rail_enter(thread, (void *)thread->stack_high);
}
