/* numbers.h: text of numbers and elementary functions, for the rest of the runtime and for
 * compiled code.
 *
 * Nothing here allocates, knows the heap, keeps state, or calls anything outside these files but
 * memcpy, memmove, memset and memcmp (memory.c). All functions assume the default floating-point
 * environment (round to nearest, no flushing of subnormals) and give identical bits on every
 * target: no fused multiply-add, and every NaN they make is RAIL_NAN_BITS. */
#ifndef RAIL_NUMBERS_H
#define RAIL_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* The range of a Rail int: 63-bit two's complement. */
#define RAIL_INT_LEAST (-((int64_t)1 << 62))
#define RAIL_INT_GREATEST (((int64_t)1 << 62) - 1)

/* Sizes of the buffers that the formatting functions below may fill; no NUL is written. */
enum {
  RAIL_INT_TEXT_MAX = 20,   /* -9223372036854775808 */
  RAIL_FLOAT_TEXT_MAX = 24, /* -2.2250738585072014e-308 */
};

/* The one NaN that these functions return: quiet, positive, no payload. */
#define RAIL_NAN_BITS UINT64_C(0x7ff8000000000000)

/* ---- Integers (int_text.c) ---- */

/* Writes `value` in decimal, `-` in front when negative, into `out`, which has room for
 * RAIL_INT_TEXT_MAX bytes; returns how many were written. Any int64_t is accepted. */
size_t rail_format_int(int64_t value, char *out);

/* Reads a decimal integer like C `strtol`: white space, an optional sign, digits up to the first
 * byte that is none. Without digits the value is 0; outside the range of a Rail int it saturates
 * to RAIL_INT_LEAST or RAIL_INT_GREATEST. Never reads past `length`. */
int64_t rail_parse_int_text(const char *bytes, size_t length);

enum rail_int_status {
  RAIL_INT_VALID,        /* *value holds the integer */
  RAIL_INT_MALFORMED,    /* not an optional sign and one or more digits; *value is 0 */
  RAIL_INT_OUT_OF_RANGE, /* well formed, no Rail int; *value is saturated */
};

/* Reads `bytes` as nothing but an optional sign (`-` or `+`) and decimal digits. */
enum rail_int_status rail_parse_int_strict(const char *bytes, size_t length, int64_t *value);

/* ---- Floats as text (float_format.c, float_parse.c) ---- */

/* Writes `x` as C `printf("%.15g")` does: at most 15 significant digits, correctly rounded (ties
 * to even), without trailing zeros; exponent form when the decimal exponent is below -4 or above
 * 14. `2`, `0.3`, `1e+15`, `1e-05`, `-0`, `inf`, `-inf`, and `nan` for every NaN. `out` has room
 * for RAIL_FLOAT_TEXT_MAX bytes; returns how many were written. */
size_t rail_format_float_general(double x, char *out);

/* Writes the shortest decimal that reads back as `x`, and of those the one nearest to `x` (the
 * even one of two equally near). A finite value always contains `.` or `e` and is a Rail float
 * literal, behind a `-` when negative: plain from 1e-4 up to below 1e16 (`2.0`, `0.1`,
 * `123456.75`), else with an exponent of two or more digits and no `+` (`1e22`, `1.5e-07`): the
 * same thresholds as Python's repr. `inf`, `-inf`, `nan` otherwise. `out` has room for
 * RAIL_FLOAT_TEXT_MAX bytes; returns how many were written. */
size_t rail_format_float_shortest(double x, char *out);

/* Reads a number like C `strtod` in the C locale: white space, an optional sign, then a decimal
 * number (`1`, `.5`, `5.`, `1e-3`), a hexadecimal one (`0x1.8p3`), `inf`, `infinity`, `nan` or
 * `nan(chars)` in any case. The longest valid prefix counts: `1e` is 1 with one byte consumed.
 *
 * The result is the double nearest to the exact value of all digits, however many (ties to even);
 * too large gives an infinity, too small a subnormal or a zero, each with the sign; NaNs are
 * RAIL_NAN_BITS. *consumed becomes the number of bytes used, 0 (and the result 0.0) when there is
 * no number. Never reads past `length`. `consumed` may be NULL. */
double rail_parse_float_text(const char *bytes, size_t length, size_t *consumed);

/* ---- Elementary functions (math_*.c) ----
 *
 * Special cases are those of C99 Annex F, but for the sign of NaN. Errors are stated in units in
 * the last place (ulp) of the exact result, over all doubles; scripts/test-runtime-numbers measures
 * them. */

/* Correctly rounded. */
double rail_math_sqrt(double x);
double rail_math_floor(double x);
double rail_math_ceil(double x);
double rail_math_trunc(double x);
double rail_math_round(double x); /* halfway cases away from zero */
double rail_math_fmod(double x, double y);

/* Below 0.502 ulp; pow below 0.52. */
double rail_math_sin(double x); /* radians, of any size */
double rail_math_cos(double x);
double rail_math_tan(double x);
double rail_math_asin(double x);
double rail_math_acos(double x);
double rail_math_atan(double x);
double rail_math_atan2(double y, double x);
double rail_math_sinh(double x);
double rail_math_cosh(double x);
double rail_math_tanh(double x);
double rail_math_exp(double x);
double rail_math_exp2(double x);
double rail_math_expm1(double x);
double rail_math_log(double x);
double rail_math_log2(double x);  /* exact for powers of two */
double rail_math_log10(double x); /* exact for powers of ten */
double rail_math_log1p(double x);
double rail_math_pow(double x, double y);
double rail_math_cbrt(double x);
double rail_math_hypot(double x, double y);

#endif
