/* float_format.c: doubles as decimal text, exactly rounded.
 *
 * Both formats scale the value by a power of ten so that the digits wanted stand before the point;
 * rail_scale knows exactly what lies behind it, so every rounding decision is exact. */
#include "decimal_digits.h"
#include "decimal_scale.h"
#include "float_bits.h"
#include "memory.h"
#include "numbers.h"

/* The positive number `digits` * 10^exponent. */
struct decimal {
  uint64_t digits;
  int exponent;
};

static inline int floor_log2(struct rail_binary x) {
  return x.exponent + 63 - __builtin_clzll(x.significand);
}

/* Returns `whole` + `fraction` rounded to an integer, ties to even. */
static uint64_t round_to_integer(uint64_t whole, enum rail_fraction fraction) {
  return whole + (fraction == RAIL_ABOVE_HALF || (fraction == RAIL_HALF && whole % 2 == 1));
}

/* Returns the multiple of `unit` nearest to `value`, as a count of units; `unit` is a power of ten;
 * ties go to the even count. */
static uint64_t round_to_units(struct rail_scaled value, uint64_t unit) {
  if (unit == 1) {
    return round_to_integer(value.whole, value.fraction);
  }
  uint64_t count = value.whole / unit, rest = value.whole - count * unit, half = unit / 2;
  if (rest == half && value.fraction == RAIL_NO_FRACTION) {
    return round_to_integer(count, RAIL_HALF);
  }
  return count + (rest >= half);
}

/* ---- Layout of the digits ---- */

/* How a format chooses between plain and exponent form, and how it spells the latter. */
struct notation {
  int plain_limit;    /* the least decimal exponent that is written with `e` */
  bool always_float;  /* plain integers get `.0` */
  bool exponent_plus; /* a positive exponent has a sign */
};

static const struct notation general_notation = {15, false, true};
static const struct notation shortest_notation = {16, true, false};

static size_t write_exponent(int exponent, bool plus, char *out) {
  char *to = out;
  *to++ = 'e';
  if (exponent < 0) {
    *to++ = '-';
    exponent = -exponent;
  } else if (plus) {
    *to++ = '+';
  }
  unsigned count = exponent >= 100 ? 3 : 2;
  rail_write_digits((uint64_t)exponent, count, to);
  return (size_t)(to - out) + count;
}

/* Writes the first `before` of `count` digits, a point and the others; 0 < before < count. */
static size_t write_around_point(uint64_t digits, unsigned count, unsigned before, char *out) {
  rail_write_digits(digits, count, out + 1);
  memmove(out, out + 1, before);
  out[before] = '.';
  return count + 1;
}

/* Writes `value`, whose last digit is not 0. */
static size_t write_decimal(struct decimal value, struct notation notation, char *out) {
  unsigned count = rail_count_digits(value.digits);
  int exponent = value.exponent + (int)count - 1; /* of the first digit */
  size_t length = count;
  if (exponent < -4 || exponent >= notation.plain_limit) {
    if (count == 1) {
      rail_write_digits(value.digits, 1, out);
    } else {
      length = write_around_point(value.digits, count, 1, out);
    }
    return length + write_exponent(exponent, notation.exponent_plus, out + length);
  }
  if (exponent < 0) {
    unsigned zeros = (unsigned)-exponent - 1;
    memcpy(out, "0.000", 5);
    rail_write_digits(value.digits, count, out + 2 + zeros);
    return 2 + zeros + count;
  }
  if (value.exponent < 0) {
    return write_around_point(value.digits, count, (unsigned)exponent + 1, out);
  }
  rail_write_digits(value.digits, count, out);
  for (; length <= (size_t)exponent; length++) {
    out[length] = '0';
  }
  if (notation.always_float) {
    out[length++] = '.';
    out[length++] = '0';
  }
  return length;
}

/* ---- What both formats treat alike ---- */

/* Writes `-` for a negative number, and infinities, NaN and zero whole. Returns the length; *done
 * tells whether anything else is to be written. */
static size_t write_special(double x, struct notation notation, char *out, bool *done) {
  uint64_t bits = rail_float_bits(x), magnitude = bits & ~RAIL_SIGN_BIT;
  *done = true;
  if (magnitude > RAIL_INFINITY_BITS) {
    memcpy(out, "nan", 3);
    return 3;
  }
  size_t length = bits != magnitude;
  out[0] = '-';
  if (magnitude == RAIL_INFINITY_BITS) {
    memcpy(out + length, "inf", 3);
    return length + 3;
  }
  if (magnitude == 0) {
    memcpy(out + length, "0.0", 3);
    return length + (notation.always_float ? 3 : 1);
  }
  *done = false;
  return length;
}

static struct decimal without_trailing_zeros(struct decimal value) {
  while (value.digits % 10 == 0) {
    value.digits /= 10;
    value.exponent++;
  }
  return value;
}

/* Tells whether the positive x is an integer below `limit` <= 2^53: its own digits are the answer
 * then. */
static bool is_small_integer(double x, double limit) {
  return x < limit && (double)(int64_t)x == x;
}

/* ---- Fifteen digits ---- */

static struct decimal round_to_15_digits(struct rail_binary x) {
  const uint64_t limit = UINT64_C(1000000000000000);
  /* The floor of log10(x) is this or one more: there are 15 or 16 digits before the point. */
  int exponent = rail_floor_log10_of_power_of_two(floor_log2(x)) - 14;
  struct rail_scaled scaled = rail_scale(x.significand, x.exponent, -exponent);
  if (scaled.whole < limit) {
    return (struct decimal){round_to_units(scaled, 1), exponent};
  }
  return (struct decimal){round_to_units(scaled, 10), exponent + 1};
}

size_t rail_format_float_general(double x, char *out) {
  bool done;
  size_t sign = write_special(x, general_notation, out, &done);
  if (done) {
    return sign;
  }
  double magnitude = sign != 0 ? -x : x;
  if (is_small_integer(magnitude, 1e15)) {
    return sign + rail_format_int((int64_t)magnitude, out + sign);
  }
  struct decimal value = round_to_15_digits(rail_binary_from_bits(rail_float_bits(magnitude)));
  return sign + write_decimal(without_trailing_zeros(value), general_notation, out + sign);
}

/* ---- Shortest digits ----
 *
 * G. L. Steele and J. L. White, "How to print floating-point numbers accurately", PLDI 1990, set
 * the task: among the decimals that lie in the interval of reals that round to x, one with the
 * fewest digits, and of those the nearest to x. Here the interval is scaled until it is wider than
 * 1 and the greatest power of ten is found that has a multiple in it. */

static struct decimal shortest_decimal(struct rail_binary x) {
  /* x scaled lies in 10^16 .. 10^18, an interval around it in half to one and a half of that. As
   * the interval is at least 2^-53 of x wide, it contains an integer. */
  int exponent = rail_floor_log10_of_power_of_two(floor_log2(x)) - 16;
  bool closer_below = x.significand == RAIL_HIDDEN_BIT && x.exponent > -1074;
  uint64_t quarters = x.significand * 4;
  int binary = x.exponent - 2;
  struct rail_scaled lower = rail_scale(quarters - (closer_below ? 1 : 2), binary, -exponent);
  struct rail_scaled upper = rail_scale(quarters + 2, binary, -exponent);
  struct rail_scaled exact = rail_scale(quarters, binary, -exponent);
  /* The ends of the interval round to x, ties going to even, if x is even. */
  bool open = x.significand % 2 == 1;
  uint64_t least = lower.whole + (lower.fraction != RAIL_NO_FRACTION || open);
  uint64_t greatest = upper.whole - (upper.fraction == RAIL_NO_FRACTION && open);
  uint64_t unit = 1;
  while ((least + 9) / 10 <= greatest / 10) {
    least = (least + 9) / 10;
    greatest /= 10;
    unit *= 10;
    exponent++;
  }
  uint64_t nearest = round_to_units(exact, unit);
  nearest = nearest < least ? least : (nearest > greatest ? greatest : nearest);
  return (struct decimal){nearest, exponent};
}

size_t rail_format_float_shortest(double x, char *out) {
  bool done;
  size_t sign = write_special(x, shortest_notation, out, &done);
  if (done) {
    return sign;
  }
  double magnitude = sign != 0 ? -x : x;
  struct decimal value;
  if (is_small_integer(magnitude, 0x1p53)) {
    /* No other decimal with fewer digits is within 1/2 of an integer. */
    value = without_trailing_zeros((struct decimal){(uint64_t)magnitude, 0});
  } else {
    value = shortest_decimal(rail_binary_from_bits(rail_float_bits(magnitude)));
  }
  return sign + write_decimal(value, shortest_notation, out + sign);
}
