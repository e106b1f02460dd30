/* decimal_scale.h: products of a number and a power of ten, fast with 128 bits or exact.
 *
 * A power of ten 10^(28 i + j) is the product of a 128-bit approximation of 10^(28 i) and the exact
 * 5^j: two small tables instead of one entry per exponent. */
#ifndef RAIL_DECIMAL_SCALE_H
#define RAIL_DECIMAL_SCALE_H

#include <stdbool.h>
#include <stdint.h>

enum {
  RAIL_FIVE_EXPONENT_MAX = 27, /* 5^27 is the greatest power of five below 2^64 */
  RAIL_TEN_EXPONENT_MIN = -364,
  RAIL_TEN_EXPONENT_MAX = 363,
};

/* 5^0 ... 5^27 */
extern const uint64_t rail_powers_of_five[RAIL_FIVE_EXPONENT_MAX + 1];

/* 10^n as (high, low) * 2^exponent, the top bit of `high` set. The true significand is this one
 * when `exact`, else less than 3 above it. */
struct rail_power {
  uint64_t high, low;
  int exponent;
  bool exact;
};

/* Requires RAIL_TEN_EXPONENT_MIN <= n <= RAIL_TEN_EXPONENT_MAX. */
struct rail_power rail_power_of_ten(int n);

/* Returns the greatest integer that is at most log10(2^n). Requires |n| <= 1100. */
int rail_floor_log10_of_power_of_two(int n);

enum rail_fraction { RAIL_NO_FRACTION, RAIL_BELOW_HALF, RAIL_HALF, RAIL_ABOVE_HALF };

/* A non-negative real number, known well enough to round it to an integer. */
struct rail_scaled {
  uint64_t whole;
  enum rail_fraction fraction;
};

/* Returns significand * 2^binary_exponent * 10^decimal_exponent, exactly floored and classified.
 * Requires that the result is at least 1 and below 2^62, that the decimal exponent is one of
 * rail_power_of_ten, and that the significand is below 2^56. */
struct rail_scaled rail_scale(uint64_t significand, int binary_exponent, int decimal_exponent);

#endif
