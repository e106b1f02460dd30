/* convert.c: ints, floats and strings from each other. */
#include "collect.h"
#include "number.h"
#include "numbers.h"

rail_value rail_to_float(struct rail_thread *thread, rail_value value) {
  if (rail_is_float(value)) {
    return value;
  }
  return rail_new_float(thread, (double)rail_int_operand(thread, "to_float", value));
}

/* Truncates toward zero, saturates, and takes NaN to 0. */
static int64_t truncated(double number) {
  const double bound = 4611686018427387904.0; /* 2^62 */
  if (number >= bound) {
    return RAIL_INT_GREATEST;
  }
  if (number < -bound) {
    return RAIL_INT_LEAST;
  }
  return number != number ? 0 : (int64_t)number;
}

rail_value rail_to_int(struct rail_thread *thread, rail_value value) {
  if (rail_is_int(value)) {
    return value;
  }
  if (rail_is_float(value)) {
    return rail_from_int(truncated(rail_unbox(value)));
  }
  rail_require_string(thread, "to_int", value);
  return rail_from_int(rail_parse_int_text(rail_bytes(value), rail_length_of(value)));
}

rail_value rail_parse_int(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "parse_int", string);
  return rail_from_int(rail_parse_int_text(rail_bytes(string), rail_length_of(string)));
}

rail_value rail_parse_float(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "parse_float", string);
  double number = rail_parse_float_text(rail_bytes(string), rail_length_of(string), NULL);
  return rail_new_float(thread, number);
}

/* Whether `string` is nothing but an int within range. */
rail_value rail_int_text_valid(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "int_of_string", string);
  int64_t number;
  enum rail_int_status status =
      rail_parse_int_strict(rail_bytes(string), rail_length_of(string), &number);
  return rail_from_int(status == RAIL_INT_VALID);
}

/* Whether `string` is nothing but a number; no white space in front. */
rail_value rail_float_text_valid(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "float_of_string", string);
  const char *bytes = rail_bytes(string);
  size_t length = rail_length_of(string);
  size_t consumed;
  rail_parse_float_text(bytes, length, &consumed);
  bool begins_with_space = length > 0 && (unsigned char)bytes[0] <= ' ';
  return rail_from_int(consumed > 0 && consumed == length && !begins_with_space);
}
