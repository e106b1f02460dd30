/* decimal_scale.c: products of a number and a power of ten. */
#include "decimal_scale.h"

#include "big_integer.h"
#include "decimal_tables.h"

typedef unsigned __int128 double_word;

/* Returns the greatest integer that is at most log2(10^n): 217706 / 2^16 is log2(10) closely enough
 * for every n that rail_power_of_ten accepts. */
static int floor_log2_of_power_of_ten(int n) { return (n * 217706) >> 16; }

int rail_floor_log10_of_power_of_two(int n) { return (n * 78913) >> 18; }

struct rail_power rail_power_of_ten(int n) {
  unsigned index = (unsigned)(n - RAIL_TEN_EXPONENT_MIN);
  unsigned coarse = index / RAIL_TEN_STRIDE, fine = index % RAIL_TEN_STRIDE;
  /* 10^55 is the greatest power whose factor 5^55 fits in 128 bits. */
  struct rail_power power = {.high = coarse_powers_of_ten[coarse][0],
                             .low = coarse_powers_of_ten[coarse][1],
                             .exponent = floor_log2_of_power_of_ten(n) - 127,
                             .exact = n >= 0 && n <= 55};
  uint64_t five = rail_powers_of_five[fine];
  five <<= __builtin_clzll(five);
  /* The top 128 bits of the 192-bit product, or those one bit below when its top bit is 0. */
  double_word low_product = (double_word)power.low * five;
  double_word product = (double_word)power.high * five + (uint64_t)(low_product >> 64);
  if (product >> 127 == 0) {
    product = product << 1 | (uint64_t)low_product >> 63;
  }
  power.high = (uint64_t)(product >> 64);
  power.low = (uint64_t)product;
  return power;
}

static enum rail_fraction classify(uint64_t leading_bits, bool rest) {
  const uint64_t half = UINT64_C(1) << 63;
  if (leading_bits == half && !rest) {
    return RAIL_HALF;
  }
  if (leading_bits == 0 && !rest) {
    return RAIL_NO_FRACTION;
  }
  return leading_bits < half ? RAIL_BELOW_HALF : RAIL_ABOVE_HALF;
}

/* Sets the quotient numerator / denominator, whose whole part is within 1 of `guess`. */
RAIL_RARE static struct rail_scaled divide(struct rail_big *numerator, struct rail_big *denominator,
                                           uint64_t guess) {
  struct rail_big multiple = *denominator;
  rail_big_multiply(&multiple, guess, 0);
  if (rail_big_compare(numerator, &multiple) < 0) {
    guess--;
    rail_big_subtract(&multiple, denominator);
  }
  rail_big_subtract(numerator, &multiple);
  if (rail_big_compare(numerator, denominator) >= 0) {
    guess++;
    rail_big_subtract(numerator, denominator);
  }
  if (numerator->length == 0) {
    return (struct rail_scaled){guess, RAIL_NO_FRACTION};
  }
  rail_big_shift_left(numerator, 1);
  int order = rail_big_compare(numerator, denominator);
  enum rail_fraction fraction =
      order == 0 ? RAIL_HALF : (order < 0 ? RAIL_BELOW_HALF : RAIL_ABOVE_HALF);
  return (struct rail_scaled){guess, fraction};
}

/* rail_scale by exact arithmetic, given the whole part to within 1. */
RAIL_RARE static struct rail_scaled scale_exactly(uint64_t significand, int binary_exponent,
                                                  int decimal_exponent, uint64_t guess) {
  struct rail_big numerator, denominator;
  rail_big_set(&numerator, significand);
  rail_big_set(&denominator, 1);
  if (decimal_exponent >= 0) {
    rail_big_multiply_power_of_five(&numerator, (unsigned)decimal_exponent);
  } else {
    rail_big_multiply_power_of_five(&denominator, (unsigned)-decimal_exponent);
  }
  int shift = binary_exponent + decimal_exponent;
  if (shift >= 0) {
    rail_big_shift_left(&numerator, (unsigned)shift);
  } else {
    rail_big_shift_left(&denominator, (unsigned)-shift);
  }
  return divide(&numerator, &denominator, guess);
}

struct rail_scaled rail_scale(uint64_t significand, int binary_exponent, int decimal_exponent) {
  struct rail_power power = rail_power_of_ten(decimal_exponent);
  int leading_zeros = __builtin_clzll(significand);
  uint64_t normal = significand << leading_zeros;
  double_word low_product = (double_word)power.low * normal;
  double_word product = (double_word)power.high * normal + (uint64_t)(low_product >> 64);
  /* The result is (product, low word of low_product) * 2^-point; the requirements on it make
   * 128 < point < 192, so that the point lies in the highest of the three words. */
  unsigned point = (unsigned)(leading_zeros - binary_exponent - power.exponent) - 128;
  uint64_t whole = (uint64_t)(product >> 64) >> point;
  uint64_t leading_bits = (uint64_t)(product >> point);
  if (power.exact) {
    bool rest = (uint64_t)product << (64 - point) != 0 || (uint64_t)low_product != 0;
    return (struct rail_scaled){whole, classify(leading_bits, rest)};
  }
  /* The power's error is below 3 * 2^64 in the 192-bit product, so below 3 here, and truncation
   * adds less than 1: the exact fraction may lie on the other side of 0 or 1/2 only if this one is
   * that near to it. */
  const uint64_t error = 4;
  if ((leading_bits + error) << 1 <= 4 * error) {
    return scale_exactly(significand, binary_exponent, decimal_exponent, whole);
  }
  return (struct rail_scaled){whole, classify(leading_bits, true)};
}
