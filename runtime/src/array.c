/* array.c: arrays of values. */
#include "collect.h"
#include "memory.h"
#include "number.h"

/* Allocates an array of `length` elements, uninitialised; `values` are kept alive. */
static rail_value new_array(struct rail_thread *thread, uint64_t length, rail_value *values,
                            size_t count) {
  struct rail_roots roots;
  rail_push_roots(thread, &roots, values, count);
  rail_value array =
      rail_new(thread, rail_make_length_header(RAIL_KIND_ARRAY, length), length);
  rail_pop_roots(thread, &roots);
  return array;
}

/* arr_new n v */
rail_value rail_arr_new(struct rail_thread *thread, rail_value size, rail_value value) {
  uint64_t length = rail_size_operand(thread, "arr_new", size);
  rail_value array = new_array(thread, length, &value, 1);
  for (uint64_t i = 0; i < length; i += 1) {
    rail_words(array)[i] = value;
  }
  return array;
}

static uint64_t index_of(struct rail_thread *thread, const char *operation, rail_value array,
                         rail_value index) {
  rail_require_kind(thread, operation, RAIL_KIND_ARRAY, array);
  return rail_index_operand(thread, operation, index, "an array", rail_length_of(array));
}

/* arr_get a i */
rail_value rail_arr_get(struct rail_thread *thread, rail_value array, rail_value index) {
  return rail_words(array)[index_of(thread, "arr_get", array, index)];
}

/* arr_set a i v: gives 0. */
rail_value rail_arr_set(struct rail_thread *thread, rail_value array, rail_value index,
                        rail_value value) {
  uint64_t i = index_of(thread, "arr_set", array, index);
  rail_words(array)[i] = value;
  if (rail_is_pointer(value)) {
    rail_remember_element(thread, array, index);
  }
  return rail_from_int(0);
}

rail_value rail_arr_len(struct rail_thread *thread, rail_value array) {
  rail_require_kind(thread, "arr_len", RAIL_KIND_ARRAY, array);
  return rail_from_int((int64_t)rail_length_of(array));
}

/* arr_copy a */
rail_value rail_arr_copy(struct rail_thread *thread, rail_value array) {
  rail_require_kind(thread, "arr_copy", RAIL_KIND_ARRAY, array);
  uint64_t length = rail_length_of(array);
  rail_value copy = new_array(thread, length, &array, 1);
  memcpy(rail_words(copy), rail_words(array), length * 8);
  return copy;
}

/* Checks that `count` elements from `start` lie inside a container and returns the first index;
 * an error names the first index that does not. */
static uint64_t range_operand(struct rail_thread *thread, const char *operation, rail_value start,
                              uint64_t count, const char *container, uint64_t length) {
  int64_t first = rail_int_operand(thread, operation, start);
  if ((uint64_t)first > length || (first == (int64_t)length && count > 0)) {
    rail_raise_index(thread, operation, first, container, length);
  }
  if (count > length - (uint64_t)first) {
    rail_raise_index(thread, operation, (int64_t)length, container, length);
  }
  return (uint64_t)first;
}

/* arr_fill a start count v: gives 0. */
rail_value rail_arr_fill(struct rail_thread *thread, rail_value array, rail_value start,
                         rail_value count, rail_value value) {
  rail_require_kind(thread, "arr_fill", RAIL_KIND_ARRAY, array);
  uint64_t number = rail_size_operand(thread, "arr_fill", count);
  uint64_t first =
      range_operand(thread, "arr_fill", start, number, "an array", rail_length_of(array));
  for (uint64_t i = 0; i < number; i += 1) {
    rail_words(array)[first + i] = value;
  }
  if (rail_is_pointer(value) && number > 0) {
    rail_remember(thread, array);
  }
  return rail_from_int(0);
}

/* arr_blit source source_start target target_start count: copies elements, also within one array
 * whose ranges overlap; gives 0. */
rail_value rail_arr_blit(struct rail_thread *thread, rail_value source, rail_value source_start,
                         rail_value target, rail_value target_start, rail_value count) {
  rail_require_kind(thread, "arr_blit", RAIL_KIND_ARRAY, source);
  rail_require_kind(thread, "arr_blit", RAIL_KIND_ARRAY, target);
  uint64_t number = rail_size_operand(thread, "arr_blit", count);
  uint64_t from = range_operand(thread, "arr_blit", source_start, number, "an array",
                                rail_length_of(source));
  uint64_t to = range_operand(thread, "arr_blit", target_start, number, "an array",
                              rail_length_of(target));
  memmove(rail_words(target) + to, rail_words(source) + from, number * 8);
  if (number > 0) {
    rail_remember(thread, target);
  }
  return rail_from_int(0);
}
