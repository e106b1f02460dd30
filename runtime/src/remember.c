/* remember.c: the write barrier. Objects outside the nursery into which something has been stored
 * are kept in a hash table until the next collection. */
#include "collect.h"
#include "collection.h"
#include "memory.h"
#include "process.h"
#include "system.h"

/* Who remembers objects needs the part of the collector that looks at them. */
#define REMEMBER RAIL_TOGETHER("rail_remember")

static rail_value *find_remembered(rail_value *table, uint64_t capacity, rail_value object) {
  uint64_t index = object * 0x9E3779B97F4A7C15u >> 20;
  for (;; index += 1) {
    rail_value *entry = &table[index & (capacity - 1)];
    if (*entry == object || *entry == 0) {
      return entry;
    }
  }
}

/* Doubles the table of remembered objects. */
static void grow_remembered(struct rail_heap *heap) {
  uint64_t capacity =
      heap->remembered == NULL ? RAIL_REMEMBERED_LEAST : 2 * heap->remembered_capacity;
  rail_value *table = rail_map(capacity * sizeof *table);
  if (table == NULL) {
    rail_fatal("no memory for the table of remembered objects");
  }
  for (uint64_t i = 0; i < heap->remembered_capacity; i += 1) {
    rail_value object = heap->remembered[i];
    if (object != 0) {
      *find_remembered(table, capacity, object) = object;
    }
  }
  if (heap->remembered != NULL) {
    rail_unmap(heap->remembered, heap->remembered_capacity * sizeof *table);
  }
  heap->remembered = table;
  heap->remembered_capacity = capacity;
}

static void insert_remembered(struct rail_heap *heap, rail_value object) {
  if (2 * heap->remembered_count >= heap->remembered_capacity) {
    grow_remembered(heap);
  }
  rail_value *entry = find_remembered(heap->remembered, heap->remembered_capacity, object);
  if (*entry == 0) {
    *entry = object;
    heap->remembered_count += 1;
  }
}

/* Puts a large object on the remembered set, once; false if it need not be there. */
static bool remember_large(struct rail_heap *heap, rail_value object) {
  struct rail_large *large = rail_large_of(object);
  if (large->is_young) {
    return false;
  }
  if (!large->is_remembered) {
    large->is_remembered = true;
    insert_remembered(heap, object);
  }
  return true;
}

REMEMBER rail_value rail_remember(struct rail_thread *thread, rail_value object) {
  (void)thread;
  struct rail_heap *heap = &rail_process.heap;
  if (rail_in_nursery(heap, object)) {
    return RAIL_UNIT;
  }
  if (!rail_is_large(heap, object)) {
    insert_remembered(heap, object);
  } else if (remember_large(heap, object)) {
    rail_large_of(object)->has_all_cards = true;
  }
  return RAIL_UNIT;
}

REMEMBER rail_value rail_remember_element(struct rail_thread *thread, rail_value array,
                                          rail_value index) {
  struct rail_heap *heap = &rail_process.heap;
  if (rail_in_nursery(heap, array) || !rail_is_large(heap, array)) {
    return rail_remember(thread, array);
  }
  if (remember_large(heap, array)) {
    rail_large_of(array)->cards[rail_to_int64(index) / RAIL_CARD_ELEMENTS] = 1;
  }
  return RAIL_UNIT;
}

REMEMBER void rail_scan_remembered(struct collection *collection) {
  const struct rail_heap *heap = collection->heap;
  for (uint64_t i = 0; i < heap->remembered_capacity; i += 1) {
    rail_value object = heap->remembered[i];
    if (object == 0) {
      continue;
    }
    if (!rail_is_large(heap, object)) {
      uint64_t header = rail_header(object);
      rail_scan_object(collection, rail_words(object), header, rail_payload_words(header));
    } else if (rail_large_of(object)->has_all_cards || rail_large_of(object)->cards == NULL) {
      rail_scan_large(collection, rail_large_of(object));
    } else {
      rail_scan_cards(collection, rail_large_of(object));
    }
  }
}

REMEMBER void rail_forget_remembered(struct rail_heap *heap) {
  uint64_t bytes = heap->remembered_capacity * sizeof *heap->remembered;
  if (heap->remembered_count > 0) {
    memset(heap->remembered, 0, bytes);
  }
  if (heap->remembered_count < heap->remembered_capacity / 16 &&
      heap->remembered_capacity > RAIL_REMEMBERED_LEAST) {
    rail_unmap(heap->remembered, bytes);
    heap->remembered = NULL;
    heap->remembered_capacity = 0;
  }
  heap->remembered_count = 0;
}
