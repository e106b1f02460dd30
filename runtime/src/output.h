/* output.h: buffered standard output. */
#ifndef RAIL_OUTPUT_H
#define RAIL_OUTPUT_H

#include <stddef.h>

#include "thread.h"

/* Writes to standard output, past the buffer; returns 0 or a negated error number. A reader that
 * has gone away ends the process quietly. */
int64_t rail_write_output(const char *bytes, size_t length);

/* Writes out what is buffered; returns 0 or a negated error number, in which case the rest is
 * dropped. */
int64_t rail_output_flush(void);

/* Appends to standard output; raises if it cannot be written. */
void rail_output_write(struct rail_thread *thread, const char *bytes, size_t length);

/* Called when a print is complete: on a terminal its text becomes visible. */
void rail_output_finish(struct rail_thread *thread);

/* flush _: writes out what is buffered; raises if it cannot be written. */
rail_value rail_flush(struct rail_thread *thread, rail_value ignored);

#endif
