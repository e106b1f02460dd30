/* math_trig.c: sine, cosine and tangent.
 *
 * Arguments above pi/4 are reduced after M. H. Payne and R. N. Hanek, "Radian reduction for
 * trigonometric functions", SIGNUM Newsletter 18(1), 1983: of the product of the significand and
 * 2/pi only the bits that tell the quadrant and the fraction of it are computed, in integers. One
 * method serves for all sizes. Sine and cosine of the reduced angle come from a table of multiples
 * of 1/16 and the addition theorems. */
#include "math_kernels.h"
#include "math_trig_tables.h"

typedef unsigned __int128 double_word;

/* quadrant * pi/2 + rest, the quadrant modulo 4 and |rest| <= pi/4 */
struct reduced_angle {
  unsigned quadrant;
  struct double_double rest;
};

/* Returns 64 bits of 2/pi from bit `position` of the table on. */
static uint64_t bits_of_two_over_pi(unsigned position) {
  unsigned index = position / 64, shift = position % 64;
  uint64_t first = two_over_pi[index];
  return shift == 0 ? first : first << shift | two_over_pi[index + 1] >> (64 - shift);
}

/* Reduces the positive, finite magnitude >= 1/2. */
static struct reduced_angle reduce(double magnitude) {
  struct rail_binary x = rail_binary_from_bits(rail_float_bits(magnitude));
  /* Bit i behind the point of 2/pi counts for x.exponent - i: the window begins with 2^1, as higher
   * ones change the quadrant by multiples of 4. The table has 64 bits before the point. What is
   * behind the window is below 2^53 units of its last place: 2^-137 quadrants. */
  unsigned position = (unsigned)(x.exponent - 2 + 64);
  double_word low = (double_word)bits_of_two_over_pi(position + 128) * x.significand;
  double_word middle =
      (double_word)bits_of_two_over_pi(position + 64) * x.significand + (uint64_t)(low >> 64);
  uint64_t high = bits_of_two_over_pi(position) * x.significand + (uint64_t)(middle >> 64);
  /* Quadrants as two bits and a fraction; the fraction to the nearest quadrant has a sign. */
  unsigned quadrant = (unsigned)(high >> 62);
  double_word fraction = (double_word)(high << 2 | (uint64_t)middle >> 62) << 64 |
                         (uint64_t)((uint64_t)middle << 2 | (uint64_t)low >> 62);
  uint64_t below = (uint64_t)low << 2;
  bool negative = fraction >> 127 != 0;
  if (negative) {
    quadrant++;
    fraction = ~fraction + (below == 0);
    below = 0 - below;
  }
  /* No double is nearer to a multiple of pi/2 than 2^-62 quadrants (J.-M. Muller, "Elementary
   * Functions", ch. 11), so the first word is not 0. */
  int shift = __builtin_clzll((uint64_t)(fraction >> 64));
  if (shift > 0) {
    fraction = fraction << shift | below >> (64 - shift);
  }
  /* The leading 53 bits and the next 64. */
  double first = (double)(uint64_t)(fraction >> 75), second = (double)(uint64_t)(fraction >> 11);
  struct double_double quadrants = fast_two_sum(first * 0x1p-53, second * 0x1p-117);
  quadrants = dd_scale(quadrants, power_of_two(-shift));
  struct double_double rest = dd_multiply(quadrants, half_pi);
  return (struct reduced_angle){quadrant & 3, negative ? dd_negate(rest) : rest};
}

struct sine_and_cosine {
  struct double_double sine, cosine;
};

/* Returns sine and cosine of an angle of -pi/4 .. pi/4 with relative errors below 2^-62. */
static struct sine_and_cosine sine_and_cosine(struct double_double angle) {
  bool negative = angle.high < 0;
  if (negative) {
    angle = dd_negate(angle);
  }
  /* angle = a + t, a a multiple of 1/16 and |t| <= 1/32 */
  int index = nearest_int(angle.high * 16);
  struct double_double t = fast_two_sum(angle.high - index * 0x1p-4, angle.low);
  struct double_double sine_a = sines[index], cosine_a = cosines[index];
  double square = t.high * t.high;
  /* sin t and cos t - 1: Taylor's series, whose next terms are below 2^-75 of the result. */
  double sine_tail = -1.0 / 6 + square * (1.0 / 120 + square * (-1.0 / 5040 + square / 362880));
  double cosine_tail = 1.0 / 24 + square * (-1.0 / 720 + square / 40320);
  struct double_double sine_t = fast_two_sum(t.high, t.low + t.high * square * sine_tail);
  double cosine_t_less_1 = -0.5 * square - t.high * t.low + square * square * cosine_tail;

  struct double_double cross = dd_multiply(cosine_a, sine_t);
  struct double_double sum = fast_two_sum(sine_a.high, cross.high);
  double low = sine_a.low + cross.low + sine_a.high * cosine_t_less_1;
  struct double_double sine = fast_two_sum(sum.high, sum.low + low);

  cross = dd_multiply(sine_a, sine_t);
  sum = fast_two_sum(cosine_a.high, -cross.high);
  low = cosine_a.low - cross.low + cosine_a.high * cosine_t_less_1;
  struct double_double cosine = fast_two_sum(sum.high, sum.low + low);
  return (struct sine_and_cosine){negative ? dd_negate(sine) : sine, cosine};
}

/* Reduces any finite x. */
static struct reduced_angle reduce_signed(double x) {
  const double quarter_pi = 0x1.921fb54442d18p-1; /* rounded down */
  double magnitude = absolute(x);
  if (magnitude <= quarter_pi) {
    return (struct reduced_angle){0, {x, 0}};
  }
  struct reduced_angle reduced = reduce(magnitude);
  if (x < 0) {
    reduced.quadrant = (0 - reduced.quadrant) & 3;
    reduced.rest = dd_negate(reduced.rest);
  }
  return reduced;
}

/* Returns sin(angle + quadrants * pi/2), rounded. */
static double sine_of(struct reduced_angle angle, unsigned quadrants) {
  struct sine_and_cosine both = sine_and_cosine(angle.rest);
  unsigned quadrant = (angle.quadrant + quadrants) & 3;
  double result = dd_round(quadrant % 2 == 0 ? both.sine : both.cosine);
  return quadrant >= 2 ? -result : result;
}

double rail_math_sin(double x) {
  if (x - x != 0) {
    return not_a_number();
  }
  return absolute(x) < 0x1p-27 ? x : sine_of(reduce_signed(x), 0);
}

double rail_math_cos(double x) {
  if (x - x != 0) {
    return not_a_number();
  }
  return sine_of(reduce_signed(x), 1);
}

double rail_math_tan(double x) {
  if (x - x != 0) {
    return not_a_number();
  }
  if (absolute(x) < 0x1p-27) {
    return x;
  }
  struct reduced_angle angle = reduce_signed(x);
  struct sine_and_cosine both = sine_and_cosine(angle.rest);
  if (angle.quadrant % 2 == 0) {
    return dd_round(dd_divide(both.sine, both.cosine));
  }
  return -dd_round(dd_divide(both.cosine, both.sine));
}
