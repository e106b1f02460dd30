/* start.c: from the kernel's hands into rail_main. */
#include "memory.h"
#include "process.h"
#include "system.h"

struct rail_process rail_process;

enum {
  /* What C functions and the collector may use below rail_thread.stack_limit. */
  STACK_FOR_C = 128 << 10,
  STACK_GUARD = 64 << 10,
  STACK_LEAST = 512 << 10,
  PROTECTION_NONE = 0,
};
static const uint64_t stack_default = (uint64_t)1 << 30;

/* What RAIL_* variables of the environment ask for. */
struct options {
  uint64_t heap_limit; /* 0: the default */
  uint64_t stack_size;
  bool is_stressed;
  bool is_traced;
};

RAIL_NORETURN void rail_enter(struct rail_thread *thread, void *stack);

void rail_fatal(const char *message) {
  static const char prefix[] = "rail: fatal: ";
  rail_write_all(RAIL_STDERR, prefix, sizeof prefix - 1);
  rail_write_all(RAIL_STDERR, message, rail_text_length(message));
  rail_write_all(RAIL_STDERR, "\n", 1);
  rail_exit_process(1);
}

/* Reads a number of bytes: digits, perhaps with k, m, g or t behind. Returns 0 if it is none. */
static uint64_t parse_size(const char *text) {
  uint64_t size = 0;
  for (; *text >= '0' && *text <= '9'; text += 1) {
    if (size > UINT64_MAX / 16) {
      return 0;
    }
    size = 10 * size + (uint64_t)(*text - '0');
  }
  static const char suffixes[] = "kmgt";
  for (unsigned i = 0; i < 4; i += 1) {
    if ((*text | 0x20) == suffixes[i]) {
      text += 1;
      return *text != 0 || size > UINT64_MAX >> (10 * (i + 1)) ? 0 : size << (10 * (i + 1));
    }
  }
  return *text == 0 ? size : 0;
}

/* Returns what follows `name` in `entry`, NULL if `entry` does not begin with it. */
static const char *value_behind(const char *entry, const char *name) {
  size_t length = rail_text_length(name);
  for (size_t i = 0; i < length; i += 1) {
    if (entry[i] != name[i]) {
      return NULL;
    }
  }
  return entry + length;
}

static uint64_t size_option(const char *text, const char *complaint) {
  uint64_t size = parse_size(text);
  if (size == 0) {
    rail_fatal(complaint);
  }
  return size;
}

static bool is_on(const char *text) { return text[0] != 0 && !(text[0] == '0' && text[1] == 0); }

static struct options read_options(char **environment) {
  struct options options = {.stack_size = stack_default};
  for (; *environment != NULL; environment += 1) {
    const char *rest = value_behind(*environment, "RAIL_");
    if (rest == NULL) {
      continue;
    }
    const char *value;
    if ((value = value_behind(rest, "HEAP_MAX=")) != NULL) {
      options.heap_limit = size_option(value, "RAIL_HEAP_MAX is not a size such as 512m");
    } else if ((value = value_behind(rest, "STACK_MAX=")) != NULL) {
      options.stack_size = size_option(value, "RAIL_STACK_MAX is not a size such as 64m");
    } else if ((value = value_behind(rest, "GC_STRESS=")) != NULL) {
      options.is_stressed = is_on(value);
    } else if ((value = value_behind(rest, "GC_TRACE=")) != NULL) {
      options.is_traced = is_on(value);
    }
  }
  return options;
}

/* Maps the Rail stack; less than asked for if there is not so much room. */
static bool map_stack(struct rail_thread *thread, uint64_t size) {
  size = (size + RAIL_PAGE - 1) & -(uint64_t)RAIL_PAGE;
  for (size = size < STACK_LEAST ? STACK_LEAST : size; size >= STACK_LEAST; size /= 2) {
    void *stack = rail_map(size);
    if (stack != NULL) {
      rail_use_small_pages(stack, size);
      rail_system_call(RAIL_SYSCALL_MPROTECT, (int64_t)stack, STACK_GUARD, PROTECTION_NONE, 0, 0,
                       0);
      thread->stack_low = (uint64_t)stack + STACK_GUARD;
      thread->stack_high = ((uint64_t)stack + size) & -(uint64_t)16;
      thread->stack_limit = thread->stack_low + STACK_FOR_C;
      return true;
    }
  }
  return false;
}

/* Maps room for the markers of a full stack: the smallest frame is its return address and one
 * word for alignment. */
static bool map_markers(struct rail_thread *thread) {
  uint64_t frames = (thread->stack_high - thread->stack_low) / 16;
  uint64_t count = frames / RAIL_MARKER_DISTANCE + 1;
  thread->marker_base = rail_map(count * sizeof(struct rail_marker));
  thread->markers = thread->marker_base;
  thread->marker_end = thread->marker_base + count;
  return thread->marker_base != NULL;
}

/* Called by _start with the address of argc, behind which stand the arguments, NULL, the
 * environment and NULL. */
RAIL_NORETURN void rail_start(uint64_t *stack) {
  struct rail_process *process = &rail_process;
  process->argument_count = (int)stack[0];
  process->arguments = (char **)(stack + 1);
  process->environment = process->arguments + process->argument_count + 1;
  struct options options = read_options(process->environment);
  struct rail_thread *thread = &process->main_thread;
  if (!rail_heap_start(&process->heap, thread, options.heap_limit, options.is_stressed) ||
      !map_stack(thread, options.stack_size) || !map_markers(thread)) {
    rail_fatal("no memory to begin with");
  }
  process->heap.is_traced = options.is_traced;
  rail_enter(thread, (void *)thread->stack_high);
}
