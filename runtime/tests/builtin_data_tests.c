/* builtin_data_tests.c: builtins on strings, arrays and bytes. */
#include "builtin_tests.h"

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

void test_strings(void) {
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

void test_arrays(void) {
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

void test_bytes(void) {
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
