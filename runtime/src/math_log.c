/* math_log.c: the logarithms.
 *
 * P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE floating-point
 * arithmetic", ACM TOMS 16(4), 1990: with c a nine-bit approximation of 1/m,
 *
 *   ln(m * 2^k) = k * ln 2 - ln c + ln(1 + r),   r = c * m - 1,   |r| <= 1/32
 *
 * where r is exact, ln c comes from a table and ln(1 + r) from a polynomial whose first terms are
 * double-doubles. Next to 1, c is a power of two and ln c vanishes, so that nothing cancels. */
#include "math_kernels.h"
#include "math_log_tables.h"

/* Returns ln(1 + r) with a relative error below 2^-69. Requires |r| <= 1/32. */
static struct double_double log_1_plus(struct double_double r) {
  double tail = log_tail[8];
  for (int i = 7; i >= 0; i--) {
    tail = tail * r.high + log_tail[i];
  }
  /* r + r^2 * (r/3 - 1/2) + r^4 * tail */
  struct double_double square = two_product(r.high, r.high);
  square.low += 2 * r.high * r.low;
  struct double_double third = dd_multiply_double(one_third, r.high);
  struct double_double factor = fast_two_sum(-0.5, third.high);
  factor.low += third.low + one_third.high * r.low;
  struct double_double middle = dd_multiply(square, factor);
  struct double_double sum = fast_two_sum(r.high, middle.high);
  double low = middle.low + (r.low + tail * square.high * square.high);
  return fast_two_sum(sum.high, sum.low + low);
}

struct scaled_double_double rail_log_split(struct double_double x) {
  int scale = 0;
  if (x.high < 0x1p-1022) {
    x.high *= 0x1p54;
    scale = -54;
  }
  uint64_t bits = rail_float_bits(x.high);
  int exponent = (int)(bits >> 52) - 1023;
  unsigned interval = bits >> 47 & 31;
  /* Mantissas of 32 and 21 bits: the products with c are exact. */
  uint64_t mantissa_bits = (bits & RAIL_FRACTION_MASK) | (uint64_t)1023 << 52;
  double mantissa = rail_float_from_bits(mantissa_bits);
  double upper = rail_float_from_bits(mantissa_bits & ~((UINT64_C(1) << 21) - 1));
  double c = reciprocals[interval] * 0x1p-8;
  struct double_double r = two_sum(upper * c - 1, (mantissa - upper) * c);
  if (exponent <= 1000) { /* above, low is less than 2^-947 of x or 0 */
    r = fast_two_sum(r.high, r.low + x.low * power_of_two(-exponent) * c);
  }
  struct double_double rest = log_1_plus(r), logarithm = logarithms[interval];
  struct double_double sum = fast_two_sum(logarithm.high, rest.high);
  return (struct scaled_double_double){fast_two_sum(sum.high, sum.low + (logarithm.low + rest.low)),
                                       exponent + scale + (interval >= FIRST_HALVED)};
}

struct double_double rail_log_extended(struct double_double x) {
  struct scaled_double_double split = rail_log_split(x);
  double exponent = split.exponent;
  struct double_double sum = fast_two_sum(exponent * ln2_first, split.value.high);
  return fast_two_sum(sum.high, sum.low + (split.value.low + exponent * ln2_second));
}

/* Tells whether x has no finite logarithm; *result is the logarithm then. */
static bool is_special(double x, double *result) {
  if (x != x || x < 0) {
    *result = not_a_number();
  } else if (x == 0) {
    *result = -infinity();
  } else {
    *result = infinity();
    return x == infinity();
  }
  return true;
}

double rail_math_log(double x) {
  double special;
  return is_special(x, &special) ? special
                                 : dd_round(rail_log_extended((struct double_double){x, 0}));
}

double rail_math_log2(double x) {
  double special;
  if (is_special(x, &special)) {
    return special;
  }
  struct scaled_double_double split = rail_log_split((struct double_double){x, 0});
  struct double_double rest = dd_multiply(split.value, log2_e);
  struct double_double sum = fast_two_sum(split.exponent, rest.high);
  return sum.high + (sum.low + rest.low);
}

double rail_math_log10(double x) {
  double special;
  if (is_special(x, &special)) {
    return special;
  }
  return dd_round(dd_multiply(rail_log_extended((struct double_double){x, 0}), log10_e));
}

double rail_math_log1p(double x) {
  double special;
  if (absolute(x) < 0x1p-54) {
    return x;
  }
  if (is_special(1 + x, &special)) {
    return special;
  }
  return dd_round(rail_log_extended(two_sum(1, x)));
}
