/* foreign_call.c: calling a C function from Rail (language.md, foreign functions).
 *
 * In both calling conventions (System V ABI for x86-64 §3.2.3, AAPCS64 §6.8) integer and floating-point
 * arguments are counted separately, so a call that fills all registers of both classes serves every
 * signature that needs no stack: up to six integers and eight doubles. */
#include <stdint.h>

#include "collect.h"
#include "error.h"
#include "memory.h"
#include "object.h"

#define FOREIGN_INTEGERS 6
#define FOREIGN_DOUBLES 8

struct foreign_arguments {
  int64_t integers[FOREIGN_INTEGERS];
  double doubles[FOREIGN_DOUBLES];
  unsigned integer_count;
  unsigned double_count;
};

typedef int64_t foreign_integer_function(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
                                         double, double, double, double, double, double, double,
                                         double);
typedef double foreign_double_function(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
                                       double, double, double, double, double, double, double,
                                       double);

static void foreign_add_integer(struct rail_thread *thread, const char *name,
                                struct foreign_arguments *arguments, int64_t value) {
  if (arguments->integer_count == FOREIGN_INTEGERS) {
    rail_raise_text(thread, name, "a foreign function takes at most 6 arguments that are no floats");
  }
  arguments->integers[arguments->integer_count++] = value;
}

static void foreign_add_double(struct rail_thread *thread, const char *name,
                               struct foreign_arguments *arguments, double value) {
  if (arguments->double_count == FOREIGN_DOUBLES) {
    rail_raise_text(thread, name, "a foreign function takes at most 8 floats");
  }
  arguments->doubles[arguments->double_count++] = value;
}

static double foreign_double(rail_value value) {
  double number;
  memcpy(&number, (const void *)value, sizeof number);
  return number;
}

/* Passes one argument. `kind`: i int, s string, p pointer, f float, a by the kind of the value. */
static void foreign_add(struct rail_thread *thread, const char *name,
                        struct foreign_arguments *arguments, char kind, rail_value value) {
  unsigned object = rail_kind(value);
  if (rail_is_int(value) && kind == 'f') {
    foreign_add_double(thread, name, arguments, (double)rail_to_int64(value));
  } else if (rail_is_int(value) && (kind != 's')) {
    foreign_add_integer(thread, name, arguments, rail_to_int64(value));
  } else if (object == RAIL_KIND_FLOAT && (kind == 'f' || kind == 'a')) {
    foreign_add_double(thread, name, arguments, foreign_double(value));
  } else if (object == RAIL_KIND_STRING && (kind == 's' || kind == 'p' || kind == 'a')) {
    foreign_add_integer(thread, name, arguments, (int64_t)value);
  } else if ((object == RAIL_KIND_BYTES || object == RAIL_KIND_FLOAT_ARRAY) &&
             (kind == 'p' || kind == 'a')) {
    foreign_add_integer(thread, name, arguments, (int64_t)value);
  } else if (object == RAIL_KIND_POINTER && (kind == 'p' || kind == 'a')) {
    foreign_add_integer(thread, name, arguments, (int64_t)rail_words(value)[0]);
  } else if (value == RAIL_NULL && (kind == 'p' || kind == 's' || kind == 'a')) {
    foreign_add_integer(thread, name, arguments, 0);
  } else {
    rail_raise_kind(thread, name, value);
  }
}

static rail_value foreign_pointer(struct rail_thread *thread, int64_t address) {
  if (address == 0) {
    return rail_from_int(0);
  }
  uint64_t *pointer = rail_words(rail_new(thread, rail_make_header(RAIL_KIND_POINTER, 0, 1), 1));
  pointer[0] = (uint64_t)address;
  return (rail_value)pointer;
}

static rail_value foreign_string(struct rail_thread *thread, int64_t address) {
  if (address == 0) {
    return rail_new_string(thread, "", 0);
  }
  const char *text = (const char *)address;
  return rail_new_string(thread, text, rail_text_length(text));
}

/* Calls the C function at the tagged `address`. `signature` is a string: the kind of the result
 * (i s p f, or u for none), then of each parameter; `arguments` is the list of that many values. */
rail_value rail_foreign_call(struct rail_thread *thread, rail_value address, rail_value name,
                             rail_value signature, rail_value arguments) {
  const char *operation = (const char *)name;
  const char *kinds = (const char *)signature;
  struct foreign_arguments passed = {.integer_count = 0, .double_count = 0};
  for (const char *kind = kinds + 1; *kind != 0; kind++) {
    foreign_add(thread, operation, &passed, *kind, rail_words(arguments)[0]);
    arguments = rail_words(arguments)[1];
  }
  const int64_t *n = passed.integers;
  const double *x = passed.doubles;
  void *code = (void *)rail_to_int64(address);
  if (kinds[0] == 'f') {
    double result = ((foreign_double_function *)code)(n[0], n[1], n[2], n[3], n[4], n[5], x[0], x[1],
                                                      x[2], x[3], x[4], x[5], x[6], x[7]);
    return rail_new_float(thread, result);
  }
  int64_t result = ((foreign_integer_function *)code)(n[0], n[1], n[2], n[3], n[4], n[5], x[0], x[1],
                                                      x[2], x[3], x[4], x[5], x[6], x[7]);
  switch (kinds[0]) {
    case 's':
      return foreign_string(thread, result);
    case 'p':
      return foreign_pointer(thread, result);
    case 'u':
      return RAIL_UNIT;
    default:
      return rail_from_int(result);
  }
}
