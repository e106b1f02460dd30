/* large.c: the large space of the heap: runs of pages with boundary tags (Knuth, The Art of
 * Computer Programming, volume 1, 2.5) and free lists by powers of two. */
#include "heap.h"
#include "system.h"

static unsigned size_class(uint64_t pages) {
  return 63u - (unsigned)__builtin_clzll(pages);
}

static void set_run(struct rail_large_space *space, uint64_t page, uint64_t pages, bool is_free) {
  space->runs[page].pages = (uint32_t)pages;
  space->runs[page].is_free = is_free;
  space->runs[page + pages - 1].pages = (uint32_t)pages;
  space->runs[page + pages - 1].is_free = is_free;
}

static void insert_free(struct rail_large_space *space, uint64_t page, uint64_t pages,
                        uint64_t resident) {
  set_run(space, page, pages, true);
  struct rail_page_run *run = &space->runs[page];
  uint32_t *list = &space->free[size_class(pages)];
  run->resident = (uint32_t)resident;
  run->previous = 0;
  run->next = *list;
  if (*list != 0) {
    space->runs[*list].previous = (uint32_t)page;
  }
  *list = (uint32_t)page;
  space->resident_free += resident;
}

static void remove_free(struct rail_large_space *space, uint64_t page) {
  const struct rail_page_run *run = &space->runs[page];
  if (run->previous == 0) {
    space->free[size_class(run->pages)] = run->next;
  } else {
    space->runs[run->previous].next = run->next;
  }
  if (run->next != 0) {
    space->runs[run->next].previous = run->previous;
  }
  space->resident_free -= run->resident;
}

/* Returns a free run of at least `pages` pages, off its list; 0 if there is none. Only the runs of
 * the class of `pages` itself can be too short; a few of them are tried. */
static uint64_t find_free(struct rail_large_space *space, uint64_t pages) {
  unsigned class = size_class(pages);
  uint32_t page = space->free[class];
  for (int tries = 0; tries < 16 && page != 0; tries += 1) {
    if (space->runs[page].pages >= pages) {
      remove_free(space, page);
      return page;
    }
    page = space->runs[page].next;
  }
  for (class += 1; class < RAIL_PAGE_CLASSES; class += 1) {
    if (space->free[class] != 0) {
      page = space->free[class];
      remove_free(space, page);
      return page;
    }
  }
  return 0;
}

/* Returns the first of `pages` consecutive pages, 0 if the space is used up. */
static uint64_t take_pages(struct rail_large_space *space, uint64_t pages) {
  uint64_t page = find_free(space, pages);
  if (page == 0) {
    if (pages > space->page_limit - space->fresh_page) {
      return 0;
    }
    page = space->fresh_page;
    space->fresh_page += pages;
  } else if (space->runs[page].pages > pages) {
    uint64_t rest = space->runs[page].pages - pages;
    uint64_t resident = space->runs[page].resident;
    insert_free(space, page + pages, rest, resident > pages ? resident - pages : 0);
  }
  set_run(space, page, pages, false);
  return page;
}

static void free_pages(struct rail_large_space *space, uint64_t page, uint64_t pages) {
  uint64_t resident = pages;
  uint64_t after = page + pages;
  if (after < space->fresh_page && space->runs[after].is_free) {
    resident += space->runs[after].resident;
    remove_free(space, after);
    pages += space->runs[after].pages;
  }
  if (page > 1 && space->runs[page - 1].is_free) {
    uint64_t before = page - space->runs[page - 1].pages;
    resident += space->runs[before].resident;
    remove_free(space, before);
    pages += page - before;
    page = before;
  }
  insert_free(space, page, pages, resident);
}

struct rail_large *rail_take_large(struct rail_heap *heap, uint64_t header, uint64_t words) {
  struct rail_large_space *space = &heap->large;
  uint64_t bytes = sizeof(struct rail_large) + 8 * words;
  uint64_t cards = 0;
  if (rail_header_kind(header) == RAIL_KIND_ARRAY) {
    cards = words / RAIL_CARD_ELEMENTS + 1;
  }
  uint64_t pages = (bytes + cards + RAIL_PAGE - 1) / RAIL_PAGE;
  uint64_t page = pages < UINT32_MAX ? take_pages(space, pages) : 0;
  if (page == 0) {
    return NULL;
  }
  struct rail_large *large = (struct rail_large *)(space->start + page * RAIL_PAGE);
  *large = (struct rail_large){.next = space->young, .pages = pages, .is_young = true};
  if (cards != 0) {
    large->cards = (uint8_t *)large + bytes;
    for (uint64_t i = 0; i < cards; i += 1) {
      large->cards[i] = 0;
    }
  }
  space->young = large;
  space->young_bytes += pages * RAIL_PAGE;
  space->recent_bytes += pages * RAIL_PAGE;
  return large;
}

void rail_free_large(struct rail_heap *heap, struct rail_large *large) {
  struct rail_large_space *space = &heap->large;
  uint64_t page = ((uint64_t)large - space->start) / RAIL_PAGE;
  free_pages(space, page, large->pages);
}

void rail_trim_large(struct rail_heap *heap, uint64_t keep) {
  struct rail_large_space *space = &heap->large;
  for (unsigned class = RAIL_PAGE_CLASSES; class-- > 0 && space->resident_free > keep;) {
    for (uint32_t page = space->free[class]; page != 0 && space->resident_free > keep;) {
      struct rail_page_run *run = &space->runs[page];
      if (run->resident > 0) {
        uint64_t start = space->start + (uint64_t)page * RAIL_PAGE;
        rail_discard(start, start + (uint64_t)run->pages * RAIL_PAGE);
        space->resident_free -= run->resident;
        run->resident = 0;
      }
      page = run->next;
    }
  }
}
