/* int_text.c: decimal integers as text. */
#include "decimal_digits.h"
#include "memory.h"
#include "numbers.h"

#include <stdbool.h>

void rail_write_digits(uint64_t value, unsigned count, char *out) {
  /* From the back, two digits a division: value % 100 splits by a multiplication that is exact
   * below 100. */
  while (count >= 2) {
    uint64_t rest = value / 100;
    uint32_t pair = (uint32_t)(value - rest * 100), tens = pair * 103 >> 10;
    count -= 2;
    out[count] = (char)('0' + tens);
    out[count + 1] = (char)('0' + (pair - tens * 10));
    value = rest;
  }
  if (count == 1) {
    out[0] = (char)('0' + value % 10);
  }
}

unsigned rail_count_digits(uint64_t value) {
  unsigned count = 1;
  for (uint64_t bound = 10; value >= bound; bound *= 10) {
    count++;
    if (count == 20) {
      break; /* 10^20 does not fit in the word */
    }
  }
  return count;
}

size_t rail_format_int(int64_t value, char *out) {
  size_t sign = value < 0;
  uint64_t magnitude = sign ? 0 - (uint64_t)value : (uint64_t)value;
  unsigned count = rail_count_digits(magnitude);
  out[0] = '-';
  rail_write_digits(magnitude, count, out + sign);
  return sign + count;
}

/* Reads digits from `position` on into *magnitude; UINT64_MAX stands for 10^19 and above. Returns
 * the position of the first byte that is no digit. */
static size_t read_digits(const char *bytes, size_t length, size_t position, uint64_t *magnitude) {
  uint64_t value = 0;
  while (position < length && rail_is_digit(bytes[position])) {
    unsigned digit = (unsigned)(bytes[position] - '0');
    value = value < UINT64_C(1000000000000000000) ? value * 10 + digit : UINT64_MAX;
    position++;
  }
  *magnitude = value;
  return position;
}

/* Stores the Rail int nearest to the signed magnitude; returns whether it is that very number. */
static bool saturate(uint64_t magnitude, bool negative, int64_t *value) {
  uint64_t bound = (uint64_t)RAIL_INT_GREATEST + negative;
  bool fits = magnitude <= bound;
  int64_t nearest = (int64_t)(fits ? magnitude : bound);
  *value = negative ? -nearest : nearest;
  return fits;
}

int64_t rail_parse_int_text(const char *bytes, size_t length) {
  size_t position = 0;
  while (position < length && rail_is_space(bytes[position])) {
    position++;
  }
  bool negative = position < length && bytes[position] == '-';
  if (negative || (position < length && bytes[position] == '+')) {
    position++;
  }
  uint64_t magnitude;
  int64_t value;
  read_digits(bytes, length, position, &magnitude);
  saturate(magnitude, negative, &value);
  return value;
}

enum rail_int_status rail_parse_int_strict(const char *bytes, size_t length, int64_t *value) {
  bool negative = length > 0 && bytes[0] == '-';
  size_t first = negative || (length > 0 && bytes[0] == '+');
  uint64_t magnitude;
  *value = 0;
  if (read_digits(bytes, length, first, &magnitude) != length || first == length) {
    return RAIL_INT_MALFORMED;
  }
  return saturate(magnitude, negative, value) ? RAIL_INT_VALID : RAIL_INT_OUT_OF_RANGE;
}
