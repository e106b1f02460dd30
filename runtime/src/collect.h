/* collect.h: allocation by C code, the write barrier and collections.
 *
 * Every function here that allocates is a safepoint: it may move all objects, so values that the
 * caller needs afterwards must be roots (rail_push_roots). It may also raise `memory exhausted`. */
#ifndef RAIL_COLLECT_H
#define RAIL_COLLECT_H

#include "heap.h"

/* Makes at least `bytes` bytes of nursery free by a collection; returns where they begin. */
uint64_t rail_make_room(struct rail_thread *thread, uint64_t bytes);

/* Allocates an object of more than RAIL_LARGE_WORDS payload words. */
rail_value rail_new_large(struct rail_thread *thread, uint64_t header, uint64_t words);

/* Returns a new object with the given header; the payload is uninitialised and must be filled
 * before the next safepoint. */
static inline rail_value rail_new(struct rail_thread *thread, uint64_t header, uint64_t words) {
  if (words > RAIL_LARGE_WORDS) {
    return rail_new_large(thread, header, words);
  }
  uint64_t bytes = (words + 1) * 8;
  uint64_t start = thread->allocation_pointer;
  if (start + bytes > thread->allocation_limit) {
    start = rail_make_room(thread, bytes);
  }
  thread->allocation_pointer = start + bytes;
  *(uint64_t *)start = header;
  return start + 8;
}

/* Returns a new string (or, with RAIL_KIND_BYTES, byte buffer) of `length` bytes: the bytes are
 * uninitialised, the padding behind them is zero. */
rail_value rail_new_bytes(struct rail_thread *thread, unsigned kind, uint64_t length);

/* Returns a string with a copy of `length` bytes that are not on the heap. */
rail_value rail_new_string(struct rail_thread *thread, const char *bytes, uint64_t length);

/* A program that calls this has floats, and the means to show them. */
rail_value rail_new_float(struct rail_thread *thread, double number);

/* The same for operations on floats, which do not bring floats into a program. */
rail_value rail_box(struct rail_thread *thread, double number);

/* Returns a cons cell. `head` and `tail` need not be roots. */
rail_value rail_new_cons(struct rail_thread *thread, rail_value head, rail_value tail);

/* Write barrier: the element of `array` at the tagged `index` has been assigned a pointer. */
rail_value rail_remember_element(struct rail_thread *thread, rail_value array, rail_value index);

/* Write barrier for any element or elements. */
rail_value rail_remember(struct rail_thread *thread, rail_value object);

/* Collects young objects, and all objects too if the heap has grown enough or `is_major`. */
void rail_collect(struct rail_thread *thread, bool is_major);

#endif
