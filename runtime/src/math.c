/* math.c: the functions of floating-point numbers as builtins; ints are accepted. */
#include "collect.h"
#include "number.h"
#include "numbers.h"

#define UNARY(name, function)                                                       \
  rail_value rail_##name(struct rail_thread *thread, rail_value x) {                \
    return rail_new_float(thread, function(rail_number_operand(thread, #name, x))); \
  }

#define BINARY(name, function)                                                    \
  rail_value rail_##name(struct rail_thread *thread, rail_value x, rail_value y) { \
    double left = rail_number_operand(thread, #name, x);                          \
    double right = rail_number_operand(thread, #name, y);                         \
    return rail_new_float(thread, function(left, right));                         \
  }

static double negated(double x) { return -x; }

static double absolute(double x) { return __builtin_fabs(x); }

UNARY(fneg, negated)
UNARY(fabs, absolute)
UNARY(fsqrt, rail_math_sqrt)
UNARY(sqrt, rail_math_sqrt)
UNARY(floor, rail_math_floor)
UNARY(ceil, rail_math_ceil)
UNARY(round, rail_math_round)
UNARY(trunc, rail_math_trunc)
UNARY(sin, rail_math_sin)
UNARY(cos, rail_math_cos)
UNARY(tan, rail_math_tan)
UNARY(asin, rail_math_asin)
UNARY(acos, rail_math_acos)
UNARY(atan, rail_math_atan)
UNARY(sinh, rail_math_sinh)
UNARY(cosh, rail_math_cosh)
UNARY(tanh, rail_math_tanh)
UNARY(exp, rail_math_exp)
UNARY(exp2, rail_math_exp2)
UNARY(log, rail_math_log)
UNARY(log2, rail_math_log2)
UNARY(log10, rail_math_log10)
UNARY(cbrt, rail_math_cbrt)
BINARY(pow, rail_math_pow)
BINARY(atan2, rail_math_atan2)
BINARY(hypot, rail_math_hypot)
BINARY(fmod, rail_math_fmod)
