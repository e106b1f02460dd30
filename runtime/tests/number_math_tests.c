/* number_math_tests.c: elementary functions against glibc's in 128-bit floating point, whose error
 * is below 2^-50 of a double's last place. */
#include "../src/numbers.h"
#include "number_tests.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef __float128 quad;

/* glibc's functions; its header declares them for GCC only. */
quad sqrtf128(quad), floorf128(quad), ceilf128(quad), truncf128(quad), roundf128(quad),
    sinf128(quad), cosf128(quad), tanf128(quad), asinf128(quad), acosf128(quad), atanf128(quad),
    sinhf128(quad), coshf128(quad), tanhf128(quad), expf128(quad), exp2f128(quad), expm1f128(quad),
    logf128(quad), log2f128(quad), log10f128(quad), log1pf128(quad), cbrtf128(quad), fabsf128(quad);
quad powf128(quad, quad), atan2f128(quad, quad), hypotf128(quad, quad), fmodf128(quad, quad),
    copysignf128(quad, quad);
quad frexpf128(quad, int *), ldexpf128(quad, int);

/* The promises in numbers.h: of all functions but pow, and of pow. */
static const double error_limit = 0.502, pow_error_limit = 0.52;

/* Where the arguments of a function come from, besides all doubles alike. */
struct domain {
  double low, high;
};

static const struct unary {
  const char *name;
  double (*tested)(double);
  quad (*reference)(quad);
  struct domain domain;
  bool exact;
} unary_functions[] = {
    {"sqrt", rail_math_sqrt, sqrtf128, {0, 1e6}, true},
    {"floor", rail_math_floor, floorf128, {-1e3, 1e3}, true},
    {"ceil", rail_math_ceil, ceilf128, {-1e3, 1e3}, true},
    {"trunc", rail_math_trunc, truncf128, {-1e3, 1e3}, true},
    {"round", rail_math_round, roundf128, {-1e3, 1e3}, true},
    {"sin", rail_math_sin, sinf128, {-20, 20}, false},
    {"cos", rail_math_cos, cosf128, {-20, 20}, false},
    {"tan", rail_math_tan, tanf128, {-20, 20}, false},
    {"asin", rail_math_asin, asinf128, {-1, 1}, false},
    {"acos", rail_math_acos, acosf128, {-1, 1}, false},
    {"atan", rail_math_atan, atanf128, {-4, 4}, false},
    {"sinh", rail_math_sinh, sinhf128, {-712, 712}, false},
    {"cosh", rail_math_cosh, coshf128, {-712, 712}, false},
    {"tanh", rail_math_tanh, tanhf128, {-23, 23}, false},
    {"exp", rail_math_exp, expf128, {-747, 711}, false},
    {"exp2", rail_math_exp2, exp2f128, {-1077, 1025}, false},
    {"expm1", rail_math_expm1, expm1f128, {-46, 711}, false},
    {"log", rail_math_log, logf128, {0, 4}, false},
    {"log2", rail_math_log2, log2f128, {0, 4}, false},
    {"log10", rail_math_log10, log10f128, {0, 4}, false},
    {"log1p", rail_math_log1p, log1pf128, {-1, 3}, false},
    {"cbrt", rail_math_cbrt, cbrtf128, {-10, 10}, false},
};

static const struct binary {
  const char *name;
  double (*tested)(double, double);
  quad (*reference)(quad, quad);
  bool exact;
} binary_functions[] = {
    {"pow", rail_math_pow, powf128, false},
    {"atan2", rail_math_atan2, atan2f128, false},
    {"hypot", rail_math_hypot, hypotf128, false},
    {"fmod", rail_math_fmod, fmodf128, true},
};

/* The error of a function so far, and where it is greatest. */
struct worst {
  double error, x, y;
};

/* Returns the error of `actual` in units in the last place of `expected`; an infinity counts as
 * 2^1024. Returns infinity where class or sign is wrong. */
static double error_in_ulps(double actual, quad expected) {
  if (isnan((double)expected)) {
    return bits_of_double(actual) == RAIL_NAN_BITS ? 0 : INFINITY;
  }
  double rounded = (double)expected;
  if (bits_of_double(rounded) == bits_of_double(actual) && (isinf(rounded) || rounded == 0)) {
    return isinf(rounded) || expected == 0 ? 0 : (double)(fabsf128(expected) / (quad)0x1p-1074);
  }
  if (isnan(actual) || signbit(actual) != signbit(rounded) || expected == 0 ||
      expected - expected != 0) {
    return INFINITY;
  }
  int exponent;
  frexpf128(expected, &exponent); /* expected is in 2^(exponent - 1) .. 2^exponent */
  exponent = exponent > 1024 ? 1024 : (exponent < -1021 ? -1021 : exponent);
  quad value = isinf(actual) ? copysignf128((quad)0x1p1023 * 2, actual) : (quad)actual;
  return (double)(fabsf128(value - expected) / ldexpf128(1, exponent - 53));
}

static void record(struct worst *worst, double error, double x, double y) {
  if (!(error <= worst->error)) {
    *worst = (struct worst){error, x, y};
  }
}

static void check_unary(const struct unary *function, struct worst *worst, double x) {
  double actual = function->tested(x);
  quad exact = function->reference((quad)x);
  if (function->exact) {
    double expected = (double)exact;
    bool same = isnan(expected) ? bits_of_double(actual) == RAIL_NAN_BITS
                                : bits_of_double(actual) == bits_of_double(expected);
    record(worst, same ? 0 : INFINITY, x, 0);
  } else {
    record(worst, error_in_ulps(actual, exact), x, 0);
  }
}

static void check_binary(const struct binary *function, struct worst *worst, double x, double y) {
  double actual = function->tested(x, y);
  if (function->exact) {
    double expected = fmod(x, y);
    bool same = isnan(expected) ? bits_of_double(actual) == RAIL_NAN_BITS
                                : bits_of_double(actual) == bits_of_double(expected);
    record(worst, same ? 0 : INFINITY, x, y);
  } else {
    record(worst, error_in_ulps(actual, function->reference((quad)x, (quad)y)), x, y);
  }
}

/* ---- Arguments ---- */

/* Zeros, infinities, ends of ranges and places where formulas change. */
static const double special_values[] = {
    0.0, 0x1p-1074, 0x1.8p-1070, 0x0.fffffffffffffp-1022, 0x1p-1022, 0x1.8p-1022, 0x1p-600,
    0x1p-400, 0x1p-55, 0x1p-54, 0x1p-53, 0x1p-28, 0x1p-27, 0x1p-10, 0.0108304246962491, 0x1p-6,
    0x1p-5, 0.1, 0.25, 1.0 / 3, 0.49999999999999994, 0.5, 0.7071067811865476, 0x1.921fb54442d17p-1,
    0x1.921fb54442d18p-1, 0x1.921fb54442d19p-1, 0.9999999999999999, 1.0, 1.0000000000000002,
    1.40625, 1.5, 0x1.921fb54442d18p+0, 1.9999999999999998, 2.0, 2.5, 2.718281828459045, 3.0,
    3.141592653589793, 3.5, 4.0, 5.0, 7.0, 8.0, 10.0, 22.0, 27.0, 39.99999, 40.0, 45.0, 64.0, 81.0,
    100.0, 355.0, 709.782712893384, 709.7827128933841, 710.0, 710.4758600739439, 710.475860073944,
    711.0, 745.1332191019411, 745.1332191019412, 746.0, 708.3964185322641, 1000.0, 1022.0, 1023.0,
    1024.0, 1074.0, 1075.0, 1e5, 0x1p31, 0x1p32 + 1, 4503599627370495.5, 0x1p52, 0x1p52 + 1, 0x1p53,
    0x1p53 + 2, 0x1p63, 0x1p64, 1e22, 0x1p100, 0x1p500,
    /* the double nearest to a multiple of pi/2 */
    6381956970095103.0 * 0x1p797, 0x1p1000, 0x1p1023, 0x1.fffffffffffffp1023, INFINITY, NAN};

enum { SPECIAL_COUNT = sizeof special_values / sizeof special_values[0] };

static double special(size_t i) {
  return i < SPECIAL_COUNT ? special_values[i] : -special_values[i - SPECIAL_COUNT];
}

/* Returns a double between low and high. */
static double random_between(struct random *random, double low, double high) {
  return low + (high - low) * ((double)(random_bits(random) >> 11) * 0x1p-53);
}

static double random_argument(struct random *random, struct domain domain) {
  double x = random_between(random, domain.low, domain.high);
  switch (random_below(random, 8)) {
  case 0:
  case 1: return random_finite(random);
  case 2: /* near 0 */ return ldexp(random_between(random, -1, 1), -(int)random_below(random, 60));
  case 3: /* near 1 */
    return 1 + ldexp(random_between(random, -1, 1), -(int)random_below(random, 52));
  case 4: /* near a quarter: halves for rounding, multiples of 1/16 for tables */
    return double_from_bits(bits_of_double(nearbyint(x * 64) / 64) + random_below(random, 5));
  case 5: /* near a multiple of pi/4 */
    return (double)random_below(random, 100000) * 0x1.921fb54442d18p-1 *
           (1 + 0x1p-53 * (double)random_below(random, 8));
  default: return x;
  }
}

/* Two arguments for which the functions neither overflow nor are trivial. */
static void random_arguments(struct random *random, double *x, double *y) {
  *x = random_finite(random);
  *y = random_finite(random);
  switch (random_below(random, 9)) {
  case 0: break;
  case 1: /* powers anywhere in the range of results */
    *y = random_between(random, -750, 750) / log(fabs(*x));
    break;
  case 2: /* the logarithm's table does not help, and its error grows most */
    *x = random_between(random, 0.95, 1.05);
    *y = random_between(random, 600, 700) / log(*x);
    break;
  case 3: /* powers of numbers near 1 */
    *x = 1 + ldexp(random_between(random, -1, 1), -(int)random_below(random, 52));
    *y = random_between(random, -750, 750) / log(fabs(*x));
    break;
  case 4: /* whole powers, some exact */
    *x = (double)random_below(random, 2000) - 1000;
    *y = (double)random_below(random, 200) - 100;
    break;
  case 5: /* roots and half powers */
    *x = random_between(random, 0, 1000);
    *y = (double)random_below(random, 64) / 4 - 8;
    break;
  case 6: /* of similar size, anywhere */ *y = *x * random_between(random, -16, 16); break;
  case 7: /* far apart, but not too far */
    *y = ldexp(*x, (int)random_below(random, 140) - 70) * random_between(random, -1, 1);
    break;
  default:
    *x = random_between(random, -10, 10);
    *y = random_between(random, -10, 10);
    break;
  }
}

static void report(const char *name, struct worst worst, bool binary) {
  char arguments[80];
  sprintf(arguments, binary ? "%a, %a" : "%a", worst.x, worst.y);
  printf("  %-6s max error %.6f ulp%s%s\n", name, worst.error, worst.error > 0 ? " at " : "",
         worst.error > 0 ? arguments : "");
  if (!(worst.error <= (strcmp(name, "pow") == 0 ? pow_error_limit : error_limit))) {
    fail("rail_math_%s(%s) is wrong by %g ulp", name, arguments, worst.error);
  }
}

void test_math(uint64_t count, uint64_t seed) {
  for (size_t f = 0; f < sizeof unary_functions / sizeof unary_functions[0]; f++) {
    const struct unary *function = &unary_functions[f];
    struct random random = {seed + f};
    struct worst worst = {0};
    for (size_t i = 0; i < 2 * SPECIAL_COUNT; i++) {
      check_unary(function, &worst, special(i));
    }
    for (uint64_t i = 0; i < count; i++) {
      check_unary(function, &worst, random_argument(&random, function->domain));
    }
    report(function->name, worst, false);
  }
  for (size_t f = 0; f < sizeof binary_functions / sizeof binary_functions[0]; f++) {
    const struct binary *function = &binary_functions[f];
    struct random random = {seed + 100 + f};
    struct worst worst = {0};
    for (size_t i = 0; i < 4 * SPECIAL_COUNT * SPECIAL_COUNT; i++) {
      check_binary(function, &worst, special(i / (2 * SPECIAL_COUNT)),
                   special(i % (2 * SPECIAL_COUNT)));
    }
    for (uint64_t i = 0; i < count; i++) {
      double x, y;
      random_arguments(&random, &x, &y);
      check_binary(function, &worst, x, y);
    }
    report(function->name, worst, true);
  }
}
