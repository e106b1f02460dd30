/* number_tests.h: what the hosted tests of the number functions share. */
#ifndef RAIL_NUMBER_TESTS_H
#define RAIL_NUMBER_TESTS_H

#include <stddef.h>
#include <stdint.h>

/* Pseudo-random numbers: SplitMix64 (Steele, Lea and Flood 2014). */
struct random {
  uint64_t state;
};

uint64_t random_bits(struct random *random);

/* Returns a number below `bound` > 0. */
uint64_t random_below(struct random *random, uint64_t bound);

/* Returns a finite double whose bits are uniform, so every exponent is as likely. */
double random_finite(struct random *random);

double double_from_bits(uint64_t bits);
uint64_t bits_of_double(double x);

/* Reports a failed promise and counts it; stops the process after 20. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern int failures;

/* The suites. Each makes about `count` checks from `seed` and reports with fail(). */
void test_memory(uint64_t count, uint64_t seed);
void test_int_text(uint64_t count, uint64_t seed);
void test_float_format(uint64_t count, uint64_t seed);
void test_float_parse(uint64_t count, uint64_t seed);
void test_math(uint64_t count, uint64_t seed);

#endif
