/* big_integer.c: exact arithmetic on non-negative integers of up to RAIL_BIG_WORDS words. */
#include "big_integer.h"

#include "decimal_scale.h"

typedef unsigned __int128 double_word;

RAIL_RARE static void append(struct rail_big *big, uint64_t top) {
  if (top != 0) {
    if (big->length == RAIL_BIG_WORDS) {
      __builtin_trap(); /* a caller's bound is wrong: better than a wrong digit */
    }
    big->words[big->length++] = top;
  }
}

RAIL_RARE void rail_big_set(struct rail_big *big, uint64_t value) {
  big->length = 0;
  append(big, value);
}

RAIL_RARE void rail_big_multiply(struct rail_big *big, uint64_t factor, uint64_t addend) {
  uint64_t carry = addend;
  for (unsigned i = 0; i < big->length; i++) {
    double_word product = (double_word)big->words[i] * factor + carry;
    big->words[i] = (uint64_t)product;
    carry = (uint64_t)(product >> 64);
  }
  append(big, carry);
}

RAIL_RARE void rail_big_multiply_power_of_five(struct rail_big *big, unsigned exponent) {
  for (; exponent > RAIL_FIVE_EXPONENT_MAX; exponent -= RAIL_FIVE_EXPONENT_MAX) {
    rail_big_multiply(big, rail_powers_of_five[RAIL_FIVE_EXPONENT_MAX], 0);
  }
  rail_big_multiply(big, rail_powers_of_five[exponent], 0);
}

RAIL_RARE void rail_big_shift_left(struct rail_big *big, unsigned count) {
  unsigned words = count / 64, length = big->length;
  rail_big_multiply(big, UINT64_C(1) << count % 64, 0);
  if (words == 0 || length == 0) {
    return;
  }
  length = big->length;
  if (words > RAIL_BIG_WORDS - length) {
    __builtin_trap();
  }
  for (unsigned i = length; i-- > 0;) {
    big->words[i + words] = big->words[i];
  }
  for (unsigned i = 0; i < words; i++) {
    big->words[i] = 0;
  }
  big->length = length + words;
}

RAIL_RARE void rail_big_subtract(struct rail_big *left, const struct rail_big *right) {
  uint64_t borrow = 0;
  for (unsigned i = 0; i < left->length; i++) {
    uint64_t subtrahend = i < right->length ? right->words[i] : 0;
    double_word difference = (double_word)left->words[i] - subtrahend - borrow;
    left->words[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  while (left->length > 0 && left->words[left->length - 1] == 0) {
    left->length--;
  }
}

RAIL_RARE int rail_big_compare(const struct rail_big *left, const struct rail_big *right) {
  if (left->length != right->length) {
    return left->length < right->length ? -1 : 1;
  }
  for (unsigned i = left->length; i-- > 0;) {
    if (left->words[i] != right->words[i]) {
      return left->words[i] < right->words[i] ? -1 : 1;
    }
  }
  return 0;
}
