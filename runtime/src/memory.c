/* memory.c: operations on runs of bytes.
 *
 * Blocks of 16 bytes are moved with the compiler's vector type, which is one SSE2 or AdvSIMD
 * register; single bytes are looked for eight at a time in a 64-bit word ("SIMD within a
 * register"). The file must be compiled with -fno-builtin: otherwise the compiler may recognise
 * these loops and replace them with calls to themselves. */
#include "memory.h"

#include <stdbool.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "byte positions in a word are counted up");

/* Memory of any alignment and type, seen as integers or blocks. */
typedef uint16_t half_word __attribute__((aligned(1), may_alias));
typedef uint32_t short_word __attribute__((aligned(1), may_alias));
typedef uint64_t word __attribute__((aligned(1), may_alias));
typedef unsigned char block __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t word_pair __attribute__((vector_size(16)));

enum { BLOCK = sizeof(block), STRIDE = 4 * BLOCK };

/* ---- Copying ---- */

/* Copies at most STRIDE bytes. All loads come before the stores, so the ranges may overlap. */
static inline void copy_short(unsigned char *to, const unsigned char *from, size_t length) {
  if (length > 2 * BLOCK) {
    block first = *(const block *)from, second = *(const block *)(from + BLOCK);
    block third = *(const block *)(from + length - 2 * BLOCK);
    block last = *(const block *)(from + length - BLOCK);
    *(block *)to = first;
    *(block *)(to + BLOCK) = second;
    *(block *)(to + length - 2 * BLOCK) = third;
    *(block *)(to + length - BLOCK) = last;
  } else if (length >= BLOCK) {
    block first = *(const block *)from, last = *(const block *)(from + length - BLOCK);
    *(block *)to = first;
    *(block *)(to + length - BLOCK) = last;
  } else if (length >= 8) {
    uint64_t first = *(const word *)from, last = *(const word *)(from + length - 8);
    *(word *)to = first;
    *(word *)(to + length - 8) = last;
  } else if (length >= 4) {
    uint32_t first = *(const short_word *)from, last = *(const short_word *)(from + length - 4);
    *(short_word *)to = first;
    *(short_word *)(to + length - 4) = last;
  } else if (length >= 2) {
    uint16_t first = *(const half_word *)from, last = *(const half_word *)(from + length - 2);
    *(half_word *)to = first;
    *(half_word *)(to + length - 2) = last;
  } else if (length == 1) {
    *to = *from;
  }
}

/* Copies STRIDE bytes, loading all of them first. */
static inline void copy_stride(unsigned char *to, const unsigned char *from) {
  block a = *(const block *)from, b = *(const block *)(from + BLOCK);
  block c = *(const block *)(from + 2 * BLOCK), d = *(const block *)(from + 3 * BLOCK);
  *(block *)to = a;
  *(block *)(to + BLOCK) = b;
  *(block *)(to + 2 * BLOCK) = c;
  *(block *)(to + 3 * BLOCK) = d;
}

/* Copies more than STRIDE bytes from low to high addresses: right unless `to` lies inside the
 * source. The last stride overlaps the one before it; it is loaded first, because the loop may
 * overwrite it when `from` lies inside the target. */
static inline void copy_upwards(unsigned char *to, const unsigned char *from, size_t length) {
  const unsigned char *tail = from + length - STRIDE;
  block a = *(const block *)tail, b = *(const block *)(tail + BLOCK);
  block c = *(const block *)(tail + 2 * BLOCK), d = *(const block *)(tail + 3 * BLOCK);
  size_t done = 0;
  do {
    copy_stride(to + done, from + done);
    done += STRIDE;
  } while (done < length - STRIDE);
  to += length - STRIDE;
  *(block *)to = a;
  *(block *)(to + BLOCK) = b;
  *(block *)(to + 2 * BLOCK) = c;
  *(block *)(to + 3 * BLOCK) = d;
}

/* The mirror image of copy_upwards, for a target above the source. */
static inline void copy_downwards(unsigned char *to, const unsigned char *from, size_t length) {
  block a = *(const block *)from, b = *(const block *)(from + BLOCK);
  block c = *(const block *)(from + 2 * BLOCK), d = *(const block *)(from + 3 * BLOCK);
  size_t left = length;
  do {
    left -= STRIDE;
    copy_stride(to + left, from + left);
  } while (left > STRIDE);
  *(block *)to = a;
  *(block *)(to + BLOCK) = b;
  *(block *)(to + 2 * BLOCK) = c;
  *(block *)(to + 3 * BLOCK) = d;
}

void *memcpy(void *restrict target, const void *restrict source, size_t length) {
  if (length <= STRIDE) {
    copy_short(target, source, length);
  } else {
    copy_upwards(target, source, length);
  }
  return target;
}

void *memmove(void *target, const void *source, size_t length) {
  if (length <= STRIDE) {
    copy_short(target, source, length);
  } else if ((uintptr_t)target - (uintptr_t)source >= length) {
    copy_upwards(target, source, length);
  } else {
    copy_downwards(target, source, length);
  }
  return target;
}

void *memset(void *target, int byte, size_t length) {
  unsigned char *to = target;
  uint64_t pattern = (uint64_t)(unsigned char)byte * UINT64_C(0x0101010101010101);
  if (length >= BLOCK) {
    block value = (block)(word_pair){pattern, pattern};
    for (size_t done = 0; done < length - BLOCK; done += BLOCK) {
      *(block *)(to + done) = value;
    }
    *(block *)(to + length - BLOCK) = value;
  } else if (length >= 8) {
    *(word *)to = pattern;
    *(word *)(to + length - 8) = pattern;
  } else if (length >= 4) {
    *(short_word *)to = (uint32_t)pattern;
    *(short_word *)(to + length - 4) = (uint32_t)pattern;
  } else {
    for (size_t i = 0; i < length; i++) {
      to[i] = (unsigned char)byte;
    }
  }
  return target;
}

/* ---- Comparing ---- */

/* Orders two words, each loaded from memory, by the bytes in memory order. */
static inline int compare_words(uint64_t left, uint64_t right) {
  left = __builtin_bswap64(left);
  right = __builtin_bswap64(right);
  return (left > right) - (left < right);
}

/* Returns up to seven bytes as a number that orders like them, among runs of equal length. */
static inline uint64_t short_run(const unsigned char *bytes, size_t length) {
  if (length >= 4) {
    uint64_t first = __builtin_bswap32(*(const short_word *)bytes);
    return first << 32 | __builtin_bswap32(*(const short_word *)(bytes + length - 4));
  }
  if (length == 0) {
    return 0;
  }
  return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left, *b = right;
  if (length < 8) {
    uint64_t x = short_run(a, length), y = short_run(b, length);
    return (x > y) - (x < y);
  }
  size_t i = 0;
  for (; length - i >= 32; i += 32) {
    uint64_t differences = (*(const word *)(a + i) ^ *(const word *)(b + i)) |
                           (*(const word *)(a + i + 8) ^ *(const word *)(b + i + 8)) |
                           (*(const word *)(a + i + 16) ^ *(const word *)(b + i + 16)) |
                           (*(const word *)(a + i + 24) ^ *(const word *)(b + i + 24));
    if (differences != 0) {
      break;
    }
  }
  for (; length - i >= 8; i += 8) {
    uint64_t x = *(const word *)(a + i), y = *(const word *)(b + i);
    if (x != y) {
      return compare_words(x, y);
    }
  }
  /* What is left is fewer than eight bytes: those before them in the last word are equal. */
  return compare_words(*(const word *)(a + length - 8), *(const word *)(b + length - 8));
}

int rail_compare_bytes(const void *left, size_t left_length, const void *right,
                       size_t right_length) {
  int order = memcmp(left, right, left_length < right_length ? left_length : right_length);
  return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
}

/* ---- Looking for one byte ---- */

#define RAIL_EACH_BYTE(byte) ((uint64_t)(byte) * UINT64_C(0x0101010101010101))

/* Returns a word with 0x80 in every byte of `value` that is zero, and 0 in the others: adding
 * 0x7f to the low seven bits carries into the top bit unless they are all zero. */
static inline uint64_t zero_bytes(uint64_t value) {
  uint64_t low_bits = RAIL_EACH_BYTE(0x7f);
  return ~(((value & low_bits) + low_bits) | value | low_bits);
}

size_t rail_text_length(const char *text) {
  size_t length = 0;
  while (text[length] != 0) {
    length++;
  }
  return length;
}

size_t rail_find_byte(const void *bytes, size_t length, unsigned char byte) {
  const unsigned char *from = bytes;
  uint64_t pattern = RAIL_EACH_BYTE(byte);
  block wanted = (block)(word_pair){pattern, pattern};
  size_t i = 0;
  for (; length - i >= 2 * BLOCK; i += 2 * BLOCK) {
    word_pair hits = (word_pair)(*(const block *)(from + i) == wanted) |
                     (word_pair)(*(const block *)(from + i + BLOCK) == wanted);
    if ((hits[0] | hits[1]) != 0) {
      break;
    }
  }
  for (; length - i >= 8; i += 8) {
    uint64_t hits = zero_bytes(*(const word *)(from + i) ^ pattern);
    if (hits != 0) {
      return i + (size_t)__builtin_ctzll(hits) / 8;
    }
  }
  for (; i < length; i++) {
    if (from[i] == byte) {
      return i;
    }
  }
  return RAIL_NOT_FOUND;
}

size_t rail_find_last_byte(const void *bytes, size_t length, unsigned char byte) {
  const unsigned char *from = bytes;
  size_t left = length;
  for (; left >= 8; left -= 8) {
    uint64_t hits = zero_bytes(*(const word *)(from + left - 8) ^ RAIL_EACH_BYTE(byte));
    if (hits != 0) {
      return left - 1 - (size_t)__builtin_clzll(hits) / 8;
    }
  }
  while (left > 0) {
    left--;
    if (from[left] == byte) {
      return left;
    }
  }
  return RAIL_NOT_FOUND;
}

size_t rail_count_byte(const void *bytes, size_t length, unsigned char byte) {
  const unsigned char *from = bytes;
  size_t count = 0, i = 0;
  while (length - i >= 8) {
    /* Eight counters of a byte each: they overflow after 255 words. */
    uint64_t counters = 0;
    for (int words = 0; words < 255 && length - i >= 8; words++, i += 8) {
      counters += zero_bytes(*(const word *)(from + i) ^ RAIL_EACH_BYTE(byte)) >> 7;
    }
    uint64_t pairs =
        (counters & UINT64_C(0x00ff00ff00ff00ff)) + (counters >> 8 & UINT64_C(0x00ff00ff00ff00ff));
    count += (size_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
  }
  for (; i < length; i++) {
    count += from[i] == byte;
  }
  return count;
}

/* ---- Looking for a byte string: the two-way algorithm ----
 *
 * M. Crochemore and D. Perrin, "Two-way string-matching", Journal of the ACM 38(3), 1991. The
 * needle is cut at a critical position, where the local period is the period of the whole. The
 * right part is compared upwards, then the left part downwards; a mismatch in the right part
 * moves the needle behind it, one in the left part moves it by the period. */

/* Returns the start of the greatest suffix of `needle` in the order of bytes, or in the reverse
 * order, and its period. */
static size_t greatest_suffix(const unsigned char *needle, size_t length, bool reverse,
                              size_t *period) {
  size_t start = 0, rival = 1, equal = 0;
  *period = 1;
  while (rival + equal < length) {
    unsigned char ours = needle[start + equal], theirs = needle[rival + equal];
    if (ours == theirs) {
      equal++;
      if (equal == *period) {
        rival += equal;
        equal = 0;
      }
    } else if (reverse ? theirs > ours : theirs < ours) {
      rival += equal + 1;
      equal = 0;
      *period = rival - start;
    } else {
      start = rival;
      rival++;
      equal = 0;
      *period = 1;
    }
  }
  return start;
}

/* Where a needle is cut, how far it moves after a mismatch on the left, and how many of its bytes
 * are known to match after that move (0 unless it is periodic). */
struct factorization {
  size_t cut, period, overlap;
};

static struct factorization factorize(const unsigned char *needle, size_t length) {
  size_t period, reverse_period;
  size_t cut = greatest_suffix(needle, length, false, &period);
  size_t reverse_cut = greatest_suffix(needle, length, true, &reverse_period);
  if (reverse_cut > cut) {
    cut = reverse_cut;
    period = reverse_period;
  }
  if (memcmp(needle, needle + period, cut) == 0) {
    return (struct factorization){cut, period, length - period};
  }
  /* The period is longer than either part: this much of it is enough, and nothing is remembered. */
  return (struct factorization){cut, (cut > length - cut ? cut : length - cut) + 1, 0};
}

size_t rail_find_bytes(const void *haystack, size_t haystack_length, const void *needle,
                       size_t needle_length) {
  const unsigned char *text = haystack, *pattern = needle;
  if (needle_length <= 1) {
    return needle_length == 0 ? 0 : rail_find_byte(text, haystack_length, pattern[0]);
  }
  if (needle_length > haystack_length) {
    return RAIL_NOT_FOUND;
  }
  struct factorization parts = factorize(pattern, needle_length);
  size_t last = haystack_length - needle_length, position = 0, known = 0;
  while (position <= last) {
    size_t i = parts.cut > known ? parts.cut : known;
    if (known == 0 && text[position + i] != pattern[i]) {
      /* Nothing is known about this place: go on to where the right part can begin. */
      size_t skip = rail_find_byte(text + position + i, last - position + 1, pattern[i]);
      if (skip == RAIL_NOT_FOUND) {
        return RAIL_NOT_FOUND;
      }
      position += skip;
    }
    while (i < needle_length && pattern[i] == text[position + i]) {
      i++;
    }
    if (i < needle_length) {
      position += i - parts.cut + 1;
      known = 0;
      continue;
    }
    i = parts.cut;
    while (i > known && pattern[i - 1] == text[position + i - 1]) {
      i--;
    }
    if (i <= known) {
      return position;
    }
    position += parts.period;
    known = parts.overlap;
  }
  return RAIL_NOT_FOUND;
}
