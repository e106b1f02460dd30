/* list.c: lists, and what is asked of any value. */
#include "collect.h"
#include "number.h"

/* cons x xs, x :: xs */
rail_value rail_cons(struct rail_thread *thread, rail_value head, rail_value tail) {
  if (!rail_value_is_list(tail)) {
    rail_raise_kinds(thread, "::", head, tail);
  }
  return rail_new_cons(thread, head, tail);
}

/* head xs: 0 if there is none. */
rail_value rail_head(struct rail_thread *thread, rail_value list) {
  rail_check_error(thread, "head", list);
  return rail_is_kind(list, RAIL_KIND_CONS) ? rail_words(list)[0] : rail_from_int(0);
}

/* tail xs: [] if there is none. */
rail_value rail_tail(struct rail_thread *thread, rail_value list) {
  rail_check_error(thread, "tail", list);
  return rail_is_kind(list, RAIL_KIND_CONS) ? rail_words(list)[1] : RAIL_NIL;
}

static int64_t list_length(rail_value list) {
  int64_t length = 0;
  for (; rail_is_kind(list, RAIL_KIND_CONS); list = rail_words(list)[1]) {
    length += 1;
  }
  return length;
}

/* length v: 0 for what has no length. */
rail_value rail_length(struct rail_thread *thread, rail_value value) {
  switch (rail_kind(value)) {
    case RAIL_KIND_CONS:
      return rail_from_int(list_length(value));
    case RAIL_KIND_TUPLE:
      return rail_from_int((int64_t)rail_word_count(value));
    case RAIL_KIND_STRING:
    case RAIL_KIND_ARRAY:
    case RAIL_KIND_FLOAT_ARRAY:
    case RAIL_KIND_BYTES:
      return rail_from_int((int64_t)rail_length_of(value));
    default:
      rail_check_error(thread, "length", value);
      return rail_from_int(0);
  }
}

/* length v, but of a list no more than `limit`, which is where counting ends: enough for a comparison with a
 * literal. */
rail_value rail_length_up_to(struct rail_thread *thread, rail_value value, rail_value limit) {
  if (!rail_is_kind(value, RAIL_KIND_CONS)) {
    return rail_length(thread, value);
  }
  int64_t most = rail_to_int64(limit);
  int64_t length = 0;
  for (; length < most && rail_is_kind(value, RAIL_KIND_CONS); value = rail_words(value)[1]) {
    length += 1;
  }
  return rail_from_int(length);
}

/* has_kind v k: whether `v` is an object of the kind RAIL_KIND_* k. */
rail_value rail_has_kind(struct rail_thread *thread, rail_value value, rail_value kind) {
  (void)thread;
  return rail_from_int((int64_t)rail_kind(value) == rail_to_int64(kind));
}
