/* math_log_tables.h: constants of math_log.c.
 *
 * Written by scripts/derive-number-constants; do not edit. */
#include "double_double.h"

#include <stdint.h>

/* ln(2) in two parts; products of the first with exponents are exact. */
static const double ln2_first = 0x1.62e42fefa3800p-1;
static const double ln2_second = 0x1.ef35793c76730p-45;
static const struct double_double log2_e = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
static const struct double_double log10_e = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
static const struct double_double one_third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};

/* From this interval on mantissas are halved, and exponents one greater. */
enum { FIRST_HALVED = 13 };

/* 256 / m for mantissas m in 1 + i/32 .. 1 + (i+1)/32; exact next to 1 and 2 */
static const uint16_t reciprocals[32] = {
    256,
    245,
    237,
    231,
    224,
    218,
    213,
    207,
    202,
    197,
    193,
    188,
    184,
    180,
    176,
    172,
    169,
    165,
    162,
    159,
    156,
    153,
    150,
    148,
    145,
    142,
    140,
    138,
    135,
    133,
    131,
    128,
};

/* -ln(reciprocal / 256), less ln(2) for halved mantissas */
static const struct double_double logarithms[32] = {
    {0x0.0p+0, 0x0.0p+0},
    {0x1.67c94f2d4bb58p-5, 0x1.0413e6505e603p-59},
    {0x1.3bdf5a7d1ee64p-4, 0x1.7a976d3b5b45fp-59},
    {0x1.a4e7640b1bc38p-4, -0x1.5b5ca203e4259p-58},
    {0x1.1178e8227e47cp-3, -0x1.0e63a5f01c691p-58},
    {0x1.4913d8333b561p-3, -0x1.0d5604930f135p-58},
    {0x1.7898d85444c73p-3, 0x1.ef8f6ebcfb201p-58},
    {0x1.b31d8575bce3dp-3, -0x1.6353ab386a94dp-57},
    {0x1.e530effe71012p-3, 0x1.2276041f43042p-59},
    {0x1.0c42d676162e3p-2, 0x1.162c79d5d11eep-58},
    {0x1.214456d0eb8d4p-2, 0x1.f7ae91aeba60ap-57},
    {0x1.3c25277333184p-2, -0x1.2ad27e50a8ec6p-56},
    {0x1.522ae0738a3d8p-2, -0x1.8f7e9b38a6979p-57},
    {-0x1.5d1bdbf5809cap-2, -0x1.4236383dc7fe1p-56},
    {-0x1.4618bc21c5ec2p-2, -0x1.f42decdeccf1dp-56},
    {-0x1.2e8e2bae11d31p-2, 0x1.8f4cdb95ebdf9p-56},
    {-0x1.1c898c16999fbp-2, 0x1.0e5c62aff1c44p-60},
    {-0x1.0402594b4d041p-2, 0x1.28ec217a5022dp-57},
    {-0x1.e27076e2af2e6p-3, 0x1.61578001e0162p-59},
    {-0x1.bc286742d8cd6p-3, -0x1.4fce744870f55p-58},
    {-0x1.9525a9cf456b4p-3, -0x1.d904c1d4e2e26p-57},
    {-0x1.6d60fe719d21dp-3, 0x1.caae268ecd179p-57},
    {-0x1.44d2b6ccb7d1ep-3, -0x1.9f4f6543e1f88p-57},
    {-0x1.29552f81ff523p-3, -0x1.301771c407dbfp-57},
    {-0x1.fec9131dbeabbp-4, 0x1.5746b9981b36cp-58},
    {-0x1.a926d3a4ad563p-4, -0x1.942f48aa70ea9p-58},
    {-0x1.6f0d28ae56b4cp-4, 0x1.906d99184b992p-58},
    {-0x1.341d7961bd1d1p-4, 0x1.b599f227becbbp-58},
    {-0x1.b42dd711971bfp-5, 0x1.eb9759c130499p-60},
    {-0x1.39e87b9febd60p-5, 0x1.5bfa937f551bbp-59},
    {-0x1.7b91b07d5b11bp-6, 0x1.5b602ace3a510p-60},
    {0x0.0p+0, 0x0.0p+0},
};

/* (ln(1+r) - r + r^2/2 - r^3/3) / r^4 for |r| <= 1/32 */
static const double log_tail[] = {
    -0x1.0000000000000p-2,
    0x1.9999999999941p-3,
    -0x1.5555555555503p-3,
    0x1.24924925ba370p-3,
    -0x1.0000000112cbdp-3,
    0x1.c71c507dd1259p-4,
    -0x1.99997ab0d7b9ap-4,
    0x1.750e8c032f7e3p-4,
    -0x1.55fa1dada8834p-4,
};
