#include "file.h"

#include "memory.h"

/* The errors that operations on files meet (Linux, include/uapi/asm-generic/errno.h), worded as by
 * C's strerror: number, text, NUL; an empty entry ends a table. */
static const char errors_of_writing[] =
    "\1operation not permitted\0"
    "\5input/output error\0"
    "\6no such device or address\0"
    "\11bad file descriptor\0"
    "\13resource temporarily unavailable\0"
    "\14cannot allocate memory\0"
    "\26invalid argument\0"
    "\33file too large\0"
    "\34no space left on device\0"
    "\172disk quota exceeded\0";
static const char other_errors[] =
    "\2no such file or directory\0"
    "\4interrupted system call\0"
    "\15permission denied\0"
    "\20device or resource busy\0"
    "\21file exists\0"
    "\24not a directory\0"
    "\25is a directory\0"
    "\27too many open files in system\0"
    "\30too many open files\0"
    "\32text file busy\0"
    "\36read-only file system\0"
    "\40broken pipe\0"
    "\44file name too long\0"
    "\50too many levels of symbolic links\0";

/* Returns the text of an error in a table, or "" behind its end. */
static const char *find(const char *table, int64_t number) {
  while (*table != 0 && *table != number) {
    while (*++table != 0) {
    }
    table += 1;
  }
  return table + (*table != 0);
}

const char *rail_write_error_text(int64_t number) {
  const char *text = find(errors_of_writing, number);
  return *text != 0 ? text : "unknown error";
}

const char *rail_error_text(int64_t number) {
  const char *text = find(other_errors, number);
  return *text != 0 ? text : rail_write_error_text(number);
}

/* Raises WHAT NAME: REASON. */
RAIL_NORETURN static void raise(struct rail_thread *thread, const char *operation,
                                const char *what, const char *name, const char *reason) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, what);
  rail_line_text(&line, name);
  rail_line_text(&line, ": ");
  rail_line_text(&line, reason);
  rail_raise_line(thread, operation, &line);
}

void rail_raise_output(struct rail_thread *thread, const char *operation, int64_t number) {
  raise(thread, operation, "cannot write ", "standard output", rail_write_error_text(number));
}

void rail_raise_file(struct rail_thread *thread, const char *operation, const char *what,
                     const char *name, int64_t number) {
  raise(thread, operation, what, name, rail_error_text(number));
}
