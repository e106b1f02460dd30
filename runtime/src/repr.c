#include "collect.h"
#include "error.h"
#include "numbers.h"
#include "object.h"
#include "show.h"

/* Returns how many bytes the UTF-8 encoding (RFC 3629) of a code point beyond ASCII at `bytes`
 * takes, 0 if there is none. */
static size_t encoding_length(const unsigned char *bytes, size_t available) {
  unsigned lead = bytes[0];
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > available) {
    return 0;
  }
  for (size_t i = 1; i < length; i += 1) {
    if ((bytes[i] & 0xC0) != 0x80) {
      return 0;
    }
  }
  bool is_overlong = (lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xF0 && bytes[1] < 0x90);
  bool is_surrogate = lead == 0xED && bytes[1] > 0x9F;
  bool is_too_large = lead == 0xF4 && bytes[1] > 0x8F;
  return is_overlong || is_surrogate || is_too_large ? 0 : length;
}

/* Returns the escape for a byte that has a short one, NULL for others. */
static const char *short_escape(unsigned byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case 0:
      return "\\0";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      return NULL;
  }
}

static void append_hex_escape(struct rail_text *text, unsigned byte) {
  static const char digits[] = "0123456789abcdef";
  char escape[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  rail_text_append(text, escape, sizeof escape);
}

/* Appends a string literal that stands for `string`. */
static void append_quoted(struct rail_text *text, rail_value string) {
  const unsigned char *bytes = (const unsigned char *)rail_bytes(string);
  size_t length = rail_length_of(string);
  rail_text_append(text, "\"", 1);
  for (size_t i = 0; i < length;) {
    size_t taken = 1;
    const char *escape = short_escape(bytes[i]);
    if (bytes[i] >= 0x80) {
      taken = encoding_length(bytes + i, length - i);
    }
    if (escape != NULL) {
      rail_text_append_text(text, escape);
    } else if (taken == 0 || bytes[i] < ' ' || bytes[i] == 0x7F) {
      append_hex_escape(text, bytes[i]);
      taken = 1;
    } else {
      rail_text_append(text, (const char *)bytes + i, taken);
    }
    i += taken;
  }
  rail_text_append(text, "\"", 1);
}

RAIL_IF_LINKED size_t rail_format_float_shortest(double x, char *out);

const struct rail_style rail_style_repr = {rail_format_float_shortest, append_quoted, true};

rail_value rail_repr(struct rail_thread *thread, rail_value value) {
  struct rail_text text;
  rail_text_start(&text, thread);
  rail_append_value(&text, value, &rail_style_repr);
  return rail_text_to_string(&text);
}

/* float_repr x: the shortest text that reads back as x; an int counts as a float. */
rail_value rail_float_repr(struct rail_thread *thread, rail_value number) {
  if (!rail_is_int(number) && !rail_is_float(number)) {
    rail_raise_kind(thread, "float_repr", number);
  }
  RAIL_NEEDS(rail_format_float_shortest);
  double x = rail_is_int(number) ? (double)rail_to_int64(number) : rail_unbox(number);
  char digits[RAIL_FLOAT_TEXT_MAX];
  return rail_new_string(thread, digits, rail_format_float_shortest(x, digits));
}

/* The run-time error of a match without a fitting arm. */
rail_value rail_match_error(struct rail_thread *thread, rail_value value) {
  enum { SHOWN = 60 };
  rail_check_error(thread, "match", value);
  struct rail_text text;
  rail_text_start(&text, thread);
  rail_append_value(&text, value, &rail_style_repr);
  struct rail_line line = {.length = 0};
  rail_line_text(&line, "no arm of this match fits ");
  rail_line_bytes(&line, text.bytes, text.length < SHOWN ? text.length : SHOWN);
  rail_line_text(&line, text.length < SHOWN ? "" : "…");
  rail_raise_line(thread, "match", &line);
}
