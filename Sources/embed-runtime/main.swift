import Glibc
let f = fopen(CommandLine.arguments[3], "w")!
fputs("let runtimeX86_64: StaticString = \"\"\n", f)
fclose(f)
