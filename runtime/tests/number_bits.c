/* number_bits.c: a freestanding program that prints a checksum of many results of each number
 * function. scripts/test-runtime-numbers builds it for every target from the very objects that
 * programs are linked with: the checksums must agree. */
#include "../src/memory.h"
#include "../src/numbers.h"

#ifndef RAIL_BITS_COUNT
#define RAIL_BITS_COUNT 2000
#endif

/* ---- The system ---- */

#if defined(__x86_64__)
__asm__(".globl _start\n_start: call run\n");

static long system_call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}
enum { SYSTEM_WRITE = 1, SYSTEM_EXIT = 60 };
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: bl run\n");

static long system_call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
enum { SYSTEM_WRITE = 64, SYSTEM_EXIT = 93 };
#endif

static void print_result(const char *name, uint64_t checksum) {
  char line[80];
  size_t length = rail_text_length(name);
  memcpy(line, name, length);
  line[length++] = ' ';
  length += rail_format_int((int64_t)checksum, line + length);
  line[length++] = '\n';
  if (system_call(SYSTEM_WRITE, 1, (long)line, (long)length) != (long)length) {
    system_call(SYSTEM_EXIT, 1, 0, 0);
  }
}

/* ---- Arguments and checksums ---- */

static uint64_t state;

/* SplitMix64 (Steele, Lea and Flood 2014) */
static uint64_t random_bits(void) {
  uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Any double, or one of the sizes that are common, or one between -1 and 1. */
static double random_double(void) {
  uint64_t bits = random_bits(), kind = random_bits() % 4;
  if (kind == 0) {
    return from_bits(bits);
  }
  if (kind == 1) {
    return (double)(int64_t)bits * 0x1p-63;
  }
  uint64_t exponent = 1023 - 20 + random_bits() % 40;
  return from_bits((bits & UINT64_C(0x800fffffffffffff)) | exponent << 52);
}

/* FNV-1a */
static uint64_t add_to_checksum(uint64_t checksum, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    checksum = (checksum ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
  }
  return checksum;
}

typedef double unary_function(double);
typedef double binary_function(double, double);

static void print_unary(const char *name, unary_function *function) {
  uint64_t checksum = 0;
  for (int i = 0; i < RAIL_BITS_COUNT; i++) {
    double result = function(random_double());
    checksum = add_to_checksum(checksum, &result, sizeof result);
  }
  print_result(name, checksum);
}

static void print_binary(const char *name, binary_function *function) {
  uint64_t checksum = 0;
  for (int i = 0; i < RAIL_BITS_COUNT; i++) {
    double x = random_double(), result = function(x, random_double());
    checksum = add_to_checksum(checksum, &result, sizeof result);
  }
  print_result(name, checksum);
}

static void print_texts(void) {
  uint64_t general = 0, shortest = 0, parsed = 0;
  for (int i = 0; i < RAIL_BITS_COUNT; i++) {
    char text[2 * RAIL_FLOAT_TEXT_MAX];
    double x = random_double();
    size_t length = rail_format_float_shortest(x, text), consumed;
    shortest = add_to_checksum(shortest, text, length);
    length = rail_format_float_general(x, text);
    general = add_to_checksum(general, text, length);
    double back = rail_parse_float_text(text, length, &consumed);
    parsed =
        add_to_checksum(add_to_checksum(parsed, &back, sizeof back), &consumed, sizeof consumed);
  }
  print_result("format-general", general);
  print_result("format-shortest", shortest);
  print_result("parse", parsed);
}

/* Memory of changing contents, and every function of memory.h on parts of it. */
static void print_memory(void) {
  static unsigned char bytes[700];
  uint64_t checksum = 0;
  for (int i = 0; i < RAIL_BITS_COUNT; i++) {
    size_t from = random_bits() % 300, to = random_bits() % 300, length = random_bits() % 400;
    switch (random_bits() % 3) {
    case 0: memmove(bytes + to, bytes + from, length); break;
    case 1: memset(bytes + to, (int)random_bits(), length / 8); break;
    default: bytes[to] = (unsigned char)random_bits() % 4; break;
    }
    int order = memcmp(bytes + from, bytes + to, length);
    size_t results[] = {(size_t)(order > 0) - (size_t)(order < 0), rail_find_byte(bytes, 700, 3),
                        rail_find_last_byte(bytes, 700, 2), rail_count_byte(bytes, 700, 1),
                        rail_find_bytes(bytes, 700, bytes + from, length % 30)};
    checksum = add_to_checksum(checksum, results, sizeof results);
    checksum = add_to_checksum(checksum, bytes, sizeof bytes);
  }
  print_result("memory", checksum);
}

__attribute__((used)) void run(void) {
  static const struct {
    const char *name;
    unary_function *function;
  } unary[] = {{"sqrt", rail_math_sqrt},   {"floor", rail_math_floor}, {"ceil", rail_math_ceil},
               {"trunc", rail_math_trunc}, {"round", rail_math_round}, {"sin", rail_math_sin},
               {"cos", rail_math_cos},     {"tan", rail_math_tan},     {"asin", rail_math_asin},
               {"acos", rail_math_acos},   {"atan", rail_math_atan},   {"sinh", rail_math_sinh},
               {"cosh", rail_math_cosh},   {"tanh", rail_math_tanh},   {"exp", rail_math_exp},
               {"exp2", rail_math_exp2},   {"expm1", rail_math_expm1}, {"log", rail_math_log},
               {"log2", rail_math_log2},   {"log10", rail_math_log10}, {"log1p", rail_math_log1p},
               {"cbrt", rail_math_cbrt}};
  for (size_t i = 0; i < sizeof unary / sizeof unary[0]; i++) {
    print_unary(unary[i].name, unary[i].function);
  }
  print_binary("pow", rail_math_pow);
  print_binary("atan2", rail_math_atan2);
  print_binary("hypot", rail_math_hypot);
  print_binary("fmod", rail_math_fmod);
  print_texts();
  print_memory();
  system_call(SYSTEM_EXIT, 0, 0, 0);
}
