/* heap.h: where objects live.
 *
 * One reserved range of addresses, committed page by page as it is touched:
 *
 *   base                                                                        base + size
 *   | nursery | old space: sections of 2 MiB          | large space: runs of pages        |
 *
 * New objects are bump-allocated in the nursery. A minor collection copies those that are alive
 * to the end of the old space and empties the nursery; a major collection copies the whole old
 * space into fresh sections and frees the former ones. Objects over RAIL_LARGE_WORDS have pages
 * of their own and are never moved. Everything outside the range is static data, which the
 * collector never looks at: "is this on the heap" is one subtraction and one comparison. */
#ifndef RAIL_HEAP_H
#define RAIL_HEAP_H

#include "object.h"
#include "thread.h"

enum {
  RAIL_SECTION_SIZE = 2 << 20,
  /* Payload words beyond which an object goes to the large space: 32 KiB. */
  RAIL_LARGE_WORDS = 4096,
  /* Elements of a large array that one card stands for. */
  RAIL_CARD_ELEMENTS = 64,
  /* Entries of the table of remembered objects when it is small. */
  RAIL_REMEMBERED_LEAST = 512,
};

/* A section of the old space. */
struct rail_section {
  uint64_t top;  /* end of its objects */
  uint32_t next; /* in the list it is on; RAIL_NO_SECTION at the end */
};
#define RAIL_NO_SECTION UINT32_MAX

/* A list of sections in the order in which they were filled. */
struct rail_section_list {
  uint32_t first;
  uint32_t last;
  uint64_t count;
};

/* State of a large object; stands at the start of its pages, before its header. */
struct rail_large {
  struct rail_large *next;      /* in `young` or `old` */
  struct rail_large *next_gray; /* objects that are alive and yet to be scanned */
  uint8_t *cards;               /* one byte for RAIL_CARD_ELEMENTS elements: stored into; or NULL */
  uint64_t pages;
  bool is_young;      /* allocated since the last collection */
  bool is_marked;     /* reached in the running collection */
  bool is_remembered; /* on the remembered set */
  bool has_all_cards; /* any element may have been stored into */
  uint64_t unused[2];
  uint64_t header;
};
_Static_assert(sizeof(struct rail_large) == 64, "objects in the large space are aligned to 64");

/* A run of pages in the large space; an entry for its first and its last page, the others are
 * meaningless. */
struct rail_page_run {
  uint32_t pages;
  uint32_t resident; /* of a free run: at most that many pages are backed by memory */
  uint32_t next;     /* of a free run: links in its size class; page 0 is never free */
  uint32_t previous;
  bool is_free;
};

enum { RAIL_PAGE_CLASSES = 32 };

struct rail_large_space {
  uint64_t start;
  uint64_t page_limit;
  uint64_t fresh_page; /* pages from here on have never been used */
  struct rail_page_run *runs;
  uint32_t free[RAIL_PAGE_CLASSES]; /* free runs of 2^k up to 2^(k+1) - 1 pages */
  uint64_t resident_free;           /* pages of free runs that are backed by memory */
  struct rail_large *young;
  struct rail_large *old;
  uint64_t young_bytes;
  uint64_t old_bytes;
  uint64_t recent_bytes; /* allocated since the last major collection */
};

struct rail_statistics {
  uint64_t minor_collections;
  uint64_t major_collections;
  uint64_t allocated_bytes; /* up to the last collection; large objects at once */
  uint64_t promoted_bytes;
  uint64_t pause_ns;
  uint64_t longest_pause_ns;
  uint64_t high_water_bytes;
  uint64_t frames_scanned;
};

struct rail_heap {
  uint64_t base;
  uint64_t size;
  /* The nursery: the address of the first field of its first possible object, and its size. An
   * object without fields at its very end still lies inside when one compares against `first`. */
  uint64_t nursery_first;
  uint64_t nursery_size;
  uint64_t nursery_start;

  uint64_t old_start;
  uint64_t section_limit;
  uint64_t fresh_section;
  struct rail_section *sections;
  struct rail_section_list old;      /* sections with objects */
  struct rail_section_list resident; /* free ones that may be backed by memory */
  struct rail_section_list clean;    /* free ones that are not */

  struct rail_large_space large;

  /* Mutable objects outside the nursery into which something has been stored since the last
   * collection: an open-addressing hash set (0: empty) in mapped memory. */
  rail_value *remembered;
  uint64_t remembered_capacity;
  uint64_t remembered_count;

  /* A major collection follows when old and large objects exceed this. */
  uint64_t major_threshold;
  /* RAIL_HEAP_MAX: what nursery, old space (twice: copying needs room) and large space may have. */
  uint64_t limit;
  bool is_stressed; /* RAIL_GC_STRESS */
  bool is_traced;   /* RAIL_GC_TRACE */
  struct rail_statistics statistics;
};

/* Reserves the address range and makes `thread` its mutator; false if there is no memory. */
bool rail_heap_start(struct rail_heap *heap, struct rail_thread *thread, bool is_stressed);

/* Bytes of the objects in the old space, including gaps at the ends of sections. */
uint64_t rail_old_bytes(const struct rail_heap *heap);

/* Takes a free section and appends it to `list`; its `top` is its start. RAIL_NO_SECTION if the
 * address range is used up. */
uint32_t rail_take_section(struct rail_heap *heap, struct rail_section_list *list);

/* Makes all sections of `list` free; `keep` free ones stay backed by memory. */
void rail_free_sections(struct rail_heap *heap, struct rail_section_list *list, uint64_t keep);

static inline uint64_t rail_section_start(const struct rail_heap *heap, uint32_t section) {
  return heap->old_start + (uint64_t)section * RAIL_SECTION_SIZE;
}

/* Whether the pointer `value` is to an object in the nursery. */
static inline bool rail_in_nursery(const struct rail_heap *heap, rail_value value) {
  return value - heap->nursery_first < heap->nursery_size;
}

/* Whether the pointer `value` is to a large object. */
static inline bool rail_is_large(const struct rail_heap *heap, rail_value value) {
  return value - heap->large.start < heap->base + heap->size - heap->large.start;
}

/* Whether the pointer `value` is to any object on the heap. */
static inline bool rail_on_heap(const struct rail_heap *heap, rail_value value) {
  return value - heap->base < heap->size;
}

static inline struct rail_large *rail_large_of(rail_value object) {
  return (struct rail_large *)(object - sizeof(struct rail_large));
}

static inline rail_value rail_large_object(struct rail_large *large) {
  return (rail_value)(large + 1);
}

/* Takes pages for an object with `words` payload words; NULL if the range is used up. The header
 * is the caller's to write. */
struct rail_large *rail_take_large(struct rail_heap *heap, uint64_t header, uint64_t words);

/* Frees the pages of a large object that is on no list any more. */
void rail_free_large(struct rail_heap *heap, struct rail_large *large);

/* Gives free pages back to the system down to `keep` pages. */
void rail_trim_large(struct rail_heap *heap, uint64_t keep);

#endif
