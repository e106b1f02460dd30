/* thread_offsets.h: offsets in struct rail_thread that only the runtime's assembly files use. */
#ifndef RAIL_THREAD_OFFSETS_H
#define RAIL_THREAD_OFFSETS_H

#define RAIL_THREAD_MARKERS RAIL_THREAD_AFTER_ARGUMENTS
#define RAIL_THREAD_REGISTERS (RAIL_THREAD_AFTER_ARGUMENTS + 8)

/* struct rail_marker. */
#define RAIL_MARKER_RETURN 8
#define RAIL_MARKER_SIZE 16

#endif
