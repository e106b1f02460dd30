/* math_pow.c: powers, as e^(y ln x).
 *
 * The logarithm's relative error, below 2^-68, becomes one of the power that is |y ln x| < 746
 * times as large: 2^-58, or 1/32 of a last place, at the very worst. */
#include "math_kernels.h"

enum parity { FRACTIONAL, EVEN, ODD };

/* Classifies the finite y. */
static enum parity parity(double y) {
  double magnitude = absolute(y);
  if (magnitude >= 0x1p53) {
    return EVEN;
  }
  int64_t whole = (int64_t)magnitude;
  if ((double)whole != magnitude) {
    return FRACTIONAL;
  }
  return whole % 2 == 0 ? EVEN : ODD;
}

/* Tells whether C99 Annex F (F.9.4.4) prescribes x^y; *result is the value then. */
static bool is_special(double x, double y, double *result) {
  double magnitude = absolute(x);
  if (y == 0 || x == 1) {
    *result = 1.0; /* also for NaN */
  } else if (x != x || y != y) {
    *result = not_a_number();
  } else if (absolute(y) == infinity()) {
    *result = magnitude == 1 ? 1.0 : ((magnitude > 1) == (y > 0) ? infinity() : 0.0);
  } else if (magnitude == 0 || magnitude == infinity()) {
    double limit = (magnitude == 0) == (y < 0) ? infinity() : 0.0;
    *result = parity(y) == ODD ? with_sign(limit, x) : limit;
  } else if (x < 0 && parity(y) == FRACTIONAL) {
    *result = not_a_number();
  } else if (x == -1) {
    *result = parity(y) == ODD ? -1.0 : 1.0;
  } else {
    return false;
  }
  return true;
}

double rail_math_pow(double x, double y) {
  double special;
  if (is_special(x, y, &special)) {
    return special;
  }
  bool negative = x < 0 && parity(y) == ODD;
  struct double_double logarithm = rail_log_extended((struct double_double){absolute(x), 0});
  double estimate = y * logarithm.high, result;
  if (estimate > 710) {
    result = infinity();
  } else if (estimate < -746) {
    result = 0.0;
  } else {
    /* |logarithm| > 2^-54, so y is small enough for the exact product. */
    struct double_double exponent = dd_multiply_double(logarithm, y);
    result = rail_round_scaled(rail_exp_extended(exponent));
  }
  return negative ? -result : result;
}
