/* process.h: everything that the runtime keeps between calls. There is no other mutable data. */
#ifndef RAIL_PROCESS_H
#define RAIL_PROCESS_H

#include "heap.h"
#include "malloc.h"
#include "stack.h"

enum { RAIL_OUTPUT_SIZE = 32 << 10, RAIL_INPUT_SIZE = 32 << 10 };

/* Standard output. */
struct rail_output {
  size_t used;
  bool is_started;  /* `is_terminal` is known */
  bool is_terminal; /* then each print is written at once */
  char buffer[RAIL_OUTPUT_SIZE];
};

/* Standard input. */
struct rail_input {
  size_t next;
  size_t end;
  bool is_at_end;
  char buffer[RAIL_INPUT_SIZE];
};

/* Memory for text that is being built (text.h). */
struct rail_text_memory {
  char *bytes;
  size_t capacity;
};

struct rail_process {
  int argument_count;
  char **arguments;
  char **environment;
  struct rail_thread main_thread;
  struct rail_heap heap;
  struct rail_frame_cache frame_cache;
  struct rail_text_memory text;
  struct rail_blocks blocks;
  struct rail_output output;
  struct rail_input input;
};

extern struct rail_process rail_process;

/* Ends the process because its own tables or its environment are broken: a message on standard
 * error, status 1. */
RAIL_NORETURN void rail_fatal(const char *message);

/* Returns the value of an environment variable, NULL if it is not set. */
const char *rail_environment(const char *name);

#endif
