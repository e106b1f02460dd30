/* line.h: short messages, put together without allocation. What does not fit is cut off. */
#ifndef RAIL_LINE_H
#define RAIL_LINE_H

#include <stddef.h>
#include <stdint.h>

enum { RAIL_LINE_SIZE = 1024 };

struct rail_line {
  size_t length;
  char bytes[RAIL_LINE_SIZE];
};

void rail_line_bytes(struct rail_line *line, const char *bytes, size_t length);

/* `text` ends with NUL. */
void rail_line_text(struct rail_line *line, const char *text);

void rail_line_int(struct rail_line *line, int64_t number);

/* Appends spaces up to `column`, at least `least`. */
void rail_line_pad(struct rail_line *line, size_t column, size_t least);

#endif
