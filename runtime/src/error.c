#include "error.h"

#include "collect.h"
#include "memory.h"
#include "object.h"
#include "process.h"

void rail_raise(struct rail_thread *thread, const char *operation, rail_value message) {
  if (thread->handler == NULL) {
    rail_report(thread, operation, rail_bytes(message), rail_length_of(message));
  }
  thread->handler->catch(thread, message, NULL, 0);
}

RAIL_NORETURN static void raise_bytes(struct rail_thread *thread, const char *operation,
                                      const char *bytes, size_t length) {
  if (thread->handler == NULL) {
    rail_report(thread, operation, bytes, length);
  }
  thread->handler->catch(thread, 0, bytes, length);
}

void rail_raise_line(struct rail_thread *thread, const char *operation,
                     const struct rail_line *line) {
  raise_bytes(thread, operation, line->bytes, line->length);
}

void rail_raise_text(struct rail_thread *thread, const char *operation, const char *text) {
  raise_bytes(thread, operation, text, rail_text_length(text));
}

void rail_raise_memory(struct rail_thread *thread) {
  RAIL_STATIC_STRING(message, "memory exhausted");
  rail_raise(thread, NULL, RAIL_STATIC_VALUE(message));
}

void rail_check_error(struct rail_thread *thread, const char *operation, rail_value value) {
  if (rail_is_kind(value, RAIL_KIND_ERROR)) {
    rail_raise(thread, operation, rail_words(value)[0]);
  }
}

const char *rail_constructor_name(rail_value value) {
  uint32_t descriptor =
      rail_is_pointer(value) ? rail_aux(value) : (uint32_t)(value >> RAIL_NULLARY_SHIFT);
  if (descriptor >= rail_program.descriptor_count) {
    return "";
  }
  return rail_program.names + rail_program.descriptors[descriptor].name;
}

static const char *immediate_kind(rail_value value) {
  switch (value) {
    case RAIL_NIL:
      return "an empty list";
    case RAIL_NULL:
      return "null";
    case RAIL_UNIT:
      return "unit";
    default:
      return "an unknown value";
  }
}

static const char *kind_text(rail_value value) {
  if (rail_is_int(value)) {
    return "an int";
  }
  if (!rail_is_pointer(value)) {
    return immediate_kind(value);
  }
  switch (rail_kind(value)) {
    case RAIL_KIND_CONS:
      return "a list";
    case RAIL_KIND_TUPLE:
      return "a tuple";
    case RAIL_KIND_CLOSURE:
      return "a function";
    case RAIL_KIND_FLOAT:
      return "a float";
    case RAIL_KIND_STRING:
      return "a string";
    case RAIL_KIND_ARRAY:
      return "an array";
    case RAIL_KIND_FLOAT_ARRAY:
      return "a float array";
    case RAIL_KIND_BYTES:
      return "bytes";
    case RAIL_KIND_ERROR:
      return "an error value";
    case RAIL_KIND_CHANNEL:
      return "a channel";
    case RAIL_KIND_THREAD:
      return "a thread";
    case RAIL_KIND_POINTER:
      return "a pointer";
    default:
      return "an unknown value";
  }
}

void rail_line_kind(struct rail_line *line, rail_value value) {
  if (rail_is_nullary(value) || rail_is_kind(value, RAIL_KIND_CONSTRUCTOR)) {
    rail_line_text(line, "a '");
    rail_line_text(line, rail_constructor_name(value));
    rail_line_text(line, "' value");
  } else {
    rail_line_text(line, kind_text(value));
  }
}

static void begin_kind_message(struct rail_line *line, const char *operation) {
  line->length = 0;
  rail_line_text(line, "'");
  rail_line_text(line, operation);
  rail_line_text(line, "' cannot be applied to ");
}

void rail_raise_kind(struct rail_thread *thread, const char *operation, rail_value operand) {
  rail_check_error(thread, operation, operand);
  struct rail_line line;
  begin_kind_message(&line, operation);
  rail_line_kind(&line, operand);
  rail_raise_line(thread, operation, &line);
}

void rail_raise_kinds(struct rail_thread *thread, const char *operation, rail_value left,
                      rail_value right) {
  rail_check_error(thread, operation, left);
  rail_check_error(thread, operation, right);
  struct rail_line line;
  begin_kind_message(&line, operation);
  rail_line_kind(&line, left);
  rail_line_text(&line, " and ");
  rail_line_kind(&line, right);
  rail_raise_line(thread, operation, &line);
}

void rail_raise_index(struct rail_thread *thread, const char *operation, int64_t index,
                      const char *container, uint64_t length) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, "index ");
  rail_line_int(&line, index);
  rail_line_text(&line, " is out of range for ");
  rail_line_text(&line, container);
  rail_line_text(&line, " of length ");
  rail_line_int(&line, (int64_t)length);
  rail_raise_line(thread, operation, &line);
}

void rail_raise_size(struct rail_thread *thread, const char *operation, int64_t size) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, "negative size ");
  rail_line_int(&line, size);
  rail_raise_line(thread, operation, &line);
}
