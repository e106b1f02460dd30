/* cast.c: comparing values with declared types (language.md §6). */
#include "collect.h"
#include "error.h"
#include "number.h"
#include "object.h"
#include "work.h"

enum { KIND, EXTRAS, PARTS };

enum { EXTRA_ZERO = 1, EXTRA_NULL = 2, EXTRA_UNIT = 4, EXTRA_ERROR = 8 };

/* What is known about a value before its parts are looked at. */
enum verdict { DIFFERS, FITS, BY_PARTS };

static bool is_allowed_extra(int64_t extras, rail_value value) {
  if (extras == 0) {
    return false;
  }
  return ((extras & EXTRA_ZERO) != 0 && value == rail_from_int(0)) ||
         ((extras & EXTRA_NULL) != 0 && value == RAIL_NULL) ||
         ((extras & EXTRA_UNIT) != 0 && value == RAIL_UNIT) ||
         ((extras & EXTRA_ERROR) != 0 && rail_is_kind(value, RAIL_KIND_ERROR));
}

/* A foreign function takes all of these as addresses. */
static bool is_address(rail_value value) {
  switch (rail_kind(value)) {
    case RAIL_KIND_POINTER:
    case RAIL_KIND_STRING:
    case RAIL_KIND_BYTES:
    case RAIL_KIND_FLOAT_ARRAY:
      return true;
    default:
      return rail_is_int(value) || value == RAIL_NULL;
  }
}

/* The descriptors of the fields of a value of a declared type; 0 if it is of another type. */
static rail_value fields_of(rail_value type, rail_value value) {
  uint64_t constructor;
  if (rail_is_nullary(value)) {
    constructor = value >> RAIL_NULLARY_SHIFT;
  } else if (rail_is_kind(value, RAIL_KIND_CONSTRUCTOR)) {
    constructor = rail_aux(value);
  } else {
    return 0;
  }
  uint64_t first = (uint64_t)rail_to_int64(rail_words(type)[PARTS]);
  uint64_t index = constructor - first;
  return index < rail_word_count(type) - PARTS - 1 ? rail_words(type)[PARTS + 1 + index] : 0;
}

static enum verdict verdict_of(bool fits) { return fits ? FITS : DIFFERS; }

static enum verdict compare(rail_value type, rail_value value) {
  if (!rail_is_pointer(type) ||
      is_allowed_extra(rail_to_int64(rail_words(type)[EXTRAS]), value)) {
    return FITS;
  }
  switch (rail_to_int64(rail_words(type)[KIND])) {
    case RAIL_TYPE_INT:
      return verdict_of(rail_is_int(value));
    case RAIL_TYPE_FLOAT:
      return verdict_of(rail_is_float(value));
    case RAIL_TYPE_NUM:
      return verdict_of(rail_is_int(value) || rail_is_float(value));
    case RAIL_TYPE_STRING:
      return verdict_of(rail_is_kind(value, RAIL_KIND_STRING));
    case RAIL_TYPE_UNIT:
      return verdict_of(value == RAIL_UNIT);
    case RAIL_TYPE_POINTER:
      return verdict_of(is_address(value));
    case RAIL_TYPE_BYTES:
      return verdict_of(rail_is_kind(value, RAIL_KIND_BYTES));
    case RAIL_TYPE_FLOAT_ARRAY:
      return verdict_of(rail_is_kind(value, RAIL_KIND_FLOAT_ARRAY));
    case RAIL_TYPE_ARRAY:
      return verdict_of(rail_is_kind(value, RAIL_KIND_ARRAY));
    case RAIL_TYPE_CHANNEL:
      return verdict_of(rail_is_kind(value, RAIL_KIND_CHANNEL));
    case RAIL_TYPE_THREAD:
      return verdict_of(rail_is_kind(value, RAIL_KIND_THREAD));
    case RAIL_TYPE_FUNCTION:
      return verdict_of(rail_is_kind(value, RAIL_KIND_CLOSURE));
    case RAIL_TYPE_LIST:
      if (value == RAIL_NIL) {
        return FITS;
      }
      if (!rail_is_kind(value, RAIL_KIND_CONS)) {
        return DIFFERS;
      }
      return rail_is_pointer(rail_words(type)[PARTS]) ? BY_PARTS : FITS;
    case RAIL_TYPE_TUPLE:
      return rail_is_kind(value, RAIL_KIND_TUPLE) &&
                     rail_word_count(value) == rail_word_count(type) - PARTS
                 ? BY_PARTS
                 : DIFFERS;
    default: {
      rail_value fields = fields_of(type, value);
      if (fields == 0) {
        return DIFFERS;
      }
      return rail_is_nullary(value) ? FITS : BY_PARTS;
    }
  }
}

/* The descriptor for a part of a value that is compared by its parts. */
static rail_value part_type(rail_value type, rail_value value, uint64_t index) {
  switch (rail_to_int64(rail_words(type)[KIND])) {
    case RAIL_TYPE_LIST:
      return index == 0 ? rail_words(type)[PARTS] : type;
    case RAIL_TYPE_TUPLE:
      return rail_words(type)[PARTS + index];
    default:
      return rail_words(fields_of(type, value))[index];
  }
}

RAIL_NORETURN static void raise_cast(struct rail_thread *thread, rail_value wanted,
                                     const char *relation, rail_value found) {
  rail_check_error(thread, NULL, found);
  struct rail_line line = {.length = 0};
  rail_line_bytes(&line, rail_bytes(wanted), rail_length_of(wanted));
  rail_line_text(&line, relation);
  rail_line_kind(&line, found);
  rail_raise_line(thread, NULL, &line);
}

/* Returns `value`, which must be of the declared type, as it says; an int becomes a float where the type
 * is float. `wanted` is the beginning of the message otherwise. Depth first; an entry is removed
 * before its last part is looked at, so that lists take no space (see equal.c). */
rail_value rail_cast(struct rail_thread *thread, rail_value value, rail_value type,
                     rail_value wanted) {
  enum verdict verdict = compare(type, value);
  if (verdict == FITS) {
    return value;
  }
  if (verdict == DIFFERS) {
    if (rail_is_int(value) && rail_to_int64(rail_words(type)[KIND]) == RAIL_TYPE_FLOAT) {
      return rail_new_float(thread, (double)rail_to_int64(value));
    }
    raise_cast(thread, wanted, ", not ", value);
  }
  struct rail_work work;
  rail_work_start(&work);
  rail_work_push(thread, &work, value, type, 0);
  while (work.count > 0) {
    struct rail_work_entry *entry = &work.entries[work.count - 1];
    uint64_t index = entry->c;
    rail_value part = rail_words(entry->a)[index];
    rail_value wanted_part = part_type(entry->b, entry->a, index);
    entry->c += 1;
    if (entry->c == rail_word_count(entry->a)) {
      work.count -= 1;
    }
    verdict = compare(wanted_part, part);
    if (verdict == DIFFERS) {
      rail_work_finish(&work);
      raise_cast(thread, wanted, ", but contains ", part);
    }
    if (verdict == BY_PARTS) {
      rail_work_push(thread, &work, part, wanted_part, 0);
    }
  }
  rail_work_finish(&work);
  return value;
}
