/* memory_builtins.c: what programs can see of the heap, and counted blocks outside of it. */
#include "collect.h"
#include "memory.h"
#include "number.h"
#include "process.h"
#include "system.h"

/* gc_collect _: collects everything; gives 0. */
rail_value rail_gc_collect(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  rail_collect(thread, true);
  return rail_from_int(0);
}

static uint64_t allocated_bytes(const struct rail_thread *thread, const struct rail_heap *heap) {
  return heap->statistics.allocated_bytes + thread->allocation_pointer - heap->nursery_start;
}

static uint64_t live_bytes(const struct rail_heap *heap) {
  return rail_old_bytes(heap) + heap->large.old_bytes + heap->large.young_bytes;
}

/* Puts the pair (name, number) in front of `list`. */
static rail_value add_statistic(struct rail_thread *thread, const char *name, uint64_t number,
                                rail_value list) {
  rail_value held[2] = {list, RAIL_NIL};
  struct rail_roots roots;
  rail_push_roots(thread, &roots, held, 2);
  held[1] = rail_new_string(thread, name, rail_text_length(name));
  rail_value pair = rail_new(thread, rail_make_header(RAIL_KIND_TUPLE, 2, 2), 2);
  rail_pop_roots(thread, &roots);
  rail_words(pair)[0] = held[1];
  rail_words(pair)[1] = rail_from_int((int64_t)number);
  return rail_new_cons(thread, pair, held[0]);
}

/* gc_stats _ */
rail_value rail_gc_stats(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  const struct rail_heap *heap = &rail_process.heap;
  const struct rail_statistics before = heap->statistics;
  struct {
    const char *name;
    uint64_t number;
  } entries[] = {
      {"minor_collections", before.minor_collections},
      {"major_collections", before.major_collections},
      {"pause_ns", before.pause_ns},
      {"longest_pause_ns", before.longest_pause_ns},
      {"allocated_bytes", allocated_bytes(thread, heap)},
      {"promoted_bytes", before.promoted_bytes},
      {"live_bytes", live_bytes(heap)},
      {"high_water_bytes", before.high_water_bytes},
      {"nursery_bytes", heap->nursery_size},
      {"frames_scanned", before.frames_scanned},
  };
  rail_value list = RAIL_NIL;
  for (size_t i = sizeof entries / sizeof entries[0]; i > 0; i -= 1) {
    list = add_statistic(thread, entries[i - 1].name, entries[i - 1].number, list);
  }
  return list;
}

/* alloc_stats_snapshot _: 17 ints, of which bytes allocated (0), collections (1), live bytes (2)
 * and the high-water mark (3) have a meaning here. */
rail_value rail_alloc_stats_snapshot(struct rail_thread *thread, rail_value ignored) {
  (void)ignored;
  enum { COUNT = 17 };
  const struct rail_heap *heap = &rail_process.heap;
  uint64_t numbers[COUNT] = {
      allocated_bytes(thread, heap),
      heap->statistics.minor_collections + heap->statistics.major_collections,
      live_bytes(heap),
      heap->statistics.high_water_bytes,
  };
  rail_value list = RAIL_NIL;
  for (int i = COUNT; i > 0; i -= 1) {
    list = rail_new_cons(thread, rail_from_int((int64_t)numbers[i - 1]), list);
  }
  return list;
}
