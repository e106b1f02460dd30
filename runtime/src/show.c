#include "show.h"

#include "collect.h"
#include "error.h"
#include "memory.h"
#include "numbers.h"
#include "object.h"
#include "process.h"
#include "work.h"

enum { DEPTH_MOST = 10000 };

/* The containers around the value that is being written: an entry holds the object, the index of
 * the next component, and whether `)` follows at the end. For a list the object is the cell
 * whose head comes next, and the index says whether a head has been written before. */
struct shower {
  struct rail_text *text;
  const struct rail_style *style;
  struct rail_work work;
};

static void append(struct shower *shower, const char *text) {
  rail_text_append_text(shower->text, text);
}

static void append_string(struct rail_text *text, rail_value string) {
  rail_text_append(text, rail_bytes(string), rail_length_of(string));
}

static void append_float(struct shower *shower, double number) {
  char digits[RAIL_FLOAT_TEXT_MAX];
  rail_text_append(shower->text, digits, shower->style->format_float(number, digits));
}

static void append_float_array(struct shower *shower, rail_value array) {
  const double *numbers = (const double *)array;
  append(shower, "#f[");
  for (uint64_t i = 0; i < rail_length_of(array); i += 1) {
    if (i > 0) {
      append(shower, ", ");
    }
    append_float(shower, numbers[i]);
  }
  append(shower, "]");
}

static void append_bytes(struct shower *shower, rail_value bytes) {
  static const char digits[] = "0123456789abcdef";
  append(shower, "#b[");
  for (uint64_t i = 0; i < rail_length_of(bytes); i += 1) {
    unsigned byte = (unsigned char)rail_bytes(bytes)[i];
    char pair[2] = {digits[byte >> 4], digits[byte & 15]};
    rail_text_append(shower->text, pair, 2);
  }
  append(shower, "]");
}

/* The name of the function behind a closure; a partial application stands for the function that
 * it applies. */
static const char *function_name(rail_value closure) {
  for (;;) {
    const struct rail_function_entry *function =
        rail_function_starting_at(rail_words(closure)[0]);
    if (function != NULL) {
      return rail_program.names + function->name;
    }
    if (rail_word_count(closure) < 3 || !rail_is_kind(rail_words(closure)[1], RAIL_KIND_CLOSURE)) {
      return "";
    }
    closure = rail_words(closure)[1];
  }
}

static void append_function(struct shower *shower, rail_value closure) {
  append(shower, "<function ");
  append(shower, function_name(closure));
  append(shower, "/");
  rail_text_append_int(shower->text, rail_aux(closure));
  append(shower, ">");
}

static void append_immediate(struct shower *shower, rail_value value) {
  switch (value) {
    case RAIL_NIL:
      append(shower, "[]");
      return;
    case RAIL_NULL:
      append(shower, "null");
      return;
    case RAIL_UNIT:
      append(shower, "()");
      return;
    default:
      append(shower, rail_constructor_name(value));
  }
}

/* Whether `array` is inside itself. */
static bool is_inside_itself(const struct shower *shower, rail_value array) {
  for (size_t i = 0; i < shower->work.count; i += 1) {
    if (shower->work.entries[i].a == array) {
      return true;
    }
  }
  return false;
}

static void enter(struct shower *shower, rail_value object, const char *opening,
                  bool is_parenthesised) {
  append(shower, opening);
  rail_work_push(shower->text->thread, &shower->work, object, 0, is_parenthesised);
}

static const struct rail_descriptor *descriptor_of(rail_value constructor) {
  return &rail_program.descriptors[rail_aux(constructor)];
}

static bool is_record(rail_value constructor) {
  return descriptor_of(constructor)->field_names != 0;
}

static void enter_constructor(struct shower *shower, rail_value object, bool is_argument) {
  bool is_parenthesised = is_argument && !is_record(object) && rail_word_count(object) > 0;
  if (is_parenthesised) {
    append(shower, "(");
  }
  enter(shower, object, rail_constructor_name(object), is_parenthesised);
  if (is_record(object)) {
    append(shower, " { ");
  }
}

static void append_object(struct shower *shower, rail_value object, bool is_argument) {
  unsigned kind = rail_kind(object);
  if (shower->work.count == DEPTH_MOST ||
      (kind == RAIL_KIND_ARRAY && is_inside_itself(shower, object))) {
    append(shower, "…");
    return;
  }
  switch (kind) {
    case RAIL_KIND_CONS:
      enter(shower, object, "[", false);
      return;
    case RAIL_KIND_TUPLE:
      enter(shower, object, "(", false);
      return;
    case RAIL_KIND_ARRAY:
      enter(shower, object, "#[", false);
      return;
    case RAIL_KIND_CONSTRUCTOR:
      enter_constructor(shower, object, is_argument);
      return;
    case RAIL_KIND_STRING:
      shower->style->append_string(shower->text, object);
      return;
    case RAIL_KIND_CLOSURE:
      append_function(shower, object);
      return;
    case RAIL_KIND_FLOAT_ARRAY:
      append_float_array(shower, object);
      return;
    case RAIL_KIND_BYTES:
      append_bytes(shower, object);
      return;
    case RAIL_KIND_ERROR:
      append(shower, "<error: ");
      append_string(shower->text, rail_words(object)[0]);
      append(shower, ">");
      return;
    case RAIL_KIND_CHANNEL:
      append(shower, "<channel>");
      return;
    case RAIL_KIND_THREAD:
      append(shower, "<thread>");
      return;
    default:
      append(shower, "<pointer>");
  }
}

/* Writes a value, or the beginning of one with components. */
static void append_any(struct shower *shower, rail_value value, bool is_argument) {
  bool is_number = rail_is_int(value) || rail_is_float(value);
  if (!is_number) {
    if (rail_is_pointer(value)) {
      append_object(shower, value, is_argument);
    } else {
      append_immediate(shower, value);
    }
    return;
  }
  char digits[RAIL_FLOAT_TEXT_MAX];
  size_t length = rail_is_int(value) ? rail_format_int(rail_to_int64(value), digits)
                                     : shower->style->format_float(rail_unbox(value), digits);
  bool is_parenthesised = is_argument && shower->style->is_source && digits[0] == '-';
  append(shower, is_parenthesised ? "(" : "");
  rail_text_append(shower->text, digits, length);
  append(shower, is_parenthesised ? ")" : "");
}

/* The name of field `index` of a record, after the names before it. */
static const char *field_name(rail_value record, uint64_t index) {
  const char *name = rail_program.names + descriptor_of(record)->field_names;
  for (; index > 0; index -= 1) {
    name += rail_text_length(name) + 1;
  }
  return name;
}

static void continue_list(struct shower *shower, struct rail_work_entry *entry) {
  rail_value cell = entry->a;
  if (!rail_is_kind(cell, RAIL_KIND_CONS)) {
    append(shower, "]");
    shower->work.count -= 1;
    return;
  }
  append(shower, entry->b > 0 ? ", " : "");
  entry->a = rail_words(cell)[1];
  entry->b = 1;
  append_any(shower, rail_words(cell)[0], false);
}

static void continue_sequence(struct shower *shower, struct rail_work_entry *entry,
                              uint64_t count, const char *closing) {
  uint64_t index = entry->b;
  if (index == count) {
    append(shower, closing);
    shower->work.count -= 1;
    return;
  }
  append(shower, index > 0 ? ", " : "");
  entry->b += 1;
  append_any(shower, rail_words(entry->a)[index], false);
}

static void continue_constructor(struct shower *shower, struct rail_work_entry *entry) {
  rail_value object = entry->a;
  uint64_t index = entry->b;
  if (index == rail_word_count(object)) {
    append(shower, is_record(object) ? " }" : entry->c != 0 ? ")" : "");
    shower->work.count -= 1;
    return;
  }
  entry->b += 1;
  if (is_record(object)) {
    append(shower, index > 0 ? ", " : "");
    append(shower, field_name(object, index));
    append(shower, " = ");
  } else {
    append(shower, " ");
  }
  append_any(shower, rail_words(object)[index], !is_record(object));
}

/* Writes the next component of the innermost container, or its end. */
static void continue_innermost(struct shower *shower) {
  struct rail_work_entry *entry = &shower->work.entries[shower->work.count - 1];
  switch (rail_kind(entry->a)) {
    case RAIL_KIND_TUPLE:
      continue_sequence(shower, entry, rail_word_count(entry->a), ")");
      return;
    case RAIL_KIND_ARRAY:
      continue_sequence(shower, entry, rail_length_of(entry->a), "]");
      return;
    case RAIL_KIND_CONSTRUCTOR:
      continue_constructor(shower, entry);
      return;
    default:
      continue_list(shower, entry);
  }
}

void rail_append_value(struct rail_text *text, rail_value value, const struct rail_style *style) {
  struct shower shower;
  shower.text = text;
  shower.style = style;
  rail_work_start(&shower.work);
  append_any(&shower, value, false);
  while (shower.work.count > 0) {
    continue_innermost(&shower);
  }
  rail_work_finish(&shower.work);
}

RAIL_IF_LINKED size_t rail_format_float_general(double x, char *out);

const struct rail_style rail_style_show = {rail_format_float_general, append_string, false};

rail_value rail_show(struct rail_thread *thread, rail_value value) {
  if (rail_value_is_string(value)) {
    return value;
  }
  struct rail_text text;
  rail_text_start(&text, thread);
  rail_append_value(&text, value, &rail_style_show);
  return rail_text_to_string(&text);
}

/* Of a value that the compiler knows to be an int. */
rail_value rail_show_int(struct rail_thread *thread, rail_value number) {
  char digits[RAIL_INT_TEXT_MAX];
  return rail_new_string(thread, digits, rail_format_int(rail_to_int64(number), digits));
}

/* show_float x: as `show` of a float; ints are accepted. */
rail_value rail_show_float(struct rail_thread *thread, rail_value number) {
  if (!rail_is_int(number) && !rail_is_float(number)) {
    rail_raise_kind(thread, "show_float", number);
  }
  return rail_show(thread, number);
}
