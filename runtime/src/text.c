#include "text.h"

#include "collect.h"
#include "error.h"
#include "memory.h"
#include "numbers.h"
#include "options.h"
#include "process.h"
#include "system.h"

enum { CAPACITY_LEAST = 64 << 10, CAPACITY_KEPT = 1 << 20 };

void rail_text_start(struct rail_text *text, struct rail_thread *thread) {
  struct rail_text_memory *memory = &rail_process.text;
  if (memory->capacity > CAPACITY_KEPT) {
    rail_unmap(memory->bytes, memory->capacity);
    memory->capacity = 0;
  }
  if (memory->capacity == 0) {
    memory->bytes = rail_map(CAPACITY_LEAST);
    if (memory->bytes == NULL) {
      rail_raise_memory(thread);
    }
    memory->capacity = CAPACITY_LEAST;
  }
  *text = (struct rail_text){thread, memory->bytes, 0, memory->capacity};
}

/* A text may have as much memory as the heap; there need be no heap yet. */
static uint64_t largest_text(void) {
  uint64_t limit = rail_process.heap.limit;
  return limit != 0 ? limit : rail_memory_limit();
}

/* Makes room for `length` more bytes; false if there is none. */
static bool grow(struct rail_text *text, size_t length) {
  size_t capacity = text->capacity;
  while (capacity - text->length < length) {
    capacity *= 2;
  }
  char *bytes = NULL;
  if (capacity <= largest_text()) {
    bytes = rail_remap(text->bytes, text->capacity, capacity);
  }
  if (bytes == NULL) {
    return false;
  }
  text->bytes = bytes;
  text->capacity = capacity;
  rail_process.text = (struct rail_text_memory){bytes, capacity};
  return true;
}

void rail_text_append(struct rail_text *text, const char *bytes, size_t length) {
  if (text->capacity - text->length < length && !grow(text, length)) {
    rail_raise_memory(text->thread);
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

void rail_text_append_text(struct rail_text *text, const char *bytes) {
  rail_text_append(text, bytes, rail_text_length(bytes));
}

void rail_text_append_int(struct rail_text *text, int64_t number) {
  char digits[RAIL_INT_TEXT_MAX];
  rail_text_append(text, digits, rail_format_int(number, digits));
}

int64_t rail_text_read(struct rail_text *text, int descriptor) {
  enum { CHUNK = 64 << 10 };
  for (;;) {
    if (text->capacity - text->length < CHUNK && !grow(text, CHUNK)) {
      return -RAIL_ERROR_NO_MEMORY;
    }
    int64_t count =
        rail_read(descriptor, text->bytes + text->length, text->capacity - text->length);
    if (count == 0) {
      return 0;
    }
    if (count < 0 && count != -RAIL_ERROR_INTERRUPTED) {
      return count;
    }
    text->length += count < 0 ? 0 : (size_t)count;
  }
}

rail_value rail_text_to_string(struct rail_text *text) {
  return rail_new_string(text->thread, text->bytes, text->length);
}
