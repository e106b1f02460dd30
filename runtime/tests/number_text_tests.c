/* number_text_tests.c: numbers as text, against the C library. */
#include "../src/numbers.h"
#include "number_tests.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Returns a copy without NUL whose end the address sanitizer guards. */
static char *exact_copy(const char *text, size_t length) {
  char *copy = malloc(length);
  memcpy(copy, text, length);
  return copy;
}

/* ---- Integers ---- */

static int64_t random_int(struct random *random) {
  uint64_t bits = random_bits(random);
  return (int64_t)bits >> random_below(random, 64);
}

static void check_format_int(int64_t value) {
  char expected[32];
  size_t expected_length = (size_t)sprintf(expected, "%lld", (long long)value);
  char *actual = malloc(RAIL_INT_TEXT_MAX);
  size_t length = rail_format_int(value, actual);
  if (length != expected_length || memcmp(actual, expected, length) != 0) {
    fail("rail_format_int(%s): %.*s", expected, (int)length, actual);
  }
  free(actual);
}

static bool is_strict_int(const char *text, size_t length) {
  size_t start = length > 0 && (text[0] == '-' || text[0] == '+');
  for (size_t i = start; i < length; i++) {
    if (!isdigit((unsigned char)text[i])) {
      return false;
    }
  }
  return length > start;
}

static void check_parse_int(const char *text) {
  size_t length = strlen(text);
  char *copy = exact_copy(text, length);
  errno = 0;
  long long expected = strtoll(text, NULL, 10);
  bool fits = errno == 0 && expected >= RAIL_INT_LEAST && expected <= RAIL_INT_GREATEST;
  expected = expected < RAIL_INT_LEAST ? RAIL_INT_LEAST : expected;
  expected = expected > RAIL_INT_GREATEST ? RAIL_INT_GREATEST : expected;
  int64_t actual = rail_parse_int_text(copy, length);
  if (actual != expected) {
    fail("rail_parse_int_text(\"%s\"): %lld, not %lld", text, (long long)actual, expected);
  }
  bool strict = is_strict_int(text, length);
  int64_t value = 1;
  enum rail_int_status status = rail_parse_int_strict(copy, length, &value);
  enum rail_int_status expected_status =
      !strict ? RAIL_INT_MALFORMED : (fits ? RAIL_INT_VALID : RAIL_INT_OUT_OF_RANGE);
  if (status != expected_status || value != (strict ? expected : 0)) {
    fail("rail_parse_int_strict(\"%s\"): status %d, value %lld", text, status, (long long)value);
  }
  free(copy);
}

void test_int_text(uint64_t count, uint64_t seed) {
  struct random random = {seed};
  static const char *const texts[] = {"",
                                      "-",
                                      "+",
                                      "+-1",
                                      "0",
                                      "-0",
                                      "007",
                                      " \t\n\v\f\r42",
                                      "12x",
                                      "x12",
                                      "- 1",
                                      "1 ",
                                      "4611686018427387903",
                                      "4611686018427387904",
                                      "-4611686018427387904",
                                      "-4611686018427387905",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "18446744073709551617",
                                      "00000000000000000000000000000000000000001",
                                      "99999999999999999999999999999999999",
                                      "10000000000000000000",
                                      "1000000000000000000",
                                      "-99999999999999999999999999999"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    check_parse_int(texts[i]);
  }
  for (uint64_t power = 1;; power *= 10) {
    for (int offset = -1; offset <= 1; offset++) {
      check_format_int((int64_t)power + offset);
      check_format_int(-(int64_t)power + offset);
    }
    if (power > INT64_MAX / 10) {
      break;
    }
  }
  check_format_int(INT64_MIN);
  check_format_int(INT64_MAX);
  for (uint64_t i = 0; i < count; i++) {
    check_format_int(random_int(&random));
    char text[40];
    if (random_below(&random, 2) == 0) {
      sprintf(text, "%lld", (long long)random_int(&random));
    } else {
      size_t length = random_below(&random, 24);
      for (size_t k = 0; k < length; k++) {
        text[k] = "0123456789012345678901234567890123456789+- x"[random_below(&random, 44)];
      }
      text[length] = 0;
    }
    check_parse_int(text);
  }
}

/* ---- Formatting floats ---- */

/* Random doubles of the kinds that formatting may get wrong. */
static double random_for_format(struct random *random) {
  double whole = (double)random_int(random);
  switch (random_below(random, 8)) {
  case 0: return whole;
  case 1: return whole / pow(10, (double)random_below(random, 23));
  case 2: return ldexp(whole, (int)random_below(random, 120) - 100);
  case 3: /* near a power of ten */
    return double_from_bits(bits_of_double(pow(10, (double)random_below(random, 632) - 323)) +
                            random_below(random, 7) - 3);
  case 4: /* near a power of two */
    return double_from_bits((random_below(random, 2047) << 52) + random_below(random, 7)) *
           (1 - 0x1p-53 * (double)random_below(random, 5));
  case 5: { /* half of a unit in the fifteenth digit */
    double digits =
        (double)(UINT64_C(100000000000000) + random_below(random, UINT64_C(900000000000000)));
    return (digits + 0.5) * (random_below(random, 2) == 0 ? 1 : 10);
  }
  default: return random_finite(random);
  }
}

static void check_general(double x) {
  char expected[40];
  size_t expected_length = (size_t)sprintf(expected, "%.15g", x);
  char *actual = malloc(RAIL_FLOAT_TEXT_MAX);
  size_t length = rail_format_float_general(x, actual);
  if (length != expected_length || memcmp(actual, expected, length) != 0) {
    fail("rail_format_float_general(%a): %.*s, not %s", x, (int)length, actual, expected);
  }
  free(actual);
}

/* Tells whether `text` is a Rail float literal, perhaps behind a `-`. */
static bool is_rail_float(const char *text) {
  size_t i = text[0] == '-', digits = strspn(text + i, "0123456789");
  bool marked = false;
  if (digits == 0) {
    return false;
  }
  i += digits;
  if (text[i] == '.') {
    digits = strspn(text + i + 1, "0123456789");
    if (digits == 0) {
      return false;
    }
    i += 1 + digits;
    marked = true;
  }
  if (text[i] == 'e') {
    i += text[i + 1] == '-' ? 2 : 1;
    digits = strspn(text + i, "0123456789");
    if (digits < 2) {
      return false;
    }
    i += digits;
    marked = true;
  }
  return marked && text[i] == 0;
}

/* Returns how many digits stand between the first and the last that is not 0. */
static int significant_digits(const char *text) {
  int count = 0, last = 0;
  for (; *text != 0 && *text != 'e'; text++) {
    if (isdigit((unsigned char)*text) && (count > 0 || *text != '0')) {
      count++;
      last = *text != '0' ? count : last;
    }
  }
  return last;
}

static void check_shortest(double x) {
  char text[RAIL_FLOAT_TEXT_MAX + 1];
  char *actual = malloc(RAIL_FLOAT_TEXT_MAX);
  size_t length = rail_format_float_shortest(x, actual);
  memcpy(text, actual, length);
  text[length] = 0;
  free(actual);
  if (!is_rail_float(text) || bits_of_double(strtod(text, NULL)) != bits_of_double(x)) {
    fail("rail_format_float_shortest(%a) cannot be read back: %s", x, text);
    return;
  }
  /* One digit less must not do. (That the digits are the nearest of their number is checked
   * against Python's repr.) */
  int digits = significant_digits(text);
  char shorter[40];
  if (digits > 1) {
    sprintf(shorter, "%.*e", digits - 2, x);
    if (strtod(shorter, NULL) == x) {
      fail("rail_format_float_shortest(%a): %s, but %s is enough", x, text, shorter);
    }
  }
}

static void check_texts(void) {
  static const struct {
    double x;
    const char *general, *shortest;
  } rows[] = {
      {2.0, "2", "2.0"},
      {0.1 + 0.2, "0.3", "0.30000000000000004"},
      {1e15, "1e+15", "1000000000000000.0"},
      {1e16, "1e+16", "1e16"},
      {1e22, "1e+22", "1e22"},
      {1.5e-7, "1.5e-07", "1.5e-07"},
      {1e-5, "1e-05", "1e-05"},
      {1e-4, "0.0001", "0.0001"},
      {123456.75, "123456.75", "123456.75"},
      {999999999999999.5, "1e+15", "999999999999999.5"},
      {0.0, "0", "0.0"},
      {-0.0, "-0", "-0.0"},
      {INFINITY, "inf", "inf"},
      {-INFINITY, "-inf", "-inf"},
      {NAN, "nan", "nan"},
      {-NAN, "nan", "nan"},
      {5e-324, "4.94065645841247e-324", "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072e-308", "2.2250738585072014e-308"},
      {-1.7976931348623157e308, "-1.79769313486232e+308", "-1.7976931348623157e308"},
      {9007199254740993.0, "9.00719925474099e+15", "9007199254740992.0"},
      {100.0, "100", "100.0"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[RAIL_FLOAT_TEXT_MAX];
    size_t length = rail_format_float_general(rows[i].x, text);
    if (length != strlen(rows[i].general) || memcmp(text, rows[i].general, length) != 0) {
      fail("rail_format_float_general: %.*s, not %s", (int)length, text, rows[i].general);
    }
    length = rail_format_float_shortest(rows[i].x, text);
    if (length != strlen(rows[i].shortest) || memcmp(text, rows[i].shortest, length) != 0) {
      fail("rail_format_float_shortest: %.*s, not %s", (int)length, text, rows[i].shortest);
    }
  }
}

void test_float_format(uint64_t count, uint64_t seed) {
  struct random random = {seed};
  check_texts();
  for (uint64_t i = 0; i < count; i++) {
    double x = random_for_format(&random);
    if (x - x == 0) {
      check_general(x);
      check_shortest(x);
    }
  }
}

/* ---- Parsing floats ---- */

static void check_parse(const char *text) {
  size_t length = strlen(text);
  char *copy = exact_copy(text, length);
  char *end;
  double expected = strtod(text, &end);
  size_t consumed = 12345;
  double actual = rail_parse_float_text(copy, length, &consumed);
  uint64_t expected_bits = isnan(expected) ? RAIL_NAN_BITS : bits_of_double(expected);
  if (bits_of_double(actual) != expected_bits || consumed != (size_t)(end - text)) {
    fail("rail_parse_float_text(\"%s\"): %a and %zu bytes, not %a and %zu", text, actual, consumed,
         expected, (size_t)(end - text));
  }
  free(copy);
}

/* A midpoint of two doubles with all its digits, perhaps changed far behind the point. */
static void random_midpoint(struct random *random, char *text) {
  uint64_t bits = random_bits(random) >> 1;
  if (random_below(random, 4) == 0) {
    bits >>= random_below(random, 53); /* subnormal */
  }
  if (bits >= UINT64_C(0x7fe) << 52) {
    bits = (UINT64_C(0x7ff) << 52) - 2;
  }
  long double below = double_from_bits(bits), above = double_from_bits(bits + 1);
  int length = sprintf(text, "%.*Le", (int)random_below(random, 780), (below + above) / 2);
  switch (random_below(random, 4)) {
  case 0: /* digits in front of the exponent */
    if (strchr(text, '.') != NULL) {
      char exponent[16];
      char *marker = strchr(text, 'e');
      strcpy(exponent, marker);
      sprintf(marker, "%0*d%s", 1 + (int)random_below(random, 60), (int)random_below(random, 2),
              exponent);
    }
    break;
  case 1: /* another digit */
    for (int i = length - 1; i > 2; i--) {
      if (text[i] == 'e') {
        text[i - 1] = (char)('0' + random_below(random, 10));
        break;
      }
    }
    break;
  default: break;
  }
}

static void random_from(struct random *random, const char *letters, size_t length, char *text) {
  size_t count = strlen(letters);
  for (size_t i = 0; i < length; i++) {
    text[i] = letters[random_below(random, count)];
  }
  text[length] = 0;
}

static void random_float_text(struct random *random, char *text) {
  switch (random_below(random, 16)) {
  case 0: random_midpoint(random, text); break;
  case 1:
    random_from(random, "0123456789.+-eExXpPiInNfFaAtTyY() _\t", random_below(random, 12), text);
    break;
  case 2:
    random_from(random, "0123456789abcdef.", random_below(random, 30), text + 2);
    memcpy(text, "0x", 2);
    sprintf(text + strlen(text), "p%d", (int)random_below(random, 2400) - 1200);
    break;
  case 3: sprintf(text, "%a", random_finite(random)); break;
  case 4:
  case 5:
  case 6:
    random_from(random, "0123456789", 1 + random_below(random, 30), text);
    sprintf(text + strlen(text), "e%d", (int)random_below(random, 720) - 360);
    break;
  case 7:
  case 8:
    random_from(random, "0123456789", 1 + random_below(random, 20), text);
    strcat(text, ".");
    random_from(random, "0123456789", random_below(random, 20), text + strlen(text));
    break;
  case 9:
    random_from(random, "00000000000000000000123", random_below(random, 60), text);
    strcat(text, ".");
    random_from(random, "00000000000000000000123", random_below(random, 60), text + strlen(text));
    sprintf(text + strlen(text), "e%d", (int)random_below(random, 80) - 40);
    break;
  default: sprintf(text, "%.*e", (int)random_below(random, 22), random_finite(random)); break;
  }
}

static void check_fixed_parses(void) {
  static const char *const texts[] = {"",
                                      " ",
                                      "+",
                                      "-",
                                      ".",
                                      "-.",
                                      "e5",
                                      ".e5",
                                      "1",
                                      "1.",
                                      ".5",
                                      "-.5e1",
                                      "1e",
                                      "1e+",
                                      "1e-",
                                      "1ex",
                                      "1.5.2",
                                      "1e5.5",
                                      " \t\n\v\f\r-2.5x",
                                      "0x",
                                      "0x.",
                                      "0xp1",
                                      "0x.p1",
                                      "0x1p",
                                      "0x1p+",
                                      "0x1.8p3",
                                      "0X1.8P-3",
                                      "0x.8",
                                      "0x8.",
                                      "-0x0p5",
                                      "0x1p1024",
                                      "0x1p-1074",
                                      "0x1p-1075",
                                      "0x1.8p-1075",
                                      "0x1.00000000000008p0",
                                      "0x1.000000000000080000000000000001p0",
                                      "0x1.00000000000018p0",
                                      "0x0.000000000000000000000000000000001p130",
                                      "inf",
                                      "-INF",
                                      "infinity",
                                      "Infinit",
                                      "infinityx",
                                      "nan",
                                      "-nan",
                                      "NaN(",
                                      "nan()",
                                      "nan(12_ab)",
                                      "nan(1-2)",
                                      "in",
                                      "na",
                                      "n",
                                      "0e99999999999999999999",
                                      "1e99999999999999999999",
                                      "-1e99999999999999999999",
                                      "1e-99999999999999999999",
                                      "1e309",
                                      "1e308",
                                      "1.7976931348623157e308",
                                      "1.7976931348623158e308",
                                      "1.7976931348623159e308",
                                      "179769313486231580793728971405303415079934132710037826936173"
                                      "778980444968292764750946649017977587207"
                                      "096330286416692887910946555547851940402630657488671505820681"
                                      "908902000708383676273854845817711531764"
                                      "475730270069855571366959622842914819860834936475292719074168"
                                      "444365510704342711559699508093042880",
                                      "179769313486231580793728971405303415079934132710037826936173"
                                      "778980444968292764750946649017977587207"
                                      "096330286416692887910946555547851940402630657488671505820681"
                                      "908902000708383676273854845817711531764"
                                      "475730270069855571366959622842914819860834936475292719074168"
                                      "444365510704342711559699508093042879",
                                      "4.9e-324",
                                      "2.4703282292062327e-324",
                                      "2.4703282292062328e-324",
                                      "2.5e-324",
                                      "1e-324",
                                      "1e-400",
                                      "2.2250738585072011e-308",
                                      "2.2250738585072012e-308",
                                      "2.2250738585072014e-308",
                                      "9007199254740993",
                                      "9007199254740992.99999",
                                      "9007199254740993.00000000000000000000001",
                                      "9007199254740995",
                                      "10000000000000000000",
                                      "18446744073709551616",
                                      "99999999999999999999",
                                      "0.000000000000000000000000000000000000001e39",
                                      "-0",
                                      "-0.0e5",
                                      "00000000000000000001",
                                      "1e22",
                                      "1e23",
                                      "123456789012345678901234567890e-30",
                                      "8.5e-1_",
                                      "1_000",
                                      "1e 5",
                                      "0b1",
                                      "++1",
                                      "+-1"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    check_parse(texts[i]);
  }
  if (rail_parse_float_text("1.5xyz", 2, NULL) != 1.0) {
    fail("rail_parse_float_text reads past the length");
  }
}

/* Texts with very many digits: 10^zeros / 10^zeros and the like. */
static void check_long_parses(void) {
  const size_t zeros = 5000;
  char *text = malloc(2 * zeros + 100);
  memset(text, '0', zeros);
  sprintf(text + zeros, "123.5");
  check_parse(text);
  text[0] = '1';
  sprintf(text + zeros, "e-%zu", zeros - 1);
  check_parse(text);
  memset(text, '0', zeros + 1);
  text[1] = '.';
  sprintf(text + zeros, "17e%zu", zeros - 2);
  check_parse(text);
  /* 2^53 + 1, and the least bit more behind thousands of zeros */
  sprintf(text, "9007199254740993.");
  size_t length = strlen(text);
  memset(text + length, '0', zeros);
  sprintf(text + length + zeros, "1");
  check_parse(text);
  sprintf(text + length + zeros, "0");
  check_parse(text);
  free(text);
}

void test_float_parse(uint64_t count, uint64_t seed) {
  struct random random = {seed};
  char text[2000];
  check_fixed_parses();
  check_long_parses();
  for (uint64_t i = 0; i < count; i++) {
    random_float_text(&random, text);
    check_parse(text);
  }
}
