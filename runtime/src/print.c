#include "collect.h"
#include "memory.h"
#include "numbers.h"
#include "object.h"
#include "output.h"
#include "show.h"
#include "system.h"

static void write_string(struct rail_thread *thread, rail_value string) {
  rail_output_write(thread, rail_bytes(string), rail_length_of(string));
}

static void write_int(struct rail_thread *thread, rail_value number) {
  char digits[RAIL_INT_TEXT_MAX];
  rail_output_write(thread, digits, rail_format_int(rail_to_int64(number), digits));
}

static rail_value end_line(struct rail_thread *thread) {
  rail_output_write(thread, "\n", 1);
  rail_output_finish(thread);
  return RAIL_UNIT;
}

/* Appends the text of `value` to standard output. */
static void write_value(struct rail_thread *thread, rail_value value) {
  if (rail_value_is_string(value)) {
    write_string(thread, value);
  } else if (rail_is_int(value)) {
    write_int(thread, value);
  } else {
    struct rail_text text;
    rail_text_start(&text, thread);
    rail_append_value(&text, value, &rail_style_show);
    rail_output_write(thread, text.bytes, text.length);
  }
}

rail_value rail_print(struct rail_thread *thread, rail_value value) {
  write_value(thread, value);
  return end_line(thread);
}

/* For values that the compiler knows the kind of. */
rail_value rail_print_string(struct rail_thread *thread, rail_value string) {
  write_string(thread, string);
  return end_line(thread);
}

rail_value rail_print_int(struct rail_thread *thread, rail_value number) {
  write_int(thread, number);
  return end_line(thread);
}

rail_value rail_print_raw_string(struct rail_thread *thread, rail_value string) {
  write_string(thread, string);
  rail_output_finish(thread);
  return RAIL_UNIT;
}

rail_value rail_print_raw_int(struct rail_thread *thread, rail_value number) {
  write_int(thread, number);
  rail_output_finish(thread);
  return RAIL_UNIT;
}

rail_value rail_print_raw(struct rail_thread *thread, rail_value value) {
  write_value(thread, value);
  rail_output_finish(thread);
  return RAIL_UNIT;
}

/* eprint v: one write for text and newline, so that lines of several processes do not mix. What
 * standard error cannot take is lost: there is nowhere to report it. */
rail_value rail_eprint(struct rail_thread *thread, rail_value value) {
  struct rail_text text;
  rail_text_start(&text, thread);
  if (rail_value_is_string(value)) {
    rail_text_append(&text, rail_bytes(value), rail_length_of(value));
  } else {
    rail_append_value(&text, value, &rail_style_show);
  }
  rail_text_append(&text, "\n", 1);
  rail_write_all(RAIL_STDERR, text.bytes, text.length);
  return RAIL_UNIT;
}
