/* input.c: lines of standard input. */
#include "collect.h"
#include "memory.h"
#include "process.h"
#include "system.h"
#include "text.h"

/* Makes at least one byte available; false at the end of the input or if it cannot be read. */
static bool fill(struct rail_input *input) {
  while (input->next == input->end && !input->is_at_end) {
    int64_t count = rail_read(RAIL_STDIN, input->buffer, RAIL_INPUT_SIZE);
    if (count == -RAIL_ERROR_INTERRUPTED) {
      continue;
    }
    input->next = 0;
    input->end = count > 0 ? (size_t)count : 0;
    input->is_at_end = count <= 0;
  }
  return input->next < input->end;
}

/* read_line _: the next line without its newline; "" at the end of the input. */
rail_value rail_read_line(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  struct rail_input *input = &rail_process.input;
  struct rail_text text;
  rail_text_start(&text, thread);
  while (fill(input)) {
    const char *start = input->buffer + input->next;
    size_t available = input->end - input->next;
    size_t length = rail_find_byte(start, available, '\n');
    bool is_complete = length != RAIL_NOT_FOUND;
    rail_text_append(&text, start, is_complete ? length : available);
    input->next += is_complete ? length + 1 : available;
    if (is_complete) {
      break;
    }
  }
  return rail_text_to_string(&text);
}

/* at_eof _: whether standard input has no more bytes. */
rail_value rail_at_eof(struct rail_thread *thread, rail_value ignored) {
  (void)thread;
  (void)ignored;
  return rail_from_int(!fill(&rail_process.input));
}
