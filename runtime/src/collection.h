/* collection.h: what the parts of the collector share. A program has those parts that it needs:
 * collect.c (copying), collect_large.c (large objects), remember.c (mutable objects). */
#ifndef RAIL_COLLECTION_H
#define RAIL_COLLECTION_H

#include "heap.h"

/* A running collection. */
struct collection {
  struct rail_heap *heap;
  /* From-space: a pointer p is in it if p - from_first < from_size. */
  uint64_t from_first;
  uint64_t from_size;
  bool is_major;
  uint64_t large_start;
  uint64_t large_size;
  /* Where the next survivor goes, in the last section of heap->old. */
  uint64_t top;
  uint64_t end;
  /* The first copied object that has not been scanned. */
  uint32_t scan_section;
  uint64_t scan;
  struct rail_large *gray; /* large objects that are alive and not scanned */
};

/* Copies what is alive in the nursery to the old space and empties the nursery; frees the large
 * objects that have died since the last collection. */
void rail_collect_minor(struct rail_thread *thread, struct rail_heap *heap);

/* Copies the old space and frees all large objects that are dead. Requires an empty nursery. */
void rail_collect_major(struct rail_thread *thread, struct rail_heap *heap);

/* Makes every slot refer to the survivor of what it refers to. */
void rail_forward_range(struct collection *collection, rail_value *slots, uint64_t count);

/* Forwards what an object with `words` payload words refers to. */
void rail_scan_object(struct collection *collection, uint64_t *object, uint64_t header,
                      uint64_t words);

/* Forwards what the remembered objects refer to that has been stored since the last collection. */
void rail_scan_remembered(struct collection *collection);

/* Empties the table of remembered objects, and makes it small again after a burst. */
void rail_forget_remembered(struct rail_heap *heap);

/* Scans one of the large objects that have been reached. */
void rail_scan_gray(struct collection *collection);

/* Scans a large object, all of it or, if it is remembered and has cards, what they say. */
void rail_scan_large(struct collection *collection, struct rail_large *large);
void rail_scan_cards(struct collection *collection, struct rail_large *large);

/* Makes the heap when something is allocated for the first time; false if it is there already. */
bool rail_begin_heap(struct rail_thread *thread);

/* Bytes of the old and large objects. */
uint64_t rail_live_bytes(const struct rail_heap *heap);

/* What the heap takes of its limit when `more` bytes of large objects are added: copying the old
 * space needs room for a second one. */
uint64_t rail_heap_demand(const struct rail_heap *heap, uint64_t more);

/* After a collection: raises unless there is room for `more` bytes and for enough allocation that
 * the next collection is worth its time. */
void rail_require_room(struct rail_thread *thread, uint64_t more);

/* Frees the large objects that have not been reached. */
void rail_sweep_large(struct collection *collection);

#endif
