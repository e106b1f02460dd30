/* equal.h: structural equality and order. */
#ifndef RAIL_EQUAL_H
#define RAIL_EQUAL_H

#include <stdbool.h>

#include "thread.h"

/* `==`: whether two values are equal by shape and contents. */
bool rail_are_equal(struct rail_thread *thread, rail_value left, rail_value right);

/* Equality of an int or float with an int or float; an int is converted when the other is a
 * float. */
bool rail_numbers_equal(rail_value left, rail_value right);

enum rail_order { RAIL_LESS, RAIL_EQUAL, RAIL_GREATER, RAIL_UNORDERED };

/* How `<` and its kin see two values: numbers by size, strings by bytes, tuples and lists by their
 * first components that are not equal. Anything else raises for `operation`. */
enum rail_order rail_order_of(struct rail_thread *thread, const char *operation, rail_value left,
                              rail_value right);

#endif
