/* memory.h: operations on runs of bytes (memory.c).
 *
 * The first four are the C library's, by name and contract: the C compiler emits calls to them
 * even in freestanding code. The rest take lengths instead of relying on a terminating NUL. No
 * function reads or writes outside the ranges that it is given. */
#ifndef RAIL_MEMORY_H
#define RAIL_MEMORY_H

#include <stddef.h>

void *memcpy(void *restrict target, const void *restrict source, size_t length);
void *memmove(void *target, const void *source, size_t length);
void *memset(void *target, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);

/* What the searching functions return when there is no match. */
#define RAIL_NOT_FOUND ((size_t)-1)

/* Returns the number of bytes before the first NUL of `text`, which must have one. */
size_t rail_text_length(const char *text);

/* Orders two byte strings: negative, 0 or positive as `left` is before, equal to or after `right`;
 * bytes compare unsigned, and a proper prefix comes first. */
int rail_compare_bytes(const void *left, size_t left_length, const void *right,
                       size_t right_length);

/* Returns the offset of the first `byte` in `bytes`, or RAIL_NOT_FOUND. */
size_t rail_find_byte(const void *bytes, size_t length, unsigned char byte);

/* Returns the offset of the last `byte` in `bytes`, or RAIL_NOT_FOUND. */
size_t rail_find_last_byte(const void *bytes, size_t length, unsigned char byte);

/* Returns how many bytes of `bytes` equal `byte`. */
size_t rail_count_byte(const void *bytes, size_t length, unsigned char byte);

/* Returns the offset of the first occurrence of `needle` in `haystack`, or RAIL_NOT_FOUND. The
 * empty needle is found at 0. Takes O(haystack_length + needle_length) time and constant space,
 * whatever the contents. */
size_t rail_find_bytes(const void *haystack, size_t haystack_length, const void *needle,
                       size_t needle_length);

#endif
