/* thread_offsets.h: offsets in struct rail_thread that only the runtime's assembly files use. */
#ifndef RAIL_THREAD_OFFSETS_H
#define RAIL_THREAD_OFFSETS_H

#define RAIL_THREAD_MARKERS RAIL_THREAD_AFTER_ARGUMENTS
#define RAIL_THREAD_REGISTERS (RAIL_THREAD_AFTER_ARGUMENTS + 8)
#define RAIL_THREAD_NURSERY_FIRST (RAIL_THREAD_AFTER_ARGUMENTS + 16)

/* Bytes of addresses that the nursery may take, from rail_thread.nursery_first - 8 on. */
#define RAIL_NURSERY_RESERVED 0x2000000

/* struct rail_marker. */
#define RAIL_MARKER_RETURN 8
#define RAIL_MARKER_SIZE 16

#endif
