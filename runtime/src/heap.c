#include "heap.h"

#include "options.h"
#include "system.h"

enum {
  RANGE_LEAST = 64 << 20,
  NURSERY_START = 256 << 10,
  NURSERY_STRESSED = 256,
  /* Beyond so many sections memory is a matter of speed rather than of thrift. */
  SECTIONS_WITH_SMALL_PAGES = 32,
  MAJOR_THRESHOLD_START = 8 << 20,
};
static const uint64_t range_most = (uint64_t)1 << 40;

/* Maps whole sections at a multiple of their size: at most `size` bytes, less if there is not so
 * much room. Stores the size in `*mapped`; returns 0 if even the least is too much. */
static uint64_t map_range(uint64_t size, uint64_t *mapped) {
  for (; size >= RANGE_LEAST; size /= 2) {
    char *address = rail_map(size);
    if (address != NULL) {
      rail_use_small_pages(address, size);
      uint64_t start = ((uint64_t)address + RAIL_SECTION_SIZE - 1) & -(uint64_t)RAIL_SECTION_SIZE;
      *mapped = size - RAIL_SECTION_SIZE;
      return start;
    }
  }
  return 0;
}

static struct rail_section_list empty_list(void) {
  return (struct rail_section_list){RAIL_NO_SECTION, RAIL_NO_SECTION, 0};
}

static bool map_tables(struct rail_heap *heap) {
  uint64_t large_pages = heap->large.page_limit;
  heap->sections = rail_map(heap->section_limit * sizeof *heap->sections);
  heap->large.runs = rail_map(large_pages * sizeof *heap->large.runs);
  return heap->sections != NULL && heap->large.runs != NULL;
}

bool rail_heap_start(struct rail_heap *heap, struct rail_thread *thread, bool is_stressed) {
  uint64_t limit = rail_memory_limit();
  uint64_t wanted = RANGE_LEAST;
  /* Old and large space each get half of the range, and copying doubles the old space. */
  while (wanted < range_most && wanted / 8 < limit) {
    wanted *= 2;
  }
  heap->base = map_range(wanted, &heap->size);
  if (heap->base == 0) {
    return false;
  }
  heap->limit = limit != 0 ? limit : heap->size / 8;
  heap->is_stressed = is_stressed;
  heap->nursery_start = heap->base;
  heap->nursery_first = heap->base + 8;
  heap->nursery_size = is_stressed ? NURSERY_STRESSED : NURSERY_START;
  while (heap->nursery_size > heap->limit / 8 && heap->nursery_size > RAIL_PAGE) {
    heap->nursery_size /= 2;
  }
  heap->old_start = heap->base + RAIL_NURSERY_RESERVED;
  heap->section_limit = (heap->size - RAIL_NURSERY_RESERVED) / 2 / RAIL_SECTION_SIZE;
  heap->old = heap->resident = heap->clean = empty_list();
  heap->large.start = heap->old_start + heap->section_limit * RAIL_SECTION_SIZE;
  heap->large.page_limit = (heap->base + heap->size - heap->large.start) / RAIL_PAGE;
  heap->large.fresh_page = 1;
  heap->major_threshold = MAJOR_THRESHOLD_START;
  thread->nursery_first = heap->nursery_first;
  thread->allocation_pointer = heap->nursery_start;
  thread->allocation_limit = heap->nursery_start + heap->nursery_size;
  return map_tables(heap);
}

uint64_t rail_old_bytes(const struct rail_heap *heap) {
  if (heap->old.count == 0) {
    return 0;
  }
  uint64_t in_last = heap->sections[heap->old.last].top - rail_section_start(heap, heap->old.last);
  return (heap->old.count - 1) * RAIL_SECTION_SIZE + in_last;
}

static uint32_t remove_first(const struct rail_heap *heap, struct rail_section_list *list) {
  uint32_t section = list->first;
  if (section != RAIL_NO_SECTION) {
    list->first = heap->sections[section].next;
    list->count -= 1;
    if (list->first == RAIL_NO_SECTION) {
      list->last = RAIL_NO_SECTION;
    }
  }
  return section;
}

static void append(struct rail_heap *heap, struct rail_section_list *list, uint32_t section) {
  heap->sections[section].next = RAIL_NO_SECTION;
  if (list->last == RAIL_NO_SECTION) {
    list->first = section;
  } else {
    heap->sections[list->last].next = section;
  }
  list->last = section;
  list->count += 1;
}

uint32_t rail_take_section(struct rail_heap *heap, struct rail_section_list *list) {
  uint32_t section = remove_first(heap, &heap->resident);
  if (section == RAIL_NO_SECTION) {
    section = remove_first(heap, &heap->clean);
  }
  if (section == RAIL_NO_SECTION) {
    if (heap->fresh_section == heap->section_limit) {
      return RAIL_NO_SECTION;
    }
    section = (uint32_t)heap->fresh_section;
    heap->fresh_section += 1;
    if (section == SECTIONS_WITH_SMALL_PAGES) {
      rail_use_huge_pages(rail_section_start(heap, section), heap->large.start);
    }
  }
  heap->sections[section].top = rail_section_start(heap, section);
  append(heap, list, section);
  return section;
}

void rail_free_sections(struct rail_heap *heap, struct rail_section_list *list, uint64_t keep) {
  for (;;) {
    uint32_t section = remove_first(heap, list);
    if (section == RAIL_NO_SECTION) {
      break;
    }
    append(heap, &heap->resident, section);
  }
  while (heap->resident.count > keep) {
    uint32_t section = remove_first(heap, &heap->resident);
    uint64_t start = rail_section_start(heap, section);
    rail_discard(start, start + RAIL_SECTION_SIZE);
    append(heap, &heap->clean, section);
  }
}
