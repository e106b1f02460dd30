/* math_atan.c: the inverse trigonometric functions.
 *
 * All are the angle of a right triangle with given legs, as double-doubles. With a the multiple of
 * 1/16 nearest to the quotient of the legs,
 *
 *   atan(n / d) = atan a + atan t,   t = (n - a d) / (d + a n),   |t| <= 1/32
 *
 * where atan a comes from a table and atan t from a polynomial. */
#include "math_atan_tables.h"
#include "math_kernels.h"

/* Returns atan(n / d) with a relative error below 2^-62. Requires 0 <= n <= d and 0 < d. */
static struct double_double atan_quotient(struct double_double n, struct double_double d) {
  int index = nearest_int(n.high / d.high * 16);
  if (index > 0) {
    double a = index * 0x1p-4;
    struct double_double numerator = dd_add(n, dd_negate(dd_multiply_double(d, a)));
    d = dd_add(d, dd_multiply_double(n, a));
    n = numerator;
  }
  struct double_double t = dd_divide(n, d);
  double square = t.high * t.high;
  /* Taylor's series, whose next term is below 2^-63 of the result */
  double tail = -1.0 / 11 + square / 13;
  tail = 1.0 / 9 + square * tail;
  tail = -1.0 / 3 + square * (1.0 / 5 + square * (-1.0 / 7 + square * tail));
  struct double_double sum = fast_two_sum(arc_tangents[index].high, t.high);
  double low = arc_tangents[index].low + (t.low + t.high * square * tail);
  return fast_two_sum(sum.high, sum.low + low);
}

/* Returns the angle between the x axis and the point (x, y), both coordinates non-negative and not
 * both 0, of the left half plane if `left`. */
static struct double_double angle(struct double_double y, struct double_double x, bool left) {
  bool steep = y.high > x.high;
  struct double_double result = steep ? atan_quotient(x, y) : atan_quotient(y, x);
  if (steep) {
    /* x >= 0 turns the other way in the left half plane */
    return dd_add(half_pi, left ? result : dd_negate(result));
  }
  return left ? dd_add(pi, dd_negate(result)) : result;
}

static struct double_double exactly(double x) { return (struct double_double){x, 0}; }

double rail_math_atan(double x) {
  double magnitude = absolute(x);
  if (x != x) {
    return not_a_number();
  }
  if (magnitude < 0x1p-27) {
    return x;
  }
  if (magnitude > 0x1p64) {
    return with_sign(half_pi.high, x);
  }
  return with_sign(dd_round(angle(exactly(magnitude), exactly(1), false)), x);
}

/* Returns sqrt(1 - x^2). Requires 2^-27 <= |x| <= 1. */
static struct double_double other_leg(double x) {
  struct double_double square = two_product(x, x);
  return dd_square_root(dd_add(exactly(1), dd_negate(square)));
}

double rail_math_asin(double x) {
  double magnitude = absolute(x);
  if (!(magnitude <= 1)) {
    return not_a_number();
  }
  if (magnitude < 0x1p-27) {
    return x;
  }
  return with_sign(dd_round(angle(exactly(magnitude), other_leg(x), false)), x);
}

double rail_math_acos(double x) {
  double magnitude = absolute(x);
  if (!(magnitude <= 1)) {
    return not_a_number();
  }
  if (magnitude < 0x1p-27) {
    return dd_round(dd_add_double(half_pi, -x));
  }
  return dd_round(angle(other_leg(x), exactly(magnitude), x < 0));
}

/* atan2 of legs so different that one is all but 0: the larger is more than 2^64 times the other
 * or that is 0, or the larger is infinite. Both are non-negative. */
static double extreme_angle(double y, double x, bool left) {
  if (x == y && x != 0) { /* both infinite */
    return left ? 3 * (half_pi.high / 2) : half_pi.high / 2;
  }
  if (y > x) {
    return half_pi.high;
  }
  if (left) {
    return pi.high;
  }
  return y == 0 ? 0.0 : y / x;
}

double rail_math_atan2(double y, double x) {
  if (x != x || y != y) {
    return not_a_number();
  }
  bool left = rail_float_bits(x) >> 63 != 0;
  double height = absolute(y), width = absolute(x);
  double larger = height > width ? height : width, smaller = height > width ? width : height;
  if (larger == infinity() || smaller <= larger * 0x1p-64) {
    return with_sign(extreme_angle(height, width, left), y);
  }
  /* The quotient stays the same; products must not overflow or lose their low parts. */
  double scale = larger > 0x1p500 ? 0x1p-600 : (larger < 0x1p-400 ? 0x1p600 : 1);
  struct double_double result = angle(exactly(height * scale), exactly(width * scale), left);
  return with_sign(dd_round(result), y);
}
