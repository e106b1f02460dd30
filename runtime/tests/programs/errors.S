/* try catches errors, nested, and through deep stacks; the report of an uncaught one folds frames
 * of the prelude and hides hidden functions. */
#include "program.inc"

        begin

/* try (\_ -> panic "first") (\m -> print m) */
        function rail_main, RAIL_FUNCTION_HIDDEN
        enter   1
        leaq    body(%rip), %rsi
        leaq    handler(%rip), %rdx
        call_rail rail_try, 1
        movq    %rax, %rsi
        call_c  rail_print, 1
        leaq    outer_body(%rip), %rsi
        leaq    handler(%rip), %rdx
        call_rail rail_try, 1
        leaq    quiet_body(%rip), %rsi
        leaq    handler(%rip), %rdx
        call_rail rail_try, 1
        movq    %rax, %rsi
        call_c  rail_print, 1
        call_rail user, 1, 0, POSITION(20, 11)
        ud2
        closure body, body_code, 1
        closure outer_body, outer_body_code, 1
        closure quiet_body, quiet_body_code, 1
        closure handler, handler_code, 1
        string  first, "first"
        string  second, "second"

        function body_code
        enter   1
        leaq    first(%rip), %rsi
        call_c  rail_panic, 1
        ud2

/* The handler of the inner try raises again. */
        function outer_body_code
        enter   1
        leaq    body(%rip), %rsi
        leaq    raising(%rip), %rdx
        call_rail rail_try, 1
        ud2
        closure raising, raising_code, 1

        function raising_code
        enter   1
        leaq    second(%rip), %rsi
        call_c  rail_panic, 1
        ud2

        function quiet_body_code
        movl    $INT(42), %eax
        ret

        function handler_code
        enter   1
        call_c  rail_print, 1
        leave   1
        movl    $INT(1), %eax
        ret

        function user
        enter   1
        call_rail map, 1, 0, POSITION(12, 7)
        ud2

        function map, RAIL_FUNCTION_PRELUDE
        enter   3
        call_rail map_loop, 3, 0, POSITION(900, 3)
        ud2

        function map_loop, RAIL_FUNCTION_PRELUDE
        enter   1
        movl    $INT(3), %esi
        movl    $RAIL_NIL, %edx
        call_c  rail_arr_new, 1, 0, POSITION(901, 3)
        movq    %rax, %rsi
        movl    $INT(5), %edx
        call_c  rail_arr_get, 1, 0, POSITION(902, 3)
        ud2
        finish
