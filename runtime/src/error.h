/* error.h: raising run-time errors.
 *
 * None of these functions returns. With a `try` around, control goes on in its handler; otherwise the error is
 * reported and the process ends with status 1. `operation` names what failed for the report, as
 * the user wrote it; NULL stands for the function that was running. */
#ifndef RAIL_ERROR_H
#define RAIL_ERROR_H

#include "line.h"
#include "thread.h"

/* Raises with a string of Rail. */
RAIL_NORETURN void rail_raise(struct rail_thread *thread, const char *operation,
                              rail_value message);

/* Raises with a message that is not on the heap. */
RAIL_NORETURN void rail_raise_line(struct rail_thread *thread, const char *operation,
                                   const struct rail_line *line);
RAIL_NORETURN void rail_raise_text(struct rail_thread *thread, const char *operation,
                                   const char *text);

RAIL_NORETURN void rail_raise_memory(struct rail_thread *thread);

/* `'operation' cannot be applied to a string`; if the operand is an error value, its message. */
RAIL_NORETURN void rail_raise_kind(struct rail_thread *thread, const char *operation,
                                   rail_value operand);

/* `'operation' cannot be applied to a string and an int`; an error value likewise. */
RAIL_NORETURN void rail_raise_kinds(struct rail_thread *thread, const char *operation,
                                    rail_value left, rail_value right);

/* `index 5 is out of range for CONTAINER of length 3`. */
RAIL_NORETURN void rail_raise_index(struct rail_thread *thread, const char *operation,
                                    int64_t index, const char *container, uint64_t length);

/* `negative size -1`. */
RAIL_NORETURN void rail_raise_size(struct rail_thread *thread, const char *operation,
                                   int64_t size);

/* Raises the message of `value` if it is an error value; returns otherwise. */
void rail_check_error(struct rail_thread *thread, const char *operation, rail_value value);

/* Appends what kind of thing `value` is, with its article: `an int`. */
void rail_line_kind(struct rail_line *line, rail_value value);

/* Returns the name of a constructor value, nullary or not. */
const char *rail_constructor_name(rail_value value);

/* Writes the report of an uncaught error and ends the process (trace.c). */
RAIL_NORETURN void rail_report(struct rail_thread *thread, const char *operation,
                               const char *message, size_t length);

#endif
