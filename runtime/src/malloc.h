/* malloc.h: raw memory outside the heap, for counted blocks and foreign functions. */
#ifndef RAIL_MALLOC_H
#define RAIL_MALLOC_H

#include <stddef.h>

/* Blocks up to 2^(RAIL_BLOCK_CLASSES - 1) bytes with their header come from free lists. */
enum { RAIL_BLOCK_CLASSES = 17 };

/* What stands before a block. */
struct rail_block {
  size_t size;             /* of the memory taken, header included */
  struct rail_block *next; /* in a free list; of a counted block its count */
};

struct rail_blocks {
  struct rail_block *free[RAIL_BLOCK_CLASSES]; /* class k: 2^k bytes with the header */
};

/* Returns `size` bytes of zeroed memory, aligned to 16; NULL if there are none. */
void *rail_block_take(size_t size);

/* Gives a block back. */
void rail_block_free(void *memory);

/* Bytes that fit into a block. */
size_t rail_block_size(const void *memory);

#endif
