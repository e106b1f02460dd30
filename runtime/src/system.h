/* system.h: the system calls that the runtime makes, typed. Each returns a negated error number on
 * failure. */
#ifndef RAIL_SYSTEM_H
#define RAIL_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#include "syscall.h"

/* Error numbers and flags (asm-generic; the same on all our targets). */
enum {
  RAIL_ERROR_INTERRUPTED = 4,
  RAIL_ERROR_AGAIN = 11,
  RAIL_ERROR_NO_MEMORY = 12,
  RAIL_ERROR_BROKEN_PIPE = 32,
  RAIL_STDIN = 0,
  RAIL_STDOUT = 1,
  RAIL_STDERR = 2,
  RAIL_PAGE = 4096,
};

/* Whether a system call's result is an error. */
static inline bool rail_failed(int64_t result) { return result < 0 && result >= -4095; }

__attribute__((noreturn)) static inline void rail_exit_process(int status) {
  for (;;) {
    rail_system_call(RAIL_SYSCALL_EXIT_GROUP, status, 0, 0, 0, 0, 0);
  }
}

static inline int64_t rail_read(int descriptor, void *buffer, size_t length) {
  return rail_system_call(RAIL_SYSCALL_READ, descriptor, (int64_t)buffer, (int64_t)length, 0, 0, 0);
}

static inline int64_t rail_write(int descriptor, const void *buffer, size_t length) {
  return rail_system_call(RAIL_SYSCALL_WRITE, descriptor, (int64_t)buffer, (int64_t)length, 0, 0,
                          0);
}

/* open(2) relative to the working directory; descriptors are closed on exec. */
int64_t rail_open(const char *path, int flags, int mode);

static inline void rail_close(int descriptor) {
  rail_system_call(RAIL_SYSCALL_CLOSE, descriptor, 0, 0, 0, 0, 0);
}

/* Writes all of `bytes`; returns 0 or a negated error number. */
int64_t rail_write_all(int descriptor, const void *bytes, size_t length);

/* Anonymous private memory, zeroed, without a reservation of swap space; NULL if there is none.
 * `length` is rounded up to pages. */
void *rail_map(size_t length);

static inline void rail_unmap(void *address, size_t length) {
  rail_system_call(RAIL_SYSCALL_MUNMAP, (int64_t)address, (int64_t)length, 0, 0, 0, 0);
}

/* Gives mapped memory a new length, perhaps at a new address; NULL (and the old mapping stays) if
 * there is no room. */
void *rail_remap(void *address, size_t old_length, size_t new_length);

/* Gives the pages of a range back to the system; they read as zero afterwards. Whole pages only. */
void rail_discard(uint64_t start, uint64_t end);

/* Asks the system not to use huge pages for a range, so that little of it is resident. */
void rail_use_small_pages(void *address, size_t length);

/* Allows huge pages again. */
void rail_use_huge_pages(uint64_t start, uint64_t end);

/* Bytes of physical memory, or 0 if unknown. */
uint64_t rail_physical_memory(void);

/* Nanoseconds of the given clock (0: since 1970, 1: monotonic). */
int64_t rail_clock(int clock);

bool rail_is_terminal(int descriptor);

#endif
