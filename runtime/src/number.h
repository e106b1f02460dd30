/* number.h: operands of the builtins: checking kinds, ints as floats. */
#ifndef RAIL_NUMBER_H
#define RAIL_NUMBER_H

#include "error.h"
#include "object.h"

static inline bool rail_is_number(rail_value value) {
  return rail_is_int(value) || rail_is_float(value);
}

/* The value of an int or a float as a double. */
static inline double rail_number(rail_value value) {
  return rail_is_int(value) ? (double)rail_to_int64(value) : rail_unbox(value);
}

/* Each of these returns the operand's contents, or raises `'operation' cannot be applied to …`. */

static inline int64_t rail_int_operand(struct rail_thread *thread, const char *operation,
                                       rail_value operand) {
  if (!rail_is_int(operand)) {
    rail_raise_kind(thread, operation, operand);
  }
  return rail_to_int64(operand);
}

static inline double rail_number_operand(struct rail_thread *thread, const char *operation,
                                         rail_value operand) {
  if (!rail_is_number(operand)) {
    rail_raise_kind(thread, operation, operand);
  }
  return rail_number(operand);
}

static inline void rail_require_kind(struct rail_thread *thread, const char *operation,
                                     unsigned kind, rail_value operand) {
  if (!rail_is_kind(operand, kind)) {
    rail_raise_kind(thread, operation, operand);
  }
}

static inline void rail_require_string(struct rail_thread *thread, const char *operation,
                                       rail_value operand) {
  rail_require_kind(thread, operation, RAIL_KIND_STRING, operand);
}

/* A size: an int that is not negative. */
static inline uint64_t rail_size_operand(struct rail_thread *thread, const char *operation,
                                         rail_value operand) {
  int64_t size = rail_int_operand(thread, operation, operand);
  if (size < 0) {
    rail_raise_size(thread, operation, size);
  }
  return (uint64_t)size;
}

/* An index below `length`. */
static inline uint64_t rail_index_operand(struct rail_thread *thread, const char *operation,
                                          rail_value operand, const char *container,
                                          uint64_t length) {
  int64_t index = rail_int_operand(thread, operation, operand);
  if ((uint64_t)index >= length) {
    rail_raise_index(thread, operation, index, container, length);
  }
  return (uint64_t)index;
}

#endif
