/* builtin_tests.c: the builtins that are written in C, called as compiled code calls them, in a
 * heap that is collected all the time. Built and run by scripts/test-runtime. */
#define _GNU_SOURCE
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

/* ---- A program without code, but with constructors ---- */

/* 0: Red, 1: Some x, 2: Point { x, y }, 3: Empty */
static const char names[] = "\0Red\0Some\0Point\0x\0y\0Empty";
static const struct rail_descriptor descriptors[] = {
    {1, 0, 0, 0}, {5, 1, 0, 1}, {10, 2, 16, 2}, {20, 0, 0, 3}};
static const struct rail_frame_entry frames[1];
static const struct rail_function_entry functions[1];

const struct rail_program rail_program = {
    .frames = frames,
    .functions = functions,
    .names = names,
    .descriptors = descriptors,
    .descriptor_count = 4,
};

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
static rail_value held[HELD_MOST];
static struct rail_roots held_roots;

static rail_value hold(unsigned index, rail_value value) {
  held[index] = value;
  return value;
}

static rail_value integer(int64_t number) { return rail_from_int(number); }

static rail_value real(double number) { return rail_new_float(T, number); }

static rail_value text(const char *characters) {
  return rail_new_string(T, characters, strlen(characters));
}

static rail_value record(unsigned kind, uint32_t aux, rail_value a, rail_value b, uint64_t count) {
  rail_value fields[2] = {a, b};
  struct rail_roots roots;
  rail_push_roots(T, &roots, fields, 2);
  rail_value object = rail_new(T, rail_make_header(kind, aux, count), count);
  rail_pop_roots(T, &roots);
  memcpy(rail_words(object), fields, 8 * count);
  return object;
}

static rail_value pair(rail_value a, rail_value b) {
  return record(RAIL_KIND_TUPLE, 2, a, b, 2);
}

static rail_value some(rail_value a) { return record(RAIL_KIND_CONSTRUCTOR, 1, a, 0, 1); }

static rail_value point(rail_value a, rail_value b) {
  return record(RAIL_KIND_CONSTRUCTOR, 2, a, b, 2);
}

/* Values are described in a small language that `value` parses:
 * 12 -3 1.5 nan "text" [a b] (a b) <a> (Some a) {a b} (Point) unit null Red Empty */
static const char *rest;

static rail_value parse(void);

static rail_value parse_list(void) {
  if (*rest == ']') {
    rest += 1;
    return RAIL_NIL;
  }
  rail_value item = parse();
  struct rail_roots roots;
  rail_push_roots(T, &roots, &item, 1);
  rail_value tail = parse_list();
  rail_pop_roots(T, &roots);
  return rail_new_cons(T, item, tail);
}

static rail_value parse_two(rail_value make(rail_value, rail_value), char closing) {
  rail_value first = parse();
  struct rail_roots roots;
  rail_push_roots(T, &roots, &first, 1);
  rail_value second = parse();
  rail_pop_roots(T, &roots);
  if (*rest != closing) {
    fail("expected %c at %s", closing, rest);
  }
  rest += 1;
  return make(first, second);
}

static rail_value parse_word(void) {
  static const struct {
    const char *name;
    rail_value value;
  } words[] = {{"null", RAIL_NULL}, {"unit", RAIL_UNIT}, {"Red", RAIL_NULLARY},
               {"Empty", 3 << RAIL_NULLARY_SHIFT | RAIL_NULLARY}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i += 1) {
    if (strncmp(rest, words[i].name, strlen(words[i].name)) == 0) {
      rest += strlen(words[i].name);
      return words[i].value;
    }
  }
  char *end;
  double number = strtod(rest, &end);
  bool is_float = memchr(rest, '.', (size_t)(end - rest)) || strstr(rest, "nan") == rest;
  int64_t whole = strtoll(rest, NULL, 10);
  if (end == rest) {
    fail("cannot parse %s", rest);
  }
  rest = end;
  return is_float ? real(number) : integer(whole);
}

static rail_value parse(void) {
  while (*rest == ' ') {
    rest += 1;
  }
  char first = *rest;
  switch (first) {
    case '[':
      rest += 1;
      return parse_list();
    case '(':
      rest += 1;
      return parse_two(pair, ')');
    case '{':
      rest += 1;
      return parse_two(point, '}');
    case '<': {
      rest += 1;
      rail_value item = parse();
      rest += 1;
      return some(item);
    }
    case '"': {
      const char *end = strchr(rest + 1, '"');
      rail_value string = rail_new_string(T, rest + 1, (uint64_t)(end - rest - 1));
      rest = end + 1;
      return string;
    }
    default:
      return parse_word();
  }
}

static rail_value value(const char *description) {
  rest = description;
  return parse();
}

/* ---- Errors ---- */

static jmp_buf raised;
static char message[2000];

static void catch_message(struct rail_thread *thread, rail_value string, const char *bytes,
                          size_t length) {
  (void)thread;
  snprintf(message, sizeof message, "%.*s", (int)(string != 0 ? rail_length_of(string) : length),
           string != 0 ? rail_bytes(string) : bytes);
  longjmp(raised, 1);
}

static struct rail_handler handler;

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

static void expect_text(const char *what, const char *actual, const char *expected) {
  if (strcmp(actual, expected) != 0) {
    fail("%s: got %s, expected %s", what, actual, expected);
  }
}

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

/* Applies a binary builtin to two described values. */
static rail_value apply(binary *function, const char *left, const char *right) {
  rail_value operands[2] = {value(left), RAIL_NIL};
  struct rail_roots roots;
  rail_push_roots(T, &roots, operands, 2);
  operands[1] = value(right);
  rail_pop_roots(T, &roots);
  return function(T, operands[0], operands[1]);
}

/* ---- Tests ---- */

static void test_arithmetic(void) {
  static const struct {
    binary *function;
    const char *left, *right, *result;
  } cases[] = {
      {rail_add, "1", "2", "3"},
      {rail_add, "4611686018427387903", "1", "-4611686018427387904"},
      {rail_add, "1", "2.5", "3.5"},
      {rail_add, "\"ab\"", "\"cd\"", "abcd"},
      {rail_add, "\"\"", "\"cd\"", "cd"},
      {rail_subtract, "-4611686018427387904", "1", "4611686018427387903"},
      {rail_subtract, "0.5", "1", "-0.5"},
      {rail_multiply, "-7", "6", "-42"},
      {rail_multiply, "4611686018427387903", "2", "-2"},
      {rail_divide, "-7", "2", "-3"},
      {rail_divide, "7", "-2", "-3"},
      {rail_divide, "-4611686018427387904", "-1", "-4611686018427387904"},
      {rail_divide, "1.0", "0", "inf"},
      {rail_remainder, "-7", "2", "-1"},
      {rail_remainder, "7", "-2", "1"},
      {rail_remainder, "7.5", "2", "1.5"},
      {rail_shl, "1", "62", "-4611686018427387904"},
      {rail_shl, "1", "63", "0"},
      {rail_shr, "-1", "1", "-1"},
      {rail_shr, "-1", "2", "4611686018427387903"},
      {rail_sar, "-8", "1", "-4"},
      {rail_rotl, "256", "56", "1"},
      {rail_rotr, "1", "2", "-4611686018427387904"},
      {rail_rotl, "5", "0", "5"},
      {rail_bit_and, "-1", "255", "255"},
      {rail_bit_or, "12", "3", "15"},
      {rail_bit_xor, "-1", "1", "-2"},
      {rail_carry_of_sum, "-1", "1", "1"},
      {rail_carry_of_sum, "4611686018427387903", "1", "0"},
      {rail_multiply_high, "-1", "1", "-1"},
      {rail_pow, "2", "10", "1024"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i += 1) {
    rail_value result = apply(cases[i].function, cases[i].left, cases[i].right);
    expect_text(cases[i].left, rail_bytes(rail_show(T, result)), cases[i].result);
  }
  EXPECT_INT(rail_negate(T, integer(-5)), 5);
  EXPECT_INT(rail_popcount(T, integer(-1)), 64);
  EXPECT_INT(rail_clz(T, integer(1)), 63);
  EXPECT_INT(rail_ctz(T, integer(0)), 64);
  EXPECT_INT(rail_bit_not(T, integer(0)), -1);
  EXPECT_ERROR(rail_divide(T, integer(1), integer(0)), "division by zero");
  EXPECT_ERROR(rail_remainder(T, integer(1), integer(0)), "division by zero");
  EXPECT_ERROR(apply(rail_add, "\"a\"", "1"), "'+' cannot be applied to a string and an int");
  EXPECT_ERROR(apply(rail_multiply, "[1]", "1"), "'*' cannot be applied to a list and an int");
  EXPECT_ERROR(apply(rail_subtract, "<1>", "Red"),
               "'-' cannot be applied to a 'Some' value and a 'Red' value");
  EXPECT_ERROR(rail_negate(T, text("x")), "'-' cannot be applied to a string");
  EXPECT_ERROR(rail_fsqrt(T, RAIL_NIL), "'fsqrt' cannot be applied to an empty list");
}

static void test_conversions(void) {
  EXPECT_INT(rail_to_int(T, real(-2.9)), -2);
  EXPECT_INT(rail_to_int(T, real(1e30)), RAIL_INT_GREATEST);
  EXPECT_INT(rail_to_int(T, real(-1e30)), RAIL_INT_LEAST);
  EXPECT_INT(rail_to_int(T, real(4611686018427387904.0)), RAIL_INT_GREATEST);
  EXPECT_INT(rail_to_int(T, real(0.0 / 0.0)), 0);
  EXPECT_INT(rail_to_int(T, text(" 12abc")), 12);
  EXPECT_INT(rail_parse_int(T, text("-7")), -7);
  EXPECT_SHOWN(rail_parse_float(T, text("2.50x")), "2.5");
  EXPECT_INT(rail_int_text_valid(T, text("12")), 1);
  EXPECT_INT(rail_int_text_valid(T, text("12 ")), 0);
  EXPECT_INT(rail_int_text_valid(T, text("")), 0);
  EXPECT_INT(rail_float_text_valid(T, text("1.5")), 1);
  EXPECT_INT(rail_float_text_valid(T, text(" 1.5")), 0);
  EXPECT_SHOWN(rail_float_repr(T, integer(2)), "2.0");
  EXPECT_SHOWN(rail_show_float(T, real(0.1 + 0.2)), "0.3");
  EXPECT_ERROR(rail_parse_int(T, integer(1)), "'parse_int' cannot be applied to an int");
  EXPECT_ERROR(rail_to_int(T, RAIL_UNIT), "'to_int' cannot be applied to unit");
}

/* -1, 0, 1: less, equal, greater; 2: unordered, 3: error. */
static void test_order(void) {
  static const struct {
    const char *left, *right;
    int order;
    bool are_equal;
    int total;
  } cases[] = {
      {"1", "2", -1, false, -1},
      {"1", "1.0", 0, true, 0},
      {"2.5", "2", 1, false, 1},
      {"nan", "1", 2, false, 1},
      {"nan", "nan", 2, false, 0},
      {"\"a\"", "\"ab\"", -1, false, -1},
      {"\"b\"", "\"ab\"", 1, false, 1},
      {"[]", "[1]", -1, false, -1},
      {"[1 2]", "[1]", 1, false, 1},
      {"[1 2 3]", "[1 3]", -1, false, -1},
      {"(1 2)", "(1 2)", 0, true, 0},
      {"(1 nan)", "(1 nan)", 2, false, 0},
      {"((1 2) 3)", "((1 2) 4)", -1, false, -1},
      {"[[1] [2]]", "[[1] []]", 1, false, 1},
      {"1", "\"1\"", 3, false, -1},
      {"<1>", "<1>", 3, true, 0},
      {"<1>", "<2>", 3, false, -1},
      {"{1 \"x\"}", "{1 \"x\"}", 3, true, 0},
      {"Red", "Red", 3, true, 0},
      {"Red", "Empty", 3, false, -1},
      {"null", "null", 3, true, 0},
      {"null", "[]", 3, false, -1},
      {"unit", "unit", 3, true, 0},
      {"[1]", "(1 2)", 3, false, -1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i += 1) {
    const char *left = cases[i].left, *right = cases[i].right;
    int order = cases[i].order;
    EXPECT_INT(apply(rail_equal, left, right), cases[i].are_equal);
    EXPECT_INT(apply(rail_not_equal, left, right), !cases[i].are_equal);
    EXPECT_INT(apply(rail_compare, left, right), cases[i].total);
    EXPECT_INT(apply(rail_compare, right, left), -cases[i].total);
    if (order == 3) {
      CATCH(apply(rail_less, left, right));
      EXPECT(strncmp(message, "'<' cannot be applied to ", 25) == 0);
      continue;
    }
    EXPECT_INT(apply(rail_less, left, right), order == -1);
    EXPECT_INT(apply(rail_greater, right, left), order == -1);
    EXPECT_INT(apply(rail_less_equal, left, right), order == -1 || order == 0);
    EXPECT_INT(apply(rail_greater_equal, left, right), order == 1 || order == 0);
    EXPECT_INT(apply(rail_greater, left, right), order == 1);
  }
  EXPECT_ERROR(apply(rail_less, "1", "\"a\""), "'<' cannot be applied to an int and a string");
  EXPECT_ERROR(apply(rail_less, "[1 2]", "[1 \"a\"]"),
               "'<' cannot be applied to an int and a string");
}

/* Nests `depth` times: (x, ()) or ((), x), [x], Some x. */
static rail_value nested(unsigned shape, unsigned depth) {
  hold(0, RAIL_NIL);
  for (unsigned i = 0; i < depth; i += 1) {
    switch (shape) {
      case 0:
        hold(0, pair(held[0], RAIL_UNIT));
        break;
      case 1:
        hold(0, pair(RAIL_UNIT, held[0]));
        break;
      case 2:
        hold(0, rail_new_cons(T, held[0], RAIL_NIL));
        break;
      default:
        hold(0, some(held[0]));
    }
  }
  return held[0];
}

static bool contains(rail_value string, const char *part) {
  return memmem(rail_bytes(string), rail_length_of(string), part, strlen(part)) != NULL;
}

static void test_nesting(void) {
  for (unsigned shape = 0; shape < 4; shape += 1) {
    hold(1, nested(shape, 100000));
    nested(shape, 100000);
    EXPECT(rail_are_equal(T, held[0], held[1]));
    nested(shape, 100001);
    EXPECT(!rail_are_equal(T, held[0], held[1]));
    EXPECT_INT(rail_compare(T, held[1], held[1]), 0);
    EXPECT(contains(rail_show(T, held[1]), "…"));
    nested(shape, 9999);
    EXPECT(!contains(rail_show(T, held[0]), "…"));
  }
  hold(0, RAIL_NIL);
  for (int i = 0; i < 100000; i += 1) {
    hold(0, rail_new_cons(T, integer(i), held[0]));
  }
  EXPECT(rail_are_equal(T, held[0], held[0]));
  EXPECT_INT(rail_length(T, held[0]), 100000);
  EXPECT(!contains(rail_show(T, held[0]), "…"));
}

static void test_cycles(void) {
  hold(0, rail_arr_new(T, integer(2), integer(7)));
  rail_arr_set(T, held[0], integer(1), held[0]);
  EXPECT_SHOWN(held[0], "#[7, …]");
  EXPECT(rail_are_equal(T, held[0], held[0]));
  hold(1, rail_arr_new(T, integer(2), held[0]));
  EXPECT_SHOWN(held[1], "#[#[7, …], #[7, …]]");
  EXPECT_INT(rail_equal(T, held[0], held[1]), 0);
}

static void test_show(void) {
  static const struct {
    const char *value, *shown, *represented;
  } cases[] = {
      {"12", "12", "12"},
      {"2.0", "2", "2.0"},
      {"\"a b\"", "a b", "\"a b\""},
      {"[1 \"x\" 2.5]", "[1, x, 2.5]", "[1, \"x\", 2.5]"},
      {"[]", "[]", "[]"},
      {"(1 [])", "(1, [])", "(1, [])"},
      {"unit", "()", "()"},
      {"null", "null", "null"},
      {"Red", "Red", "Red"},
      {"<1>", "Some 1", "Some 1"},
      {"<-1>", "Some -1", "Some (-1)"},
      {"<-1.5>", "Some -1.5", "Some (-1.5)"},
      {"<<Red>>", "Some (Some Red)", "Some (Some Red)"},
      {"<{1 <2>}>", "Some Point { x = 1, y = Some 2 }", "Some Point { x = 1, y = Some 2 }"},
      {"{-1 Empty}", "Point { x = -1, y = Empty }", "Point { x = -1, y = Empty }"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i += 1) {
    EXPECT_SHOWN(value(cases[i].value), cases[i].shown);
    EXPECT_REPR(value(cases[i].value), cases[i].represented);
  }
  EXPECT_REPR(rail_new_string(T, "\n\t\r\0\\\"\x01\x7f\xff\xc3\xa9\xed\xa0\x80", 14),
              "\"\\n\\t\\r\\0\\\\\\\"\\x01\\x7f\\xff\xc3\xa9\\xed\\xa0\\x80\"");
  EXPECT_SHOWN(rail_bytes_from_string(T, text("\x01J\xff")), "#b[014aff]");
  EXPECT_SHOWN(rail_float_arr_new(T, integer(2), real(0.5)), "#f[0.5, 0.5]");
  EXPECT_SHOWN(rail_error(T, text("lost")), "<error: lost>");
  EXPECT_SHOWN(rail_channel_new(T, integer(2)), "<channel>");
}

static void test_error_values(void) {
  hold(0, rail_error(T, text("lost")));
  EXPECT_INT(rail_is_error(T, held[0]), 1);
  EXPECT_INT(rail_is_error(T, integer(0)), 0);
  EXPECT_SHOWN(rail_err_msg(T, held[0]), "lost");
  EXPECT_SHOWN(rail_err_msg(T, integer(0)), "");
  EXPECT_ERROR(rail_error(T, text("inside")), "inside");
  EXPECT_ERROR(rail_panic(T, integer(5)), "5");
  EXPECT_ERROR(rail_add(T, held[0], integer(1)), "lost");
  EXPECT_ERROR(rail_length(T, held[0]), "lost");
  EXPECT_ERROR(rail_head(T, held[0]), "lost");
  EXPECT_ERROR(rail_not_callable(T, held[0]), "lost");
  EXPECT_ERROR(rail_not_callable(T, text("f")), "not a function: a string was called");
  EXPECT_ERROR(rail_match_error(T, value("[1 \"a\"]")), "no arm of this match fits [1, \"a\"]");
  EXPECT_ERROR(rail_kind_error(T, text("map"), integer(2), integer(1)),
               "'map' cannot be applied to an int");
  EXPECT_ERROR(rail_kinds_error(T, text("++"), integer(1), RAIL_NULL),
               "'++' cannot be applied to an int and null");
  EXPECT_ERROR(apply(rail_cons, "1", "2"), "'::' cannot be applied to an int and an int");
}

static uint64_t random_state = 88172645463325252;

static uint64_t below(uint64_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state % limit;
}

static rail_value random_string(unsigned letters, uint64_t most) {
  char bytes[64];
  uint64_t length = below(most + 1);
  for (uint64_t i = 0; i < length; i += 1) {
    bytes[i] = (char)('a' + below(letters));
  }
  return rail_new_string(T, bytes, length);
}

static int64_t naive_find(rail_value needle, rail_value string, int64_t start) {
  int64_t needed = (int64_t)rail_length_of(needle), length = (int64_t)rail_length_of(string);
  for (int64_t i = start < 0 ? 0 : start; i + needed <= length; i += 1) {
    if (memcmp(rail_bytes(string) + i, rail_bytes(needle), (size_t)needed) == 0) {
      return i;
    }
  }
  return -1;
}

static void test_strings(void) {
  for (int round = 0; round < 5000; round += 1) {
    hold(0, random_string(2, 40));
    hold(1, random_string(2, 4));
    int64_t start = (int64_t)below(50) - 5, count = (int64_t)below(50) - 5;
    EXPECT_INT(rail_str_find(T, held[1], held[0]), naive_find(held[1], held[0], 0));
    EXPECT_INT(rail_str_find_from(T, held[1], held[0], integer(start)),
               naive_find(held[1], held[0], start));
    int64_t length = (int64_t)rail_length_of(held[0]);
    int64_t end = count < 0 ? start : start + count;
    int64_t from = start < 0 ? 0 : start > length ? length : start;
    int64_t to = end < from ? from : end > length ? length : end;
    hold(2, rail_str_sub(T, held[0], integer(start), integer(count)));
    EXPECT((int64_t)rail_length_of(held[2]) == to - from);
    EXPECT(memcmp(rail_bytes(held[2]), rail_bytes(held[0]) + from, (size_t)(to - from)) == 0);
    EXPECT(rail_bytes(held[2])[to - from] == 0);
    hold(3, rail_add(T, held[0], held[1]));
    EXPECT_INT(rail_str_starts_with(T, held[0], held[3]), 1);
    EXPECT_INT(rail_str_ends_with(T, held[1], held[3]), 1);
  }
  EXPECT_SHOWN(rail_str_upper(T, text("aZ@[`{1\xc3")), "AZ@[`{1\xc3");
  EXPECT_SHOWN(rail_str_lower(T, text("aZ@[`{1\xc3")), "az@[`{1\xc3");
  EXPECT_SHOWN(rail_strip(T, text(" \t\r\n\v\f a b \n")), "a b");
  EXPECT_SHOWN(rail_strip(T, text(" \n")), "");
  EXPECT_SHOWN(rail_trim(T, text("a b \nc\n")), "a b ");
  EXPECT_SHOWN(rail_trim(T, text("abc")), "abc");
  EXPECT_SHOWN(apply(rail_join_list, "\", \"", "[\"a\" \"\" \"b\"]"), "a, , b");
  EXPECT_SHOWN(apply(rail_join_list, "\", \"", "[]"), "");
  EXPECT_SHOWN(rail_concat_list(T, value("[\"a\" \"bc\"]")), "abc");
  EXPECT_INT(rail_char_to_int(T, text("")), 0);
  EXPECT_INT(rail_char_to_int(T, rail_char_from_int(T, integer(511))), 255);
  EXPECT_INT(rail_length(T, rail_char_from_int(T, integer(0))), 1);
  EXPECT_SHOWN(rail_str_sub(T, text("xyz"), integer(1), integer(1)), "y");
}

static void test_arrays(void) {
  enum { LENGTH = 10 };
  rail_value model[LENGTH];
  hold(0, rail_arr_new(T, integer(LENGTH), integer(0)));
  for (int i = 0; i < LENGTH; i += 1) {
    model[i] = integer(0);
  }
  for (int64_t round = 0; round < 2000; round += 1) {
    int64_t from = (int64_t)below(LENGTH + 1), to = (int64_t)below(LENGTH + 1);
    int64_t count = (int64_t)below((uint64_t)(LENGTH + 1 - (from > to ? from : to)));
    if (round % 3 == 0) {
      rail_arr_fill(T, held[0], integer(from), integer(count), integer(round));
      for (int64_t i = 0; i < count; i += 1) {
        model[from + i] = integer(round);
      }
    } else {
      rail_arr_blit(T, held[0], integer(from), held[0], integer(to), integer(count));
      memmove(model + to, model + from, (size_t)count * sizeof model[0]);
    }
    EXPECT(memcmp(rail_words(held[0]), model, sizeof model) == 0);
  }
  hold(1, rail_arr_copy(T, held[0]));
  EXPECT_INT(rail_arr_eq(T, held[0], held[1]), 1);
  EXPECT_INT(rail_arr_len(T, held[0]), LENGTH);
  EXPECT_ERROR(rail_arr_get(T, held[0], integer(10)),
               "index 10 is out of range for an array of length 10");
  EXPECT_ERROR(rail_arr_set(T, held[0], integer(-1), integer(0)),
               "index -1 is out of range for an array of length 10");
  EXPECT_ERROR(rail_arr_fill(T, held[0], integer(8), integer(3), integer(0)),
               "index 10 is out of range for an array of length 10");
  EXPECT_ERROR(rail_arr_new(T, integer(-1), integer(0)), "negative size -1");
  EXPECT_ERROR(rail_arr_new(T, integer(RAIL_INT_GREATEST), integer(0)), "memory exhausted");
  hold(1, text("1"));
  EXPECT_ERROR(rail_arr_get(T, held[0], held[1]), "'arr_get' cannot be applied to a string");
  hold(1, rail_float_arr_new(T, integer(3), integer(1)));
  hold(2, real(2.5));
  EXPECT_INT(rail_float_arr_set(T, held[1], integer(2), held[2]), 1);
  EXPECT_SHOWN(rail_float_arr_get(T, held[1], integer(2)), "2.5");
  EXPECT_ERROR(rail_float_arr_get(T, held[1], integer(3)),
               "index 3 is out of range for a float array of length 3");
}

static void test_bytes(void) {
  static const struct {
    binary *get;
    ternary *put;
    const char *number, *result, *stored;
  } cases[] = {
      {rail_bytes_get_u16_le, rail_bytes_put_u16_le, "65537", "1", "#b[0100000000000000]"},
      {rail_bytes_get_u16_be, rail_bytes_put_u16_be, "258", "258", "#b[0102000000000000]"},
      {rail_bytes_get_u32_le, rail_bytes_put_u32_le, "-1", "4294967295", "#b[ffffffff00000000]"},
      {rail_bytes_get_u32_be, rail_bytes_put_u32_be, "1", "1", "#b[0000000100000000]"},
      {rail_bytes_get_i64_le, rail_bytes_put_i64_le, "-2", "-2", "#b[feffffffffffffff]"},
      {rail_bytes_get_i64_be, rail_bytes_put_i64_be, "-2", "-2", "#b[fffffffffffffffe]"},
      {rail_bytes_get_f32_le, rail_bytes_put_f32_le, "0.1", "0.100000001490116",
       "#b[cdcccc3d00000000]"},
      {rail_bytes_get_f32_be, rail_bytes_put_f32_be, "1", "1", "#b[3f80000000000000]"},
      {rail_bytes_get_f64_le, rail_bytes_put_f64_le, "1.5", "1.5", "#b[000000000000f83f]"},
      {rail_bytes_get_f64_be, rail_bytes_put_f64_be, "1.5", "1.5", "#b[3ff8000000000000]"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i += 1) {
    hold(0, rail_bytes_new(T, integer(8)));
    hold(1, value(cases[i].number));
    EXPECT_INT(cases[i].put(T, held[0], integer(0), held[1]), 0);
    EXPECT_SHOWN(held[0], cases[i].stored);
    EXPECT_SHOWN(cases[i].get(T, held[0], integer(0)), cases[i].result);
    CATCH(cases[i].get(T, held[0], integer(7)));
    expect_text("beyond the end", message, "index 8 is out of range for bytes of length 8");
  }
  hold(0, rail_bytes_from_string(T, text("abcdef")));
  rail_bytes_blit(T, held[0], integer(0), held[0], integer(2), integer(4));
  EXPECT_SHOWN(rail_bytes_to_string(T, held[0]), "ababcd");
  EXPECT_INT(rail_byte_at(T, text("abc"), integer(2)), 'c');
  EXPECT_INT(rail_bytes_set(T, held[0], integer(0), integer(0x141)), 0);
  EXPECT_INT(rail_bytes_get(T, held[0], integer(0)), 0x41);
  EXPECT_ERROR(rail_byte_at(T, text("abc"), integer(3)),
               "index 3 is out of range for a string of length 3");
  EXPECT_ERROR(rail_byte_set(T, text("abc"), integer(0), integer(0)),
               "'byte_set' cannot be applied to a string");
}

static void test_files(void) {
  char path[] = "/tmp/rail-runtime-test-XXXXXX";
  close(mkstemp(path));
  hold(0, text(path));
  hold(1, rail_new_string(T, "a\0b", 3));
  EXPECT_INT(rail_write_file(T, held[0], held[1]), 0);
  hold(1, text("c"));
  EXPECT_INT(rail_append_file(T, held[0], held[1]), 0);
  EXPECT_REPR(rail_read_file(T, held[0]), "\"a\\0bc\"");
  hold(1, rail_float_arr_new(T, integer(3), real(1.5)));
  hold(2, rail_float_arr_new(T, integer(4), real(9)));
  EXPECT_INT(rail_float_arr_to_f32_file(T, held[0], held[1], integer(2)), 1);
  EXPECT_INT(rail_float_arr_from_f32_file(T, held[0], held[2], integer(4)), 1);
  EXPECT_SHOWN(held[2], "#f[1.5, 1.5, 9, 9]");
  CATCH(rail_float_arr_to_f32_file(T, held[0], held[1], integer(4)));
  expect_text("n", message, "index 3 is out of range for a float array of length 3");
  unlink(path);
  EXPECT_SHOWN(rail_read_file(T, held[0]), "");
  EXPECT_SHOWN(rail_read_file(T, text("/tmp")), "");
  EXPECT(rail_length_of(rail_read_file(T, text("/proc/self/status"))) > 100);
  hold(1, rail_empty_string());
  EXPECT_ERROR(rail_write_file(T, text("/no/such/file"), held[1]),
               "cannot write /no/such/file: no such file or directory");
  EXPECT_ERROR(rail_write_file(T, text("/tmp"), held[1]), "cannot write /tmp: is a directory");
}

static void test_processes(void) {
  EXPECT_SHOWN(rail_shell_run(T, text("echo hello; exit 3")), "(3, hello\n)");
  EXPECT_SHOWN(rail_shell_run(T, text("kill -9 $$")), "(137, )");
  hold(0, rail_shell_run(T, text("head -c 3000000 /dev/zero")));
  EXPECT(rail_length_of(rail_words(held[0])[1]) == 3000000);
  setenv("RAIL_TEST_VARIABLE", "x=y", 1);
  rail_process.environment = environ;
  EXPECT_SHOWN(rail_env_get(T, text("RAIL_TEST_VARIABLE")), "x=y");
  EXPECT_SHOWN(rail_env_get(T, text("RAIL_TEST_VARIABL")), "");
}

static void test_memory(void) {
  hold(0, rail_rc_alloc(T, integer(100)));
  rail_byte_set(T, held[0], integer(99), integer(7));
  EXPECT_INT(rail_byte_at(T, held[0], integer(99)), 7);
  EXPECT_INT(rail_byte_at(T, held[0], integer(98)), 0);
  hold(1, rail_rc_retain(T, held[0]));
  rail_rc_release(T, held[0]);
  EXPECT_INT(rail_byte_at(T, held[1], integer(99)), 7);
  rail_rc_release(T, held[1]);
  EXPECT_ERROR(rail_rc_release(T, held[1]), "the block has been freed");
  hold(0, rail_channel_new(T, integer(2)));
  hold(1, text("kept"));
  EXPECT_INT(rail_cell_set(T, held[0], integer(1), held[1]), 0);
  EXPECT_SHOWN(rail_cell_get(T, held[0], integer(1)), "kept");
  EXPECT_INT(rail_cell_get(T, held[0], integer(0)), 0);
  EXPECT_INT(rail_length(T, rail_alloc_stats_snapshot(T, RAIL_UNIT)), 17);
  EXPECT(contains(rail_show(T, rail_gc_stats(T, RAIL_UNIT)), "(minor_collections, "));
}

int main(void) {
  hosted_start(true);
  for (unsigned i = 0; i < HELD_MOST; i += 1) {
    held[i] = RAIL_NIL;
  }
  rail_push_roots(T, &held_roots, held, HELD_MOST);
  test_arithmetic();
  test_conversions();
  test_order();
  test_show();
  test_cycles();
  test_error_values();
  test_strings();
  test_arrays();
  test_bytes();
  test_files();
  test_processes();
  test_memory();
  test_nesting();
  puts("builtins: all promises kept");
  return 0;
}
