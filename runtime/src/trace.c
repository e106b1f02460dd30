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
  const struct rail_function_entry *function;
  uint32_t position;
};

/* The innermost and the outermost frames of the user's functions. */
struct frames {
  const char *operation;
  struct shown_frame inner[FRAMES_SHOWN];
  struct shown_frame outer[FRAMES_SHOWN]; /* a ring: frame i > FRAMES_SHOWN at i % FRAMES_SHOWN */
  uint64_t count;
};

static const char *name_of(uint32_t offset) { return rail_program.names + offset; }

static void add_frame(struct frames *frames, struct shown_frame frame) {
  if (frames->count < FRAMES_SHOWN) {
    frames->inner[frames->count] = frame;
  } else {
    frames->outer[frames->count % FRAMES_SHOWN] = frame;
  }
  frames->count += 1;
}

static void collect_frames(struct rail_thread *thread, struct frames *frames) {
  struct rail_frame frame;
  for (bool more = rail_first_frame(thread, &frame); more; more = rail_next_frame(&frame)) {
    const struct rail_function_entry *function = rail_function_at(frame.return_address);
    if (function == NULL || (function->flags & RAIL_FUNCTION_HIDDEN) != 0) {
      continue;
    }
    if ((function->flags & RAIL_FUNCTION_PRELUDE) == 0) {
      add_frame(frames, (struct shown_frame){function, frame.entry->position});
    } else if (frames->count == 0) {
      frames->operation = name_of(function->name);
    }
  }
}

static const struct shown_frame *frame_at(const struct frames *frames, uint64_t index) {
  return index < FRAMES_SHOWN ? &frames->inner[index] : &frames->outer[index % FRAMES_SHOWN];
}

/* Whether frame `index` is among those that are shown. */
static bool is_shown(const struct frames *frames, uint64_t index) {
  return index < FRAMES_SHOWN || index + FRAMES_SHOWN >= frames->count;
}

static size_t name_width(const struct frames *frames) {
  size_t width = NAME_WIDTH_LEAST;
  if (frames->operation != NULL && rail_text_length(frames->operation) + 2 > width) {
    width = rail_text_length(frames->operation) + 2;
  }
  for (uint64_t i = 0; i < frames->count; i += 1) {
    if (!is_shown(frames, i)) {
      i = frames->count - FRAMES_SHOWN;
    }
    size_t length = rail_text_length(name_of(frame_at(frames, i)->function->name)) + 2;
    if (length > width) {
      width = length;
    }
  }
  return width;
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
    rail_line_text(&line, name_of(frame->function->file));
    if (frame->position != 0) {
      rail_line_text(&line, ":");
      rail_line_int(&line, frame->position >> RAIL_POSITION_COLUMN_BITS);
      rail_line_text(&line, ":");
      rail_line_int(&line, frame->position & ((1 << RAIL_POSITION_COLUMN_BITS) - 1));
    }
  }
  write_line(&line);
}

static void write_frames(const struct frames *frames) {
  size_t width = name_width(frames);
  const struct shown_frame *innermost = frames->count > 0 ? frame_at(frames, 0) : NULL;
  const char *operation = frames->operation;
  if (operation == NULL && innermost != NULL) {
    operation = name_of(innermost->function->name);
  }
  if (operation != NULL) {
    write_frame("  at ", operation, width, innermost);
  }
  for (uint64_t i = 0; i < frames->count; i += 1) {
    if (!is_shown(frames, i)) {
      uint64_t next = frames->count - FRAMES_SHOWN;
      struct rail_line line = {.length = 0};
      rail_line_text(&line, "  ... ");
      rail_line_int(&line, (int64_t)(next - i));
      rail_line_text(&line, " more");
      write_line(&line);
      i = next;
    }
    const struct shown_frame *frame = frame_at(frames, i);
    write_frame("  in ", name_of(frame->function->name), width, frame);
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
