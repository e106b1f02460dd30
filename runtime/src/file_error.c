#include "file.h"

/* The errors that file operations meet (Linux, include/uapi/asm-generic/errno-base.h), worded as
 * by C's strerror. */
const char *rail_error_text(int64_t number) {
  switch (number) {
    case 1:
      return "operation not permitted";
    case 2:
      return "no such file or directory";
    case 4:
      return "interrupted system call";
    case 5:
      return "input/output error";
    case 6:
      return "no such device or address";
    case 9:
      return "bad file descriptor";
    case 11:
      return "resource temporarily unavailable";
    case 12:
      return "cannot allocate memory";
    case 13:
      return "permission denied";
    case 16:
      return "device or resource busy";
    case 17:
      return "file exists";
    case 20:
      return "not a directory";
    case 21:
      return "is a directory";
    case 22:
      return "invalid argument";
    case 23:
      return "too many open files in system";
    case 24:
      return "too many open files";
    case 26:
      return "text file busy";
    case 27:
      return "file too large";
    case 28:
      return "no space left on device";
    case 30:
      return "read-only file system";
    case 32:
      return "broken pipe";
    case 36:
      return "file name too long";
    case 40:
      return "too many levels of symbolic links";
    case 122:
      return "disk quota exceeded";
    default:
      return "unknown error";
  }
}

void rail_raise_file(struct rail_thread *thread, const char *operation, const char *what,
                     const char *name, int64_t number) {
  struct rail_line line = {.length = 0};
  rail_line_text(&line, what);
  rail_line_text(&line, name);
  rail_line_text(&line, ": ");
  rail_line_text(&line, rail_error_text(number));
  rail_raise_line(thread, operation, &line);
}
