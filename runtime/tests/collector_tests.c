/* collector_tests.c: the collector against a model.
 *
 * A mutator makes random objects, stores into mutable ones, and calls and returns on a stack that
 * is laid out like that of compiled code; it does the same in a model whose objects never move.
 * From time to time everything that the roots reach is compared with the model. Built with the
 * address and undefined behaviour sanitizers by scripts/test-runtime.
 *
 * usage: collector_tests SEED OPERATIONS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/process.h"
#include "hosted.h"

/* ---- What the linker usually puts together ---- */

/* Stands for code: return addresses are addresses in here, the mutator never goes there. */
static const uint8_t text[4096];

/* Labels of entry.S. */
void rail_enter_return(void);
void rail_marker_return(void);

/* Frames of FRAME_KINDS layouts: kind k has 3 + 2 k words. The last ones have more than 31 and a
 * wide map. Every second word is live; the others hold what would crash the collector. */
enum { FRAME_KINDS = 20, GLOBALS = 8, REGISTERS = 4 };

static struct rail_frame_entry frames[2 * FRAME_KINDS];
static uint32_t wide_slots[16 * FRAME_KINDS];
static const struct rail_function_entry functions[1];
static rail_value globals[GLOBALS];

const struct rail_program rail_program = {
    .text = text,
    .text_size = sizeof text,
    .frames = frames,
    .frame_count = 2 * FRAME_KINDS,
    .wide_slots = wide_slots,
    .functions = functions,
    .names = "",
    .globals = globals,
    .global_count = GLOBALS,
};

static unsigned frame_words(unsigned kind) { return 3 + 2 * kind; }

static bool is_live_slot(unsigned word) { return word % 2 == 1; }

/* Entry 2 k is a call in a frame of kind k, entry 2 k + 1 a slow path there. */
static void make_frames(void) {
  uint32_t next_wide = 0;
  for (unsigned kind = 0; kind < FRAME_KINDS; kind += 1) {
    unsigned words = frame_words(kind);
    uint32_t slots = 0;
    if (words <= 31) {
      for (unsigned i = 0; i < words; i += 1) {
        slots |= is_live_slot(i) ? 1u << i : 0;
      }
    } else {
      slots = RAIL_WIDE_SLOTS | next_wide;
      wide_slots[next_wide] = words / 32 + 1;
      for (unsigned i = 0; i < words; i += 1) {
        wide_slots[next_wide + 1 + i / 32] |= is_live_slot(i) ? 1u << i % 32 : 0;
      }
      next_wide += words / 32 + 2;
    }
    for (unsigned slow = 0; slow < 2; slow += 1) {
      frames[2 * kind + slow] = (struct rail_frame_entry){
          .return_offset = 100 * kind + 10 * slow + 5,
          .register_mask = slow ? (1u << REGISTERS) - 1 : 0,
          .slots = slots,
          .frame_words = words,
      };
    }
  }
}

/* ---- Random numbers (xorshift64*) ---- */

static uint64_t random_state;

static uint64_t random_number(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545f4914f6cdd1dULL;
}

static uint64_t below(uint64_t limit) { return (random_number() >> 11) % limit; }

/* ---- The model ---- */

/* A word of the model: an int, or object `number` with `is_object`. */
struct word {
  bool is_object;
  uint64_t number;
};

/* An object: its header is that of the real one; values, or raw bytes repeated from a seed. */
struct node {
  uint64_t header;
  uint64_t count;
  struct word *words;
  uint8_t raw;
  bool is_reached;
  rail_value address; /* where the check in progress has met it, 0 if it has not */
};

static struct node *nodes;
static uint64_t node_count, node_capacity;

static bool is_raw(uint64_t header) {
  return rail_first_value(header, 1) == 1 && rail_header_kind(header) != RAIL_KIND_CLOSURE;
}

static uint64_t new_node(uint64_t header, uint64_t count) {
  if (node_count == node_capacity) {
    node_capacity = node_capacity == 0 ? 1024 : 2 * node_capacity;
    nodes = realloc(nodes, node_capacity * sizeof *nodes);
  }
  struct node node = {.header = header, .count = count};
  if (!is_raw(header)) {
    node.words = calloc(count + 1, sizeof *node.words);
  }
  nodes[node_count] = node;
  node_count += 1;
  return node_count - 1;
}

/* ---- Roots: live words of the stack, registers, globals, C roots ---- */

/* A root in both worlds. */
struct root {
  rail_value *real;
  struct word model;
};

enum { STACK_WORDS = 1 << 17, ROOTS_MOST = STACK_WORDS };

static uint64_t stack[STACK_WORDS];
static struct root roots[ROOTS_MOST];
static uint64_t root_count;

/* The frames of the stack, oldest first. */
struct frame {
  unsigned kind;
  uint64_t *base;      /* its first word, what its stack pointer is */
  uint64_t first_root; /* index in `roots` */
};
static struct frame stack_frames[STACK_WORDS];
static uint64_t frame_count;

static rail_registers registers;
static rail_value c_roots[4];
static struct rail_roots c_roots_entry;
static uint64_t fixed_roots;



static void add_root(rail_value *real) {
  *real = rail_from_int(0);
  roots[root_count] = (struct root){real, {false, 0}};
  root_count += 1;
}

static void make_fixed_roots(void) {
  for (unsigned i = 0; i < GLOBALS; i += 1) {
    add_root(&globals[i]);
  }
  for (unsigned i = 0; i < 4; i += 1) {
    add_root(&c_roots[i]);
  }
  for (unsigned i = 0; i < REGISTERS; i += 1) {
    add_root(&registers.general[i]);
  }
  fixed_roots = root_count;
  rail_push_roots(hosted_thread, &c_roots_entry, c_roots, 4);
}

/* Calls from the current frame: below it stand the return address and the new frame. */
static void call(unsigned kind) {
  unsigned words = frame_words(kind);
  uint64_t *above = frame_count == 0 ? stack + STACK_WORDS : stack_frames[frame_count - 1].base;
  if (above - stack < (ptrdiff_t)words + 64) {
    return;
  }
  uint64_t *slot = above - 1;
  *slot = frame_count == 0
              ? (uint64_t)rail_enter_return
              : (uint64_t)text + frames[2 * stack_frames[frame_count - 1].kind].return_offset;
  struct frame frame = {kind, slot - words, root_count};
  for (unsigned i = 0; i < words; i += 1) {
    if (is_live_slot(i)) {
      add_root(&frame.base[i]);
    } else {
      frame.base[i] = 0xdead0000 + 8 * i;
    }
  }
  stack_frames[frame_count] = frame;
  frame_count += 1;
}

/* Returns from the current frame, through rail_marker_return if the address says so. */
static void leave(void) {
  if (frame_count <= 1) {
    return;
  }
  struct frame frame = stack_frames[frame_count - 1];
  uint64_t *slot = frame.base + frame_words(frame.kind);
  if (*slot == (uint64_t)rail_marker_return) {
    hosted_thread->markers -= 1;
    if (hosted_thread->markers->slot != slot) {
      fail("the youngest marker is not where control returns");
    }
  }
  root_count = frame.first_root;
  frame_count -= 1;
}

/* Unwinds many frames at once, as an error does. */
static void unwind(void) {
  uint64_t kept = 1 + below(frame_count);
  while (frame_count > kept) {
    root_count = stack_frames[frame_count - 1].first_root;
    frame_count -= 1;
  }
  rail_drop_markers(hosted_thread, stack_frames[frame_count - 1].base);
}

/* What rail_call_c and rail_slow_common do: the return address of the call into the runtime. */
static void enter_runtime(void) {
  struct frame *top = &stack_frames[frame_count - 1];
  uint64_t *slot = top->base - 1;
  *slot = (uint64_t)text + frames[2 * top->kind + 1].return_offset;
  hosted_thread->frame = slot;
  hosted_thread->registers = &registers;
}

/* ---- Operations ---- */

static struct root *random_root(void) {
  /* Mostly those of the youngest frames: older ones must not change. */
  uint64_t first = stack_frames[frame_count - 1].first_root;
  uint64_t own = root_count - first;
  uint64_t choice = below(own + fixed_roots);
  return choice < own ? &roots[first + choice] : &roots[choice - own];
}

static void random_value(rail_value *real, struct word *model) {
  if (below(3) == 0) {
    uint64_t number = below(1 << 20);
    *real = rail_from_int((int64_t)number);
    *model = (struct word){false, number};
  } else {
    /* Any root may be read. */
    const struct root *root = below(2) == 0 ? random_root() : &roots[below(root_count)];
    *real = *root->real;
    *model = root->model;
  }
}

static uint64_t random_header(uint64_t *words) {
  static const unsigned kinds[] = {
      RAIL_KIND_CONS,   RAIL_KIND_CONS,  RAIL_KIND_CONS,        RAIL_KIND_TUPLE,
      RAIL_KIND_TUPLE,  RAIL_KIND_ARRAY, RAIL_KIND_CONSTRUCTOR, RAIL_KIND_CLOSURE,
      RAIL_KIND_FLOAT,  RAIL_KIND_ERROR, RAIL_KIND_STRING,      RAIL_KIND_ARRAY,
      RAIL_KIND_CHANNEL, RAIL_KIND_BYTES, RAIL_KIND_FLOAT_ARRAY, RAIL_KIND_POINTER};
  unsigned kind = kinds[below(sizeof kinds / sizeof kinds[0])];
  uint64_t length = below(40) == 0 ? below(3000) : below(6);
  if (below(300) == 0) {
    length = RAIL_LARGE_WORDS - 2 + below(2 * RAIL_LARGE_WORDS);
  }
  switch (kind) {
    case RAIL_KIND_CONS:
      *words = 2;
      return rail_make_header(kind, 0, 2);
    case RAIL_KIND_FLOAT:
    case RAIL_KIND_ERROR:
    case RAIL_KIND_POINTER:
      *words = 1;
      return rail_make_header(kind, 0, 1);
    case RAIL_KIND_STRING:
    case RAIL_KIND_BYTES:
      *words = length + 1;
      return rail_make_length_header(kind, 8 * length + below(8));
    case RAIL_KIND_ARRAY:
    case RAIL_KIND_FLOAT_ARRAY:
      *words = length;
      return rail_make_length_header(kind, length);
    case RAIL_KIND_CLOSURE:
      length += 1;
      *words = length;
      return rail_make_header(kind, 1, length);
    default:
      *words = length;
      return rail_make_header(kind, 7, length);
  }
}

static void fill_raw(rail_value object, uint64_t words, uint8_t raw) {
  memset(rail_words(object), raw, 8 * words);
}

/* Makes an object and puts it into `root`. */
static void allocate(uint64_t header, uint64_t words, struct root *root) {
  enter_runtime();
  rail_value object = rail_new(hosted_thread, header, words);
  uint64_t number = new_node(header, words);
  struct node *node = &nodes[number];
  if (is_raw(header)) {
    node->raw = (uint8_t)below(256);
    fill_raw(object, words, node->raw);
  } else {
    for (uint64_t i = 0; i < words; i += 1) {
      if (i < rail_first_value(header, words)) {
        rail_words(object)[i] = 0xc0de;
      } else {
        random_value(&rail_words(object)[i], &node->words[i]);
      }
    }
  }
  *root->real = object;
  root->model = (struct word){true, number};
}

static void allocate_any(void) {
  uint64_t words;
  uint64_t header = random_header(&words);
  allocate(header, words, random_root());
}

/* The first global holds a large array most of the time. */
static void allocate_large_array(void) {
  uint64_t words = RAIL_LARGE_WORDS + 1 + below(10000);
  allocate(rail_make_length_header(RAIL_KIND_ARRAY, words), words, &roots[0]);
}

static bool is_mutable(uint64_t header) {
  unsigned kind = rail_header_kind(header);
  return kind == RAIL_KIND_ARRAY || kind == RAIL_KIND_CHANNEL;
}

/* Stores into a mutable object that some root holds. */
static void store(void) {
  for (int tries = 0; tries < 20; tries += 1) {
    const struct root *root = &roots[below(4) == 0 ? 0 : below(root_count)];
    if (!root->model.is_object || !is_mutable(nodes[root->model.number].header)) {
      continue;
    }
    struct node *node = &nodes[root->model.number];
    if (node->count == 0) {
      continue;
    }
    uint64_t index = below(node->count);
    rail_value object = *root->real;
    random_value(&rail_words(object)[index], &node->words[index]);
    if (rail_is_pointer(rail_words(object)[index])) {
      if (rail_header_kind(node->header) == RAIL_KIND_ARRAY && below(16) > 0) {
        rail_remember_element(hosted_thread, object, rail_from_int((int64_t)index));
      } else {
        rail_remember(hosted_thread, object);
      }
    }
    return;
  }
}

static void load(void) {
  const struct root *from = random_root();
  struct root *to = random_root();
  if (!from->model.is_object) {
    return;
  }
  const struct node *node = &nodes[from->model.number];
  uint64_t first = rail_first_value(node->header, node->count);
  if (first >= node->count) {
    return;
  }
  uint64_t index = first + below(node->count - first);
  struct word model = node->words[index];
  *to->real = rail_words(*from->real)[index];
  to->model = model;
}

static void forget(void) {
  struct root *root = random_root();
  *root->real = rail_from_int(0);
  root->model = (struct word){false, 0};
}

/* ---- Comparison ---- */

/* For the report: whether the test has come to where it matters. */
static uint64_t deepest, most_objects;

static uint64_t *pending;
static uint64_t pending_count, pending_capacity;

/* Compares a word with the model; an object met for the first time is looked into later. */
static void compare_word(rail_value real, struct word model) {
  if (!model.is_object) {
    if (real != rail_from_int((int64_t)model.number)) {
      fail("an int has changed");
    }
    return;
  }
  struct node *node = &nodes[model.number];
  if (!rail_is_pointer(real)) {
    fail("a pointer has been lost");
  }
  if (node->is_reached) {
    if (node->address != real) {
      fail("an object has been copied twice");
    }
    return;
  }
  node->is_reached = true;
  node->address = real;
  if (pending_count == pending_capacity) {
    pending_capacity = pending_capacity == 0 ? 1024 : 2 * pending_capacity;
    pending = realloc(pending, pending_capacity * sizeof *pending);
  }
  pending[pending_count] = model.number;
  pending_count += 1;
}

static void compare_node(const struct node *node) {
  const uint64_t *words = rail_words(node->address);
  if (words[-1] != node->header) {
    fail("a header has changed");
  }
  for (uint64_t i = 0; i < node->count; i += 1) {
    if (is_raw(node->header)) {
      if (words[i] != node->raw * 0x0101010101010101ULL) {
        fail("raw contents have changed");
      }
    } else if (i < rail_first_value(node->header, node->count)) {
      if (words[i] != 0xc0de) {
        fail("the code address of a closure has changed");
      }
    } else {
      compare_word(words[i], node->words[i]);
    }
  }
}

/* Drops the nodes that are not reached and renumbers the others. */
static void compact_model(void) {
  uint64_t *number = calloc(node_count + 1, sizeof *number);
  uint64_t kept = 0;
  for (uint64_t i = 0; i < node_count; i += 1) {
    number[i] = kept;
    if (nodes[i].is_reached) {
      nodes[kept] = nodes[i];
      nodes[kept].is_reached = false;
      kept += 1;
    } else {
      free(nodes[i].words);
    }
  }
  node_count = kept;
  most_objects = kept > most_objects ? kept : most_objects;
  for (uint64_t i = 0; i < kept; i += 1) {
    for (uint64_t j = 0; nodes[i].words != NULL && j < nodes[i].count; j += 1) {
      struct word *word = &nodes[i].words[j];
      word->number = word->is_object ? number[word->number] : word->number;
    }
  }
  for (uint64_t i = 0; i < root_count; i += 1) {
    if (roots[i].model.is_object) {
      roots[i].model.number = number[roots[i].model.number];
    }
  }
  free(number);
}

static void compare_everything(void) {
  for (uint64_t i = 0; i < root_count; i += 1) {
    compare_word(*roots[i].real, roots[i].model);
  }
  while (pending_count > 0) {
    pending_count -= 1;
    compare_node(&nodes[pending[pending_count]]);
  }
  compact_model();
}

/* ---- Running ---- */

/* The stack grows and shrinks in turns of some thousand operations. */
static void step(uint64_t operation) {
  uint64_t choice = below(1000);
  bool is_growing = operation / 20000 % 2 == 0;
  if (choice >= 800 && choice < 980) {
    choice = below(100) < (is_growing ? 75 : 25) ? 800 : 980;
  }
  deepest = frame_count > deepest ? frame_count : deepest;
  if (choice < 1) {
    allocate_large_array();
  } else if (choice < 500) {
    allocate_any();
  } else if (choice < 640) {
    store();
  } else if (choice < 780) {
    load();
  } else if (choice < 800) {
    forget();
  } else if (choice < 980) {
    call((unsigned)below(FRAME_KINDS));
  } else if (choice < 995) {
    leave();
  } else if (choice < 999 || below(100) > 0) {
    enter_runtime();
    rail_collect(hosted_thread, below(4) == 0);
  } else {
    unwind();
  }
}

static void start(uint64_t seed) {
  random_state = seed * 0x9e3779b97f4a7c15ULL | 1;
  make_frames();
  hosted_start(seed % 3 == 0);
  hosted_thread->marker_base = calloc(STACK_WORDS, sizeof *hosted_thread->marker_base);
  hosted_thread->markers = hosted_thread->marker_base;
  hosted_thread->marker_end = hosted_thread->marker_base + STACK_WORDS;
  hosted_thread->stack_low = (uint64_t)stack;
  hosted_thread->stack_high = (uint64_t)(stack + STACK_WORDS);
  make_fixed_roots();
  call(0);
}

int main(int argument_count, char **arguments) {
  uint64_t seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
  uint64_t operations = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 1000000;
  start(seed);
  for (uint64_t i = 0; i < operations; i += 1) {
    step(i);
    if (below(2000) == 0) {
      compare_everything();
    }
  }
  compare_everything();
  const struct rail_statistics *statistics = &rail_process.heap.statistics;
  printf("seed %llu: %llu minor and %llu major collections, at most %llu objects and %llu frames\n",
         (unsigned long long)seed, (unsigned long long)statistics->minor_collections,
         (unsigned long long)statistics->major_collections, (unsigned long long)most_objects,
         (unsigned long long)deepest);
  return 0;
}
