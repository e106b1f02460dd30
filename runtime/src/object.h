/* object.h: taking values and objects apart, and putting headers together. Layouts: rail/abi.h. */
#ifndef RAIL_OBJECT_H
#define RAIL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "rail/abi.h"

/* The greatest sensible length of an object: what a header has room for, and no size computed from
 * it wraps. */
#define RAIL_LENGTH_MAX (((uint64_t)1 << 56) - 1)

static inline bool rail_is_int(rail_value value) { return (value & 1) != 0; }

static inline bool rail_is_pointer(rail_value value) { return (value & 7) == 0; }

static inline rail_value rail_from_int(int64_t number) {
  return (rail_value)((uint64_t)number << 1) | 1;
}

static inline int64_t rail_to_int64(rail_value value) { return (int64_t)value >> 1; }

static inline uint64_t *rail_words(rail_value object) { return (uint64_t *)object; }

static inline uint64_t rail_header(rail_value object) { return rail_words(object)[-1]; }

static inline unsigned rail_header_kind(uint64_t header) { return (unsigned)(header & 0xff); }

/* The RAIL_KIND_* of any value; 0 for ints and immediates. */
static inline unsigned rail_kind(rail_value value) {
  return rail_is_pointer(value) ? rail_header_kind(rail_header(value)) : 0;
}

static inline bool rail_is_kind(rail_value value, unsigned kind) {
  return rail_kind(value) == kind;
}

/* Length of a string, array, float array or byte buffer. */
static inline uint64_t rail_length_of(rail_value object) {
  return rail_header(object) >> RAIL_LENGTH_SHIFT;
}

/* Number of payload words of the other kinds. */
static inline uint64_t rail_word_count(rail_value object) {
  return rail_header(object) >> RAIL_WORDS_SHIFT;
}

/* Bits 8 to 31 of the header: components, descriptor or missing parameters. */
static inline uint32_t rail_aux(rail_value object) {
  return (uint32_t)rail_header(object) >> RAIL_AUX_SHIFT;
}

static inline uint64_t rail_make_header(unsigned kind, uint32_t aux, uint64_t words) {
  return kind | (uint64_t)aux << RAIL_AUX_SHIFT | words << RAIL_WORDS_SHIFT;
}

static inline uint64_t rail_make_length_header(unsigned kind, uint64_t length) {
  return kind | length << RAIL_LENGTH_SHIFT;
}

/* Number of payload words behind `header`. */
static inline uint64_t rail_payload_words(uint64_t header) {
  switch (rail_header_kind(header)) {
    case RAIL_KIND_STRING:
    case RAIL_KIND_BYTES:
      return (header >> RAIL_LENGTH_SHIFT) / 8 + 1;
    case RAIL_KIND_ARRAY:
    case RAIL_KIND_FLOAT_ARRAY:
      return header >> RAIL_LENGTH_SHIFT;
    default:
      return header >> RAIL_WORDS_SHIFT;
  }
}

/* First word of the payload that holds a value, or `words` if none does. */
static inline uint64_t rail_first_value(uint64_t header, uint64_t words) {
  switch (rail_header_kind(header)) {
    case RAIL_KIND_FLOAT:
    case RAIL_KIND_STRING:
    case RAIL_KIND_FLOAT_ARRAY:
    case RAIL_KIND_BYTES:
    case RAIL_KIND_POINTER:
      return words;
    case RAIL_KIND_CLOSURE:
      return 1;
    default:
      return 0;
  }
}

static inline bool rail_value_is_string(rail_value value) {
  return rail_is_kind(value, RAIL_KIND_STRING);
}

/* Bytes of a string or byte buffer. */
static inline char *rail_bytes(rail_value object) { return (char *)object; }

static inline bool rail_is_float(rail_value value) { return rail_is_kind(value, RAIL_KIND_FLOAT); }

static inline double rail_unbox(rail_value object) { return *(const double *)object; }

static inline bool rail_is_nullary(rail_value value) {
  return (value & 0xff) == RAIL_NULLARY;
}

/* Whether `value` is [] or a cons cell. */
static inline bool rail_value_is_list(rail_value value) {
  return value == RAIL_NIL || rail_is_kind(value, RAIL_KIND_CONS);
}

/* A string object in read-only memory, for the runtime's own messages; RAIL_TEXT gives its value. */
#define RAIL_STATIC_STRING(name, text)                                                       \
  static const struct {                                                                      \
    uint64_t header;                                                                         \
    char bytes[(sizeof(text) - 1) / 8 * 8 + 8];                                              \
  } name = {RAIL_KIND_STRING | (uint64_t)(sizeof(text) - 1) << RAIL_LENGTH_SHIFT, text}

#define RAIL_STATIC_VALUE(name) ((rail_value)(name).bytes)

#endif
