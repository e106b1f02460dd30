/* error_values.c: error values, and errors that programs and the prelude raise. */
#include "collect.h"
#include "number.h"
#include "show.h"

/* error m: raises inside a `try`, else gives an error value. */
rail_value rail_error(struct rail_thread *thread, rail_value message) {
  rail_check_error(thread, "error", message);
  rail_value text = rail_show(thread, message);
  if (thread->handler != NULL) {
    rail_raise(thread, "error", text);
  }
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &text, 1);
  rail_value object = rail_new(thread, rail_make_header(RAIL_KIND_ERROR, 0, 1), 1);
  rail_pop_roots(thread, &roots);
  rail_words(object)[0] = text;
  return object;
}

/* panic m */
rail_value rail_panic(struct rail_thread *thread, rail_value message) {
  rail_check_error(thread, "panic", message);
  rail_raise(thread, "panic", rail_show(thread, message));
}

rail_value rail_is_error(struct rail_thread *thread, rail_value value) {
  (void)thread;
  return rail_from_int(rail_is_kind(value, RAIL_KIND_ERROR));
}

/* err_msg v: "" if it is no error value. */
rail_value rail_err_msg(struct rail_thread *thread, rail_value value) {
  (void)thread;
  RAIL_STATIC_STRING(empty, "");
  return rail_is_kind(value, RAIL_KIND_ERROR) ? rail_words(value)[0] : RAIL_STATIC_VALUE(empty);
}

/* Appends what an error of the prelude begins with. */
static void begin_kind_message(struct rail_line *line, rail_value operation, rail_value operand) {
  line->length = 0;
  rail_line_text(line, "'");
  rail_line_bytes(line, rail_bytes(operation), rail_length_of(operation));
  rail_line_text(line, "' cannot be applied to ");
  rail_line_kind(line, operand);
}

/* kind_error operation position value: raises that `operation` cannot be applied to `value`. The
 * position of the operand is for the reader of the prelude. */
rail_value rail_kind_error(struct rail_thread *thread, rail_value operation, rail_value position,
                           rail_value value) {
  (void)position;
  rail_check_error(thread, NULL, value);
  struct rail_line line;
  begin_kind_message(&line, operation, value);
  rail_raise_line(thread, rail_bytes(operation), &line);
}

/* kinds_error operation a b: raises that `operation` cannot be applied to `a` and `b`. */
rail_value rail_kinds_error(struct rail_thread *thread, rail_value operation, rail_value left,
                            rail_value right) {
  rail_check_error(thread, NULL, left);
  rail_check_error(thread, NULL, right);
  struct rail_line line;
  begin_kind_message(&line, operation, left);
  rail_line_text(&line, " and ");
  rail_line_kind(&line, right);
  rail_raise_line(thread, rail_bytes(operation), &line);
}

/* Raised when `value` is called. */
rail_value rail_not_callable(struct rail_thread *thread, rail_value value) {
  rail_check_error(thread, NULL, value);
  struct rail_line line = {.length = 0};
  rail_line_text(&line, "not a function: ");
  rail_line_kind(&line, value);
  rail_line_text(&line, " was called");
  rail_raise_line(thread, NULL, &line);
}

/* Raised when the constant `name` is needed while it is being computed. */
rail_value rail_constant_cycle(struct rail_thread *thread, rail_value name) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, "the constant '");
  rail_line_bytes(&line, rail_bytes(name), rail_length_of(name));
  rail_line_text(&line, "' needs its own value");
  rail_raise_line(thread, NULL, &line);
}
