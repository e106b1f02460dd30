/* The value of `main` is the exit status, and output is flushed. */
#include "program.inc"

        begin
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   1
        leaq    greeting(%rip), %rsi
        call_c  rail_print, 1
        movl    $INT(263), %eax
        leave   1
        ret
        string  greeting, "hello"
        finish
