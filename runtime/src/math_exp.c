/* math_exp.c: the exponential and hyperbolic functions.
 *
 * P. T. P. Tang, "Table-driven implementation of the exponential function in IEEE floating-point
 * arithmetic", ACM TOMS 15(2), 1989: with n the integer nearest to x / (ln 2 / 32),
 *
 *   e^x = 2^(n div 32) * 2^((n mod 32) / 32) * e^r,   |r| <= ln 2 / 64
 *
 * r is reduced after W. J. Cody and W. Waite ("Software Manual for the Elementary Functions", 1980)
 * with a constant in three parts; the middle factor comes from a table and e^r - 1 from a
 * polynomial. All are double-doubles. */
#include "math_exp_tables.h"
#include "math_kernels.h"

/* x = steps * (ln 2 / 32) + rest */
struct reduced {
  int steps;
  struct double_double rest;
};

/* Requires |x| < 750. */
static struct reduced reduce(struct double_double x) {
  if (absolute(x.high) < 0x1p-5) {
    /* Unreduced, so that e^x - 1 is not the difference of nearly equal numbers. */
    return (struct reduced){0, x};
  }
  int steps = nearest_int(x.high * steps_per_unit);
  double n = steps, first = x.high - n * step_first; /* exact */
  struct double_double sum = two_sum(first, -(n * step_second));
  return (struct reduced){steps, fast_two_sum(sum.high, sum.low + (x.low - n * step_third))};
}

/* Returns e^r - 1 with a relative error below 2^-64. Requires |r| < 1/31. */
static struct double_double exp_minus_1(struct double_double r) {
  double tail = exp_tail[6];
  for (int i = 5; i >= 0; i--) {
    tail = tail * r.high + exp_tail[i];
  }
  struct double_double square = two_product(r.high, r.high);
  tail = tail * r.high * square.high + (0.5 * square.low + r.high * r.low);
  struct double_double sum = fast_two_sum(r.high, 0.5 * square.high);
  return fast_two_sum(sum.high, sum.low + (r.low + tail));
}

static struct scaled_double_double exp_of(struct reduced x) {
  struct double_double factor = powers_of_two[x.steps & 31];
  struct double_double growth = dd_multiply(factor, exp_minus_1(x.rest));
  struct double_double sum = fast_two_sum(factor.high, growth.high);
  double low = sum.low + (factor.low + growth.low);
  return (struct scaled_double_double){fast_two_sum(sum.high, low), x.steps >> 5};
}

struct scaled_double_double rail_exp_extended(struct double_double x) { return exp_of(reduce(x)); }

/* Returns e^x - 1 with a relative error below 2^-59. Requires -50 < x < 750. */
static struct scaled_double_double expm1_extended(double x) {
  struct reduced reduced = reduce((struct double_double){x, 0});
  if (reduced.steps == 0) {
    return (struct scaled_double_double){exp_minus_1(reduced.rest), 0};
  }
  struct scaled_double_double result = exp_of(reduced);
  if (result.exponent <= 110) { /* above, the 1 is too small to count */
    result.value = dd_add_double(result.value, -power_of_two(-result.exponent));
  }
  return result;
}

/* Returns x as a plain double-double. Requires -1000 <= exponent <= 1000. */
static struct double_double unscaled(struct scaled_double_double x) {
  return dd_scale(x.value, power_of_two(x.exponent));
}

/* Rounds a magnitude below 2^-1022 * 2^-exponent to a multiple of 2^-1074 * 2^-exponent, by adding
 * a number whose last place that is, and scales it. */
static double round_subnormal(struct double_double magnitude, int exponent) {
  double shifter = power_of_two(-1022 - exponent);
  struct double_double sum = fast_two_sum(shifter, magnitude.high);
  double shifted = sum.high + (sum.low + magnitude.low);
  return (shifted - shifter) * power_of_two(exponent / 2) * power_of_two(exponent - exponent / 2);
}

double rail_round_scaled(struct scaled_double_double x) {
  struct double_double value = fast_two_sum(x.value.high, x.value.low);
  int top = (int)(rail_float_bits(value.high) >> 52 & 0x7ff) - 1023 + x.exponent;
  if (value.high == 0 || top < -1080) {
    return with_sign(0.0, value.high);
  }
  if (top < -1022) {
    bool negative = value.high < 0;
    double rounded = round_subnormal(negative ? dd_negate(value) : value, x.exponent);
    return negative ? -rounded : rounded;
  }
  /* In two steps, of which only the second can overflow, and none underflows. */
  int step = x.exponent > 1000 ? 1000 : (x.exponent < -1000 ? -1000 : 0);
  return value.high * power_of_two(step) * power_of_two(x.exponent - step);
}

double rail_math_exp(double x) {
  if (x != x) {
    return not_a_number();
  }
  if (x > 710) {
    return infinity();
  }
  return x < -746 ? 0.0 : rail_round_scaled(rail_exp_extended((struct double_double){x, 0}));
}

double rail_math_exp2(double x) {
  if (x != x) {
    return not_a_number();
  }
  if (x >= 1024) {
    return infinity();
  }
  if (x < -1076) {
    return 0.0;
  }
  int steps = nearest_int(x * 32);
  double rest = x - steps * 0x1p-5; /* exact */
  return rail_round_scaled(exp_of((struct reduced){steps, dd_multiply_double(ln2, rest)}));
}

double rail_math_expm1(double x) {
  if (x != x) {
    return not_a_number();
  }
  if (x > 710) {
    return infinity();
  }
  if (x < -45) {
    return -1.0; /* e^-45 is less than a quarter of its last place */
  }
  return absolute(x) < 0x1p-54 ? x : rail_round_scaled(expm1_extended(x));
}

/* From here on e^-x does not count beside e^x. */
#define ONE_SIDED 40.0

double rail_math_sinh(double x) {
  double magnitude = absolute(x);
  if (x != x) {
    return not_a_number();
  }
  if (magnitude < 0x1p-28) {
    return x;
  }
  if (magnitude > 712) {
    return with_sign(infinity(), x);
  }
  struct scaled_double_double result = {.exponent = -1};
  if (magnitude < ONE_SIDED) {
    /* sinh x = (a + a / (a + 1)) / 2 with a = e^x - 1 */
    struct double_double a = unscaled(expm1_extended(magnitude));
    result.value = dd_add(a, dd_divide(a, dd_add_double(a, 1)));
  } else {
    result = rail_exp_extended((struct double_double){magnitude, 0});
    result.exponent--;
  }
  return with_sign(rail_round_scaled(result), x);
}

double rail_math_cosh(double x) {
  double magnitude = absolute(x);
  if (x != x) {
    return not_a_number();
  }
  if (magnitude > 712) {
    return infinity();
  }
  struct scaled_double_double result = rail_exp_extended((struct double_double){magnitude, 0});
  if (magnitude < ONE_SIDED) {
    struct double_double power = unscaled(result);
    result.value = dd_add(power, dd_divide((struct double_double){1, 0}, power));
    result.exponent = 0;
  }
  result.exponent--;
  return rail_round_scaled(result);
}

double rail_math_tanh(double x) {
  double magnitude = absolute(x);
  if (x != x) {
    return not_a_number();
  }
  if (magnitude < 0x1p-28) {
    return x;
  }
  if (magnitude > 22) {
    return with_sign(1.0, x); /* 1 - 2 e^-44 rounds to it */
  }
  /* tanh x = a / (a + 2) with a = e^2x - 1 */
  struct double_double a = unscaled(expm1_extended(2 * magnitude));
  return with_sign(dd_round(dd_divide(a, dd_add_double(a, 2))), x);
}
