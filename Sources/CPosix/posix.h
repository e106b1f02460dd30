/* What Support/ and the driver need of the system interface and Swift cannot import directly. */
#ifndef RAIL_POSIX_H
#define RAIL_POSIX_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

/* The environment that a program started from this one inherits. */
static inline char **posix_environment(void) { return environ; }

#endif
