/* math_root.c: roots. */
#include "math_kernels.h"
#include "math_root_tables.h"

double rail_math_sqrt(double x) {
  /* The sign of the processor's NaN differs between targets. Asked with `x < 0`, clang would take
   * any NaN to be as good as another and drop the test. */
  double root = square_root(x);
  bool is_number = (rail_float_bits(root) & ~RAIL_SIGN_BIT) <= RAIL_INFINITY_BITS;
  return is_number ? root : not_a_number();
}

/* Returns the cube root of m, rounded to double all but once in 2^50. Requires 1 <= m < 8. */
static double cube_root(double m) {
  const double *guess = cube_root_guess;
  double root = guess[0] + m * (guess[1] + m * (guess[2] + m * guess[3]));
  /* Halley's iteration for y^3 = m takes a relative error e to 2/3 e^3: 2^-6, 2^-18, 2^-53. */
  for (int i = 0; i < 2; i++) {
    double cube = root * root * root;
    root *= (cube + 2 * m) / (2 * cube + m);
  }
  /* One of Newton's with the exact residue. */
  struct double_double square = two_product(root, root);
  struct double_double cube = dd_multiply_double(square, root);
  return root + ((m - cube.high) - cube.low) / (3 * square.high);
}

double rail_math_cbrt(double x) {
  if (x != x) {
    return not_a_number();
  }
  double magnitude = absolute(x);
  if (magnitude == 0 || magnitude == infinity()) {
    return x;
  }
  int exponent = 0;
  if (magnitude < 0x1p-1022) {
    magnitude *= 0x1p54;
    exponent = -18;
  }
  uint64_t bits = rail_float_bits(magnitude);
  int biased = (int)(bits >> 52); /* 1023 is divisible by 3 */
  exponent += biased / 3 - 341;
  double m =
      rail_float_from_bits((bits & RAIL_FRACTION_MASK) | (uint64_t)(1023 + biased % 3) << 52);
  return with_sign(cube_root(m) * power_of_two(exponent), x);
}

double rail_math_hypot(double x, double y) {
  double larger = absolute(x), smaller = absolute(y);
  if (larger == infinity() || smaller == infinity()) {
    return infinity(); /* whatever the other is, NaN included */
  }
  if (x != x || y != y) {
    return not_a_number();
  }
  if (larger < smaller) {
    double other = larger;
    larger = smaller;
    smaller = other;
  }
  if (smaller <= larger * 0x1p-30) {
    return larger; /* smaller^2 / (2 larger) is below a quarter of its last place */
  }
  int exponent = larger > 0x1p500 ? 600 : (larger < 0x1p-400 ? -600 : 0);
  double scale = power_of_two(-exponent);
  larger *= scale;
  smaller *= scale;
  struct double_double sum = dd_add(two_product(larger, larger), two_product(smaller, smaller));
  return rail_round_scaled((struct scaled_double_double){dd_square_root(sum), exponent});
}
