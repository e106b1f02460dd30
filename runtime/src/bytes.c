/* bytes.c: byte buffers, and raw memory behind pointers. */
#include "collect.h"
#include "memory.h"
#include "number.h"
#include "numbers.h"

static unsigned char *data(rail_value bytes) { return (unsigned char *)bytes; }

/* bytes_new n: zeroed. */
rail_value rail_bytes_new(struct rail_thread *thread, rail_value size) {
  uint64_t length = rail_size_operand(thread, "bytes_new", size);
  rail_value bytes = rail_new_bytes(thread, RAIL_KIND_BYTES, length);
  memset(data(bytes), 0, length);
  return bytes;
}

static uint64_t index_of(struct rail_thread *thread, const char *operation, rail_value bytes,
                         rail_value index) {
  rail_require_kind(thread, operation, RAIL_KIND_BYTES, bytes);
  return rail_index_operand(thread, operation, index, "bytes", rail_length_of(bytes));
}

/* bytes_get b i */
rail_value rail_bytes_get(struct rail_thread *thread, rail_value bytes, rail_value index) {
  return rail_from_int(data(bytes)[index_of(thread, "bytes_get", bytes, index)]);
}

/* bytes_set b i byte: the low 8 bits; gives 0. */
rail_value rail_bytes_set(struct rail_thread *thread, rail_value bytes, rail_value index,
                          rail_value byte) {
  uint64_t i = index_of(thread, "bytes_set", bytes, index);
  data(bytes)[i] = (unsigned char)rail_int_operand(thread, "bytes_set", byte);
  return rail_from_int(0);
}

rail_value rail_bytes_len(struct rail_thread *thread, rail_value bytes) {
  rail_require_kind(thread, "bytes_len", RAIL_KIND_BYTES, bytes);
  return rail_from_int((int64_t)rail_length_of(bytes));
}

/* Returns an object of `kind` with the bytes of `source`. */
static rail_value copy_as(struct rail_thread *thread, unsigned kind, rail_value source) {
  uint64_t length = rail_length_of(source);
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &source, 1);
  rail_value copy = rail_new_bytes(thread, kind, length);
  rail_pop_roots(thread, &roots);
  memcpy(data(copy), data(source), length);
  return copy;
}

rail_value rail_bytes_from_string(struct rail_thread *thread, rail_value string) {
  rail_require_string(thread, "bytes_from_string", string);
  return copy_as(thread, RAIL_KIND_BYTES, string);
}

rail_value rail_bytes_to_string(struct rail_thread *thread, rail_value bytes) {
  rail_require_kind(thread, "bytes_to_string", RAIL_KIND_BYTES, bytes);
  return copy_as(thread, RAIL_KIND_STRING, bytes);
}

/* Checks that `count` bytes from `start` lie inside `bytes` (a byte buffer, or a string where that
 * has been allowed); returns the first position. */
static uint64_t range_operand(struct rail_thread *thread, const char *operation, rail_value bytes,
                              rail_value start, uint64_t count) {
  const char *container = rail_value_is_string(bytes) ? "a string" : "bytes";
  uint64_t length = rail_length_of(bytes);
  int64_t first = rail_int_operand(thread, operation, start);
  if ((uint64_t)first > length || (first == (int64_t)length && count > 0)) {
    rail_raise_index(thread, operation, first, container, length);
  }
  if (count > length - (uint64_t)first) {
    rail_raise_index(thread, operation, (int64_t)length, container, length);
  }
  return (uint64_t)first;
}

/* bytes_blit source source_start target target_start count: the source may be a string; gives 0. */
rail_value rail_bytes_blit(struct rail_thread *thread, rail_value source, rail_value source_start,
                           rail_value target, rail_value target_start, rail_value count) {
  if (!rail_value_is_string(source)) {
    rail_require_kind(thread, "bytes_blit", RAIL_KIND_BYTES, source);
  }
  rail_require_kind(thread, "bytes_blit", RAIL_KIND_BYTES, target);
  uint64_t number = rail_size_operand(thread, "bytes_blit", count);
  uint64_t from = range_operand(thread, "bytes_blit", source, source_start, number);
  uint64_t to = range_operand(thread, "bytes_blit", target, target_start, number);
  memmove(data(target) + to, data(source) + from, number);
  return rail_from_int(0);
}

/* ---- Numbers in both byte orders --------------------------------------------------------- */

static uint64_t load(const unsigned char *bytes, unsigned size, bool is_big) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < size; i += 1) {
    unsigned shift = 8 * (is_big ? size - 1 - i : i);
    bits |= (uint64_t)bytes[i] << shift;
  }
  return bits;
}

static void store(unsigned char *bytes, unsigned size, bool is_big, uint64_t bits) {
  for (unsigned i = 0; i < size; i += 1) {
    unsigned shift = 8 * (is_big ? size - 1 - i : i);
    bytes[i] = (unsigned char)(bits >> shift);
  }
}

/* Address of a number of `size` bytes at `index`. */
static unsigned char *number_at(struct rail_thread *thread, const char *operation,
                                rail_value bytes, rail_value index, unsigned size) {
  rail_require_kind(thread, operation, RAIL_KIND_BYTES, bytes);
  return data(bytes) + range_operand(thread, operation, bytes, index, size);
}

static rail_value get_int(struct rail_thread *thread, const char *operation, rail_value bytes,
                          rail_value index, unsigned size, bool is_big) {
  uint64_t bits = load(number_at(thread, operation, bytes, index, size), size, is_big);
  return rail_from_int((int64_t)bits);
}

static rail_value put_int(struct rail_thread *thread, const char *operation, rail_value bytes,
                          rail_value index, rail_value number, unsigned size, bool is_big) {
  unsigned char *target = number_at(thread, operation, bytes, index, size);
  store(target, size, is_big, (uint64_t)rail_int_operand(thread, operation, number));
  return rail_from_int(0);
}

union single_bits {
  uint32_t bits;
  float number;
};

union double_bits {
  uint64_t bits;
  double number;
};

static rail_value get_float(struct rail_thread *thread, const char *operation, rail_value bytes,
                            rail_value index, unsigned size, bool is_big) {
  uint64_t bits = load(number_at(thread, operation, bytes, index, size), size, is_big);
  if (size == 4) {
    union single_bits single = {.bits = (uint32_t)bits};
    return rail_new_float(thread, (double)single.number);
  }
  union double_bits wide = {.bits = bits};
  return rail_new_float(thread, wide.number);
}

static rail_value put_float(struct rail_thread *thread, const char *operation, rail_value bytes,
                            rail_value index, rail_value number, unsigned size, bool is_big) {
  unsigned char *target = number_at(thread, operation, bytes, index, size);
  double x = rail_number_operand(thread, operation, number);
  union single_bits single = {.number = (float)x};
  union double_bits wide = {.number = x};
  store(target, size, is_big, size == 4 ? single.bits : wide.bits);
  return rail_from_int(0);
}

/* bytes_get_NAME b i, bytes_put_NAME b i x: ints are cut to the size that is stored; a 64-bit
 * number that is read is cut to 63 bits. Putting gives 0. */
#define ACCESS(name, type, size, is_big)                                                       \
  rail_value rail_bytes_get_##name(struct rail_thread *thread, rail_value bytes,               \
                                   rail_value index) {                                         \
    return get_##type(thread, "bytes_get_" #name, bytes, index, size, is_big);                 \
  }                                                                                            \
  rail_value rail_bytes_put_##name(struct rail_thread *thread, rail_value bytes,               \
                                   rail_value index, rail_value number) {                      \
    return put_##type(thread, "bytes_put_" #name, bytes, index, number, size, is_big);         \
  }

ACCESS(u16_le, int, 2, false)
ACCESS(u16_be, int, 2, true)
ACCESS(u32_le, int, 4, false)
ACCESS(u32_be, int, 4, true)
ACCESS(i64_le, int, 8, false)
ACCESS(i64_be, int, 8, true)
ACCESS(f32_le, float, 4, false)
ACCESS(f32_be, float, 4, true)
ACCESS(f64_le, float, 8, false)
ACCESS(f64_be, float, 8, true)

/* ---- byte_at, byte_set: byte buffers, strings, and memory of foreign calls ---------------- */

/* byte_at p i */
rail_value rail_byte_at(struct rail_thread *thread, rail_value place, rail_value index) {
  if (rail_is_kind(place, RAIL_KIND_POINTER)) {
    int64_t offset = rail_int_operand(thread, "byte_at", index);
    const unsigned char *memory = (const unsigned char *)rail_words(place)[0];
    return rail_from_int(memory[offset]);
  }
  if (!rail_value_is_string(place)) {
    rail_require_kind(thread, "byte_at", RAIL_KIND_BYTES, place);
  }
  return rail_from_int(data(place)[range_operand(thread, "byte_at", place, index, 1)]);
}

/* byte_set p i b: the low 8 bits; gives 0. */
rail_value rail_byte_set(struct rail_thread *thread, rail_value place, rail_value index,
                         rail_value byte) {
  unsigned char stored = (unsigned char)rail_int_operand(thread, "byte_set", byte);
  if (rail_is_kind(place, RAIL_KIND_POINTER)) {
    int64_t offset = rail_int_operand(thread, "byte_set", index);
    unsigned char *memory = (unsigned char *)rail_words(place)[0];
    memory[offset] = stored;
  } else {
    rail_require_kind(thread, "byte_set", RAIL_KIND_BYTES, place);
    data(place)[range_operand(thread, "byte_set", place, index, 1)] = stored;
  }
  return rail_from_int(0);
}
