import Driver
import Glibc
import Support

keepMemory()
exit(runCommand(Array(CommandLine.arguments.dropFirst())))
