/* counted.c: rc_alloc, rc_retain, rc_release: zeroed blocks outside the heap that are freed when
 * their count becomes 0. A block begins with its count. */
#include "collect.h"
#include "malloc.h"
#include "number.h"

struct counted {
  uint64_t count;
  uint64_t padding; /* keeps the contents aligned to 16 */
};

static struct counted *operand(struct rail_thread *thread, const char *operation,
                               rail_value pointer) {
  rail_require_kind(thread, operation, RAIL_KIND_POINTER, pointer);
  struct counted *block = (struct counted *)rail_words(pointer)[0] - 1;
  if (block->count == 0) {
    rail_raise_text(thread, operation, "the block has been freed");
  }
  return block;
}

/* rc_alloc n: a pointer to n bytes with the count 1. */
rail_value rail_rc_alloc(struct rail_thread *thread, rail_value size) {
  uint64_t length = rail_size_operand(thread, "rc_alloc", size);
  rail_value pointer = rail_new(thread, rail_make_header(RAIL_KIND_POINTER, 0, 1), 1);
  struct counted *block = rail_block_take(length + sizeof(struct counted));
  rail_words(pointer)[0] = (uint64_t)(block + 1);
  if (block == NULL) {
    rail_raise_memory(thread);
  }
  block->count = 1;
  return pointer;
}

/* rc_retain p: gives p. */
rail_value rail_rc_retain(struct rail_thread *thread, rail_value pointer) {
  operand(thread, "rc_retain", pointer)->count += 1;
  return pointer;
}

/* rc_release p: gives 0. */
rail_value rail_rc_release(struct rail_thread *thread, rail_value pointer) {
  struct counted *block = operand(thread, "rc_release", pointer);
  block->count -= 1;
  if (block->count == 0) {
    rail_block_free(block);
  }
  return rail_from_int(0);
}
