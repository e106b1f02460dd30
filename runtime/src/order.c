#include "collect.h"
#include "equal.h"
#include "error.h"
#include "memory.h"
#include "object.h"
#include "work.h"

static enum rail_order order_of_ints(int64_t left, int64_t right) {
  return left < right ? RAIL_LESS : left > right ? RAIL_GREATER : RAIL_EQUAL;
}

static enum rail_order order_of_floats(double left, double right) {
  return left < right    ? RAIL_LESS
         : left > right  ? RAIL_GREATER
         : left == right ? RAIL_EQUAL
                         : RAIL_UNORDERED;
}

static bool is_number(rail_value value) { return rail_is_int(value) || rail_is_float(value); }

static double number_of(rail_value value) {
  return rail_is_int(value) ? (double)rail_to_int64(value) : rail_unbox(value);
}

static enum rail_order order_of_numbers(rail_value left, rail_value right) {
  if (rail_is_int(left) && rail_is_int(right)) {
    return order_of_ints((int64_t)left, (int64_t)right);
  }
  return order_of_floats(number_of(left), number_of(right));
}

static enum rail_order order_of_strings(rail_value left, rail_value right) {
  return order_of_ints(rail_compare_bytes(rail_bytes(left), rail_length_of(left),
                                          rail_bytes(right), rail_length_of(right)),
                       0);
}

/* Walks two values side by side, depth first and from left to right, up to the first difference.
 * `total`: the order of the builtin `compare`, which covers more kinds and NaN. */
struct comparison {
  struct rail_thread *thread;
  const char *operation;
  bool total;
  struct rail_work work;
};

RAIL_NORETURN static void refuse(struct comparison *comparison, rail_value left,
                                 rail_value right) {
  rail_work_finish(&comparison->work);
  rail_raise_kinds(comparison->thread, comparison->operation, left, right);
}

/* NaN comes after all numbers and equals itself. */
static enum rail_order totally(enum rail_order order, rail_value left, rail_value right) {
  if (order != RAIL_UNORDERED) {
    return order;
  }
  bool is_left_nan = rail_is_float(left) && rail_unbox(left) != rail_unbox(left);
  bool is_right_nan = rail_is_float(right) && rail_unbox(right) != rail_unbox(right);
  return order_of_ints(is_left_nan, is_right_nan);
}

/* Rank of a kind in the total order; 0 for what has no order. */
static int rank_of(rail_value value) {
  if (is_number(value)) {
    return 1;
  }
  if (rail_is_nullary(value)) {
    return 7;
  }
  switch (value) {
    case RAIL_UNIT:
      return 3;
    case RAIL_NULL:
      return 4;
    case RAIL_NIL:
      return 5;
    default:
      break;
  }
  switch (rail_kind(value)) {
    case RAIL_KIND_STRING:
      return 2;
    case RAIL_KIND_CONS:
      return 5;
    case RAIL_KIND_TUPLE:
      return 6;
    case RAIL_KIND_CONSTRUCTOR:
      return 7;
    default:
      return 0;
  }
}

static int64_t descriptor_of(rail_value value) {
  return rail_is_pointer(value) ? (int64_t)rail_aux(value)
                                : (int64_t)(value >> RAIL_NULLARY_SHIFT);
}

/* Number of components to compare; a shorter tuple or list comes first when all are equal. */
static void push_components(struct comparison *comparison, rail_value left, rail_value right) {
  rail_work_push(comparison->thread, &comparison->work, left, right, 0);
}

/* Order of two values without their components, which are pushed if they matter. */
static enum rail_order order_of_heads(struct comparison *comparison, rail_value left,
                                      rail_value right) {
  int rank = rank_of(left);
  int right_rank = rank_of(right);
  if (rank == 0 || right_rank == 0) {
    refuse(comparison, left, right);
  }
  if (rank != right_rank) {
    if (!comparison->total) {
      refuse(comparison, left, right);
    }
    return order_of_ints(rank, right_rank);
  }
  switch (rank) {
    case 1: {
      enum rail_order order = order_of_numbers(left, right);
      return comparison->total ? totally(order, left, right) : order;
    }
    case 2:
      return order_of_strings(left, right);
    case 5:
      if (left == RAIL_NIL || right == RAIL_NIL) {
        return order_of_ints(left != RAIL_NIL, right != RAIL_NIL);
      }
      push_components(comparison, left, right);
      return RAIL_EQUAL;
    case 6:
      push_components(comparison, left, right);
      return RAIL_EQUAL;
    case 7:
      if (!comparison->total) {
        refuse(comparison, left, right);
      }
      if (descriptor_of(left) != descriptor_of(right)) {
        return order_of_ints(descriptor_of(left), descriptor_of(right));
      }
      if (rail_is_pointer(left)) {
        push_components(comparison, left, right);
      }
      return RAIL_EQUAL;
    default:
      if (!comparison->total) {
        refuse(comparison, left, right);
      }
      return RAIL_EQUAL;
  }
}

static enum rail_order run(struct comparison *comparison, rail_value left, rail_value right) {
  struct rail_work *work = &comparison->work;
  for (;;) {
    enum rail_order order = order_of_heads(comparison, left, right);
    /* Entries whose components are all equal, from the inside out. */
    while (order == RAIL_EQUAL && work->count > 0) {
      const struct rail_work_entry *entry = &work->entries[work->count - 1];
      uint64_t left_count = rail_word_count(entry->a);
      uint64_t right_count = rail_word_count(entry->b);
      if (entry->c < left_count && entry->c < right_count) {
        break;
      }
      order = order_of_ints((int64_t)left_count, (int64_t)right_count);
      work->count -= 1;
    }
    if (order != RAIL_EQUAL || work->count == 0) {
      rail_work_finish(work);
      return order;
    }
    struct rail_work_entry *entry = &work->entries[work->count - 1];
    uint64_t index = entry->c;
    left = rail_words(entry->a)[index];
    right = rail_words(entry->b)[index];
    entry->c += 1;
    /* The tail of a list takes the place of the list: cells have equal counts. */
    if (index == 1 && rail_is_kind(entry->a, RAIL_KIND_CONS)) {
      work->count -= 1;
    }
  }
}

static enum rail_order compare(struct rail_thread *thread, const char *operation, bool total,
                               rail_value left, rail_value right) {
  struct comparison comparison;
  comparison.thread = thread;
  comparison.operation = operation;
  comparison.total = total;
  rail_work_start(&comparison.work);
  return run(&comparison, left, right);
}

enum rail_order rail_order_of(struct rail_thread *thread, const char *operation, rail_value left,
                              rail_value right) {
  if (is_number(left) && is_number(right)) {
    return order_of_numbers(left, right);
  }
  if (rail_value_is_string(left) && rail_value_is_string(right)) {
    return order_of_strings(left, right);
  }
  return compare(thread, operation, false, left, right);
}

rail_value rail_less(struct rail_thread *thread, rail_value left, rail_value right) {
  return rail_from_int(rail_order_of(thread, "<", left, right) == RAIL_LESS);
}

rail_value rail_greater(struct rail_thread *thread, rail_value left, rail_value right) {
  return rail_from_int(rail_order_of(thread, ">", left, right) == RAIL_GREATER);
}

rail_value rail_less_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  enum rail_order order = rail_order_of(thread, "<=", left, right);
  return rail_from_int(order == RAIL_LESS || order == RAIL_EQUAL);
}

rail_value rail_greater_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  enum rail_order order = rail_order_of(thread, ">=", left, right);
  return rail_from_int(order == RAIL_GREATER || order == RAIL_EQUAL);
}

/* compare a b: -1, 0 or 1. */
rail_value rail_compare(struct rail_thread *thread, rail_value left, rail_value right) {
  switch (compare(thread, "compare", true, left, right)) {
    case RAIL_LESS:
      return rail_from_int(-1);
    case RAIL_GREATER:
      return rail_from_int(1);
    default:
      return rail_from_int(0);
  }
}
