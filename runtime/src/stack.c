#include "stack.h"

#include "process.h"

/* Labels in entry.S. */
void rail_enter_return(void);
void rail_marker_return(void);

/* The frame of rail_try is a struct rail_handler; the handler's closure, word 2, is live. */
static const struct rail_frame_entry try_frame = {.slots = 1u << 2, .frame_words = 3};

/* Binary search: the table is sorted by return_offset. A return address without an entry would
 * mean a wrong table, which nothing can be trusted after. */
static const struct rail_frame_entry *search(uint64_t offset) {
  const struct rail_frame_entry *entries = rail_program.frames;
  uint64_t low = 0;
  uint64_t high = rail_program.frame_count;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    if (entries[middle].return_offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == rail_program.frame_count || entries[low].return_offset != offset) {
    rail_fatal("no stack map for a return address");
  }
  return &entries[low];
}

static const struct rail_frame_entry *entry_of(uint64_t return_address) {
  uint64_t offset = return_address - (uint64_t)rail_program.text;
  const struct rail_frame_entry **cached =
      &rail_process.frame_cache.entries[offset * 0x9E3779B97F4A7C15u >> 55];
  if (*cached == NULL || (*cached)->return_offset != offset) {
    *cached = search(offset);
  }
  return *cached;
}
_Static_assert(RAIL_FRAME_CACHE_SIZE == 1 << (64 - 55), "the hash above has 9 bits");

/* Completes `frame`, whose return_slot, markers and handler are set. */
static bool load(struct rail_frame *frame) {
  uint64_t address = *frame->return_slot;
  frame->is_marked = address == (uint64_t)rail_marker_return;
  if (frame->is_marked) {
    frame->markers -= 1;
    address = frame->markers->return_address;
  }
  frame->return_address = address;
  if (address == (uint64_t)rail_enter_return) {
    return false;
  }
  if ((const void *)(frame->return_slot + 1) == frame->handler) {
    frame->entry = &try_frame;
    frame->handler = frame->handler->enclosing;
  } else {
    frame->entry = entry_of(address);
  }
  return true;
}

bool rail_first_frame(const struct rail_thread *thread, struct rail_frame *frame) {
  if (thread->frame == NULL) {
    return false;
  }
  frame->return_slot = thread->frame;
  frame->markers = thread->markers;
  frame->handler = thread->handler;
  return load(frame);
}

bool rail_next_frame(struct rail_frame *frame) {
  frame->return_slot += 1 + frame->entry->frame_words;
  return load(frame);
}

void rail_frame_slots(const struct rail_frame *frame, struct rail_slot_map *map) {
  uint32_t slots = frame->entry->slots;
  if ((slots & RAIL_WIDE_SLOTS) == 0) {
    map->narrow = slots;
    map->bits = &map->narrow;
    map->count = 1;
  } else {
    const uint32_t *wide = &rail_program.wide_slots[slots & ~RAIL_WIDE_SLOTS];
    map->bits = wide + 1;
    map->count = wide[0];
  }
}

void rail_mark_frame(struct rail_frame *frame, struct rail_marker *marker) {
  marker->slot = frame->return_slot;
  marker->return_address = frame->return_address;
  *frame->return_slot = (uint64_t)rail_marker_return;
}

void rail_drop_markers(struct rail_thread *thread, const void *stack) {
  while (thread->markers > thread->marker_base &&
         (const void *)thread->markers[-1].slot < stack) {
    thread->markers -= 1;
  }
}

const struct rail_function_entry *rail_function_at(uint64_t return_address) {
  /* A call may be the last instruction of its function, so the address before counts. */
  uint64_t offset = return_address - (uint64_t)rail_program.text - 1;
  if (offset >= rail_program.text_size) {
    return NULL;
  }
  const struct rail_function_entry *functions = rail_program.functions;
  uint64_t low = 0;
  uint64_t high = rail_program.function_count;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    if (functions[middle].start_offset <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? NULL : &functions[low - 1];
}

const struct rail_function_entry *rail_function_starting_at(uint64_t code) {
  const struct rail_function_entry *function = rail_function_at(code + 1);
  bool is_start =
      function != NULL && code == (uint64_t)rail_program.text + function->start_offset;
  return is_start ? function : NULL;
}
