/* options.h: what RAIL_* variables of the environment ask for. */
#ifndef RAIL_OPTIONS_H
#define RAIL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* Returns the number of bytes that a variable asks for: digits, perhaps with k, m, g or t behind;
 * 0 if it is not set. Anything else ends the process with `complaint`. */
uint64_t rail_size_option(const char *name, const char *complaint);

/* Whether a variable is set to something other than 0. */
bool rail_flag_option(const char *name);

/* How much memory the heap may have, in bytes: what RAIL_HEAP_MAX says, or three quarters of the
 * machine's memory, or 0 if that is unknown. */
uint64_t rail_memory_limit(void);

#endif
