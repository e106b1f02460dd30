#include "malloc.h"

#include "memory.h"
#include "process.h"
#include "system.h"

enum { CHUNK = 64 << 10 };

static struct rail_block *header_of(const void *memory) { return (struct rail_block *)memory - 1; }

/* The smallest class with room for `size` bytes. */
static unsigned class_of(size_t size) {
  unsigned class = 5;
  while (((size_t)1 << class) < size) {
    class += 1;
  }
  return class;
}

/* Cuts fresh memory into blocks of a class. */
static void refill(struct rail_blocks *blocks, unsigned class) {
  size_t size = (size_t)1 << class;
  char *chunk = rail_map(CHUNK);
  if (chunk == NULL) {
    return;
  }
  for (size_t offset = CHUNK; offset >= size; offset -= size) {
    struct rail_block *block = (struct rail_block *)(chunk + offset - size);
    *block = (struct rail_block){size, blocks->free[class]};
    blocks->free[class] = block;
  }
}

void *rail_block_take(size_t size) {
  if (size > SIZE_MAX / 2) {
    return NULL;
  }
  size_t total = size + sizeof(struct rail_block);
  if (total > CHUNK) {
    struct rail_block *block = rail_map(total);
    if (block == NULL) {
      return NULL;
    }
    block->size = total;
    return block + 1;
  }
  unsigned class = class_of(total);
  struct rail_blocks *blocks = &rail_process.blocks;
  if (blocks->free[class] == NULL) {
    refill(blocks, class);
  }
  struct rail_block *block = blocks->free[class];
  if (block == NULL) {
    return NULL;
  }
  blocks->free[class] = block->next;
  block->next = NULL;
  memset(block + 1, 0, block->size - sizeof *block);
  return block + 1;
}

void rail_block_free(void *memory) {
  struct rail_block *block = header_of(memory);
  if (block->size > CHUNK) {
    rail_unmap(block, block->size);
    return;
  }
  struct rail_block **list = &rail_process.blocks.free[class_of(block->size)];
  block->next = *list;
  *list = block;
}

size_t rail_block_size(const void *memory) {
  return header_of(memory)->size - sizeof(struct rail_block);
}
