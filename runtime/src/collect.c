/* collect.c: minor and major copying collections (C. J. Cheney, A Nonrecursive List Compacting
 * Algorithm, CACM 13, 1970), large objects by marking.
 *
 * Both kinds of collection are the same procedure with another from-space: the nursery, or all
 * sections of the old space while the nursery is empty. Survivors go to the end of the list of
 * sections `heap.old`, which a major collection empties first. Copied objects are scanned in the
 * order of their addresses, large objects through a list; so nothing recurses. */
#include "collection.h"

#include "memory.h"
#include "process.h"
#include "system.h"

RAIL_IF_LINKED void rail_scan_remembered(struct collection *collection);
RAIL_IF_LINKED void rail_forget_remembered(struct rail_heap *heap);
RAIL_IF_LINKED void rail_scan_gray(struct collection *collection);
RAIL_IF_LINKED void rail_sweep_large(struct collection *collection);

static uint64_t section_end(const struct rail_heap *heap, uint32_t section) {
  return rail_section_start(heap, section) + RAIL_SECTION_SIZE;
}

/* Closes the current section and opens another. The address range of the old space is half of
 * what the limit was derived from, so that it can only run out together with memory. */
RAIL_SMALL static void open_section(struct collection *collection) {
  struct rail_heap *heap = collection->heap;
  if (heap->old.last != RAIL_NO_SECTION) {
    heap->sections[heap->old.last].top = collection->top;
  }
  uint32_t section = rail_take_section(heap, &heap->old);
  if (section == RAIL_NO_SECTION) {
    rail_fatal("the address space of the heap is exhausted");
  }
  collection->top = rail_section_start(heap, section);
  collection->end = section_end(heap, section);
  if (collection->scan_section == RAIL_NO_SECTION) {
    collection->scan_section = section;
    collection->scan = collection->top;
  }
}

static inline uint64_t reserve(struct collection *collection, uint64_t bytes) {
  if (bytes > collection->end - collection->top) {
    open_section(collection);
  }
  uint64_t start = collection->top;
  collection->top += bytes;
  return start;
}

/* Copies the header and payload of an object; small ones, nearly all, word by word. */
static void copy_words(uint64_t *target, const uint64_t *source, uint64_t count) {
  enum { SMALL = 8 };
  if (count > SMALL) {
    memcpy(target, source, count * 8);
    return;
  }
#pragma clang loop vectorize(disable) unroll(disable)
  for (uint64_t i = 0; i < count; i += 1) {
    target[i] = source[i];
  }
}

/* Copies one object and leaves its new address in place of its header. */
static rail_value copy(struct collection *collection, rail_value object, uint64_t header) {
  uint64_t count = rail_payload_words(header) + 1;
  uint64_t *target = (uint64_t *)reserve(collection, count * 8);
  copy_words(target, rail_words(object) - 1, count);
  rail_value copied = (rail_value)(target + 1);
  rail_words(object)[-1] = copied;
  return copied;
}

enum { CELL_BYTES = 24 };

static rail_value copy_cell(struct collection *collection, rail_value cell, uint64_t header) {
  uint64_t *target = (uint64_t *)reserve(collection, CELL_BYTES);
  target[0] = header;
  target[1] = rail_words(cell)[0];
  target[2] = rail_words(cell)[1];
  rail_words(cell)[-1] = (rail_value)(target + 1);
  return (rail_value)(target + 1);
}

/* Copies a cons cell and, next to it, the cells that follow it in the list: lists stay in memory
 * in the order in which they are walked.
 *
 * The tail of a copy is set here only if it is the very next object, which is how scan_cell
 * recognises that it need not be forwarded: no pointer into from-space has that value. */
static rail_value copy_list(struct collection *collection, rail_value cell, uint64_t header) {
  rail_value first = copy_cell(collection, cell, header);
  rail_value last = first;
  for (;;) {
    rail_value tail = rail_words(last)[1];
    if (!rail_is_pointer(tail) || tail - collection->from_first >= collection->from_size) {
      return first;
    }
    uint64_t tail_header = rail_header(tail);
    if (rail_header_kind(tail_header) != RAIL_KIND_CONS) {
      return first;
    }
    rail_value copied = copy_cell(collection, tail, tail_header);
    if (copied == last + CELL_BYTES) {
      rail_words(last)[1] = copied;
    }
    last = copied;
  }
}

RAIL_SMALL static void reach_large(struct collection *collection, rail_value object) {
  struct rail_large *large = rail_large_of(object);
  if (large->is_marked || !(collection->is_major || large->is_young)) {
    return;
  }
  large->is_marked = true;
  large->next_gray = collection->gray;
  collection->gray = large;
}

/* The survivor of an object in from-space. */
__attribute__((noinline)) static rail_value survivor(struct collection *collection,
                                                     rail_value object) {
  uint64_t header = rail_header(object);
  if ((header & 1) == 0) {
    return header;
  }
  if (rail_header_kind(header) == RAIL_KIND_CONS) {
    return copy_list(collection, object, header);
  }
  return copy(collection, object, header);
}

/* Makes `*slot` refer to the survivor of what it refers to. Most slots hold no pointer into
 * from-space, which is found out inline. */
static inline void forward(struct collection *collection, rail_value *slot) {
  rail_value value = *slot;
  if (!rail_is_pointer(value)) {
    return;
  }
  if (value - collection->from_first < collection->from_size) {
    *slot = survivor(collection, value);
  } else if (value - collection->large_start < collection->large_size) {
    reach_large(collection, value);
  }
}

void rail_forward_range(struct collection *collection, rail_value *slots, uint64_t count) {
  for (uint64_t i = 0; i < count; i += 1) {
    forward(collection, &slots[i]);
  }
}

/* ---- Roots ------------------------------------------------------------------------------- */

static void forward_frame(struct collection *collection, const struct rail_frame *frame) {
  struct rail_slot_map map;
  rail_frame_slots(frame, &map);
  rail_value *base = rail_frame_base(frame);
  for (uint32_t j = 0; j < map.count; j += 1) {
    for (uint32_t bits = map.bits[j]; bits != 0; bits &= bits - 1) {
      forward(collection, &base[32 * j + (uint32_t)__builtin_ctz(bits)]);
    }
  }
}

static void forward_registers(struct collection *collection, struct rail_thread *thread,
                              uint32_t mask) {
  for (; mask != 0; mask &= mask - 1) {
    forward(collection, &thread->registers->general[__builtin_ctz(mask)]);
  }
}

/* Puts the markers that were pushed since `first`, youngest frame first, in the order of the
 * stack. */
static void reverse_markers(struct rail_marker *first, struct rail_marker *end) {
  while (first + 1 < end) {
    end -= 1;
    struct rail_marker marker = *first;
    *first = *end;
    *end = marker;
    first += 1;
  }
}

/* Forwards the frames of the stack, those that are older than the youngest marker only in a major
 * collection, and leaves markers on the new ones. */
RAIL_SMALL static void forward_stack(struct collection *collection, struct rail_thread *thread) {
  struct rail_frame frame;
  if (!rail_first_frame(thread, &frame)) {
    return;
  }
  forward_registers(collection, thread, frame.entry->register_mask);
  struct rail_marker *first_new = thread->markers;
  struct rail_marker *next_marker = first_new;
  bool is_new = true;
  uint64_t distance = 0;
  do {
    if (frame.is_marked) {
      is_new = false;
      if (!collection->is_major) {
        break;
      }
    }
    distance += 1;
    if (is_new && distance % RAIL_MARKER_DISTANCE == 0 && next_marker < thread->marker_end) {
      rail_mark_frame(&frame, next_marker);
      next_marker += 1;
    }
    forward_frame(collection, &frame);
  } while (rail_next_frame(&frame));
  reverse_markers(first_new, next_marker);
  thread->markers = next_marker;
  collection->heap->statistics.frames_scanned += distance;
}

static void forward_thread(struct collection *collection, struct rail_thread *thread) {
  forward_stack(collection, thread);
  for (struct rail_roots *roots = thread->roots; roots != NULL; roots = roots->enclosing) {
    rail_forward_range(collection, roots->values, roots->count);
  }
}

/* ---- Scanning ---------------------------------------------------------------------------- */

void rail_scan_object(struct collection *collection, uint64_t *object, uint64_t header,
                      uint64_t words) {
  for (uint64_t i = rail_first_value(header, words); i < words; i += 1) {
    forward(collection, &object[i]);
  }
}

static void scan_cell(struct collection *collection, uint64_t *cell) {
  forward(collection, &cell[0]);
  if (cell[1] != (rail_value)cell + CELL_BYTES) {
    forward(collection, &cell[1]);
  }
}

/* Scans the copied objects of one section; returns false if there was nothing to do. */
__attribute__((noinline)) static bool scan_section(struct collection *collection) {
  struct rail_heap *heap = collection->heap;
  uint32_t section = collection->scan_section;
  if (section == RAIL_NO_SECTION) {
    return false;
  }
  bool is_last = section == heap->old.last;
  uint64_t top = is_last ? collection->top : heap->sections[section].top;
  uint64_t scan = collection->scan;
  if (scan == top) {
    if (is_last) {
      return false;
    }
    collection->scan_section = heap->sections[section].next;
    collection->scan = rail_section_start(heap, collection->scan_section);
    return true;
  }
  while (scan < top) {
    uint64_t *object = (uint64_t *)scan + 1;
    uint64_t header = object[-1];
    if (rail_header_kind(header) == RAIL_KIND_CONS) {
      scan += CELL_BYTES;
      scan_cell(collection, object);
    } else {
      uint64_t words = rail_payload_words(header);
      scan += (words + 1) * 8;
      rail_scan_object(collection, object, header, words);
    }
  }
  collection->scan = scan;
  return true;
}

/* Forwards what is reachable from copied and marked objects until there is nothing new. */
static void scan_everything(struct collection *collection) {
  for (;;) {
    while (scan_section(collection)) {
    }
    if (collection->gray == NULL) {
      return;
    }
    rail_scan_gray(collection);
  }
}

/* ---- Collections ------------------------------------------------------------------------- */

/* Survivors are appended to the last section. */
static void begin_at_end(struct collection *collection) {
  struct rail_heap *heap = collection->heap;
  uint32_t last = heap->old.last;
  collection->scan_section = last;
  if (last == RAIL_NO_SECTION) {
    collection->top = collection->end = 0;
  } else {
    collection->top = heap->sections[last].top;
    collection->end = section_end(heap, last);
  }
  collection->scan = collection->top;
}

RAIL_SMALL static void collect_from(struct collection *collection, struct rail_thread *thread) {
  struct rail_heap *heap = collection->heap;
  collection->large_start = heap->large.start;
  collection->large_size = heap->base + heap->size - heap->large.start;
  begin_at_end(collection);
  forward_thread(collection, thread);
  rail_forward_range(collection, rail_program.globals, rail_program.global_count);
  if (rail_scan_remembered != NULL && !collection->is_major) {
    rail_scan_remembered(collection);
  }
  scan_everything(collection);
  if (heap->old.last != RAIL_NO_SECTION) {
    heap->sections[heap->old.last].top = collection->top;
  }
  if (rail_sweep_large != NULL) {
    rail_sweep_large(collection);
  }
  if (rail_forget_remembered != NULL) {
    rail_forget_remembered(heap);
  }
}

/* Fills dead memory with what looks like pointers to nowhere, so that the use of a pointer that has
 * not been updated does not go unnoticed. */
static void poison(uint64_t start, uint64_t end) {
  memset((void *)start, 0xF8, end - start);
}

RAIL_SMALL void rail_collect_minor(struct rail_thread *thread, struct rail_heap *heap) {
  uint64_t before = rail_old_bytes(heap);
  struct collection collection = {
      .heap = heap,
      .from_first = heap->nursery_first,
      .from_size = heap->nursery_size,
      .is_major = false,
  };
  heap->statistics.allocated_bytes += thread->allocation_pointer - heap->nursery_start;
  collect_from(&collection, thread);
  if (heap->is_stressed) {
    poison(heap->nursery_start, thread->allocation_pointer);
  }
  thread->allocation_pointer = heap->nursery_start;
  heap->statistics.minor_collections += 1;
  heap->statistics.promoted_bytes += rail_old_bytes(heap) - before;
}

/* Gives back the stack's pages far below the frames in use. */
RAIL_SMALL static void trim_stack(const struct rail_thread *thread) {
  const uint64_t slack = 1 << 20;
  uint64_t here = (uint64_t)__builtin_frame_address(0);
  if (thread->stack_low != 0 && here > thread->stack_low + slack && here < thread->stack_high) {
    rail_discard(thread->stack_low + RAIL_PAGE, here - slack);
  }
}

RAIL_SMALL void rail_collect_major(struct rail_thread *thread, struct rail_heap *heap) {
  struct collection collection = {
      .heap = heap,
      .from_first = heap->old_start + 8,
      .from_size = heap->section_limit * RAIL_SECTION_SIZE,
      .is_major = true,
  };
  struct rail_section_list from = heap->old;
  uint64_t high_water = rail_old_bytes(heap);
  heap->old = (struct rail_section_list){RAIL_NO_SECTION, RAIL_NO_SECTION, 0};
  collect_from(&collection, thread);
  high_water += rail_old_bytes(heap) + heap->large.old_bytes;
  if (high_water > heap->statistics.high_water_bytes) {
    heap->statistics.high_water_bytes = high_water;
  }
  if (heap->is_stressed) {
    for (uint32_t section = from.first; section != RAIL_NO_SECTION;
         section = heap->sections[section].next) {
      poison(rail_section_start(heap, section), heap->sections[section].top);
    }
  }
  /* As much as is alive will be allocated before the next major collection. */
  rail_free_sections(heap, &from, heap->old.count + 2);
  trim_stack(thread);
  heap->statistics.major_collections += 1;
}
