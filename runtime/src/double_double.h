/* double_double.h: arithmetic with about 106 bits, as unevaluated sums of two doubles.
 *
 * T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
 * Mathematik 18, 1971. A value is high + low with |low| <= ulp(high) / 2. The elementary functions
 * compute with it so that rounding to one double at the end is almost their only error.
 *
 * Products are split after Veltkamp instead of using fused multiply-add, which not every x86-64
 * has: the results must not depend on the machine. */
#ifndef RAIL_DOUBLE_DOUBLE_H
#define RAIL_DOUBLE_DOUBLE_H

#include "float_bits.h"
#include "numbers.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

struct double_double {
  double high, low;
};

/* Returns a + b exactly. Requires |a| >= |b| or a = 0. */
static inline struct double_double fast_two_sum(double a, double b) {
  double sum = a + b;
  return (struct double_double){sum, b - (sum - a)};
}

/* Returns a + b exactly (Knuth). */
static inline struct double_double two_sum(double a, double b) {
  double sum = a + b, b_part = sum - a;
  return (struct double_double){sum, (a - (sum - b_part)) + (b - b_part)};
}

/* Returns a * b exactly. Requires |a|, |b| < 2^995 and no underflow of the low part. */
static inline struct double_double two_product(double a, double b) {
  const double splitter = 0x1p27 + 1;
  double a_scaled = a * splitter, b_scaled = b * splitter;
  double a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
  double a_low = a - a_high, b_low = b - b_high, product = a * b;
  double error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  return (struct double_double){product, error};
}

static inline struct double_double dd_negate(struct double_double a) {
  return (struct double_double){-a.high, -a.low};
}

/* Multiplies by a power of two, exactly. */
static inline struct double_double dd_scale(struct double_double a, double power) {
  return (struct double_double){a.high * power, a.low * power};
}

static inline struct double_double dd_add(struct double_double a, struct double_double b) {
  struct double_double high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
  high = fast_two_sum(high.high, high.low + low.high);
  return fast_two_sum(high.high, high.low + low.low);
}

static inline struct double_double dd_add_double(struct double_double a, double b) {
  struct double_double sum = two_sum(a.high, b);
  return fast_two_sum(sum.high, sum.low + a.low);
}

static inline struct double_double dd_multiply(struct double_double a, struct double_double b) {
  struct double_double product = two_product(a.high, b.high);
  return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static inline struct double_double dd_multiply_double(struct double_double a, double b) {
  struct double_double product = two_product(a.high, b);
  return fast_two_sum(product.high, product.low + a.low * b);
}

static inline struct double_double dd_divide(struct double_double a, struct double_double b) {
  double quotient = a.high / b.high;
  struct double_double product = two_product(quotient, b.high);
  double rest = ((a.high - product.high) - product.low) + (a.low - quotient * b.low);
  return fast_two_sum(quotient, rest / b.high);
}

/* The square root of the processor, correctly rounded. */
static inline double square_root(double x) {
#if defined(__clang__)
  return __builtin_elementwise_sqrt(x); /* never a call that would set errno */
#else
  return __builtin_sqrt(x);
#endif
}

static inline struct double_double dd_square_root(struct double_double a) {
  double root = square_root(a.high);
  if (root == 0) {
    return (struct double_double){0, 0};
  }
  struct double_double square = two_product(root, root);
  double rest = ((a.high - square.high) - square.low) + a.low;
  return fast_two_sum(root, rest / (root + root));
}

static inline double dd_round(struct double_double a) { return a.high + a.low; }

/* ---- Single doubles ---- */

static inline double not_a_number(void) { return rail_float_from_bits(RAIL_NAN_BITS); }

static inline double infinity(void) { return rail_float_from_bits(RAIL_INFINITY_BITS); }

static inline double absolute(double x) {
  return rail_float_from_bits(rail_float_bits(x) & ~RAIL_SIGN_BIT);
}

/* Returns `magnitude` >= 0 with the sign of `x`. */
static inline double with_sign(double magnitude, double x) {
  return rail_float_from_bits(rail_float_bits(magnitude) | (rail_float_bits(x) & RAIL_SIGN_BIT));
}

/* Returns 2^exponent. Requires -1022 <= exponent <= 1023. */
static inline double power_of_two(int exponent) {
  return rail_float_from_bits((uint64_t)(exponent + 1023) << 52);
}

/* Returns the integer nearest to x, ties to even. Requires |x| < 2^31. */
static inline int nearest_int(double x) {
  const double shifter = 0x1.8p52; /* pushes the fraction out of the significand */
  return (int)(int64_t)((x + shifter) - shifter);
}

#endif
