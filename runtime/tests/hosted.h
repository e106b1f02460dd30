/* hosted.h: what tests of the runtime inside an ordinary C program share. */
#ifndef RAIL_HOSTED_H
#define RAIL_HOSTED_H

#include "../src/collect.h"

/* The thread of the tests; hosted_start gives it a heap. */
extern struct rail_thread *const hosted_thread;

void hosted_start(bool is_stressed);

/* Ends the test program with a message. */
RAIL_NORETURN void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
