/* syscall.h: raw Linux system calls on AArch64 (syscall(2), "Architecture calling conventions"):
 * number in x8, arguments in x0 to x5; a result between -4095 and -1 is a negated error number.
 * The numbers are those of the kernel's generic table (include/uapi/asm-generic/unistd.h). Only
 * calls that every Linux architecture has are listed. */
#ifndef RAIL_SYSCALL_H
#define RAIL_SYSCALL_H

#include <stdint.h>

enum {
  RAIL_SYSCALL_DUP3 = 24,
  RAIL_SYSCALL_IOCTL = 29,
  RAIL_SYSCALL_OPENAT = 56,
  RAIL_SYSCALL_CLOSE = 57,
  RAIL_SYSCALL_PIPE2 = 59,
  RAIL_SYSCALL_LSEEK = 62,
  RAIL_SYSCALL_READ = 63,
  RAIL_SYSCALL_WRITE = 64,
  RAIL_SYSCALL_FSTAT = 80,
  RAIL_SYSCALL_EXIT_GROUP = 94,
  RAIL_SYSCALL_NANOSLEEP = 101,
  RAIL_SYSCALL_CLOCK_GETTIME = 113,
  RAIL_SYSCALL_RT_SIGACTION = 134,
  RAIL_SYSCALL_GETPID = 172,
  RAIL_SYSCALL_SYSINFO = 179,
  RAIL_SYSCALL_MUNMAP = 215,
  RAIL_SYSCALL_MREMAP = 216,
  RAIL_SYSCALL_CLONE = 220,
  RAIL_SYSCALL_EXECVE = 221,
  RAIL_SYSCALL_MMAP = 222,
  RAIL_SYSCALL_MPROTECT = 226,
  RAIL_SYSCALL_MADVISE = 233,
  RAIL_SYSCALL_WAIT4 = 260,
};

/* Makes system call `number`; returns its result or a negated error number. */
static inline int64_t rail_system_call(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d,
                                       int64_t e, int64_t f) {
  register int64_t call __asm__("x8") = number;
  register int64_t first __asm__("x0") = a;
  register int64_t second __asm__("x1") = b;
  register int64_t third __asm__("x2") = c;
  register int64_t fourth __asm__("x3") = d;
  register int64_t fifth __asm__("x4") = e;
  register int64_t sixth __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(first)
                   : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "memory");
  return first;
}

#endif
