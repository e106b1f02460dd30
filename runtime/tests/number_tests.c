/* number_tests.c: runs one suite of tests of the runtime's number and memory functions.
 *
 * Usage: number_tests SUITE COUNT SEED
 *
 * Built and run by scripts/test-runtime-numbers, hosted and with sanitizers. */
#include "number_tests.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int failures = 0;

uint64_t random_bits(struct random *random) {
  uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

uint64_t random_below(struct random *random, uint64_t bound) { return random_bits(random) % bound; }

double double_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

uint64_t bits_of_double(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

double random_finite(struct random *random) {
  for (;;) {
    double x = double_from_bits(random_bits(random));
    if (x - x == 0) {
      return x;
    }
  }
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  failures++;
  if (failures == 20) {
    puts("too many failures");
    exit(1);
  }
}

static const struct {
  const char *name;
  void (*run)(uint64_t count, uint64_t seed);
} suites[] = {
    {"memory", test_memory},
    {"int-text", test_int_text},
    {"float-format", test_float_format},
    {"float-parse", test_float_parse},
    {"math", test_math},
};

int main(int argument_count, char **arguments) {
  if (argument_count == 4) {
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
      if (strcmp(arguments[1], suites[i].name) == 0) {
        suites[i].run(strtoull(arguments[2], NULL, 10), strtoull(arguments[3], NULL, 10));
        return failures != 0;
      }
    }
  }
  fprintf(stderr, "usage: number_tests SUITE COUNT SEED\n");
  return 2;
}
