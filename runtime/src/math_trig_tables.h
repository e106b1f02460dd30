/* math_trig_tables.h: constants of math_trig.c.
 *
 * Written by scripts/derive-number-constants; do not edit. */
#include "double_double.h"

#include <stdint.h>

static const struct double_double half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/* sin(j/16) */
static const struct double_double sines[14] = {
    {0x0.0p+0, 0x0.0p+0},
    {0x1.ffaaaeeed4edbp-5, -0x1.2d16d32684b69p-59},
    {0x1.feaaeee86ee36p-4, -0x1.afcb2bcc6f03bp-59},
    {0x1.7dc102fbaf2b5p-3, 0x1.5ab50e23c97c3p-59},
    {0x1.faaeed4f31577p-3, -0x1.15d88508e32b8p-57},
    {0x1.3ad129769d3d8p-2, 0x1.03d550487839ap-63},
    {0x1.7710255764214p-2, -0x1.6ead7314bb6cep-57},
    {0x1.b1d8305321617p-2, -0x1.ae242cb99f519p-56},
    {0x1.eaee8744b05f0p-2, -0x1.789b43c9b027dp-58},
    {0x1.110d0c4b69c3bp-1, 0x1.d918998809981p-55},
    {0x1.2b91dea88421ep-1, -0x1.fa371db216ab0p-55},
    {0x1.44eb381cf386bp-1, -0x1.3ed6c1e6a5505p-55},
    {0x1.5cffc16bf8f0dp-1, 0x1.96cb370eb578ap-55},
    {0x1.73b7680dea578p-1, -0x1.2248306dc12a2p-56},
};

/* cos(j/16) */
static const struct double_double cosines[14] = {
    {0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.ff0015549f4d3p-1, 0x1.328387b99426fp-55},
    {0x1.fc015527d5bd3p-1, 0x1.b68f35094efb8p-55},
    {0x1.f706bdf9ece1cp-1, -0x1.698c80c36dcb4p-55},
    {0x1.f01549f7deea1p-1, 0x1.d3c1e99e5cafdp-55},
    {0x1.e733ea0193d40p-1, -0x1.6428b3546ce13p-55},
    {0x1.dc6b7eb995912p-1, 0x1.4b364776dcd35p-58},
    {0x1.cfc6cfa52ad9fp-1, 0x1.8b5b5508f2a0dp-55},
    {0x1.c1528065b7d50p-1, -0x1.892111312e828p-55},
    {0x1.b11d04162a4c6p-1, 0x1.1dd561efbc0c2p-56},
    {0x1.9f368ed912f85p-1, -0x1.1d200c5791606p-55},
    {0x1.8bb105a5dc900p-1, 0x1.863e03e9474c1p-55},
    {0x1.769fec655211fp-1, -0x1.827d5cf8c68c5p-57},
    {0x1.6018526f563dfp-1, 0x1.46ca5e0e432d0p-55},
};

/* 64 zero bits, then the binary fraction of 2/pi, most significant word first */
static const uint64_t two_over_pi[] = {
    UINT64_C(0x0000000000000000),
    UINT64_C(0xa2f9836e4e441529),
    UINT64_C(0xfc2757d1f534ddc0),
    UINT64_C(0xdb6295993c439041),
    UINT64_C(0xfe5163abdebbc561),
    UINT64_C(0xb7246e3a424dd2e0),
    UINT64_C(0x06492eea09d1921c),
    UINT64_C(0xfe1deb1cb129a73e),
    UINT64_C(0xe88235f52ebb4484),
    UINT64_C(0xe99c7026b45f7e41),
    UINT64_C(0x3991d639835339f4),
    UINT64_C(0x9c845f8bbdf9283b),
    UINT64_C(0x1ff897ffde05980f),
    UINT64_C(0xef2f118b5a0a6d1f),
    UINT64_C(0x6d367ecf27cb09b7),
    UINT64_C(0x4f463f669e5fea2d),
    UINT64_C(0x7527bac7ebe5f17b),
    UINT64_C(0x3d0739f78a5292ea),
    UINT64_C(0x6bfb5fb11f8d5d08),
    UINT64_C(0x56033046fc7b6bab),
    UINT64_C(0xf0cfbc209af4361d),
};
