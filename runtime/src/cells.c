/* cells.c: the objects behind channels, fibers and threads, whose state the prelude keeps. */
#include "collect.h"
#include "number.h"

/* Fields of the largest such object. */
enum { FIELDS_MOST = 64 };

static rail_value new_cells(struct rail_thread *thread, unsigned kind, rail_value count) {
  uint64_t words = rail_size_operand(thread, "channel", count);
  if (words > FIELDS_MOST) {
    rail_raise_memory(thread);
  }
  rail_value object = rail_new(thread, rail_make_header(kind, 0, words), words);
  for (uint64_t i = 0; i < words; i += 1) {
    rail_words(object)[i] = rail_from_int(0);
  }
  return object;
}

rail_value rail_channel_new(struct rail_thread *thread, rail_value count) {
  return new_cells(thread, RAIL_KIND_CHANNEL, count);
}

rail_value rail_thread_new(struct rail_thread *thread, rail_value count) {
  return new_cells(thread, RAIL_KIND_THREAD, count);
}

/* Address of field `index`. */
static rail_value *field(struct rail_thread *thread, const char *operation, rail_value object,
                         rail_value index) {
  if (!rail_is_kind(object, RAIL_KIND_THREAD)) {
    rail_require_kind(thread, operation, RAIL_KIND_CHANNEL, object);
  }
  uint64_t i =
      rail_index_operand(thread, operation, index, "a channel", rail_word_count(object));
  return &rail_words(object)[i];
}

rail_value rail_cell_get(struct rail_thread *thread, rail_value object, rail_value index) {
  return *field(thread, "cell_get", object, index);
}

/* Gives 0. */
rail_value rail_cell_set(struct rail_thread *thread, rail_value object, rail_value index,
                         rail_value value) {
  *field(thread, "cell_set", object, index) = value;
  if (rail_is_pointer(value)) {
    rail_remember(thread, object);
  }
  return rail_from_int(0);
}
