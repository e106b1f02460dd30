#include "equal.h"
#include "number.h"

/* arr_eq a b: whether two arrays, float arrays or byte buffers have equal contents; elements are
 * compared by `==`. */
rail_value rail_arr_eq(struct rail_thread *thread, rail_value left, rail_value right) {
  unsigned kind = rail_kind(left);
  bool is_array =
      kind == RAIL_KIND_ARRAY || kind == RAIL_KIND_FLOAT_ARRAY || kind == RAIL_KIND_BYTES;
  if (!is_array || rail_kind(right) != kind) {
    rail_raise_kinds(thread, "arr_eq", left, right);
  }
  uint64_t length = rail_length_of(left);
  bool are_equal = length == rail_length_of(right);
  for (uint64_t i = 0; are_equal && i < length; i += 1) {
    switch (kind) {
      case RAIL_KIND_ARRAY:
        are_equal = rail_are_equal(thread, rail_words(left)[i], rail_words(right)[i]);
        break;
      case RAIL_KIND_FLOAT_ARRAY:
        are_equal = ((const double *)left)[i] == ((const double *)right)[i];
        break;
      default:
        are_equal = rail_bytes(left)[i] == rail_bytes(right)[i];
    }
  }
  return rail_from_int(are_equal);
}
