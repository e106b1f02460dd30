#include "strings.h"

#define HEADER (RAIL_KIND_STRING | 1 << RAIL_LENGTH_SHIFT)
#define ONE(byte) {HEADER, byte}
#define FOUR(byte) ONE(byte), ONE(byte + 1), ONE(byte + 2), ONE(byte + 3)
#define SIXTEEN(byte) FOUR(byte), FOUR(byte + 4), FOUR(byte + 8), FOUR(byte + 12)
#define SIXTY_FOUR(byte) SIXTEEN(byte), SIXTEEN(byte + 16), SIXTEEN(byte + 32), SIXTEEN(byte + 48)

const struct rail_character rail_characters[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64),
                                                    SIXTY_FOUR(128), SIXTY_FOUR(192)};

rail_value rail_empty_string(void) {
  RAIL_STATIC_STRING(empty, "");
  return RAIL_STATIC_VALUE(empty);
}
