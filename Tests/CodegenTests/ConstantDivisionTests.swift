import Codegen
import IR
import TestSupport
import Testing

/// Division by constants gives what division gives: for all ints on which rounding or the sign of
/// an operand could make a difference.
@Suite("Division by constants") struct ConstantDivisionTests {
  /// The least and the largest int.
  private static let least = Int64(-1) << 62
  private static let most = -(least + 1)

  /// What the machine does, step by step.
  private static func divide(_ x: Int64, by divisor: Int64) -> Int64 {
    let sign = x >> 63
    let quotient: Int64
    switch ConstantDivision(by: divisor) {
    case .unit: quotient = x
    case .power(let exponent):
      quotient = (x + (sign & Int64(bitPattern: divisor.magnitude - 1))) >> Int64(exponent)
    case .multiplication(let multiplier, let shift):
      quotient = x.multipliedFullWidth(by: multiplier).high >> Int64(shift) - sign
    }
    return divisor < 0 ? -quotient : quotient
  }

  /// Ints around the multiples of the divisor that are closest to the bounds, to 0 and to `near`.
  private static func dividends(_ divisor: Int64, near: Int64) -> [Int64] {
    var bases: [Int64] = [least, most]
    for place in [least, most, 0, near] {
      let multiple = place / divisor * divisor
      bases += [multiple, multiple / 2]
    }
    var result: [Int64] = []
    for base in bases {
      for middle in [base, base &+ divisor, base &- divisor] {
        for x in [middle &- 1, middle, middle &+ 1] where x >= least && x <= most {
          result.append(x)
        }
      }
    }
    return result
  }

  @Test func quotientsAreExact() {
    var random = RandomNumbers(seed: 1)
    var divisors = Array(Int64(1)...20_000)
    for exponent in Int64(1)..<62 {
      let power = Int64(1) << exponent
      divisors += [power - 1, power, power + 1]
    }
    divisors += [Self.most, Self.most - 1, Self.least, Self.least + 1]
    for _ in 0..<20_000 {
      divisors.append(Int64(bitPattern: random.next()) >> Int64(1 + random.below(62)))
    }
    for magnitude in divisors where magnitude != 0 {
      for divisor in [magnitude, -magnitude] where divisor >= Self.least && divisor <= Self.most {
        let near = Int64(bitPattern: random.next()) >> Int64(1 + random.below(40))
        for x in Self.dividends(divisor, near: near) {
          guard Self.divide(x, by: divisor) == x / divisor else {
            Issue.record("\(x) / \(divisor)")
            return
          }
        }
      }
    }
  }

  private static let divisors: [Int64] = {
    var magnitudes: [Int64] = [1, 2, 3, 4, 5, 7, 10, 12, 60, 64, 255, 1000, 1 << 20, 1_000_003]
    magnitudes += [1 << 29, 1 << 30, (1 << 30) - 1, (1 << 30) + 1, 1 << 40, 0x1_2345_6789_ABCD]
    magnitudes += [most, most - 5]
    return magnitudes.flatMap { [$0, -$0] } + [least]
  }()

  /// A program prints a sum of quotients and remainders for each divisor, whether it is known that
  /// the dividends are ints or not, and whatever register they are in.
  @Test(
    arguments: TestMachine.all, [[], [.first, .second, .inDomain]] as [OperandProof])
  func programsDivide(_ machine: TestMachine, _ proof: OperandProof) throws {
    var program = IRProgram()
    program.externals = ["rail_print"]
    program.mainFunction = 0
    var builder = FunctionBuilder()
    builder.start(name: "main", parameters: [])
    var expected = ""
    for (index, divisor) in Self.divisors.enumerated() {
      var sum = builder.int(0)
      var expectedSum: Int64 = 0
      for x in Self.dividends(divisor, near: 123_456_789) {
        let dividend = builder.int(x)
        let arguments = index % 2 == 0 ? [sum, dividend] : [dividend, sum]
        sum = builder.call(index + 1, arguments)
        expectedSum = expectedSum &* 31 &+ x / divisor
        expectedSum = expectedSum &* 31 &+ x % divisor
        expectedSum = (expectedSum &<< 1) >> 1
      }
      builder.callRuntime(0, [sum], type: .none)
      expected += "\(expectedSum)\n"
    }
    builder.return(builder.int(0))
    program.functions.append(builder.finish())
    for (index, divisor) in Self.divisors.enumerated() {
      builder.start(name: "by \(divisor)", parameters: [.word, .word])
      let sum = builder.parameter(index % 2)
      let dividend = builder.parameter(1 - index % 2)
      program.functions.append(
        Self.finish(&builder, sum: sum, dividend: dividend, divisor: divisor, proof))
    }
    let result = try CompiledProgram(program, for: machine).run()
    #expect(result.outputText == expected, "\(result.errorText)")
  }

  /// Ends a function that adds quotient and remainder to a sum.
  private static func finish(
    _ builder: inout FunctionBuilder, sum: ValueID, dividend: ValueID, divisor: Int64,
    _ proof: OperandProof
  ) -> IRFunction {
    let factor = builder.int(31)
    var sum = sum
    for operation in [GenericOperation.divide, .remainder] {
      let part = builder.generic(operation, dividend, builder.int(divisor), proof: proof)
      sum = builder.generic(.add, builder.generic(.multiply, sum, factor), part)
    }
    builder.return(sum)
    return builder.finish()
  }
}
