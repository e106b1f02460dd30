/* text.h: building text of unknown length, outside the heap: nothing here is a safepoint until
 * the text is finished. Only one text can be under construction at a time. */
#ifndef RAIL_TEXT_H
#define RAIL_TEXT_H

#include "thread.h"

struct rail_text {
  struct rail_thread *thread;
  char *bytes;
  size_t length;
  size_t capacity;
};

void rail_text_start(struct rail_text *text, struct rail_thread *thread);

/* Raises `memory exhausted` when the text becomes larger than the heap may be. */
void rail_text_append(struct rail_text *text, const char *bytes, size_t length);

/* Appends text that ends with NUL. */
void rail_text_append_text(struct rail_text *text, const char *bytes);

/* Appends everything that can be read from a descriptor; returns 0 or a negated error number, of
 * which -RAIL_ERROR_NO_MEMORY is the caller's to raise when the descriptor is closed. */
int64_t rail_text_read(struct rail_text *text, int descriptor);

void rail_text_append_int(struct rail_text *text, int64_t number);

/* Ends the construction; returns the text as a string. */
rail_value rail_text_to_string(struct rail_text *text);

#endif
