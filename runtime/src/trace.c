/* trace.c: the report of an uncaught error.
 *
 *   rail: error: MESSAGE
 *     at OPERATION   FILE:LINE:COLUMN
 *     in FUNCTION    FILE:LINE:COLUMN
 *
 * Frames of the prelude are folded: the operation is the function of the prelude that the user's
 * innermost function called, if it was in one that the error was raised. */
#include "error.h"
#include "output.h"
#include "process.h"
#include "memory.h"
#include "system.h"

RAIL_IF_LINKED int64_t rail_output_flush(void);

enum { FRAMES_SHOWN = 10, NAME_WIDTH_LEAST = 15 };

struct shown_frame {
  uint32_t name, file; /* offsets in rail_program.names */
  uint32_t position;
};

/* The innermost and the outermost frames of the user's functions, FRAMES_SHOWN of each. */
struct frames {
  const char *operation;
  struct shown_frame shown[2 * FRAMES_SHOWN]; /* the second half is a ring */
  uint64_t count;
};

static const char *name_of(uint32_t offset) { return rail_program.names + offset; }

/* Where frame `index`, counted from the innermost, is kept. */
static struct shown_frame *place_of(struct frames *frames, uint64_t index) {
  return &frames->shown[index < FRAMES_SHOWN ? index : FRAMES_SHOWN + index % FRAMES_SHOWN];
}

static void add_frame(struct frames *frames, uint32_t flags, struct shown_frame frame) {
  if ((flags & RAIL_FUNCTION_HIDDEN) != 0) {
    return;
  }
  if ((flags & RAIL_FUNCTION_PRELUDE) == 0) {
    *place_of(frames, frames->count) = frame;
    frames->count += 1;
  } else if (frames->count == 0) {
    frames->operation = name_of(frame.name);
  }
}

static void collect_frames(struct rail_thread *thread, struct frames *frames) {
  struct rail_frame frame;
  for (bool more = rail_first_frame(thread, &frame); more; more = rail_next_frame(&frame)) {
    const struct rail_function_entry *function = rail_function_at(frame.return_address);
    if (function == NULL) {
      continue;
    }
    uint32_t position = frame.entry->position;
    while ((position & RAIL_POSITION_INLINED) != 0 && position != RAIL_POSITION_REPLACED) {
      const struct rail_inlined_call *call =
          &rail_program.inlined_calls[position & ~RAIL_POSITION_INLINED];
      add_frame(frames, call->flags, (struct shown_frame){call->name, call->file, call->position});
      position = call->caller;
    }
    if (position != RAIL_POSITION_REPLACED) {
      add_frame(frames, function->flags,
                (struct shown_frame){function->name, function->file, position});
    }
  }
}

/* The frame that is shown behind frame `index`. */
static uint64_t next_shown(const struct frames *frames, uint64_t index) {
  bool is_gap = index + 1 == FRAMES_SHOWN && frames->count > 2 * FRAMES_SHOWN;
  return is_gap ? frames->count - FRAMES_SHOWN : index + 1;
}

static size_t widest(size_t width, const char *name) {
  size_t length = rail_text_length(name) + 2;
  return length > width ? length : width;
}

static void write_line(struct rail_line *line) {
  if (line->length == RAIL_LINE_SIZE) {
    line->length -= 1;
  }
  rail_line_text(line, "\n");
  rail_write_all(RAIL_STDERR, line->bytes, line->length);
}

static void write_frame(const char *label, const char *name, size_t width,
                        const struct shown_frame *frame) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, label);
  rail_line_text(&line, name);
  if (frame != NULL) {
    rail_line_pad(&line, 5 + width, 1);
    rail_line_text(&line, name_of(frame->file));
    if (frame->position != 0) {
      rail_line_text(&line, ":");
      rail_line_int(&line, frame->position >> RAIL_POSITION_COLUMN_BITS);
      rail_line_text(&line, ":");
      rail_line_int(&line, frame->position & ((1 << RAIL_POSITION_COLUMN_BITS) - 1));
    }
  }
  write_line(&line);
}

static void write_frames(struct frames *frames) {
  const struct shown_frame *innermost = frames->count > 0 ? &frames->shown[0] : NULL;
  if (frames->operation == NULL && innermost != NULL) {
    frames->operation = name_of(innermost->name);
  }
  if (frames->operation == NULL) {
    return;
  }
  size_t width = widest(NAME_WIDTH_LEAST, frames->operation);
  for (uint64_t i = 0; i < frames->count; i = next_shown(frames, i)) {
    width = widest(width, name_of(place_of(frames, i)->name));
  }
  write_frame("  at ", frames->operation, width, innermost);
  for (uint64_t i = 0; i < frames->count;) {
    const struct shown_frame *frame = place_of(frames, i);
    write_frame("  in ", name_of(frame->name), width, frame);
    uint64_t next = next_shown(frames, i);
    if (next > i + 1) {
      struct rail_line line = {.length = 0};
      rail_line_text(&line, "  ... ");
      rail_line_int(&line, (int64_t)(next - i - 1));
      rail_line_text(&line, " more");
      write_line(&line);
    }
    i = next;
  }
}

void rail_report(struct rail_thread *thread, const char *operation, const char *message,
                 size_t length) {
  if (rail_output_flush != NULL) {
    rail_output_flush();
  }
  static const char prefix[] = "rail: error: ";
  rail_write_all(RAIL_STDERR, prefix, sizeof prefix - 1);
  rail_write_all(RAIL_STDERR, message, length);
  rail_write_all(RAIL_STDERR, "\n", 1);
  struct frames frames = {.operation = operation, .count = 0};
  collect_frames(thread, &frames);
  write_frames(&frames);
  rail_exit_process(1);
}
