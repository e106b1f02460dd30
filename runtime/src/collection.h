/* collection.h: the two kinds of collection (collect.c) and the table of remembered objects
 * (remember.c), for those who decide when to collect (allocate.c). */
#ifndef RAIL_COLLECTION_H
#define RAIL_COLLECTION_H

#include "heap.h"

/* Copies what is alive in the nursery to the old space and empties the nursery; frees the large
 * objects that have died since the last collection. */
void rail_collect_minor(struct rail_thread *thread, struct rail_heap *heap);

/* Copies the old space and frees all large objects that are dead. Requires an empty nursery. */
void rail_collect_major(struct rail_thread *thread, struct rail_heap *heap);

/* Empties the table of remembered objects, and makes it small again after a burst. */
void rail_forget_remembered(struct rail_heap *heap);

#endif
