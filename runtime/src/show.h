/* show.h: values as text. */
#ifndef RAIL_SHOW_H
#define RAIL_SHOW_H

#include <stdbool.h>

#include "text.h"

/* How values are written. */
struct rail_style {
  /* Writes a float into a buffer of RAIL_FLOAT_TEXT_MAX bytes; returns its length. */
  size_t (*format_float)(double number, char *out);
  /* Writes a string that is part of something. */
  void (*append_string)(struct rail_text *text, rail_value string);
  /* Numbers that begin with `-` are put in parentheses as arguments of constructors. */
  bool is_source;
};

/* The style of `show` and `print`. */
extern const struct rail_style rail_style_show;

/* The style of `repr`: Rail source where possible. */
extern const struct rail_style rail_style_repr;

/* Appends `value`. Nesting deeper than 10,000 and arrays inside themselves appear as `…`. */
void rail_append_value(struct rail_text *text, rail_value value, const struct rail_style *style);

/* Returns `value` as `show` does: strings as they are. */
rail_value rail_show(struct rail_thread *thread, rail_value value);

#endif
