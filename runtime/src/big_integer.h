/* big_integer.h: just enough exact arithmetic to decide how a float rounds when 128 bits cannot.
 *
 * Values are non-negative and live on the stack. The capacity suffices for every comparison that
 * float_parse.c and decimal_scale.c make: they bound their operands. */
#ifndef RAIL_BIG_INTEGER_H
#define RAIL_BIG_INTEGER_H

#include <stdint.h>

/* Marks functions that run once in thousands of conversions: better small than fast. */
#if defined(__clang__)
#define RAIL_RARE __attribute__((cold, minsize, noinline))
#else
#define RAIL_RARE __attribute__((cold, noinline))
#endif

/* The largest operands compare 772 digits (2565 bits) with a midpoint between doubles scaled by a
 * power of five: below 2900 bits. */
enum { RAIL_BIG_WORDS = 48 };

struct rail_big {
  unsigned length;                /* words in use; the last one is not 0 */
  uint64_t words[RAIL_BIG_WORDS]; /* least significant first */
};

void rail_big_set(struct rail_big *big, uint64_t value);

/* big = big * factor + addend */
void rail_big_multiply(struct rail_big *big, uint64_t factor, uint64_t addend);

/* big = big * 5^exponent */
void rail_big_multiply_power_of_five(struct rail_big *big, unsigned exponent);

/* big = big * 2^count */
void rail_big_shift_left(struct rail_big *big, unsigned count);

/* left = left - right. Requires left >= right. */
void rail_big_subtract(struct rail_big *left, const struct rail_big *right);

/* Returns a negative number, 0 or a positive number as `left` is below, equal to or above
 * `right`. */
int rail_big_compare(const struct rail_big *left, const struct rail_big *right);

#endif
