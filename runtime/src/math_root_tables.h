/* math_root_tables.h: constants of math_root.c.
 *
 * Written by scripts/derive-number-constants; do not edit. */

/* m^(1/3) for 1 <= m < 8, within 2 per cent */
static const double cube_root_guess[] = {
    0x1.6ef7d7cd66d8cp-1,
    0x1.50ba80e69b747p-2,
    -0x1.16bdce74d65dbp-5,
    0x1.aaa35d014643bp-10,
};
