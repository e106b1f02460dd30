/* foreign.c: the C functions that static programs may declare with `foreign` (docs/foreign.md),
 * under the names rail_foreign_NAME and with C's calling convention and contracts. Functions that
 * fail return -1, as in C; there is no errno. */
#include <stddef.h>
#include <stdint.h>

#include "malloc.h"
#include "memory.h"
#include "numbers.h"
#include "output.h"
#include "process.h"
#include "system.h"

/* ---- Memory and strings ---- */

void *rail_foreign_malloc(size_t size) { return rail_block_take(size); }

void *rail_foreign_calloc(size_t count, size_t size) {
  size_t total;
  return __builtin_mul_overflow(count, size, &total) ? NULL : rail_block_take(total);
}

void rail_foreign_free(void *memory) {
  if (memory != NULL) {
    rail_block_free(memory);
  }
}

void *rail_foreign_realloc(void *memory, size_t size) {
  void *moved = rail_block_take(size);
  if (moved != NULL && memory != NULL) {
    size_t old = rail_block_size(memory);
    memcpy(moved, memory, old < size ? old : size);
    rail_block_free(memory);
  }
  return moved;
}

void *rail_foreign_memcpy(void *target, const void *source, size_t length) {
  return memcpy(target, source, length);
}

void *rail_foreign_memmove(void *target, const void *source, size_t length) {
  return memmove(target, source, length);
}

void *rail_foreign_memset(void *target, int byte, size_t length) {
  return memset(target, byte, length);
}

int64_t rail_foreign_memcmp(const void *left, const void *right, size_t length) {
  return memcmp(left, right, length);
}

size_t rail_foreign_strlen(const char *text) { return rail_text_length(text); }

int64_t rail_foreign_strcmp(const char *left, const char *right) {
  return rail_compare_bytes(left, rail_text_length(left), right, rail_text_length(right));
}

int64_t rail_foreign_atoi(const char *text) {
  return rail_parse_int_text(text, rail_text_length(text));
}

double rail_foreign_atof(const char *text) {
  return rail_parse_float_text(text, rail_text_length(text), NULL);
}

int64_t rail_foreign_abs(int64_t number) { return number < 0 ? -number : number; }

int64_t rail_foreign_labs(int64_t number) { return number < 0 ? -number : number; }

int64_t rail_foreign_toupper(int64_t byte) {
  return byte >= 'a' && byte <= 'z' ? byte - ('a' - 'A') : byte;
}

int64_t rail_foreign_tolower(int64_t byte) {
  return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* ---- Descriptors ---- */

static int64_t or_minus_one(int64_t result) { return result < 0 ? -1 : result; }

int64_t rail_foreign_open(const char *path, int flags, int mode) {
  return or_minus_one(rail_open(path, flags, mode));
}

int64_t rail_foreign_close(int descriptor) {
  return or_minus_one(rail_system_call(RAIL_SYSCALL_CLOSE, descriptor, 0, 0, 0, 0, 0));
}

int64_t rail_foreign_read(int descriptor, void *buffer, size_t length) {
  return or_minus_one(rail_read(descriptor, buffer, length));
}

/* What has been printed before comes out before. */
int64_t rail_foreign_write(int descriptor, const void *buffer, size_t length) {
  if (descriptor == RAIL_STDOUT) {
    rail_output_flush();
  }
  return or_minus_one(rail_write(descriptor, buffer, length));
}

int64_t rail_foreign_lseek(int descriptor, int64_t offset, int whence) {
  return or_minus_one(
      rail_system_call(RAIL_SYSCALL_LSEEK, descriptor, offset, whence, 0, 0, 0));
}

int64_t rail_foreign_isatty(int descriptor) { return rail_is_terminal(descriptor); }

int64_t rail_foreign_puts(const char *text) {
  struct rail_thread *thread = &rail_process.main_thread;
  rail_output_write(thread, text, rail_text_length(text));
  rail_output_write(thread, "\n", 1);
  rail_output_finish(thread);
  return 1;
}

/* ---- Process, environment, time ---- */

const char *rail_foreign_getenv(const char *name) { return rail_environment(name); }

int64_t rail_foreign_getpid(void) {
  return rail_system_call(RAIL_SYSCALL_GETPID, 0, 0, 0, 0, 0, 0);
}

int64_t rail_foreign_time(int64_t *result) {
  int64_t seconds = rail_clock(0) / 1000000000;
  if (result != NULL) {
    *result = seconds;
  }
  return seconds;
}

static int64_t pause(int64_t seconds, int64_t nanoseconds) {
  int64_t duration[2] = {seconds, nanoseconds};
  return or_minus_one(
      rail_system_call(RAIL_SYSCALL_NANOSLEEP, (int64_t)duration, 0, 0, 0, 0, 0));
}

int64_t rail_foreign_usleep(uint64_t microseconds) {
  return pause((int64_t)(microseconds / 1000000), (int64_t)(microseconds % 1000000) * 1000);
}

int64_t rail_foreign_sleep(uint64_t seconds) { return pause((int64_t)seconds, 0); }

/* ---- Mathematics ---- */

#define UNARY(name, function) \
  double rail_foreign_##name(double x) { return function(x); }
#define BINARY(name, function) \
  double rail_foreign_##name(double x, double y) { return function(x, y); }

UNARY(sqrt, rail_math_sqrt)
UNARY(floor, rail_math_floor)
UNARY(ceil, rail_math_ceil)
UNARY(round, rail_math_round)
UNARY(trunc, rail_math_trunc)
UNARY(fabs, __builtin_fabs)
UNARY(sin, rail_math_sin)
UNARY(cos, rail_math_cos)
UNARY(tan, rail_math_tan)
UNARY(asin, rail_math_asin)
UNARY(acos, rail_math_acos)
UNARY(atan, rail_math_atan)
UNARY(sinh, rail_math_sinh)
UNARY(cosh, rail_math_cosh)
UNARY(tanh, rail_math_tanh)
UNARY(exp, rail_math_exp)
UNARY(exp2, rail_math_exp2)
UNARY(expm1, rail_math_expm1)
UNARY(log, rail_math_log)
UNARY(log2, rail_math_log2)
UNARY(log10, rail_math_log10)
UNARY(log1p, rail_math_log1p)
UNARY(cbrt, rail_math_cbrt)
BINARY(pow, rail_math_pow)
BINARY(atan2, rail_math_atan2)
BINARY(hypot, rail_math_hypot)
BINARY(fmod, rail_math_fmod)
