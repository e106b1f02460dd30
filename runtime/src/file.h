/* file.h: files by path. */
#ifndef RAIL_FILE_H
#define RAIL_FILE_H

#include <stdbool.h>

#include "error.h"

/* Opens the file that a string names; returns a descriptor or a negated error number. A path with
 * a NUL byte names no file. */
int64_t rail_open_for_reading(rail_value path);

/* Creates or truncates, or with `append` writes at the end. */
int64_t rail_open_for_writing(rail_value path, bool append);

/* Reads until `length` bytes are there or the file ends; returns how many, or a negated error
 * number. */
int64_t rail_read_all(int descriptor, void *buffer, size_t length);

/* Returns what the error number means, in small letters. */
const char *rail_error_text(int64_t number);

/* The same, but knows only the errors that can come from writing to an open file. */
const char *rail_write_error_text(int64_t number);

/* Raises `cannot write NAME: REASON`; `what` is the part before NAME. */
RAIL_NORETURN void rail_raise_file(struct rail_thread *thread, const char *operation,
                                   const char *what, const char *name, int64_t number);

/* Raises `cannot write standard output: REASON`. */
RAIL_NORETURN void rail_raise_output(struct rail_thread *thread, const char *operation,
                                     int64_t number);

#endif
