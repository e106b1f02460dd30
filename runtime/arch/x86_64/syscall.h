/* syscall.h: raw Linux system calls on x86-64 (System V psABI, appendix A.2.1): number in rax,
 * arguments in rdi rsi rdx r10 r8 r9; rcx and r11 are destroyed; a result between -4095 and -1 is
 * a negated error number. Only calls that every Linux architecture has are listed. */
#ifndef RAIL_SYSCALL_H
#define RAIL_SYSCALL_H

#include <stdint.h>

enum {
  RAIL_SYSCALL_READ = 0,
  RAIL_SYSCALL_WRITE = 1,
  RAIL_SYSCALL_CLOSE = 3,
  RAIL_SYSCALL_FSTAT = 5,
  RAIL_SYSCALL_LSEEK = 8,
  RAIL_SYSCALL_MMAP = 9,
  RAIL_SYSCALL_MPROTECT = 10,
  RAIL_SYSCALL_MUNMAP = 11,
  RAIL_SYSCALL_RT_SIGACTION = 13,
  RAIL_SYSCALL_IOCTL = 16,
  RAIL_SYSCALL_MREMAP = 25,
  RAIL_SYSCALL_MADVISE = 28,
  RAIL_SYSCALL_NANOSLEEP = 35,
  RAIL_SYSCALL_GETPID = 39,
  RAIL_SYSCALL_CLONE = 56,
  RAIL_SYSCALL_EXECVE = 59,
  RAIL_SYSCALL_WAIT4 = 61,
  RAIL_SYSCALL_SYSINFO = 99,
  RAIL_SYSCALL_CLOCK_GETTIME = 228,
  RAIL_SYSCALL_EXIT_GROUP = 231,
  RAIL_SYSCALL_OPENAT = 257,
  RAIL_SYSCALL_DUP3 = 292,
  RAIL_SYSCALL_PIPE2 = 293,
};

/* Makes system call `number`; returns its result or a negated error number. */
static inline int64_t rail_system_call(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d,
                                       int64_t e, int64_t f) {
  register int64_t fourth __asm__("r10") = d;
  register int64_t fifth __asm__("r8") = e;
  register int64_t sixth __asm__("r9") = f;
  int64_t result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}

#endif
