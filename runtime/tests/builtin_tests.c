/* builtin_tests.c: the builtins that are written in C, called as compiled code calls them, in a
 * heap that is collected all the time. Built and run by scripts/test-runtime. */
#include "builtin_tests.h"

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

int main(void) {
  hosted_start(true);
  hold_values();
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
