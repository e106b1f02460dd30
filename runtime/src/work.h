/* work.h: explicit stacks for walking nested data, so that no nesting overflows the C stack. */
#ifndef RAIL_WORK_H
#define RAIL_WORK_H

#include "thread.h"

enum { RAIL_WORK_INLINE = 32 };

struct rail_work_entry {
  uint64_t a;
  uint64_t b;
  uint64_t c;
};

/* A stack of entries: the first ones inside, all of them in mapped memory when there are more. */
struct rail_work {
  struct rail_work_entry *entries;
  size_t count;
  size_t capacity;
  struct rail_work_entry first[RAIL_WORK_INLINE];
};

static inline void rail_work_start(struct rail_work *work) {
  work->entries = work->first;
  work->count = 0;
  work->capacity = RAIL_WORK_INLINE;
}

/* Frees the memory of `work`. */
void rail_work_finish(struct rail_work *work);

/* Makes room for more entries; raises `memory exhausted` (having freed it) if there is none. */
void rail_work_grow(struct rail_thread *thread, struct rail_work *work);

static inline void rail_work_push(struct rail_thread *thread, struct rail_work *work, uint64_t a,
                                  uint64_t b, uint64_t c) {
  if (work->count == work->capacity) {
    rail_work_grow(thread, work);
  }
  work->entries[work->count] = (struct rail_work_entry){a, b, c};
  work->count += 1;
}

#endif
