/* large_objects.c: objects with pages of their own: allocation, marking and freeing. Their space is
 * large.c. */
#include "collect.h"
#include "collection.h"
#include "error.h"
#include "memory.h"
#include "process.h"
#include "system.h"

/* Who allocates large objects needs the parts of the collector that deal with them. */
#define LARGE_OBJECTS RAIL_TOGETHER("rail_large_objects")

enum { YOUNG_LARGE_LEAST = 8 << 20 };

/* Whether so many large objects are new that some may well be dead. */
static bool is_large_space_due(const struct rail_heap *heap, uint64_t bytes) {
  uint64_t allowance = rail_live_bytes(heap) / 2;
  if (allowance < YOUNG_LARGE_LEAST) {
    allowance = YOUNG_LARGE_LEAST;
  }
  return heap->is_stressed || heap->large.young_bytes + bytes > allowance ||
         rail_heap_demand(heap, bytes) > heap->limit;
}

LARGE_OBJECTS rail_value rail_new_large(struct rail_thread *thread, uint64_t header,
                                        uint64_t words) {
  struct rail_heap *heap = &rail_process.heap;
  rail_begin_heap(thread);
  uint64_t bytes = words * 8;
  if (words > heap->limit / 8) {
    rail_raise_memory(thread);
  }
  if (is_large_space_due(heap, bytes)) {
    rail_collect(thread, false);
    if (rail_heap_demand(heap, bytes) > heap->limit) {
      rail_collect(thread, true);
    }
    rail_require_room(thread, bytes);
  }
  struct rail_large *large = rail_take_large(heap, header, words);
  if (large == NULL) {
    rail_raise_memory(thread);
  }
  large->header = header;
  heap->statistics.allocated_bytes += bytes;
  return rail_large_object(large);
}

/* ---- Marking ----------------------------------------------------------------------------- */

static void clear_cards(struct rail_large *large, uint64_t words) {
  large->is_remembered = false;
  large->has_all_cards = false;
  if (large->cards != NULL) {
    memset(large->cards, 0, words / RAIL_CARD_ELEMENTS + 1);
  }
}

void rail_scan_large(struct collection *collection, struct rail_large *large) {
  uint64_t words = rail_payload_words(large->header);
  rail_scan_object(collection, rail_words(rail_large_object(large)), large->header, words);
  clear_cards(large, words);
}

void rail_scan_cards(struct collection *collection, struct rail_large *large) {
  uint64_t words = rail_payload_words(large->header);
  rail_value *elements = rail_words(rail_large_object(large));
  for (uint64_t first = 0; first < words; first += RAIL_CARD_ELEMENTS) {
    if (large->cards[first / RAIL_CARD_ELEMENTS] != 0) {
      uint64_t count = words - first;
      rail_forward_range(collection, &elements[first],
                         count < RAIL_CARD_ELEMENTS ? count : RAIL_CARD_ELEMENTS);
    }
  }
  clear_cards(large, words);
}

LARGE_OBJECTS void rail_scan_gray(struct collection *collection) {
  struct rail_large *large = collection->gray;
  collection->gray = large->next_gray;
  rail_scan_large(collection, large);
}

/* ---- Freeing ----------------------------------------------------------------------------- */

/* Moves the marked objects of `list` to the old list and frees the others. */
static void sweep(struct rail_heap *heap, struct rail_large *list) {
  struct rail_large_space *space = &heap->large;
  while (list != NULL) {
    struct rail_large *next = list->next;
    if (list->is_marked) {
      list->is_marked = false;
      list->is_young = false;
      list->next = space->old;
      space->old = list;
      space->old_bytes += list->pages * RAIL_PAGE;
    } else {
      rail_free_large(heap, list);
    }
    list = next;
  }
}

/* Keeps as many free pages as the program has lately had use for. */
static void trim(struct rail_heap *heap) {
  const uint64_t most = 64 << 20;
  uint64_t recent = heap->large.recent_bytes;
  heap->large.recent_bytes = 0;
  rail_trim_large(heap, (recent < most ? recent : most) / RAIL_PAGE);
}

LARGE_OBJECTS void rail_sweep_large(struct collection *collection) {
  struct rail_large_space *space = &collection->heap->large;
  struct rail_large *young = space->young;
  struct rail_large *old = space->old;
  space->young = NULL;
  space->young_bytes = 0;
  if (collection->is_major) {
    space->old = NULL;
    space->old_bytes = 0;
    sweep(collection->heap, old);
  }
  sweep(collection->heap, young);
  if (collection->is_major) {
    trim(collection->heap);
  }
}
