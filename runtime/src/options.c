#include "options.h"

#include <stddef.h>

#include "process.h"
#include "system.h"

/* Returns 0 if `text` is no size. */
static uint64_t parse_size(const char *text) {
  uint64_t size = 0;
  for (; *text >= '0' && *text <= '9'; text += 1) {
    if (size > UINT64_MAX / 16) {
      return 0;
    }
    size = 10 * size + (uint64_t)(*text - '0');
  }
  static const char suffixes[] = "kmgt";
  for (unsigned i = 0; i < 4; i += 1) {
    if ((*text | 0x20) == suffixes[i]) {
      text += 1;
      return *text != 0 || size > UINT64_MAX >> (10 * (i + 1)) ? 0 : size << (10 * (i + 1));
    }
  }
  return *text == 0 ? size : 0;
}

uint64_t rail_size_option(const char *name, const char *complaint) {
  const char *text = rail_environment(name);
  if (text == NULL) {
    return 0;
  }
  uint64_t size = parse_size(text);
  if (size == 0) {
    rail_fatal(complaint);
  }
  return size;
}

bool rail_flag_option(const char *name) {
  const char *text = rail_environment(name);
  return text != NULL && text[0] != 0 && !(text[0] == '0' && text[1] == 0);
}

uint64_t rail_memory_limit(void) {
  uint64_t limit = rail_size_option("RAIL_HEAP_MAX", "RAIL_HEAP_MAX is not a size such as 512m");
  return limit != 0 ? limit : rail_physical_memory() / 4 * 3;
}

const char *rail_environment(const char *name) {
  for (char **entry = rail_process.environment; *entry != NULL; entry += 1) {
    size_t i = 0;
    while (name[i] != 0 && (*entry)[i] == name[i]) {
      i += 1;
    }
    if (name[i] == 0 && (*entry)[i] == '=') {
      return *entry + i + 1;
    }
  }
  return NULL;
}
