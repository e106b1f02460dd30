#include "system.h"

enum {
  OPEN_AT_WORKING_DIRECTORY = -100,
  OPEN_CLOSE_ON_EXEC = 02000000,
  MAP_READ_WRITE = 1 | 2,
  MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000,
  REMAP_MAY_MOVE = 1,
  ADVICE_DONT_NEED = 4,
  ADVICE_HUGE_PAGE = 14,
  ADVICE_NO_HUGE_PAGE = 15,
  TERMINAL_GET_ATTRIBUTES = 0x5401,
};

int64_t rail_open(const char *path, int flags, int mode) {
  for (;;) {
    int64_t descriptor =
        rail_system_call(RAIL_SYSCALL_OPENAT, OPEN_AT_WORKING_DIRECTORY, (int64_t)path,
                         flags | OPEN_CLOSE_ON_EXEC, mode, 0, 0);
    if (descriptor != -RAIL_ERROR_INTERRUPTED) {
      return descriptor;
    }
  }
}

int64_t rail_write_all(int descriptor, const void *bytes, size_t length) {
  const char *next = bytes;
  while (length > 0) {
    int64_t written = rail_write(descriptor, next, length);
    if (written == -RAIL_ERROR_INTERRUPTED) {
      continue;
    }
    if (written < 0) {
      return written;
    }
    next += written;
    length -= (size_t)written;
  }
  return 0;
}

void *rail_map(size_t length) {
  int64_t address = rail_system_call(RAIL_SYSCALL_MMAP, 0, (int64_t)length, MAP_READ_WRITE,
                                     MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
  return rail_failed(address) ? NULL : (void *)address;
}

void *rail_remap(void *address, size_t old_length, size_t new_length) {
  int64_t result = rail_system_call(RAIL_SYSCALL_MREMAP, (int64_t)address, (int64_t)old_length,
                                    (int64_t)new_length, REMAP_MAY_MOVE, 0, 0);
  return rail_failed(result) ? NULL : (void *)result;
}

static void advise(uint64_t start, uint64_t length, int advice) {
  rail_system_call(RAIL_SYSCALL_MADVISE, (int64_t)start, (int64_t)length, advice, 0, 0, 0);
}

void rail_discard(uint64_t start, uint64_t end) {
  start = (start + RAIL_PAGE - 1) & -(uint64_t)RAIL_PAGE;
  end &= -(uint64_t)RAIL_PAGE;
  if (start < end) {
    advise(start, end - start, ADVICE_DONT_NEED);
  }
}

void rail_use_small_pages(void *address, size_t length) {
  advise((uint64_t)address, length, ADVICE_NO_HUGE_PAGE);
}

void rail_use_huge_pages(uint64_t start, uint64_t end) {
  advise(start, end - start, ADVICE_HUGE_PAGE);
}

/* struct sysinfo of the kernel, as far as it is needed. */
struct system_information {
  int64_t uptime;
  uint64_t loads[3];
  uint64_t total_memory;
  uint64_t others[5];
  uint64_t counts[1];
  uint64_t high_memory[2];
  uint32_t memory_unit;
  char padding[64];
};

uint64_t rail_physical_memory(void) {
  struct system_information information;
  if (rail_failed(
          rail_system_call(RAIL_SYSCALL_SYSINFO, (int64_t)&information, 0, 0, 0, 0, 0))) {
    return 0;
  }
  return information.total_memory * information.memory_unit;
}

int64_t rail_clock(int clock) {
  int64_t time[2] = {0, 0};
  rail_system_call(RAIL_SYSCALL_CLOCK_GETTIME, clock, (int64_t)time, 0, 0, 0, 0);
  return time[0] * 1000000000 + time[1];
}

bool rail_is_terminal(int descriptor) {
  char attributes[64];
  return !rail_failed(rail_system_call(RAIL_SYSCALL_IOCTL, descriptor, TERMINAL_GET_ATTRIBUTES,
                                       (int64_t)attributes, 0, 0, 0));
}
