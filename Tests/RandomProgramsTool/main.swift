import Driver
import Glibc
import RandomPrograms
import Support

// Makes random programs, compiles and runs each in two ways, and says what was different.
// `scripts/random-programs` builds and starts it.

private let usage = """
  usage: random-programs [COUNT] [SEED] [--first SIDE] [--second SIDE] [--print] [--no-shrink]

  A SIDE is a text of options of 'rail build' and of variables of the running program, for example
  '-O0' or '-O RAIL_GC_STRESS=1'. --print prints the program of SEED instead.

  """

private func fail(_ message: String) -> Never {
  try? Files.writeAll(Array("random-programs: \(message)\n\(usage)".utf8), to: STDERR_FILENO)
  exit(2)
}

var numbers: [UInt64] = []
var sides = ["", ""]
var printsProgram = false
var shrinks = true
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--first": sides[0] = arguments.popFirst() ?? ""
  case "--second": sides[1] = arguments.popFirst() ?? ""
  case "--print": printsProgram = true
  case "--no-shrink": shrinks = false
  default:
    guard let number = UInt64(argument) else { fail("what is '\(argument)'?") }
    numbers.append(number)
  }
}
let count = numbers.first ?? 1000
let seed = numbers.count > 1 ? numbers[1] : 1

if printsProgram {
  print(ProgramGenerator.program(seed: seed).text, terminator: "")
  exit(0)
}

do {
  let summary = compareRandomPrograms(
    seeds: seed..<seed + count, try Side(sides[0]), try Side(sides[1]), shrinks: shrinks
  ) { report in print(report) }
  print(summary.text)
  exit(summary.differences == 0 && summary.rejected == 0 ? 0 : 1)
} catch {
  fail(error.message)
}
