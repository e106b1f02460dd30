/* float_bits.h: the parts of an IEEE 754 double.
 *
 *    63   62          52   51            0
 *   +----+---------------+----------------+
 *   |sign|exponent + 1023|    fraction    |
 *   +----+---------------+----------------+ */
#ifndef RAIL_FLOAT_BITS_H
#define RAIL_FLOAT_BITS_H

#include <stdbool.h>
#include <stdint.h>

#define RAIL_SIGN_BIT (UINT64_C(1) << 63)
#define RAIL_INFINITY_BITS UINT64_C(0x7ff0000000000000)
#define RAIL_FRACTION_MASK ((UINT64_C(1) << 52) - 1)
#define RAIL_HIDDEN_BIT (UINT64_C(1) << 52)

static inline uint64_t rail_float_bits(double x) {
  union {
    double value;
    uint64_t bits;
  } view = {.value = x};
  return view.bits;
}

static inline double rail_float_from_bits(uint64_t bits) {
  union {
    uint64_t bits;
    double value;
  } view = {.bits = bits};
  return view.value;
}

/* A finite, non-negative double as significand * 2^exponent, the significand below 2^53. */
struct rail_binary {
  uint64_t significand;
  int exponent;
};

static inline struct rail_binary rail_binary_from_bits(uint64_t bits) {
  uint64_t fraction = bits & RAIL_FRACTION_MASK;
  int biased = (int)(bits >> 52);
  if (biased == 0) {
    return (struct rail_binary){fraction, -1074};
  }
  return (struct rail_binary){fraction | RAIL_HIDDEN_BIT, biased - 1075};
}

#endif
