/* stack.h: walking the frames of compiled code.
 *
 * A frame is described by the entry of the return address through which control comes back to it
 * (struct rail_frame_entry). Walks start at rail_thread.frame and end in rail_enter.
 *
 * Stack markers (P. Cheng, R. Harper, P. Lee: Generational Stack Collection and Profile-Driven
 * Pretenuring, PLDI 1998): a minor collection leaves no pointer into the nursery on the stack, so
 * a frame to which control has not returned since then need not be looked at again. The collector
 * therefore replaces the return address of every RAIL_MARKER_DISTANCE-th frame by
 * rail_marker_return, which removes the marker when control passes it: all frames older than
 * the youngest marker are unchanged. Deep recursion thus costs each collection only the frames
 * that are new, not the whole stack. */
#ifndef RAIL_STACK_H
#define RAIL_STACK_H

#include <stdbool.h>

#include "thread.h"

enum { RAIL_MARKER_DISTANCE = 32, RAIL_FRAME_CACHE_SIZE = 512 };

/* Recently used frame entries, direct-mapped by the return address. */
struct rail_frame_cache {
  const struct rail_frame_entry *entries[RAIL_FRAME_CACHE_SIZE];
};

/* One frame of a walk from the youngest to the oldest. */
struct rail_frame {
  /* Where the return address stands through which control will come back to this frame; the
   * frame's own words begin above it. */
  uint64_t *return_slot;
  uint64_t return_address;
  const struct rail_frame_entry *entry;
  /* The return address has been replaced: this frame and all older ones are unchanged since the
   * last minor collection. */
  bool is_marked;
  /* Markers below this address belong to older frames. */
  const struct rail_marker *markers;
  /* The innermost rail_try of an older frame. Its own frame is recognised by this, so that only
   * programs that use rail_try contain it. */
  const struct rail_handler *handler;
};

/* Sets `frame` to the youngest frame; false if there is none. */
bool rail_first_frame(const struct rail_thread *thread, struct rail_frame *frame);

/* Goes on to the caller of `frame`; false at the end of the stack. */
bool rail_next_frame(struct rail_frame *frame);

/* The bitmap of the live words of a frame: bit i of word j is the word 32 * j + i above the
 * return slot's successor. */
struct rail_slot_map {
  const uint32_t *bits;
  uint32_t count;
  uint32_t narrow; /* storage for frames with a small map */
};

/* Fills `map`, which must not be moved afterwards. */
void rail_frame_slots(const struct rail_frame *frame, struct rail_slot_map *map);

/* First word of the frame: what bit 0 of its slot map stands for. */
static inline rail_value *rail_frame_base(const struct rail_frame *frame) {
  return frame->return_slot + 1;
}

/* Maps the stack of `thread`, sets its limit, and returns where it begins: its highest address. */
uint64_t rail_map_stack(struct rail_thread *thread);

/* Maps room for the markers of a full stack; false if there is none. */
bool rail_map_markers(struct rail_thread *thread);

/* Puts a marker on `frame`, which has none. The caller keeps rail_thread.markers in order:
 * oldest frames first. */
void rail_mark_frame(struct rail_frame *frame, struct rail_marker *marker);

/* Removes the markers of frames younger than the stack pointer `stack`, which are about to be
 * dropped without being returned to. */
void rail_drop_markers(struct rail_thread *thread, const void *stack);

/* The function that contains a return address into compiled code; NULL if there is none. */
const struct rail_function_entry *rail_function_at(uint64_t return_address);

/* The function that begins at `code`, NULL if it is none of the program's. */
const struct rail_function_entry *rail_function_starting_at(uint64_t code);

#endif
