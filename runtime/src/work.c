#include "work.h"

#include "error.h"
#include "memory.h"
#include "system.h"

void rail_work_finish(struct rail_work *work) {
  if (work->entries != work->first) {
    rail_unmap(work->entries, work->capacity * sizeof *work->entries);
  }
}

void rail_work_grow(struct rail_thread *thread, struct rail_work *work) {
  size_t bytes = work->capacity * sizeof *work->entries;
  size_t new_capacity = work->entries == work->first ? 1024 : 2 * work->capacity;
  size_t new_bytes = new_capacity * sizeof *work->entries;
  struct rail_work_entry *entries;
  if (work->entries == work->first) {
    entries = rail_map(new_bytes);
    if (entries != NULL) {
      memcpy(entries, work->first, bytes);
    }
  } else {
    entries = rail_remap(work->entries, bytes, new_bytes);
  }
  if (entries == NULL) {
    rail_work_finish(work);
    rail_raise_memory(thread);
  }
  work->entries = entries;
  work->capacity = new_capacity;
}
