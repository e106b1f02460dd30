/* builtin_tests.h: what the tests of the builtins share: values to call them with, and how to say
 * what is expected of them. */
#ifndef RAIL_BUILTIN_TESTS_H
#define RAIL_BUILTIN_TESTS_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../src/equal.h"
#include "../src/numbers.h"
#include "../src/process.h"
#include "../src/show.h"
#include "../src/strings.h"
#include "hosted.h"

/* ---- Builtins under test ---- */

#define BUILTIN(...) (struct rail_thread * thread, __VA_ARGS__)
typedef rail_value unary BUILTIN(rail_value);
typedef rail_value binary BUILTIN(rail_value, rail_value);
typedef rail_value ternary BUILTIN(rail_value, rail_value, rail_value);
typedef rail_value quaternary BUILTIN(rail_value, rail_value, rail_value, rail_value);
typedef rail_value quinary BUILTIN(rail_value, rail_value, rail_value, rail_value, rail_value);

unary rail_negate, rail_repr, rail_float_repr, rail_show_float, rail_to_int, rail_to_float,
    rail_parse_int, rail_parse_float, rail_int_text_valid, rail_float_text_valid, rail_length,
    rail_head, rail_tail, rail_char_to_int, rail_char_from_int, rail_str_lower, rail_str_upper,
    rail_strip, rail_trim, rail_concat_list, rail_arr_len, rail_arr_copy, rail_bytes_new,
    rail_bytes_len, rail_bytes_from_string, rail_bytes_to_string, rail_bit_not, rail_popcount,
    rail_clz, rail_ctz, rail_read_file, rail_shell_run, rail_error, rail_panic, rail_is_error,
    rail_err_msg, rail_match_error, rail_not_callable, rail_rc_alloc, rail_rc_retain,
    rail_rc_release, rail_gc_stats, rail_alloc_stats_snapshot, rail_env_get, rail_channel_new,
    rail_fsqrt, rail_float_arr_len;
binary rail_add, rail_subtract, rail_multiply, rail_divide, rail_remainder, rail_equal,
    rail_not_equal, rail_less, rail_greater, rail_less_equal, rail_greater_equal, rail_compare,
    rail_cons, rail_str_at, rail_str_find, rail_str_starts_with, rail_str_ends_with, rail_join_list,
    rail_arr_new, rail_arr_get, rail_arr_eq, rail_float_arr_new, rail_float_arr_get,
    rail_bytes_get, rail_byte_at, rail_bit_and, rail_bit_or, rail_bit_xor, rail_shl, rail_shr,
    rail_sar, rail_rotl, rail_rotr, rail_multiply_high, rail_carry_of_sum, rail_write_file,
    rail_append_file, rail_cell_get, rail_bytes_get_u16_le, rail_bytes_get_u16_be,
    rail_bytes_get_u32_le, rail_bytes_get_u32_be, rail_bytes_get_i64_le, rail_bytes_get_i64_be,
    rail_bytes_get_f32_le, rail_bytes_get_f32_be, rail_bytes_get_f64_le, rail_bytes_get_f64_be,
    rail_fmod, rail_pow;
ternary rail_str_sub, rail_str_find_from, rail_arr_set, rail_float_arr_set, rail_bytes_set,
    rail_byte_set, rail_kind_error, rail_kinds_error, rail_cell_set, rail_float_arr_to_f32_file,
    rail_float_arr_from_f32_file, rail_bytes_put_u16_le, rail_bytes_put_u16_be,
    rail_bytes_put_u32_le, rail_bytes_put_u32_be, rail_bytes_put_i64_le, rail_bytes_put_i64_be,
    rail_bytes_put_f32_le, rail_bytes_put_f32_be, rail_bytes_put_f64_le, rail_bytes_put_f64_be;
quaternary rail_arr_fill;
quinary rail_arr_blit, rail_bytes_blit;

/* ---- Values ---- */

#define T hosted_thread

/* Values that a test holds: they survive collections. */
enum { HELD_MOST = 32 };
extern rail_value held[HELD_MOST];

/* Makes `held` roots of the collector. */
void hold_values(void);

rail_value hold(unsigned index, rail_value value);

rail_value integer(int64_t number);
rail_value real(double number);
rail_value text(const char *characters);
rail_value pair(rail_value a, rail_value b);
rail_value some(rail_value a);

/* The value that a description in a small language stands for:
 * 12 -3 1.5 nan "text" [a b] (a b) <a> (Some a) {a b} (Point) unit null Red Empty */
rail_value value(const char *description);

/* Applies a binary builtin to two described values. */
rail_value apply(binary *function, const char *left, const char *right);

bool contains(rail_value string, const char *part);

/* ---- Errors ---- */

extern jmp_buf raised;
extern char message[2000];
extern struct rail_handler handler;

void catch_message(struct rail_thread *thread, rail_value string, const char *bytes,
                   size_t length);

/* Runs the expression with a `try` around; the message ends up in `message`. */
#define CATCH(expression)                                    \
  do {                                                       \
    struct rail_roots *kept = T->roots;                      \
    handler.catch = (void *)catch_message;                   \
    T->handler = &handler;                                   \
    message[0] = 0;                                          \
    if (setjmp(raised) == 0) {                               \
      (void)(expression);                                    \
    }                                                        \
    T->handler = NULL;                                       \
    T->roots = kept;                                         \
  } while (0)

/* Fails unless the texts are equal; `what` has the first. */
void expect_text(const char *what, const char *actual, const char *expected);

#define EXPECT(condition) \
  do {                    \
    if (!(condition)) {   \
      fail("line %d: %s", __LINE__, #condition); \
    }                     \
  } while (0)

#define EXPECT_INT(expression, number) EXPECT((expression) == integer(number))
#define EXPECT_SHOWN(expression, shown) \
  expect_text(#expression, rail_bytes(rail_show(T, (expression))), shown)
#define EXPECT_REPR(expression, shown) \
  expect_text(#expression, rail_bytes(rail_repr(T, (expression))), shown)
#define EXPECT_ERROR(expression, words)          \
  do {                                           \
    CATCH(expression);                           \
    expect_text(#expression, message, words);    \
  } while (0)

/* ---- The suites ---- */

void test_strings(void);
void test_arrays(void);
void test_bytes(void);
void test_files(void);
void test_processes(void);
void test_memory(void);

#endif
