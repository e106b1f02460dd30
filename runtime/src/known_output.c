/* known_output.c: what is left of the runtime in a program whose output the compiler knows. */
#include "file.h"
#include "memory.h"
#include "object.h"
#include "output.h"
#include "system.h"

/* The value of a static string; made by the compiler. */
extern const char rail_known_output[];

static void write_error(const char *text) {
  rail_write_all(RAIL_STDERR, text, rail_text_length(text));
}

/* Called by rail_start_known. What goes wrong is reported as by other programs when they end. */
void rail_write_known_output(void) {
  rail_value text = (rail_value)rail_known_output;
  int64_t result = rail_write_output(rail_bytes(text), rail_length_of(text));
  if (result < 0) {
    write_error("rail: error: cannot write standard output: ");
    write_error(rail_write_error_text(-result));
    write_error("\n  at exit\n");
    rail_exit_process(1);
  }
}
