/* strings.h: strings that exist once. */
#ifndef RAIL_STRINGS_H
#define RAIL_STRINGS_H

#include "object.h"

/* The 256 strings of one byte, as objects; the value of string i is the address of its `bytes`. */
struct rail_character {
  uint64_t header;
  uint64_t bytes;
};
extern const struct rail_character rail_characters[256];

static inline rail_value rail_character(unsigned char byte) {
  return (rail_value)&rail_characters[byte].bytes;
}

/* The value "". */
rail_value rail_empty_string(void);

#endif
