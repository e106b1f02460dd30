/* builtin_system_tests.c: builtins that ask the kernel, and memory that programs manage. */
#define _GNU_SOURCE
#include "builtin_tests.h"

void test_files(void) {
  const char *directory = getenv("TMPDIR");
  char path[1000];
  snprintf(path, sizeof path, "%s/rail-runtime-test-XXXXXX",
           directory != NULL ? directory : P_tmpdir);
  close(mkstemp(path));
  hold(0, text(path));
  hold(1, rail_new_string(T, "a\0b", 3));
  EXPECT_INT(rail_write_file(T, held[0], held[1]), 0);
  hold(1, text("c"));
  EXPECT_INT(rail_append_file(T, held[0], held[1]), 0);
  EXPECT_REPR(rail_read_file(T, held[0]), "\"a\\0bc\"");
  hold(1, rail_float_arr_new(T, integer(3), real(1.5)));
  hold(2, rail_float_arr_new(T, integer(4), real(9)));
  EXPECT_INT(rail_float_arr_to_f32_file(T, held[0], held[1], integer(2)), 1);
  EXPECT_INT(rail_float_arr_from_f32_file(T, held[0], held[2], integer(4)), 1);
  EXPECT_SHOWN(held[2], "#f[1.5, 1.5, 9, 9]");
  CATCH(rail_float_arr_to_f32_file(T, held[0], held[1], integer(4)));
  expect_text("n", message, "index 3 is out of range for a float array of length 3");
  unlink(path);
  EXPECT_SHOWN(rail_read_file(T, held[0]), "");
  EXPECT_SHOWN(rail_read_file(T, text("/")), "");
  EXPECT(rail_length_of(rail_read_file(T, text("/proc/self/status"))) > 100);
  hold(1, rail_empty_string());
  EXPECT_ERROR(rail_write_file(T, text("/no/such/file"), held[1]),
               "cannot write /no/such/file: no such file or directory");
  EXPECT_ERROR(rail_write_file(T, text("/"), held[1]), "cannot write /: is a directory");
}

void test_processes(void) {
  EXPECT_SHOWN(rail_shell_run(T, text("echo hello; exit 3")), "(3, hello\n)");
  EXPECT_SHOWN(rail_shell_run(T, text("kill -9 $$")), "(137, )");
  hold(0, rail_shell_run(T, text("head -c 3000000 /dev/zero")));
  EXPECT(rail_length_of(rail_words(held[0])[1]) == 3000000);
  setenv("RAIL_TEST_VARIABLE", "x=y", 1);
  rail_process.environment = environ;
  EXPECT_SHOWN(rail_env_get(T, text("RAIL_TEST_VARIABLE")), "x=y");
  EXPECT_SHOWN(rail_env_get(T, text("RAIL_TEST_VARIABL")), "");
}

void test_memory(void) {
  hold(0, rail_rc_alloc(T, integer(100)));
  rail_byte_set(T, held[0], integer(99), integer(7));
  EXPECT_INT(rail_byte_at(T, held[0], integer(99)), 7);
  EXPECT_INT(rail_byte_at(T, held[0], integer(98)), 0);
  hold(1, rail_rc_retain(T, held[0]));
  rail_rc_release(T, held[0]);
  EXPECT_INT(rail_byte_at(T, held[1], integer(99)), 7);
  rail_rc_release(T, held[1]);
  EXPECT_ERROR(rail_rc_release(T, held[1]), "the block has been freed");
  hold(0, rail_channel_new(T, integer(2)));
  hold(1, text("kept"));
  EXPECT_INT(rail_cell_set(T, held[0], integer(1), held[1]), 0);
  EXPECT_SHOWN(rail_cell_get(T, held[0], integer(1)), "kept");
  EXPECT_INT(rail_cell_get(T, held[0], integer(0)), 0);
  EXPECT_INT(rail_length(T, rail_alloc_stats_snapshot(T, RAIL_UNIT)), 17);
  EXPECT(contains(rail_show(T, rail_gc_stats(T, RAIL_UNIT)), "(minor_collections, "));
}
