#include "line.h"

#include "memory.h"
#include "numbers.h"

void rail_line_bytes(struct rail_line *line, const char *bytes, size_t length) {
  size_t room = RAIL_LINE_SIZE - line->length;
  size_t fitting = length < room ? length : room;
  memcpy(line->bytes + line->length, bytes, fitting);
  line->length += fitting;
}

void rail_line_text(struct rail_line *line, const char *text) {
  rail_line_bytes(line, text, rail_text_length(text));
}

void rail_line_int(struct rail_line *line, int64_t number) {
  char digits[RAIL_INT_TEXT_MAX];
  rail_line_bytes(line, digits, rail_format_int(number, digits));
}

void rail_line_pad(struct rail_line *line, size_t column, size_t least) {
  for (size_t i = 0; i < least || line->length < column; i += 1) {
    rail_line_bytes(line, " ", 1);
    if (line->length == RAIL_LINE_SIZE) {
      return;
    }
  }
}
