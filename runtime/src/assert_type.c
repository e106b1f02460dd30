/* assert_type.c: rail build --check-types: whether values are of the types that the compiler has proved. */
#include "error.h"
#include "line.h"
#include "object.h"

/* The bits RAIL_ALLOWS_* and of kinds of which a type must allow one for it to have the value. */
static uint64_t bits_of(rail_value value) {
  if (rail_is_int(value)) {
    return RAIL_ALLOWS_INT | (value == rail_from_int(0) ? RAIL_ALLOWS_ZERO : 0);
  }
  if (rail_is_pointer(value)) {
    return (uint64_t)1 << (rail_kind(value) >> 1);
  }
  switch (value) {
    case RAIL_NIL:
      return RAIL_ALLOWS_NIL;
    case RAIL_NULL:
      return RAIL_ALLOWS_NULL;
    case RAIL_UNIT:
      return RAIL_ALLOWS_UNIT;
    default:
      return RAIL_ALLOWS_NULLARY;
  }
}

/* The value; if its type, described by `allowed`, does not allow it, the compiler has made a mistake, and the
 * program ends: no `try` catches this. */
rail_value rail_assert_type(struct rail_thread *thread, rail_value value, rail_value allowed,
                            rail_value type) {
  if ((bits_of(value) & (uint64_t)rail_to_int64(allowed)) == 0) {
    struct rail_line line = {.length = 0};
    rail_line_text(&line, "internal error: a value is not of its proved type ");
    rail_line_bytes(&line, rail_bytes(type), rail_length_of(type));
    rail_report(thread, NULL, line.bytes, line.length);
  }
  return value;
}
