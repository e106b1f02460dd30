/* math_round.c: rounding to integers, and the remainder; all exact. */
#include "double_double.h"

typedef unsigned __int128 double_word;

/* From here on every double is an integer. */
#define ALL_INTEGERS 0x1p52

/* Returns x without its fraction. Requires |x| < 2^52. */
static inline double truncate(double x) { return with_sign((double)(int64_t)absolute(x), x); }

/* Tells whether x is NaN, infinite or at least 2^52; *result is x then, made the one NaN. */
static inline bool is_whole(double x, double *result) {
  *result = x == x ? x : not_a_number();
  return !(absolute(x) < ALL_INTEGERS);
}

double rail_math_trunc(double x) {
  double whole;
  return is_whole(x, &whole) ? whole : truncate(x);
}

double rail_math_floor(double x) {
  double whole;
  if (is_whole(x, &whole)) {
    return whole;
  }
  whole = truncate(x);
  return whole > x ? whole - 1 : whole;
}

double rail_math_ceil(double x) {
  double whole;
  if (is_whole(x, &whole)) {
    return whole;
  }
  whole = truncate(x);
  return whole < x ? with_sign(absolute(whole + 1), x) : whole;
}

double rail_math_round(double x) {
  double whole;
  if (is_whole(x, &whole)) {
    return whole;
  }
  double magnitude = absolute(x), below = truncate(magnitude);
  return with_sign(magnitude - below >= 0.5 ? below + 1 : below, x);
}

/* ---- Remainder ---- */

/* Returns floor((2^128 - 1) / divisor) - 2^64 by two steps of Knuth's algorithm D (TAOCP 4.3.1) in
 * base 2^32. Requires the top bit of the divisor set. */
static uint64_t reciprocal(uint64_t divisor) {
  /* The quotient of 2^128 - 1 - divisor * 2^64, whose high word is ~divisor. */
  uint64_t rest = ~divisor, quotient = 0, divisor_high = divisor >> 32;
  for (int step = 0; step < 2; step++) {
    uint64_t digit = rest / divisor_high;
    digit = digit > UINT32_MAX ? UINT32_MAX : digit;
    double_word dividend = (double_word)rest << 32 | UINT32_MAX;
    double_word product = (double_word)digit * divisor;
    while (product > dividend) { /* at most twice */
      digit--;
      product -= divisor;
    }
    rest = (uint64_t)(dividend - product);
    quotient = quotient << 32 | digit;
  }
  return quotient;
}

/* Returns (high * 2^64 + low) mod divisor: N. Moeller and T. Granlund, "Improved division by
 * invariant integers", IEEE Transactions on Computers 60(2), 2011, algorithm 4. Requires the top
 * bit of the divisor set and high < divisor; `inverse` is reciprocal(divisor). */
static uint64_t remainder_of(uint64_t high, uint64_t low, uint64_t divisor, uint64_t inverse) {
  double_word quotient = (double_word)inverse * high + ((double_word)high << 64 | low);
  uint64_t rest = low - ((uint64_t)(quotient >> 64) + 1) * divisor;
  if (rest > (uint64_t)quotient) {
    rest += divisor;
  }
  return rest >= divisor ? rest - divisor : rest;
}

/* Returns x * 2^shift mod y. Requires x, y < 2^53 and y > 0. */
static uint64_t shifted_remainder(uint64_t x, unsigned shift, uint64_t y) {
  if (shift <= 11) {
    return (x << shift) % y;
  }
  unsigned scale = (unsigned)__builtin_clzll(y);
  uint64_t divisor = y << scale, inverse = reciprocal(divisor);
  for (shift += scale; shift >= 64; shift -= 64) {
    x = remainder_of(x, 0, divisor, inverse);
  }
  if (shift > 0) {
    x = remainder_of(x >> (64 - shift), x << shift, divisor, inverse);
  }
  return x >> scale;
}

/* Returns significand * 2^exponent. Requires that it is a double. */
static double assemble(uint64_t significand, int exponent) {
  double power = exponent >= -1022 ? power_of_two(exponent)
                                   : rail_float_from_bits(UINT64_C(1) << (exponent + 1074));
  return (double)significand * power;
}

double rail_math_fmod(double x, double y) {
  double dividend = absolute(x), divisor = absolute(y);
  if (!(dividend < infinity()) || !(divisor <= infinity()) || divisor == 0) {
    return not_a_number();
  }
  if (dividend < divisor) {
    return x;
  }
  struct rail_binary a = rail_binary_from_bits(rail_float_bits(dividend));
  struct rail_binary b = rail_binary_from_bits(rail_float_bits(divisor));
  uint64_t rest =
      shifted_remainder(a.significand, (unsigned)(a.exponent - b.exponent), b.significand);
  return with_sign(assemble(rest, b.exponent), x);
}
