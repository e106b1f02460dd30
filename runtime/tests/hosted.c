/* hosted.c: stands for start.c and for the parts of compiled code that the runtime refers to. */
#define _GNU_SOURCE
#include "hosted.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../src/process.h"



struct rail_process rail_process;

struct rail_thread *const hosted_thread = &rail_process.main_thread;

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  abort();
}

void rail_fatal(const char *message) { fail("fatal: %s", message); }

const char rail_known_output[8];

/* Rail code that nothing here runs. */
void rail_main(void) { abort(); }
void rail_apply_1(void) { abort(); }

void hosted_start(bool is_stressed) {
  rail_process.environment = environ;
  if (!rail_heap_start(&rail_process.heap, hosted_thread, is_stressed)) {
    fail("no heap");
  }
}
