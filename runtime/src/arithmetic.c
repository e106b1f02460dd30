/* arithmetic.c: + - * / % and negation of any values; ints wrap at 63 bits. */
#include "collect.h"
#include "error.h"
#include "memory.h"
#include "number.h"
#include "numbers.h"

static rail_value concatenate(struct rail_thread *thread, rail_value left, rail_value right) {
  uint64_t left_length = rail_length_of(left);
  uint64_t right_length = rail_length_of(right);
  if (left_length == 0) {
    return right;
  }
  if (right_length == 0) {
    return left;
  }
  rail_value operands[2] = {left, right};
  struct rail_roots roots;
  rail_push_roots(thread, &roots, operands, 2);
  rail_value string = rail_new_bytes(thread, RAIL_KIND_STRING, left_length + right_length);
  rail_pop_roots(thread, &roots);
  memcpy(rail_bytes(string), rail_bytes(operands[0]), left_length);
  memcpy(rail_bytes(string) + left_length, rail_bytes(operands[1]), right_length);
  return string;
}

/* Whether both operands are numbers and at least one is a float. */
static bool are_floats(rail_value left, rail_value right) {
  return rail_is_number(left) && rail_is_number(right) &&
         !(rail_is_int(left) && rail_is_int(right));
}

static bool are_ints(rail_value left, rail_value right) { return (left & right & 1) != 0; }

rail_value rail_add(struct rail_thread *thread, rail_value left, rail_value right) {
  if (rail_value_is_string(left) && rail_value_is_string(right)) {
    return concatenate(thread, left, right);
  }
  if (are_floats(left, right)) {
    return rail_box(thread, rail_number(left) + rail_number(right));
  }
  if (!are_ints(left, right)) {
    rail_raise_kinds(thread, "+", left, right);
  }
  return left + right - 1;
}

rail_value rail_subtract(struct rail_thread *thread, rail_value left, rail_value right) {
  if (are_floats(left, right)) {
    return rail_box(thread, rail_number(left) - rail_number(right));
  }
  if (!are_ints(left, right)) {
    rail_raise_kinds(thread, "-", left, right);
  }
  return left - right + 1;
}

rail_value rail_multiply(struct rail_thread *thread, rail_value left, rail_value right) {
  if (are_floats(left, right)) {
    return rail_box(thread, rail_number(left) * rail_number(right));
  }
  if (!are_ints(left, right)) {
    rail_raise_kinds(thread, "*", left, right);
  }
  return (left - 1) * (uint64_t)rail_to_int64(right) + 1;
}

rail_value rail_divide(struct rail_thread *thread, rail_value left, rail_value right) {
  if (are_floats(left, right)) {
    return rail_box(thread, rail_number(left) / rail_number(right));
  }
  if (!are_ints(left, right)) {
    rail_raise_kinds(thread, "/", left, right);
  }
  if (rail_to_int64(right) == 0) {
    rail_raise_text(thread, "/", "division by zero");
  }
  return rail_from_int(rail_to_int64(left) / rail_to_int64(right));
}

rail_value rail_remainder(struct rail_thread *thread, rail_value left, rail_value right) {
  if (are_floats(left, right)) {
    return rail_box(thread, rail_math_fmod(rail_number(left), rail_number(right)));
  }
  if (!are_ints(left, right)) {
    rail_raise_kinds(thread, "%", left, right);
  }
  if (rail_to_int64(right) == 0) {
    rail_raise_text(thread, "%", "division by zero");
  }
  return rail_from_int(rail_to_int64(left) % rail_to_int64(right));
}

rail_value rail_negate(struct rail_thread *thread, rail_value operand) {
  if (rail_is_int(operand)) {
    return 2 - operand;
  }
  if (!rail_is_float(operand)) {
    rail_raise_kind(thread, "-", operand);
  }
  return rail_box(thread, -rail_unbox(operand));
}
