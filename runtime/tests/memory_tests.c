/* memory_tests.c: memory.c against the C library and against plain loops.
 *
 * memory.c is compiled with its four standard names prefixed by `tested_`, so that they do not
 * take the place of the library's. Every buffer is allocated to size: the address sanitizer finds
 * accesses outside of it. */
#include "number_tests.h"

#include <stdlib.h>
#include <string.h>

#define memcpy tested_memcpy
#define memmove tested_memmove
#define memset tested_memset
#define memcmp tested_memcmp
#include "../src/memory.h"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

static unsigned char *random_bytes(struct random *random, size_t length, unsigned letters) {
  unsigned char *bytes = malloc(length);
  for (size_t i = 0; i < length; i++) {
    bytes[i] = (unsigned char)random_below(random, letters);
  }
  return bytes;
}

/* Mostly short, sometimes some thousand bytes. */
static size_t random_length(struct random *random) {
  static const size_t bounds[] = {4, 20, 70, 200, 3000};
  return random_below(random, bounds[random_below(random, 5)]);
}

static int sign(int x) { return (x > 0) - (x < 0); }

static void test_moves(struct random *random) {
  size_t length = random_length(random), size = length + random_below(random, 80);
  unsigned char *actual = random_bytes(random, size, 256), *expected = malloc(size);
  unsigned char *source = random_bytes(random, length, 256);
  memcpy(expected, actual, size);
  size_t from = random_below(random, size - length + 1),
         to = random_below(random, size - length + 1);
  memmove(expected + to, expected + from, length);
  if (tested_memmove(actual + to, actual + from, length) != actual + to ||
      memcmp(actual, expected, size) != 0) {
    fail("memmove %zu bytes from %zu to %zu", length, from, to);
  }
  memcpy(expected + to, source, length);
  if (tested_memcpy(actual + to, source, length) != actual + to ||
      memcmp(actual, expected, size) != 0) {
    fail("memcpy %zu bytes to %zu", length, to);
  }
  int byte = (int)random_below(random, 512) - 256;
  memset(expected + from, byte, length);
  if (tested_memset(actual + from, byte, length) != actual + from ||
      memcmp(actual, expected, size) != 0) {
    fail("memset %zu bytes at %zu", length, from);
  }
  free(actual);
  free(expected);
  free(source);
}

static void test_comparisons(struct random *random) {
  size_t left_length = random_length(random), right_length = random_length(random);
  unsigned char *left = random_bytes(random, left_length, 256);
  unsigned char *right = random_bytes(random, right_length, 256);
  size_t common = left_length < right_length ? left_length : right_length;
  memcpy(right, left, common);
  if (common > 0 && random_below(random, 3) > 0) {
    right[random_below(random, common)] = (unsigned char)random_bits(random);
  }
  int expected = sign(memcmp(left, right, common));
  if (sign(tested_memcmp(left, right, common)) != expected) {
    fail("memcmp of %zu bytes", common);
  }
  if (expected == 0) {
    expected = (left_length > right_length) - (left_length < right_length);
  }
  if (sign(rail_compare_bytes(left, left_length, right, right_length)) != expected) {
    fail("rail_compare_bytes of %zu and %zu bytes", left_length, right_length);
  }
  free(left);
  free(right);
}

static void test_single_bytes(struct random *random) {
  size_t length = random_length(random), count = 0;
  unsigned char *bytes = random_bytes(random, length, 1 + (unsigned)random_below(random, 256));
  unsigned char wanted = (unsigned char)random_below(random, 256);
  size_t first = RAIL_NOT_FOUND, last = RAIL_NOT_FOUND;
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == wanted) {
      first = first == RAIL_NOT_FOUND ? i : first;
      last = i;
      count++;
    }
  }
  if (rail_find_byte(bytes, length, wanted) != first) {
    fail("rail_find_byte %u in %zu bytes", wanted, length);
  }
  if (rail_find_last_byte(bytes, length, wanted) != last) {
    fail("rail_find_last_byte %u in %zu bytes", wanted, length);
  }
  if (rail_count_byte(bytes, length, wanted) != count) {
    fail("rail_count_byte %u in %zu bytes", wanted, length);
  }
  if (length > 0) {
    bytes[length - 1] = 0;
    if (rail_text_length((char *)bytes) != strlen((char *)bytes)) {
      fail("rail_text_length in %zu bytes", length);
    }
  }
  free(bytes);
}

/* Few letters and, half of the time, a periodic needle: what two-way search has to get right. */
static void test_search(struct random *random) {
  unsigned letters = 1 + (unsigned)random_below(random, 3);
  size_t haystack_length = random_length(random), needle_length = random_below(random, 24);
  unsigned char *haystack = random_bytes(random, haystack_length, letters);
  unsigned char *needle = random_bytes(random, needle_length, letters);
  if (random_below(random, 2) == 0) {
    size_t period = 1 + random_below(random, 6);
    for (size_t i = period; i < needle_length; i++) {
      needle[i] = needle[i - period];
    }
    for (size_t i = period; i < haystack_length; i++) {
      haystack[i] = random_below(random, 30) == 0 ? haystack[i] : haystack[i - period];
    }
  }
  size_t expected = RAIL_NOT_FOUND;
  for (size_t i = 0; i + needle_length <= haystack_length; i++) {
    if (memcmp(haystack + i, needle, needle_length) == 0) {
      expected = i;
      break;
    }
  }
  size_t actual = rail_find_bytes(haystack, haystack_length, needle, needle_length);
  if (actual != expected) {
    fail("rail_find_bytes %zu in %zu bytes: %zu, not %zu", needle_length, haystack_length, actual,
         expected);
  }
  free(haystack);
  free(needle);
}

/* A quadratic search would take days for these. */
static void test_search_is_linear(void) {
  const size_t haystack_length = 4000000, needle_length = 1000000;
  unsigned char *haystack = malloc(haystack_length), *needle = malloc(needle_length);
  memset(haystack, 'a', haystack_length);
  for (size_t place = 0; place < needle_length; place += needle_length / 2 - 1) {
    memset(needle, 'a', needle_length);
    needle[place] = 'b';
    if (rail_find_bytes(haystack, haystack_length, needle, needle_length) != RAIL_NOT_FOUND) {
      fail("rail_find_bytes finds a b among a");
    }
  }
  free(haystack);
  free(needle);
}

void test_memory(uint64_t count, uint64_t seed) {
  struct random random = {seed};
  for (uint64_t i = 0; i < count; i += 4) {
    test_moves(&random);
    test_comparisons(&random);
    test_single_bytes(&random);
    test_search(&random);
  }
  test_search_is_linear();
}
