#ifndef RAIL_ABI_H
#define RAIL_ABI_H
#define RAIL_X 1
#endif
