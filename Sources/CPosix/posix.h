/* What Support/ needs of the system interface and Swift cannot import directly.
 *
 * _GNU_SOURCE is left undefined: the headers must mean the same as in Swift's module Glibc. What it would
 * declare is declared here. */
#ifndef RAIL_POSIX_H
#define RAIL_POSIX_H
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

extern char **environ;

/* glibc's settings of malloc (malloc.h). */
extern int mallopt(int parameter, int value);

/* Linux: an anonymous file in memory; `flags` 1 closes it on exec. */
extern int memfd_create(const char *name, unsigned int flags);

/* glibc 2.29: the child begins in this directory. */
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions,
                                                const char *path);

/* The environment that a program started from this one inherits. */
static inline char **posix_environment(void) { return environ; }

#endif
