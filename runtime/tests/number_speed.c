/* number_speed.c: prints the time of a call of each number function, and of the memory functions
 * beside the C library's. Run by `scripts/test-runtime-numbers --speed`; memory.c is compiled with
 * its four standard names prefixed by `tested_`. */
#define _GNU_SOURCE
#include "../src/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define memcpy tested_memcpy
#define memmove tested_memmove
#define memset tested_memset
#define memcmp tested_memcmp
#include "../src/memory.h"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

enum { ARGUMENTS = 4096, RUNS = 20 };

static double first[ARGUMENTS], second[ARGUMENTS];
static volatile double float_sink;
static volatile size_t size_sink;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double random_between(double low, double high) { return low + (high - low) * drand48(); }

/* Nanoseconds for one evaluation: the best of several runs, as the machine may have other work. */
#define RAIL_TIME(count, expression)                                                               \
  ({                                                                                               \
    double best = 1e9;                                                                             \
    for (int run = 0; run < RUNS; run++) {                                                         \
      double start = seconds();                                                                    \
      for (size_t i = 0; i < (size_t)(count); i++) {                                               \
        expression;                                                                                \
        __asm__ volatile("" : : : "memory");                                                       \
      }                                                                                            \
      double time = (seconds() - start) * 1e9 / (double)(count);                                   \
      best = time < best ? time : best;                                                            \
    }                                                                                              \
    best;                                                                                          \
  })

static void print_time(const char *name, double nanoseconds) {
  printf("  %-16s %7.1f ns\n", name, nanoseconds);
}

static void time_unary(const char *name, double (*function)(double), double low, double high) {
  for (int i = 0; i < ARGUMENTS; i++) {
    first[i] = random_between(low, high);
  }
  print_time(name, RAIL_TIME(ARGUMENTS, float_sink = function(first[i])));
}

static void time_binary(const char *name, double (*function)(double, double), double high) {
  for (int i = 0; i < ARGUMENTS; i++) {
    first[i] = random_between(0, high);
    second[i] = random_between(-20, 20);
  }
  print_time(name, RAIL_TIME(ARGUMENTS, float_sink = function(first[i], second[i])));
}

static void time_format(const char *name, size_t (*function)(double, char *)) {
  char text[RAIL_FLOAT_TEXT_MAX];
  print_time(name, RAIL_TIME(ARGUMENTS, size_sink = function(first[i], text)));
}

static void time_parse(const char *name) {
  static char texts[ARGUMENTS][RAIL_FLOAT_TEXT_MAX];
  static size_t lengths[ARGUMENTS];
  for (int i = 0; i < ARGUMENTS; i++) {
    lengths[i] = rail_format_float_shortest(first[i], texts[i]);
  }
  double time =
      RAIL_TIME(ARGUMENTS, float_sink = rail_parse_float_text(texts[i], lengths[i], NULL));
  print_time(name, time);
}

static void time_texts(void) {
  for (int i = 0; i < ARGUMENTS; i++) {
    first[i] = (double)(lrand48() % 100000) / 100;
  }
  time_format("general 123.45", rail_format_float_general);
  time_format("shortest 123.45", rail_format_float_shortest);
  time_parse("parse 123.45");
  for (int i = 0; i < ARGUMENTS; i++) {
    unsigned long long bits = (unsigned long long)mrand48() << 32 ^ (unsigned long long)lrand48();
    bits &= ~(1ull << 62);
    memcpy(&first[i], &bits, sizeof bits);
  }
  time_format("general any", rail_format_float_general);
  time_format("shortest any", rail_format_float_shortest);
  time_parse("parse any");
  char text[RAIL_INT_TEXT_MAX];
  print_time("format_int",
             RAIL_TIME(ARGUMENTS, size_sink = rail_format_int((int64_t)i * 1234567, text)));
}

static void *(*volatile library_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*volatile library_memset)(void *, int, size_t) = memset;
static int (*volatile library_memcmp)(const void *, const void *, size_t) = memcmp;
static void *(*volatile library_memchr)(const void *, int, size_t) = memchr;
static void *(*volatile library_memmem)(const void *, size_t, const void *, size_t) = memmem;

static void time_memory(size_t length) {
  char *a = calloc(length + 1, 1), *b = calloc(length + 1, 1);
  size_t repeats = 2000000 / (length + 60);
  const char needle[] = "needle";
  memset(a, 'x', length);
  memset(b, 'x', length);
  printf("  %7zu bytes, ns ours/libc:", length);
  printf(" copy %.1f/%.1f", RAIL_TIME(repeats, tested_memcpy(a, b, length)),
         RAIL_TIME(repeats, library_memcpy(a, b, length)));
  printf(", set %.1f/%.1f", RAIL_TIME(repeats, tested_memset(a, 'x', length)),
         RAIL_TIME(repeats, library_memset(a, 'x', length)));
  printf(", compare %.1f/%.1f", RAIL_TIME(repeats, size_sink = (size_t)tested_memcmp(a, b, length)),
         RAIL_TIME(repeats, size_sink = (size_t)library_memcmp(a, b, length)));
  printf(", byte %.1f/%.1f", RAIL_TIME(repeats, size_sink = rail_find_byte(a, length, 'n')),
         RAIL_TIME(repeats, size_sink = (size_t)library_memchr(a, 'n', length)));
  printf(", string %.1f/%.1f\n",
         RAIL_TIME(repeats, size_sink = rail_find_bytes(a, length, needle, 6)),
         RAIL_TIME(repeats, size_sink = (size_t)library_memmem(a, length, needle, 6)));
  free(a);
  free(b);
}

int main(void) {
  time_unary("sqrt", rail_math_sqrt, 0, 1000);
  time_unary("floor", rail_math_floor, -1000, 1000);
  time_unary("round", rail_math_round, -1000, 1000);
  time_unary("sin", rail_math_sin, -20, 20);
  time_unary("sin huge", rail_math_sin, -1e300, 1e300);
  time_unary("cos", rail_math_cos, -20, 20);
  time_unary("tan", rail_math_tan, -20, 20);
  time_unary("asin", rail_math_asin, -1, 1);
  time_unary("acos", rail_math_acos, -1, 1);
  time_unary("atan", rail_math_atan, -5, 5);
  time_unary("sinh", rail_math_sinh, -20, 20);
  time_unary("cosh", rail_math_cosh, -20, 20);
  time_unary("tanh", rail_math_tanh, -20, 20);
  time_unary("exp", rail_math_exp, -20, 20);
  time_unary("exp2", rail_math_exp2, -20, 20);
  time_unary("expm1", rail_math_expm1, -20, 20);
  time_unary("log", rail_math_log, 0, 1000);
  time_unary("log2", rail_math_log2, 0, 1000);
  time_unary("log10", rail_math_log10, 0, 1000);
  time_unary("log1p", rail_math_log1p, 0, 1000);
  time_unary("cbrt", rail_math_cbrt, -1000, 1000);
  time_binary("pow", rail_math_pow, 100);
  time_binary("atan2", rail_math_atan2, 20);
  time_binary("hypot", rail_math_hypot, 20);
  time_binary("fmod", rail_math_fmod, 1000);
  time_binary("fmod far", rail_math_fmod, 1e300);
  time_texts();
  for (size_t length = 8; length <= 1 << 20; length *= 8) {
    time_memory(length - 1);
  }
  return 0;
}
