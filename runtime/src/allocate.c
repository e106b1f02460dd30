/* allocate.c: allocation by C code and by the slow paths of compiled code; when to collect, how
 * large the nursery and the heap may be. */
#include "collect.h"
#include "collection.h"
#include "error.h"
#include "line.h"
#include "memory.h"
#include "options.h"
#include "process.h"
#include "system.h"

enum {
  NURSERY_MOST = 4 << 20,
  MAJOR_THRESHOLD_LEAST = 8 << 20,
};

uint64_t rail_live_bytes(const struct rail_heap *heap) {
  return rail_old_bytes(heap) + heap->large.old_bytes;
}

uint64_t rail_heap_demand(const struct rail_heap *heap, uint64_t more) {
  return 2 * rail_old_bytes(heap) + heap->large.old_bytes + heap->large.young_bytes +
         heap->nursery_size + more;
}

/* A collection costs time in proportion to what it copies and to the stack, so the heap may grow
 * by that much before the next major one; by twice as much if the last one found little garbage
 * among its `before` bytes. */
static void set_major_threshold(const struct rail_thread *thread, struct rail_heap *heap,
                                uint64_t before, uint64_t live) {
  uint64_t threshold = live > before - before / 4 ? 3 * live : 2 * live;
  if (thread->frame != NULL) {
    threshold += thread->stack_high - (uint64_t)thread->frame;
  }
  if (threshold < MAJOR_THRESHOLD_LEAST) {
    threshold = MAJOR_THRESHOLD_LEAST;
  }
  heap->major_threshold = threshold;
}

/* Enlarges the nursery while much of it survives: the more time objects have, the more of them
 * die. */
static void adapt_nursery(struct rail_thread *thread, struct rail_heap *heap, uint64_t promoted) {
  if (!heap->is_stressed && promoted > heap->nursery_size / 8 &&
      heap->nursery_size < NURSERY_MOST && heap->nursery_size < heap->limit / 32) {
    heap->nursery_size *= 2;
  }
  thread->allocation_limit = heap->nursery_start + heap->nursery_size;
}

/* Writes the line of RAIL_GC_TRACE. */
RAIL_SMALL static void trace(const struct rail_heap *heap, const char *kind, uint64_t before,
                             uint64_t live, uint64_t ns) {
  struct rail_line line = {.length = 0};
  const char *const texts[] = {kind, ": old and large objects ", " -> ", " bytes, nursery ", ", "};
  const uint64_t numbers[] = {before, live, heap->nursery_size, ns / 1000};
  rail_line_text(&line, "rail: gc: ");
  rail_line_text(&line, texts[0]);
  for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i += 1) {
    rail_line_text(&line, texts[i + 1]);
    rail_line_int(&line, (int64_t)numbers[i]);
  }
  rail_line_text(&line, " us\n");
  rail_write_all(RAIL_STDERR, line.bytes, line.length);
}

static void run(struct rail_thread *thread, struct rail_heap *heap, bool is_major) {
  uint64_t before = rail_live_bytes(heap);
  int64_t start = rail_clock(1);
  if (is_major) {
    rail_collect_major(thread, heap);
  } else {
    rail_collect_minor(thread, heap);
  }
  uint64_t live = rail_live_bytes(heap);
  if (is_major) {
    set_major_threshold(thread, heap, before, live);
  } else {
    adapt_nursery(thread, heap, live - before);
  }
  uint64_t pause = (uint64_t)(rail_clock(1) - start);
  struct rail_statistics *statistics = &heap->statistics;
  statistics->pause_ns += pause;
  if (pause > statistics->longest_pause_ns) {
    statistics->longest_pause_ns = pause;
  }
  if (live > statistics->high_water_bytes) {
    statistics->high_water_bytes = live;
  }
  if (heap->is_traced) {
    trace(heap, is_major ? "major" : "minor", before, live, pause);
  }
}

/* With RAIL_GC_STRESS every sixteenth minor collection is followed by a major one. */
static bool is_stress_due(const struct rail_heap *heap) {
  return heap->is_stressed && heap->statistics.minor_collections % 16 == 0;
}

void rail_collect(struct rail_thread *thread, bool is_major) {
  struct rail_heap *heap = &rail_process.heap;
  if (heap->base == 0) {
    return;
  }
  run(thread, heap, false);
  if (is_major || is_stress_due(heap) || rail_live_bytes(heap) > heap->major_threshold ||
      rail_heap_demand(heap, 0) > heap->limit) {
    run(thread, heap, true);
  }
}

void rail_require_room(struct rail_thread *thread, uint64_t more) {
  const struct rail_heap *heap = &rail_process.heap;
  uint64_t headroom = heap->limit / 16;
  if (more > heap->limit || rail_heap_demand(heap, more) + headroom > heap->limit) {
    rail_raise_memory(thread);
  }
}

bool rail_begin_heap(struct rail_thread *thread) {
  struct rail_heap *heap = &rail_process.heap;
  if (heap->base != 0) {
    return false;
  }
  if (!rail_heap_start(heap, thread, rail_flag_option("RAIL_GC_STRESS")) ||
      !rail_map_markers(thread)) {
    rail_raise_memory(thread);
  }
  heap->is_traced = rail_flag_option("RAIL_GC_TRACE");
  return true;
}

uint64_t rail_make_room(struct rail_thread *thread, uint64_t bytes) {
  struct rail_heap *heap = &rail_process.heap;
  if (!rail_begin_heap(thread)) {
    rail_collect(thread, false);
    rail_require_room(thread, 0);
  }
  while (heap->nursery_size < bytes) {
    if (heap->nursery_size == RAIL_NURSERY_RESERVED) {
      rail_raise_memory(thread);
    }
    heap->nursery_size *= 2;
    thread->allocation_limit = heap->nursery_start + heap->nursery_size;
  }
  return thread->allocation_pointer;
}

/* rail_slow_allocate: compiled code has already advanced the allocation pointer by `bytes`. */
rail_value rail_allocate(struct rail_thread *thread, uint64_t bytes) {
  thread->allocation_pointer -= bytes;
  uint64_t start = rail_make_room(thread, bytes);
  thread->allocation_pointer = start + bytes;
  return start;
}

/* ---- Allocation of small things ---------------------------------------------------------- */

rail_value rail_new_bytes(struct rail_thread *thread, unsigned kind, uint64_t length) {
  uint64_t words = length / 8 + 1;
  rail_value object = rail_new(thread, rail_make_length_header(kind, length), words);
  rail_words(object)[words - 1] = 0;
  return object;
}

rail_value rail_new_string(struct rail_thread *thread, const char *bytes, uint64_t length) {
  rail_value string = rail_new_bytes(thread, RAIL_KIND_STRING, length);
  memcpy(rail_bytes(string), bytes, length);
  return string;
}

rail_value rail_box(struct rail_thread *thread, double number) {
  rail_value object = rail_new(thread, rail_make_header(RAIL_KIND_FLOAT, 0, 1), 1);
  *(double *)object = number;
  return object;
}

rail_value rail_new_float(struct rail_thread *thread, double number) {
  RAIL_NEEDS(rail_format_float_general);
  RAIL_NEEDS(rail_format_float_shortest);
  return rail_box(thread, number);
}

rail_value rail_new_cons(struct rail_thread *thread, rail_value head, rail_value tail) {
  rail_value fields[2] = {head, tail};
  struct rail_roots roots;
  rail_push_roots(thread, &roots, fields, 2);
  rail_value cell = rail_new(thread, rail_make_header(RAIL_KIND_CONS, 0, 2), 2);
  rail_pop_roots(thread, &roots);
  rail_words(cell)[0] = fields[0];
  rail_words(cell)[1] = fields[1];
  return cell;
}
