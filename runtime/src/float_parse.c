/* float_parse.c: text as doubles, correctly rounded.
 *
 * W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990: numbers with few
 * digits and a small exponent take one exact multiplication or division. The others are bounded
 * from below and above with 128 bits (as in D. Lemire, "Number parsing at a gigabyte per second",
 * 2021); when the bounds round differently, exact integers compare the digits with the midpoint of
 * the two candidates. */
#include "big_integer.h"
#include "decimal_digits.h"
#include "decimal_scale.h"
#include "float_bits.h"
#include "numbers.h"

#include <stddef.h>

typedef unsigned __int128 double_word;

/* ---- Rounding ---- */

/* Returns the bits of the double nearest to significand * 2^exponent, ties to even; the top bit of
 * the significand is set, and `more` tells that the exact one is greater by less than 1. */
static uint64_t round_to_float(uint64_t significand, int64_t exponent, bool more) {
  int64_t top = exponent + 63; /* the exponent of the leading bit */
  if (top > 1023) {
    return RAIL_INFINITY_BITS;
  }
  int64_t precision = top >= -1022 ? 53 : 53 + 1022 + top;
  if (precision < 0) {
    return 0;
  }
  uint64_t kept = precision == 0 ? 0 : significand >> (64 - precision);
  uint64_t rest = significand << precision;
  const uint64_t half = UINT64_C(1) << 63;
  kept += rest > half || (rest == half && (more || kept % 2 == 1));
  /* The hidden bit adds 1 to the exponent field; so does a carry out of the fraction. */
  return kept + (top >= -1022 ? (uint64_t)(top + 1022) << 52 : 0);
}

/* ---- Decimal numbers ---- */

/* A decimal number as it stands in the text: its significant digits begin at `first` and end
 * before `end`, a point perhaps among them, and the last one stands for 10^exponent. */
struct decimal_text {
  const char *first, *end;
  uint64_t leading; /* the first digits, at most LEADING_DIGITS of them */
  int64_t dropped;  /* how many more there are */
  bool inexact;     /* one of those is not 0 */
  int64_t exponent;
};

/* 10^19 is the greatest power of ten below 2^64. */
enum { LEADING_DIGITS = 19 };

/* Exact comparisons use this many digits, and a 1 if there is anything behind: no midpoint between
 * two doubles has more than 768 significant digits. */
enum { EXACT_DIGITS = 770 };

/* Sets `big` to the digits of `text` and returns the exponent of the last one taken. */
RAIL_RARE static int64_t exact_digits(const struct decimal_text *text, struct rail_big *big) {
  rail_big_set(big, 0);
  unsigned taken = 0;
  bool more = false;
  int64_t behind = 0;
  for (const char *next = text->first; next < text->end; next++) {
    if (*next == '.') {
      continue;
    }
    if (taken < EXACT_DIGITS) {
      rail_big_multiply(big, 10, (uint64_t)(*next - '0'));
      taken++;
    } else {
      more |= *next != '0';
      behind++;
    }
  }
  if (more) {
    rail_big_multiply(big, 10, 1);
    behind--;
  }
  return text->exponent + behind;
}

/* Compares the number `text` with the midpoint between the finite double `bits` and the next. */
RAIL_RARE static int compare_with_midpoint(const struct decimal_text *text, uint64_t bits) {
  struct rail_binary below = rail_binary_from_bits(bits);
  struct rail_big number, midpoint;
  int64_t ten = exact_digits(text, &number);
  rail_big_set(&midpoint, below.significand * 2 + 1);
  /* number * 5^ten * 2^ten against midpoint * 2^(exponent - 1) */
  rail_big_multiply_power_of_five(ten >= 0 ? &number : &midpoint,
                                  (unsigned)(ten >= 0 ? ten : -ten));
  int64_t shift = ten - (below.exponent - 1);
  rail_big_shift_left(shift >= 0 ? &number : &midpoint, (unsigned)(shift >= 0 ? shift : -shift));
  return rail_big_compare(&number, &midpoint);
}

/* Returns the bits of the double nearest to (carry * 2^128 + value) * 2^exponent, or to a number
 * less than 1 greater if `more`. Requires that one of the carry and the two top bits of the value
 * is set. */
static uint64_t round_wide(double_word value, bool carry, int64_t exponent, bool more) {
  if (carry) {
    more |= (value & 1) != 0;
    value = value >> 1 | (double_word)1 << 127;
    exponent++;
  } else if (value >> 127 == 0) {
    value <<= 1;
    exponent--;
  }
  return round_to_float((uint64_t)(value >> 64), exponent + 64, more || (uint64_t)value != 0);
}

/* Returns the bits of the double nearest to the positive number `text`. */
static uint64_t round_decimal(const struct decimal_text *text) {
  int64_t ten = text->exponent + text->dropped;
  if (ten > 308) {
    return RAIL_INFINITY_BITS;
  }
  if (ten < -343) {
    return 0; /* 10^19 * 10^-344 is less than half of the least subnormal */
  }
  struct rail_power power = rail_power_of_ten((int)ten);
  int leading_zeros = __builtin_clzll(text->leading);
  uint64_t normal = text->leading << leading_zeros;
  double_word low_product = (double_word)power.low * normal;
  double_word lower = (double_word)power.high * normal + (uint64_t)(low_product >> 64);
  bool more = (uint64_t)low_product != 0;
  /* The power is less than 3 too small, which makes less than 3 here, and the low word less than
   * 1; dropped digits would add less than 1 to `leading`. */
  double_word error = power.exact ? 0 : 4;
  if (text->inexact) {
    error += ((double_word)power.high + 1) << leading_zeros;
  }
  double_word upper = lower + error;
  int64_t exponent = power.exponent - leading_zeros + 64;
  uint64_t low_bits = round_wide(lower, false, exponent, more);
  uint64_t high_bits = round_wide(upper, upper < lower, exponent, more);
  if (low_bits == high_bits) {
    return low_bits;
  }
  int order = compare_with_midpoint(text, low_bits);
  return low_bits + (order > 0 || (order == 0 && low_bits % 2 == 1));
}

/* Reads `e` or `p` (`marker`, a small letter), a sign and digits at `position` into *exponent, if
 * all are there. Returns the position behind. */
static size_t read_exponent(const char *bytes, size_t length, size_t position, char marker,
                            int64_t *exponent) {
  size_t next = position;
  if (next == length || (bytes[next] | 0x20) != marker) {
    return position;
  }
  next++;
  bool negative = next < length && bytes[next] == '-';
  if (negative || (next < length && bytes[next] == '+')) {
    next++;
  }
  if (next == length || !rail_is_digit(bytes[next])) {
    return position;
  }
  /* No text in memory has enough digits to bring a number with a greater exponent back. */
  const int64_t limit = INT64_C(1000000000000000);
  int64_t value = 0;
  for (; next < length && rail_is_digit(bytes[next]); next++) {
    value = value < limit ? value * 10 + (bytes[next] - '0') : value;
  }
  *exponent += negative ? -value : value;
  return next;
}

/* Reads the digits and the point of a decimal number at `start` into *text. Returns the position
 * behind, or `start` if there is no digit. */
static size_t read_decimal_digits(const char *bytes, size_t length, size_t start,
                                  struct decimal_text *text) {
  *text = (struct decimal_text){0};
  bool any = false, point = false;
  size_t position = start;
  unsigned taken = 0;
  for (; position < length; position++) {
    char byte = bytes[position];
    if (byte == '.' && !point) {
      point = true;
      continue;
    }
    if (!rail_is_digit(byte)) {
      break;
    }
    any = true;
    text->exponent -= point;
    if (taken == 0 && byte == '0') {
      continue;
    }
    if (taken == 0) {
      text->first = bytes + position;
    }
    if (taken < LEADING_DIGITS) {
      text->leading = text->leading * 10 + (uint64_t)(byte - '0');
      taken++;
    } else {
      text->dropped++;
      text->inexact |= byte != '0';
    }
  }
  text->end = bytes + position;
  return any ? position : start;
}

/* Reads a decimal number at `start`. Returns the position behind, or `start` if there is none. */
static size_t read_decimal(const char *bytes, size_t length, size_t start, double *value) {
  struct decimal_text text;
  size_t position = read_decimal_digits(bytes, length, start, &text);
  if (position == start) {
    return start;
  }
  position = read_exponent(bytes, length, position, 'e', &text.exponent);
  int64_t ten = text.exponent;
  if (text.leading == 0) {
    *value = 0.0;
  } else if (text.dropped == 0 && text.leading <= RAIL_HIDDEN_BIT << 1 && ten >= -22 && ten <= 22) {
    /* Both operands are exact (5^22 is below 2^53), so the one operation rounds correctly. */
    uint64_t magnitude = (uint64_t)(ten < 0 ? -ten : ten);
    double power = (double)rail_powers_of_five[magnitude] * (double)(UINT64_C(1) << magnitude);
    double leading = (double)text.leading;
    *value = ten < 0 ? leading / power : leading * power;
  } else {
    *value = rail_float_from_bits(round_decimal(&text));
  }
  return position;
}

/* ---- Hexadecimal numbers and names ---- */

/* Returns the value of a hexadecimal digit, or -1. */
static int hexadecimal_digit(char byte) {
  if (rail_is_digit(byte)) {
    return byte - '0';
  }
  char small = (char)(byte | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/* Reads the digits and exponent of a hexadecimal number at `start`, behind `0x`. Returns the
 * position behind, or `start` if there is no digit. */
static size_t read_hexadecimal(const char *bytes, size_t length, size_t start, double *value) {
  bool any = false, point = false, more = false;
  uint64_t significand = 0;
  int64_t exponent = 0;
  size_t position = start;
  for (; position < length; position++) {
    if (bytes[position] == '.' && !point) {
      point = true;
      continue;
    }
    int digit = hexadecimal_digit(bytes[position]);
    if (digit < 0) {
      break;
    }
    any = true;
    if (significand >> 60 == 0) {
      significand = significand << 4 | (uint64_t)digit;
      exponent -= point ? 4 : 0;
    } else {
      more |= digit != 0;
      exponent += point ? 0 : 4;
    }
  }
  if (!any) {
    return start;
  }
  position = read_exponent(bytes, length, position, 'p', &exponent);
  *value = 0.0;
  if (significand != 0) {
    int leading_zeros = __builtin_clzll(significand);
    *value = rail_float_from_bits(
        round_to_float(significand << leading_zeros, exponent - leading_zeros, more));
  }
  return position;
}

/* Returns the position behind `name`, in small letters, if it stands at `position` in any case,
 * else `position`. */
static size_t skip_name(const char *bytes, size_t length, size_t position, const char *name) {
  size_t next = position;
  for (; *name != 0; name++, next++) {
    if (next == length || (bytes[next] | 0x20) != *name) {
      return position;
    }
  }
  return next;
}

/* Returns the position behind `(`, letters, digits and underscores, `)` if they stand at
 * `position`, else `position`. */
static size_t skip_nan_payload(const char *bytes, size_t length, size_t position) {
  size_t next = position;
  if (next == length || bytes[next] != '(') {
    return position;
  }
  do {
    next++;
  } while (next < length && (rail_is_digit(bytes[next]) || bytes[next] == '_' ||
                             ((bytes[next] | 0x20) >= 'a' && (bytes[next] | 0x20) <= 'z')));
  return next < length && bytes[next] == ')' ? next + 1 : position;
}

/* Reads `inf`, `infinity` or `nan` at `start`. Returns the position behind, or `start`. */
static size_t read_name(const char *bytes, size_t length, size_t start, double *value) {
  size_t position = skip_name(bytes, length, start, "inf");
  if (position != start) {
    *value = rail_float_from_bits(RAIL_INFINITY_BITS);
    return skip_name(bytes, length, position, "inity");
  }
  position = skip_name(bytes, length, start, "nan");
  if (position != start) {
    *value = rail_float_from_bits(RAIL_NAN_BITS);
    return skip_nan_payload(bytes, length, position);
  }
  return start;
}

/* Reads an unsigned number at `start`. Returns the position behind, or `start`. */
static size_t read_magnitude(const char *bytes, size_t length, size_t start, double *value) {
  if (length - start >= 2 && bytes[start] == '0' && (bytes[start + 1] | 0x20) == 'x') {
    size_t position = read_hexadecimal(bytes, length, start + 2, value);
    if (position != start + 2) {
      return position;
    }
  }
  size_t position = read_decimal(bytes, length, start, value);
  return position != start ? position : read_name(bytes, length, start, value);
}

double rail_parse_float_text(const char *bytes, size_t length, size_t *consumed) {
  size_t start = 0;
  while (start < length && rail_is_space(bytes[start])) {
    start++;
  }
  bool negative = start < length && bytes[start] == '-';
  if (negative || (start < length && bytes[start] == '+')) {
    start++;
  }
  double value = 0.0;
  size_t position = read_magnitude(bytes, length, start, &value);
  bool found = position != start;
  if (consumed != NULL) {
    *consumed = found ? position : 0;
  }
  return found && negative && value == value ? -value : value;
}
