/* bits.c: operations on the 64-bit sign extension of ints; results are cut to 63 bits. */
#include "number.h"

/* Checks both operands of a binary operation, naming both if they are of a wrong kind. */
static void require_ints(struct rail_thread *thread, const char *operation, rail_value left,
                         rail_value right) {
  if ((left & right & 1) == 0) {
    rail_raise_kinds(thread, operation, left, right);
  }
}

rail_value rail_bit_and(struct rail_thread *thread, rail_value left, rail_value right) {
  require_ints(thread, "bit_and", left, right);
  return left & right;
}

rail_value rail_bit_or(struct rail_thread *thread, rail_value left, rail_value right) {
  require_ints(thread, "bit_or", left, right);
  return left | right;
}

rail_value rail_bit_xor(struct rail_thread *thread, rail_value left, rail_value right) {
  require_ints(thread, "bit_xor", left, right);
  return (left ^ right) | 1;
}

rail_value rail_bit_not(struct rail_thread *thread, rail_value operand) {
  return rail_from_int(~rail_int_operand(thread, "bit_not", operand));
}

/* The operand of a shift as 64 bits, and the count modulo 64. */
struct shift {
  uint64_t bits;
  unsigned count;
};

static struct shift shift_operands(struct rail_thread *thread, const char *operation,
                                   rail_value value, rail_value count) {
  require_ints(thread, operation, value, count);
  return (struct shift){(uint64_t)rail_to_int64(value), rail_to_int64(count) & 63};
}

rail_value rail_shl(struct rail_thread *thread, rail_value value, rail_value count) {
  struct shift shift = shift_operands(thread, "shl", value, count);
  return rail_from_int((int64_t)(shift.bits << shift.count));
}

rail_value rail_shr(struct rail_thread *thread, rail_value value, rail_value count) {
  struct shift shift = shift_operands(thread, "shr", value, count);
  return rail_from_int((int64_t)(shift.bits >> shift.count));
}

rail_value rail_sar(struct rail_thread *thread, rail_value value, rail_value count) {
  struct shift shift = shift_operands(thread, "sar", value, count);
  return rail_from_int((int64_t)shift.bits >> shift.count);
}

rail_value rail_rotl(struct rail_thread *thread, rail_value value, rail_value count) {
  struct shift shift = shift_operands(thread, "rotl", value, count);
  uint64_t low = shift.bits >> (-shift.count & 63);
  return rail_from_int((int64_t)(shift.bits << shift.count | low));
}

rail_value rail_rotr(struct rail_thread *thread, rail_value value, rail_value count) {
  struct shift shift = shift_operands(thread, "rotr", value, count);
  uint64_t high = shift.bits << (-shift.count & 63);
  return rail_from_int((int64_t)(shift.bits >> shift.count | high));
}

/* Number of ones in the 64-bit sign extension. */
rail_value rail_popcount(struct rail_thread *thread, rail_value operand) {
  int64_t number = rail_int_operand(thread, "popcount", operand);
  int count = 0;
  for (uint64_t bits = (uint64_t)number; bits != 0; bits &= bits - 1) {
    count += 1;
  }
  return rail_from_int(count);
}

/* Leading and trailing zeros of the 64-bit sign extension; 64 for 0. */
rail_value rail_clz(struct rail_thread *thread, rail_value operand) {
  int64_t number = rail_int_operand(thread, "clz", operand);
  return rail_from_int(number == 0 ? 64 : __builtin_clzll((uint64_t)number));
}

rail_value rail_ctz(struct rail_thread *thread, rail_value operand) {
  int64_t number = rail_int_operand(thread, "ctz", operand);
  return rail_from_int(number == 0 ? 64 : __builtin_ctzll((uint64_t)number));
}

/* multiply_high a b, mul_hi of module u64: the upper part of the signed 126-bit product, so that the product is
 * multiply_high a b * 2^63 + (a * b as an unsigned 63-bit number). */
rail_value rail_multiply_high(struct rail_thread *thread, rail_value left, rail_value right) {
  require_ints(thread, "mul_hi", left, right);
  __int128 product = (__int128)rail_to_int64(left) * rail_to_int64(right);
  return rail_from_int((int64_t)(product >> 63));
}

/* carry_of_sum a b, add_carry of module u64: 1 if the sum of a and b, both taken as unsigned 63-bit numbers, is 2^63 or more;
 * else 0. */
rail_value rail_carry_of_sum(struct rail_thread *thread, rail_value left, rail_value right) {
  require_ints(thread, "add_carry", left, right);
  return rail_from_int((int64_t)(((left >> 1) + (right >> 1)) >> 63));
}
