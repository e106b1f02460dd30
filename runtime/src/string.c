/* string.c: strings, byte by byte. */
#include "collect.h"
#include "memory.h"
#include "number.h"
#include "strings.h"

/* Returns a copy of `length` bytes of `string` from `start`, which lie inside. */
static rail_value substring(struct rail_thread *thread, rail_value string, uint64_t start,
                            uint64_t length) {
  if (length == 0) {
    return rail_empty_string();
  }
  if (length == 1) {
    return rail_character((unsigned char)rail_bytes(string)[start]);
  }
  if (length == rail_length_of(string)) {
    return string;
  }
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &string, 1);
  rail_value part = rail_new_bytes(thread, RAIL_KIND_STRING, length);
  rail_pop_roots(thread, &roots);
  memcpy(rail_bytes(part), rail_bytes(string) + start, length);
  return part;
}

/* char_to_int s: the first byte; 0 if there is none. */
rail_value rail_char_to_int(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "char_to_int", string);
  return rail_from_int((unsigned char)rail_bytes(string)[0]);
}

rail_value rail_char_from_int(struct rail_thread *thread, rail_value byte) {
  return rail_character((unsigned char)rail_int_operand(thread, "char_from_int", byte));
}

/* str_at s i */
rail_value rail_str_at(struct rail_thread *thread, rail_value string, rail_value position) {
  rail_require_string(thread, "str_at", string);
  uint64_t index =
      rail_index_operand(thread, "str_at", position, "a string", rail_length_of(string));
  return rail_from_int((unsigned char)rail_bytes(string)[index]);
}

static int64_t clamped(int64_t number, int64_t least, int64_t most) {
  return number < least ? least : number > most ? most : number;
}

/* str_sub s start len: the part that lies inside `s`. */
rail_value rail_str_sub(struct rail_thread *thread, rail_value string, rail_value start,
                        rail_value length) {
  rail_require_string(thread, "str_sub", string);
  int64_t from = rail_int_operand(thread, "str_sub", start);
  int64_t count = rail_int_operand(thread, "str_sub", length);
  int64_t available = (int64_t)rail_length_of(string);
  /* Both operands have 63 bits: their sum does not overflow. */
  int64_t first = clamped(from, 0, available);
  int64_t end = clamped(count < 0 ? from : from + count, first, available);
  return substring(thread, string, (uint64_t)first, (uint64_t)(end - first));
}

static rail_value find(rail_value needle, rail_value string, uint64_t start) {
  size_t found = rail_find_bytes(rail_bytes(string) + start, rail_length_of(string) - start,
                                 rail_bytes(needle), rail_length_of(needle));
  return rail_from_int(found == RAIL_NOT_FOUND ? -1 : (int64_t)(start + found));
}

/* str_find needle s */
rail_value rail_str_find(struct rail_thread *thread, rail_value needle, rail_value string) {
  rail_require_string(thread, "str_find", needle);
  rail_require_string(thread, "str_find", string);
  return find(needle, string, 0);
}

/* str_find_from needle s start: first position that is not before `start`. */
rail_value rail_str_find_from(struct rail_thread *thread, rail_value needle, rail_value string,
                              rail_value start) {
  rail_require_string(thread, "str_find_from", needle);
  rail_require_string(thread, "str_find_from", string);
  int64_t length = (int64_t)rail_length_of(string);
  int64_t from = rail_int_operand(thread, "str_find_from", start);
  if (from > length) {
    return rail_from_int(-1);
  }
  return find(needle, string, (uint64_t)clamped(from, 0, length));
}

/* str_starts_with p s */
rail_value rail_str_starts_with(struct rail_thread *thread, rail_value prefix, rail_value string) {
  rail_require_string(thread, "str_starts_with", prefix);
  rail_require_string(thread, "str_starts_with", string);
  uint64_t length = rail_length_of(prefix);
  return rail_from_int(length <= rail_length_of(string) &&
                       memcmp(rail_bytes(prefix), rail_bytes(string), length) == 0);
}

/* str_ends_with p s */
rail_value rail_str_ends_with(struct rail_thread *thread, rail_value suffix, rail_value string) {
  rail_require_string(thread, "str_ends_with", suffix);
  rail_require_string(thread, "str_ends_with", string);
  uint64_t length = rail_length_of(suffix);
  uint64_t available = rail_length_of(string);
  return rail_from_int(
      length <= available &&
      memcmp(rail_bytes(suffix), rail_bytes(string) + available - length, length) == 0);
}

/* Returns a copy of `string` in which bytes from `first` to `first` + 25 have bit 5 inverted. */
static rail_value with_other_case(struct rail_thread *thread, rail_value string, char first) {
  uint64_t length = rail_length_of(string);
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &string, 1);
  rail_value result = rail_new_bytes(thread, RAIL_KIND_STRING, length);
  rail_pop_roots(thread, &roots);
  const char *source = rail_bytes(string);
  char *target = rail_bytes(result);
  for (uint64_t i = 0; i < length; i += 1) {
    bool is_letter = (unsigned char)(source[i] - first) < 26;
    target[i] = (char)(source[i] ^ (is_letter ? 0x20 : 0));
  }
  return result;
}

/* str_lower s, str_upper s: ASCII letters only. */
rail_value rail_str_lower(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "str_lower", string);
  return with_other_case(thread, string, 'A');
}

rail_value rail_str_upper(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "str_upper", string);
  return with_other_case(thread, string, 'a');
}

static bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/* strip s: without white space at both ends. */
rail_value rail_strip(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "strip", string);
  const char *bytes = rail_bytes(string);
  uint64_t start = 0;
  uint64_t end = rail_length_of(string);
  while (start < end && is_space(bytes[start])) {
    start += 1;
  }
  while (end > start && is_space(bytes[end - 1])) {
    end -= 1;
  }
  return substring(thread, string, start, end - start);
}

/* trim s: the text before the first newline. */
rail_value rail_trim(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "trim", string);
  uint64_t length = rail_length_of(string);
  size_t end = rail_find_byte(rail_bytes(string), length, '\n');
  return end == RAIL_NOT_FOUND ? string : substring(thread, string, 0, end);
}

/* str_equal a b, for strings known as such. */
rail_value rail_str_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  rail_require_string(thread, "==", left);
  rail_require_string(thread, "==", right);
  uint64_t length = rail_length_of(left);
  return rail_from_int(length == rail_length_of(right) &&
                       memcmp(rail_bytes(left), rail_bytes(right), length) == 0);
}

/* ---- Joining ----------------------------------------------------------------------------- */

/* Adds up the bytes of `list`'s strings with `separator` bytes between two of them. */
static uint64_t joined_length(struct rail_thread *thread, const char *operation, rail_value list,
                              uint64_t separator) {
  uint64_t length = 0;
  for (rail_value cell = list; cell != RAIL_NIL; cell = rail_words(cell)[1]) {
    rail_require_kind(thread, operation, RAIL_KIND_CONS, cell);
    rail_require_string(thread, operation, rail_words(cell)[0]);
    length += rail_length_of(rail_words(cell)[0]) + (cell == list ? 0 : separator);
  }
  return length;
}

static char *append(char *target, rail_value string) {
  uint64_t length = rail_length_of(string);
  memcpy(target, rail_bytes(string), length);
  return target + length;
}

static rail_value join(struct rail_thread *thread, const char *operation, rail_value separator,
                       rail_value list) {
  rail_require_string(thread, operation, separator);
  uint64_t length = joined_length(thread, operation, list, rail_length_of(separator));
  rail_value operands[2] = {separator, list};
  struct rail_roots roots;
  rail_push_roots(thread, &roots, operands, 2);
  rail_value string = rail_new_bytes(thread, RAIL_KIND_STRING, length);
  rail_pop_roots(thread, &roots);
  char *target = rail_bytes(string);
  for (rail_value cell = operands[1]; cell != RAIL_NIL; cell = rail_words(cell)[1]) {
    target = cell == operands[1] ? target : append(target, operands[0]);
    target = append(target, rail_words(cell)[0]);
  }
  return string;
}

/* join_list sep strings */
rail_value rail_join_list(struct rail_thread *thread, rail_value separator, rail_value list) {
  return join(thread, "join", separator, list);
}

/* concat_list strings */
rail_value rail_concat_list(struct rail_thread *thread, rail_value list) {
  return join(thread, "cat", rail_empty_string(), list);
}
