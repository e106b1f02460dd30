/* builtin_values.c: values and errors for the tests of the builtins. */
#define _GNU_SOURCE
#include "builtin_tests.h"

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

/* ---- Values ---- */

rail_value held[HELD_MOST];
static struct rail_roots held_roots;

void hold_values(void) {
  for (unsigned i = 0; i < HELD_MOST; i += 1) {
    held[i] = RAIL_NIL;
  }
  rail_push_roots(T, &held_roots, held, HELD_MOST);
}

rail_value hold(unsigned index, rail_value value) {
  held[index] = value;
  return value;
}

rail_value integer(int64_t number) { return rail_from_int(number); }

rail_value real(double number) { return rail_new_float(T, number); }

rail_value text(const char *characters) {
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

rail_value pair(rail_value a, rail_value b) {
  return record(RAIL_KIND_TUPLE, 2, a, b, 2);
}

rail_value some(rail_value a) { return record(RAIL_KIND_CONSTRUCTOR, 1, a, 0, 1); }

static rail_value point(rail_value a, rail_value b) {
  return record(RAIL_KIND_CONSTRUCTOR, 2, a, b, 2);
}

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

rail_value value(const char *description) {
  rest = description;
  return parse();
}

bool contains(rail_value string, const char *part) {
  return memmem(rail_bytes(string), rail_length_of(string), part, strlen(part)) != NULL;
}

rail_value apply(binary *function, const char *left, const char *right) {
  rail_value operands[2] = {value(left), RAIL_NIL};
  struct rail_roots roots;
  rail_push_roots(T, &roots, operands, 2);
  operands[1] = value(right);
  rail_pop_roots(T, &roots);
  return function(T, operands[0], operands[1]);
}

/* ---- Errors ---- */

jmp_buf raised;
char message[2000];

void catch_message(struct rail_thread *thread, rail_value string, const char *bytes,
                   size_t length) {
  (void)thread;
  snprintf(message, sizeof message, "%.*s", (int)(string != 0 ? rail_length_of(string) : length),
           string != 0 ? rail_bytes(string) : bytes);
  longjmp(raised, 1);
}

struct rail_handler handler;

void expect_text(const char *what, const char *actual, const char *expected) {
  if (strcmp(actual, expected) != 0) {
    fail("%s: got %s, expected %s", what, actual, expected);
  }
}
