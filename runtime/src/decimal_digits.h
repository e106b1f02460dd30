/* decimal_digits.h: what the readers and writers of integers and floats share. */
#ifndef RAIL_DECIMAL_DIGITS_H
#define RAIL_DECIMAL_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool rail_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* White space of C `isspace` in the C locale. */
static inline bool rail_is_space(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Writes the last `count` decimal digits of `value`, leading zeros included. */
void rail_write_digits(uint64_t value, unsigned count, char *out);

/* Returns the number of decimal digits of `value`: 1 for 0. */
unsigned rail_count_digits(uint64_t value);

#endif
