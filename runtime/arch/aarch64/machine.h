/* machine.h: what the C part of the runtime must know about AArch64. */
#ifndef RAIL_MACHINE_H
#define RAIL_MACHINE_H

#include "rail/abi.h"

/* The save area of the rail_slow_* stubs. */
typedef struct rail_registers_aarch64 rail_registers;

/* The argument registers of Rail's calling convention. */
#define RAIL_ARGUMENT_REGISTERS RAIL_AARCH64_ARGUMENT_REGISTERS

#endif
