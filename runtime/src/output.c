#include "output.h"

#include "error.h"
#include "file.h"
#include "memory.h"
#include "process.h"
#include "system.h"

/* What a shell reports for a process that SIGPIPE ended: 128 + 13. */
enum { STATUS_BROKEN_PIPE = 141 };

int64_t rail_write_output(const char *bytes, size_t length) {
  int64_t result = rail_write_all(RAIL_STDOUT, bytes, length);
  if (result == -RAIL_ERROR_BROKEN_PIPE) {
    rail_exit_process(STATUS_BROKEN_PIPE);
  }
  return result;
}

/* Who writes must flush in the end. */
#define OUTPUT RAIL_TOGETHER("rail_output")

OUTPUT int64_t rail_output_flush(void) {
  struct rail_output *output = &rail_process.output;
  size_t length = output->used;
  output->used = 0;
  return length == 0 ? 0 : rail_write_output(output->buffer, length);
}

static void check(struct rail_thread *thread, int64_t result) {
  if (result < 0) {
    rail_raise_output(thread, "print", -result);
  }
}

OUTPUT void rail_output_write(struct rail_thread *thread, const char *bytes, size_t length) {
  struct rail_output *output = &rail_process.output;
  if (length > RAIL_OUTPUT_SIZE - output->used) {
    check(thread, rail_output_flush());
    if (length >= RAIL_OUTPUT_SIZE) {
      check(thread, rail_write_output(bytes, length));
      return;
    }
  }
  memcpy(output->buffer + output->used, bytes, length);
  output->used += length;
}

void rail_output_finish(struct rail_thread *thread) {
  struct rail_output *output = &rail_process.output;
  if (!output->is_started) {
    output->is_started = true;
    output->is_terminal = rail_is_terminal(RAIL_STDOUT);
  }
  if (output->is_terminal) {
    check(thread, rail_output_flush());
  }
}

rail_value rail_flush(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  check(thread, rail_output_flush());
  return RAIL_UNIT;
}
