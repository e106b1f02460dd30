/* float_array.c: arrays of raw doubles. */
#include "collect.h"
#include "file.h"
#include "number.h"
#include "system.h"

static double *numbers(rail_value array) { return (double *)array; }

/* float_arr_new n x */
rail_value rail_float_arr_new(struct rail_thread *thread, rail_value size, rail_value number) {
  uint64_t length = rail_size_operand(thread, "float_arr_new", size);
  double x = rail_number_operand(thread, "float_arr_new", number);
  rail_value array =
      rail_new(thread, rail_make_length_header(RAIL_KIND_FLOAT_ARRAY, length), length);
  for (uint64_t i = 0; i < length; i += 1) {
    numbers(array)[i] = x;
  }
  return array;
}

static uint64_t index_of(struct rail_thread *thread, const char *operation, rail_value array,
                         rail_value index) {
  rail_require_kind(thread, operation, RAIL_KIND_FLOAT_ARRAY, array);
  return rail_index_operand(thread, operation, index, "a float array", rail_length_of(array));
}

/* float_arr_get a i */
rail_value rail_float_arr_get(struct rail_thread *thread, rail_value array, rail_value index) {
  return rail_new_float(thread, numbers(array)[index_of(thread, "float_arr_get", array, index)]);
}

/* float_arr_set a i x: gives 1. */
rail_value rail_float_arr_set(struct rail_thread *thread, rail_value array, rail_value index,
                              rail_value number) {
  uint64_t i = index_of(thread, "float_arr_set", array, index);
  numbers(array)[i] = rail_number_operand(thread, "float_arr_set", number);
  return rail_from_int(1);
}

rail_value rail_float_arr_len(struct rail_thread *thread, rail_value array) {
  rail_require_kind(thread, "float_arr_len", RAIL_KIND_FLOAT_ARRAY, array);
  return rail_from_int((int64_t)rail_length_of(array));
}

/* ---- Files of little-endian singles ------------------------------------------------------ */

enum { CHUNK = 1024 };

/* Checks the operands that both directions share; returns the number of elements. */
static uint64_t file_operands(struct rail_thread *thread, const char *operation, rail_value path,
                              rail_value array, rail_value count) {
  rail_require_string(thread, operation, path);
  rail_require_kind(thread, operation, RAIL_KIND_FLOAT_ARRAY, array);
  uint64_t number = rail_size_operand(thread, operation, count);
  if (number > rail_length_of(array)) {
    rail_raise_index(thread, operation, (int64_t)number - 1, "a float array",
                     rail_length_of(array));
  }
  return number;
}

static void encode_single(unsigned char *bytes, double number) {
  union {
    float single;
    uint32_t bits;
  } converted = {.single = (float)number};
  for (int i = 0; i < 4; i += 1) {
    bytes[i] = (unsigned char)(converted.bits >> (8 * i));
  }
}

static double decode_single(const unsigned char *bytes) {
  union {
    uint32_t bits;
    float single;
  } converted = {.bits = 0};
  for (int i = 0; i < 4; i += 1) {
    converted.bits |= (uint32_t)bytes[i] << (8 * i);
  }
  return converted.single;
}

static bool write_singles(int descriptor, const double *source, uint64_t count) {
  unsigned char buffer[4 * CHUNK];
  for (uint64_t done = 0; done < count;) {
    uint64_t part = count - done < CHUNK ? count - done : CHUNK;
    for (uint64_t i = 0; i < part; i += 1) {
      encode_single(buffer + 4 * i, source[done + i]);
    }
    if (rail_write_all(descriptor, buffer, 4 * part) < 0) {
      return false;
    }
    done += part;
  }
  return true;
}

/* float_arr_to_f32_file path a n: 1, or 0 on any failure. */
rail_value rail_float_arr_to_f32_file(struct rail_thread *thread, rail_value path,
                                      rail_value array, rail_value count) {
  uint64_t number = file_operands(thread, "float_arr_to_f32_file", path, array, count);
  int64_t descriptor = rail_open_for_writing(path, false);
  if (descriptor < 0) {
    return rail_from_int(0);
  }
  bool is_written = write_singles((int)descriptor, numbers(array), number);
  rail_close((int)descriptor);
  return rail_from_int(is_written);
}

static bool read_singles(int descriptor, double *target, uint64_t count) {
  unsigned char buffer[4 * CHUNK];
  for (uint64_t done = 0; done < count;) {
    uint64_t part = count - done < CHUNK ? count - done : CHUNK;
    int64_t length = rail_read_all(descriptor, buffer, 4 * part);
    if (length < 0) {
      return false;
    }
    for (uint64_t i = 0; i < (uint64_t)length / 4; i += 1) {
      target[done + i] = decode_single(buffer + 4 * i);
    }
    if ((uint64_t)length < 4 * part) {
      return true;
    }
    done += part;
  }
  return true;
}

/* float_arr_from_f32_file path a n: 1, or 0 on any failure; a short file leaves the rest of the
 * array as it is. */
rail_value rail_float_arr_from_f32_file(struct rail_thread *thread, rail_value path,
                                        rail_value array, rail_value count) {
  uint64_t number = file_operands(thread, "float_arr_from_f32_file", path, array, count);
  int64_t descriptor = rail_open_for_reading(path);
  if (descriptor < 0) {
    return rail_from_int(0);
  }
  bool is_read = read_singles((int)descriptor, numbers(array), number);
  rail_close((int)descriptor);
  return rail_from_int(is_read);
}
