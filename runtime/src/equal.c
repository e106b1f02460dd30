#include "equal.h"

#include "memory.h"
#include "object.h"
#include "stack.h"
#include "work.h"

static double number_of(rail_value value) {
  return rail_is_int(value) ? (double)rail_to_int64(value) : rail_unbox(value);
}

bool rail_numbers_equal(rail_value left, rail_value right) {
  if (rail_is_int(left) && rail_is_int(right)) {
    return left == right;
  }
  return number_of(left) == number_of(right);
}

static bool strings_equal(rail_value left, rail_value right) {
  uint64_t length = rail_length_of(left);
  return length == rail_length_of(right) &&
         memcmp(rail_bytes(left), rail_bytes(right), length) == 0;
}

/* Two functions are equal if they are the same one and capture nothing. */
/* Whether two addresses are of the code of one definition at several types. */
static bool are_one_definition(uint64_t left, uint64_t right) {
  const struct rail_function_entry *one = rail_function_starting_at(left);
  const struct rail_function_entry *other = rail_function_starting_at(right);
  return one != NULL && other != NULL && one->file == other->file &&
         one->flags >> RAIL_FUNCTION_DEFINITION_SHIFT != 0 &&
         one->flags >> RAIL_FUNCTION_DEFINITION_SHIFT ==
             other->flags >> RAIL_FUNCTION_DEFINITION_SHIFT;
}

static bool functions_equal(rail_value left, rail_value right) {
  if (rail_word_count(left) != 1 || rail_word_count(right) != 1) {
    return false;
  }
  return rail_words(left)[0] == rail_words(right)[0] ||
         are_one_definition(rail_words(left)[0], rail_words(right)[0]);
}

/* What is known about two values before their components are compared. */
enum verdict { UNEQUAL, EQUAL, BY_COMPONENTS };

static enum verdict verdict_of(bool are_equal) { return are_equal ? EQUAL : UNEQUAL; }

static enum verdict compare_objects(rail_value left, rail_value right) {
  uint64_t header = rail_header(left);
  unsigned kind = rail_header_kind(header);
  if (kind != rail_kind(right)) {
    return UNEQUAL;
  }
  switch (kind) {
    case RAIL_KIND_CONS:
      return BY_COMPONENTS;
    case RAIL_KIND_TUPLE:
    case RAIL_KIND_CONSTRUCTOR:
      return header != rail_header(right) ? UNEQUAL
             : rail_word_count(left) == 0 ? EQUAL
                                          : BY_COMPONENTS;
    case RAIL_KIND_ERROR:
      return BY_COMPONENTS;
    case RAIL_KIND_STRING:
      return verdict_of(strings_equal(left, right));
    case RAIL_KIND_CLOSURE:
      return verdict_of(functions_equal(left, right));
    case RAIL_KIND_POINTER:
      return verdict_of(rail_words(left)[0] == rail_words(right)[0]);
    default:
      return verdict_of(left == right);
  }
}

static bool is_number(rail_value value) { return rail_is_int(value) || rail_is_float(value); }

static enum verdict compare(rail_value left, rail_value right) {
  if (is_number(left)) {
    return verdict_of(is_number(right) && rail_numbers_equal(left, right));
  }
  if (!rail_is_pointer(left) || !rail_is_pointer(right)) {
    return verdict_of(left == right);
  }
  return compare_objects(left, right);
}

/* Depth first. An entry is a pair of objects and the next component to compare; it is removed
 * before its last component is looked at, so that lists and other right-leaning data take no
 * space. */
bool rail_are_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  struct rail_work work;
  rail_work_start(&work);
  for (;;) {
    enum verdict verdict = compare(left, right);
    if (verdict == UNEQUAL) {
      rail_work_finish(&work);
      return false;
    }
    if (verdict == BY_COMPONENTS) {
      rail_work_push(thread, &work, left, right, 0);
    }
    if (work.count == 0) {
      rail_work_finish(&work);
      return true;
    }
    struct rail_work_entry *entry = &work.entries[work.count - 1];
    uint64_t index = entry->c;
    left = rail_words(entry->a)[index];
    right = rail_words(entry->b)[index];
    entry->c += 1;
    if (entry->c == rail_word_count(entry->a)) {
      work.count -= 1;
    }
  }
}

/* == and != of compiled code. */
rail_value rail_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  return rail_from_int(rail_are_equal(thread, left, right));
}

rail_value rail_not_equal(struct rail_thread *thread, rail_value left, rail_value right) {
  return rail_from_int(!rail_are_equal(thread, left, right));
}
