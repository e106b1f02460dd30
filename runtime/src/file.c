#include "file.h"

#include "collect.h"
#include "memory.h"
#include "number.h"
#include "strings.h"
#include "system.h"
#include "text.h"

enum {
  OPEN_READ = 0,
  OPEN_WRITE = 01,
  OPEN_CREATE = 0100,
  OPEN_TRUNCATE = 01000,
  OPEN_APPEND = 02000,
  MODE = 0644,
  ERROR_NO_ENTRY = 2,
  SEEK_FROM_END = 2,
  SEEK_FROM_START = 0,
};

/* Beyond this a size is that of something strange, such as a directory. */
static const uint64_t size_most = (uint64_t)1 << 40;

static int64_t open_path(rail_value path, int flags) {
  if (rail_find_byte(rail_bytes(path), rail_length_of(path), 0) != RAIL_NOT_FOUND) {
    return -ERROR_NO_ENTRY;
  }
  return rail_open(rail_bytes(path), flags, MODE);
}

int64_t rail_open_for_reading(rail_value path) { return open_path(path, OPEN_READ); }

int64_t rail_open_for_writing(rail_value path, bool append) {
  return open_path(path, OPEN_WRITE | OPEN_CREATE | (append ? OPEN_APPEND : OPEN_TRUNCATE));
}

int64_t rail_read_all(int descriptor, void *buffer, size_t length) {
  size_t done = 0;
  while (done < length) {
    int64_t count = rail_read(descriptor, (char *)buffer + done, length - done);
    if (count == -RAIL_ERROR_INTERRUPTED) {
      continue;
    }
    if (count < 0) {
      return count;
    }
    if (count == 0) {
      break;
    }
    done += (size_t)count;
  }
  return (int64_t)done;
}

/* Returns the size of an open regular file; 0 for what has none (pipes, /proc). */
static uint64_t size_of(int descriptor) {
  int64_t size = rail_system_call(RAIL_SYSCALL_LSEEK, descriptor, 0, SEEK_FROM_END, 0, 0, 0);
  rail_system_call(RAIL_SYSCALL_LSEEK, descriptor, 0, SEEK_FROM_START, 0, 0, 0);
  return size < 0 ? 0 : (uint64_t)size;
}

/* Reads a file whose size is not known. */
static rail_value read_unsized(struct rail_thread *thread, int descriptor) {
  struct rail_text text;
  rail_text_start(&text, thread);
  int64_t count = rail_text_read(&text, descriptor);
  rail_close(descriptor);
  if (count == -RAIL_ERROR_NO_MEMORY) {
    rail_raise_memory(thread);
  }
  return count < 0 ? rail_empty_string() : rail_text_to_string(&text);
}

/* Reads a file of `size` bytes straight into a string. If it turns out to have another size by
 * now, it is the part that was read. No descriptor is open while memory may turn out to be
 * exhausted. */
static rail_value read_sized(struct rail_thread *thread, rail_value path, uint64_t size) {
  struct rail_roots path_roots;
  rail_push_roots(thread, &path_roots, &path, 1);
  rail_value string = rail_new_bytes(thread, RAIL_KIND_STRING, size);
  rail_pop_roots(thread, &path_roots);
  int64_t count = rail_open_for_reading(path);
  if (count >= 0) {
    int descriptor = (int)count;
    count = rail_read_all(descriptor, rail_bytes(string), size);
    rail_close(descriptor);
  }
  if (count == (int64_t)size) {
    return string;
  }
  if (count <= 0) {
    return rail_empty_string();
  }
  struct rail_roots roots;
  rail_push_roots(thread, &roots, &string, 1);
  rail_value part = rail_new_bytes(thread, RAIL_KIND_STRING, (uint64_t)count);
  rail_pop_roots(thread, &roots);
  memcpy(rail_bytes(part), rail_bytes(string), (uint64_t)count);
  return part;
}

/* read_file path: "" if it cannot be read. */
rail_value rail_read_file(struct rail_thread *thread, rail_value path) {
  rail_require_string(thread, "read_file", path);
  int64_t descriptor = rail_open_for_reading(path);
  if (descriptor < 0) {
    return rail_empty_string();
  }
  uint64_t size = size_of((int)descriptor);
  if (size == 0 || size > size_most) {
    return read_unsized(thread, (int)descriptor);
  }
  rail_close((int)descriptor);
  return read_sized(thread, path, size);
}

static rail_value write_string(struct rail_thread *thread, const char *operation, rail_value path,
                               rail_value string, bool append) {
  rail_require_string(thread, operation, path);
  rail_require_string(thread, operation, string);
  int64_t descriptor = rail_open_for_writing(path, append);
  int64_t result = descriptor;
  if (descriptor >= 0) {
    result = rail_write_all((int)descriptor, rail_bytes(string), rail_length_of(string));
    rail_close((int)descriptor);
  }
  if (result < 0) {
    rail_raise_file(thread, operation, "cannot write ", rail_bytes(path), -result);
  }
  return rail_from_int(0);
}

/* write_file path s */
rail_value rail_write_file(struct rail_thread *thread, rail_value path, rail_value string) {
  return write_string(thread, "write_file", path, string, false);
}

/* append_file path s */
rail_value rail_append_file(struct rail_thread *thread, rail_value path, rail_value string) {
  return write_string(thread, "append_file", path, string, true);
}
