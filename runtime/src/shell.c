/* shell.c: running /bin/sh. */
#include "collect.h"
#include "error.h"
#include "number.h"
#include "output.h"
#include "process.h"
#include "system.h"
#include "text.h"

enum {
  CLONE_SHARING_MEMORY = 0x100,
  CLONE_SUSPENDING_PARENT = 0x4000,
  SIGNAL_CHILD = 17,
  CLOSE_ON_EXEC = 02000000,
  STATUS_NOT_STARTED = 127,
};

/* Becomes the shell; runs on the parent's stack while the parent is suspended, so it must not
 * return and may only make system calls. */
RAIL_NORETURN __attribute__((noinline)) static void become_shell(const char *command, int output) {
  static const char path[] = "/bin/sh";
  const char *arguments[] = {"sh", "-c", command, NULL};
  rail_system_call(RAIL_SYSCALL_DUP3, output, RAIL_STDOUT, 0, 0, 0, 0);
  rail_system_call(RAIL_SYSCALL_EXECVE, (int64_t)path, (int64_t)arguments,
                   (int64_t)rail_process.environment, 0, 0, 0);
  rail_exit_process(STATUS_NOT_STARTED);
}

/* The exit status of a process that has ended, 128 + the signal if one ended it. */
static int64_t status_of(uint32_t wait_status) {
  uint32_t signal = wait_status & 0x7f;
  return signal == 0 ? (wait_status >> 8) & 0xff : 128 + signal;
}

static int64_t wait_for(int64_t process) {
  uint32_t status = 0;
  int64_t result;
  do {
    result = rail_system_call(RAIL_SYSCALL_WAIT4, process, (int64_t)&status, 0, 0, 0, 0);
  } while (result == -RAIL_ERROR_INTERRUPTED);
  return result < 0 ? STATUS_NOT_STARTED : status_of(status);
}

/* Starts the shell with its output going to a pipe; returns the process and stores the end to read
 * from, or a negated error number. */
static int64_t start(const char *command, int *output) {
  int ends[2];
  int64_t result =
      rail_system_call(RAIL_SYSCALL_PIPE2, (int64_t)ends, CLOSE_ON_EXEC, 0, 0, 0, 0);
  if (result < 0) {
    return result;
  }
  int64_t process = rail_system_call(
      RAIL_SYSCALL_CLONE, CLONE_SHARING_MEMORY | CLONE_SUSPENDING_PARENT | SIGNAL_CHILD, 0, 0, 0,
      0, 0);
  if (process == 0) {
    become_shell(command, ends[1]);
  }
  rail_close(ends[1]);
  *output = ends[0];
  if (process < 0) {
    rail_close(ends[0]);
  }
  return process;
}

static rail_value new_pair(struct rail_thread *thread, rail_value first, rail_value second) {
  rail_value fields[2] = {first, second};
  struct rail_roots roots;
  rail_push_roots(thread, &roots, fields, 2);
  rail_value pair = rail_new(thread, rail_make_header(RAIL_KIND_TUPLE, 2, 2), 2);
  rail_pop_roots(thread, &roots);
  rail_words(pair)[0] = fields[0];
  rail_words(pair)[1] = fields[1];
  return pair;
}

/* shell_run command: (status, everything written to standard output). */
rail_value rail_shell_run(struct rail_thread *thread, rail_value command) {
  rail_require_string(thread, "shell", command);
  rail_flush(thread, RAIL_UNIT);
  struct rail_text text;
  rail_text_start(&text, thread);
  int output;
  int64_t process = start(rail_bytes(command), &output);
  int64_t status = STATUS_NOT_STARTED;
  if (process > 0) {
    int64_t result = rail_text_read(&text, output);
    rail_close(output);
    status = wait_for(process);
    if (result == -RAIL_ERROR_NO_MEMORY) {
      rail_raise_memory(thread);
    }
  }
  return new_pair(thread, rail_from_int(status), rail_text_to_string(&text));
}
