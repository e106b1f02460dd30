/* math_kernels.h: the extended-precision functions behind several elementary functions. */
#ifndef RAIL_MATH_KERNELS_H
#define RAIL_MATH_KERNELS_H

#include "double_double.h"

/* value * 2^exponent */
struct scaled_double_double {
  struct double_double value;
  int exponent;
};

/* Returns x, rounded once, also when the result is subnormal or overflows. Requires that the value
 * is in 2^-500 .. 2^500 or 0 and the exponent in -2000 .. 2000. */
double rail_round_scaled(struct scaled_double_double x);

/* Returns e^x with a relative error below 2^-64, its value between 1/2 and 2. Requires
 * |x| < 750. */
struct scaled_double_double rail_exp_extended(struct double_double x);

/* Returns ln(x) as value + exponent * ln 2. Requires x positive, normal or subnormal, and finite;
 * x.low is 0 when x is subnormal. */
struct scaled_double_double rail_log_split(struct double_double x);

/* Returns ln(x) with a relative error below 2^-68; same requirements. */
struct double_double rail_log_extended(struct double_double x);

#endif
