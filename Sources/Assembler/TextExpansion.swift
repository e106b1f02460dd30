import Diagnostics
import Support

// Macros, repetitions and conditions: what changes the text that is assembled.

/// A text that is being expanded, and where reading goes on behind it.
struct OuterText {
  var lexer: AssemblyLexer
  /// Of the inner text: what it is, for messages.
  var name: String
  /// The statement of the source file that the inner text comes from.
  var call: SourceRange
  /// Conditions that are open outside the inner text.
  var conditionals: Int
}

/// `.macro`
struct Macro {
  struct Parameter {
    var name: [UInt8]
    var fallback: [UInt8]
    var isRequired = false
    /// Takes all that is left.
    var takesRest = false
  }

  var name: String
  var parameters: [Parameter]
  var body: [UInt8]
}

/// `.if` and its like.
struct Conditional {
  /// Whether statements are assembled now.
  var isActive: Bool
  /// Whether a branch has been assembled, or none may be.
  var isDecided: Bool
  var hasElse = false
  var range: SourceRange
}

extension Assembly {
  static let maximumTextDepth = 64
  static let maximumExpandedBytes = 1 << 26

  /// Reads `text` next, and after it the rest of the current text from the end of this statement.
  private mutating func enterText(
    _ text: [UInt8], name: String, call: SourceRange
  ) throws(AssemblyError) {
    expandedBytes += text.count + 16
    if outerTexts.count >= Assembly.maximumTextDepth {
      throw AssemblyError(
        "E0412", "macros call each other too deeply", call,
        help: "a macro that calls itself needs an .if that ends it")
    }
    if expandedBytes > Assembly.maximumExpandedBytes {
      isStopped = true
      throw AssemblyError("E0412", "macros and repetitions make too much text", call)
    }
    outerTexts.append(
      OuterText(lexer: lexer, name: name, call: call, conditionals: conditionals.count))
    lexer = AssemblyLexer(text + [0], hashIsComment: lexer.hashIsComment)
    token = AssemblyToken(kind: .endOfStatement, start: 0, end: 0)
    previousEnd = 0
    advance()
  }

  /// Goes back to the text around the one that has ended.
  mutating func leaveText() {
    guard let outer = outerTexts.popLast() else { return }
    if conditionals.count > outer.conditionals {
      report(
        AssemblyError(
          "E0412", "'.if' without '.endif' in \(outer.name)",
          conditionals[conditionals.count - 1].range))
      conditionals.removeLast(conditionals.count - outer.conditionals)
    }
    lexer = outer.lexer
    token = AssemblyToken(kind: .endOfStatement, start: 0, end: 0)
    previousEnd = lexer.position
    advance()
  }

  // MARK: Blocks

  /// The text up to the line with the directive that closes the block, which begins behind the
  /// current statement; the lexer goes behind it.
  private mutating func takeBlock(
    opening: [Directive], closing: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) -> [UInt8] {
    // The end of the statement has been read as `token`.
    lexer.position = token.end
    let start = lexer.position
    var depth = 0
    while !lexer.isAtEnd {
      let lineStart = lexer.position
      let word = lexer.next()
      if word.kind == .name, let directive = vocabulary.directive(internedWord(word)) {
        if opening.contains(directive) { depth += 1 }
        if directive == closing {
          if depth == 0 {
            let body = Array(lexer.bytes[start..<lineStart])
            advance()
            return body
          }
          depth -= 1
        }
      }
      if word.kind == .endOfStatement { continue }
      // To the end of this statement: quoted text may have separators in it.
      while lexer.next().kind != .endOfStatement {}
    }
    advance()
    throw AssemblyError(
      "E0412", "'\(string(first))' without its end", range(first),
      help: closing == .endMacro ? "a macro ends with .endm" : "it ends with .endr")
  }

  private static let repetitions: [Directive] = [.repeat, .repeatFor, .repeatForCharacters]

  // MARK: Macros

  mutating func defineMacro(_ first: AssemblyToken) throws(AssemblyError) {
    let nameToken = token
    guard token.kind == .name else {
      let error = expected("the macro's name")
      skipStatement()
      _ = try takeBlock(opening: [.macro], closing: .endMacro, first)
      throw error
    }
    let name = internedWord(token)
    advance()
    _ = takeIf(UInt8(ascii: ","))
    var parameters: [Macro.Parameter] = []
    var problem: AssemblyError?
    do throws(AssemblyError) {
      while !isAtEndOfStatement { parameters.append(try parseParameter()) }
    } catch {
      problem = error
      skipStatement()
    }
    let body = try takeBlock(opening: [.macro], closing: .endMacro, first)
    if let problem { throw problem }
    if macros[name] != nil {
      throw AssemblyError(
        "E0407", "macro '\(names.string(of: .init(index: name)))' is defined twice",
        range(nameToken), help: ".purgem NAME forgets the first one")
    }
    macros[name] = Macro(
      name: names.string(of: .init(index: name)), parameters: parameters, body: body)
  }

  private mutating func parseParameter() throws(AssemblyError) -> Macro.Parameter {
    guard token.kind == .name else { throw expected("a parameter's name") }
    var parameter = Macro.Parameter(name: Array(text(token)), fallback: [])
    advance()
    if takeIf(UInt8(ascii: ":")) {
      switch string(token) {
      case "req": parameter.isRequired = true
      case "vararg": parameter.takesRest = true
      default: throw expected("'req' or 'vararg'")
      }
      advance()
    }
    if token.isPunctuation(UInt8(ascii: "=")) {
      parameter.fallback = takeArgument(endsAtBlank: true)
    }
    _ = takeIf(UInt8(ascii: ","))
    return parameter
  }

  /// The text behind ``token``, which is a separator, up to the next comma or the end of the
  /// statement, outside brackets and quotes.
  private mutating func takeArgument(endsAtBlank: Bool = false) -> [UInt8] {
    lexer.position = token.end
    let argument = takeRawArgument(endsAtBlank: endsAtBlank)
    advance()
    return argument
  }

  /// The same from the lexer's position, which must be ahead of ``token``.
  private mutating func takeRawArgument(endsAtBlank: Bool) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let bytes = lexer.bytes
    var position = lexer.position
    while isBlank(bytes[position]) { position += 1 }
    let start = position
    var depth = 0
    scan: while position < lexer.count {
      let byte = bytes[position]
      switch byte {
      case 0x0A: break scan
      case UInt8(ascii: ";") where depth == 0: break scan
      case UInt8(ascii: ",") where depth == 0: break scan
      case UInt8(ascii: "#") where lexer.hashIsComment: break scan
      case UInt8(ascii: "/")
      where bytes[position + 1] == UInt8(ascii: "/") || bytes[position + 1] == UInt8(ascii: "*"):
        break scan
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        position += 1
        while position < lexer.count && bytes[position] != UInt8(ascii: "\"")
          && bytes[position] != 0x0A
        {
          position += bytes[position] == UInt8(ascii: "\\") && position + 1 < lexer.count ? 2 : 1
        }
        if position >= lexer.count || bytes[position] == 0x0A { break scan }
      default:
        if endsAtBlank && depth == 0 && isBlank(byte) { break scan }
      }
      position += 1
    }
    position = min(position, lexer.count)
    lexer.position = position
    var end = position
    while end > start && isBlank(bytes[end - 1]) { end -= 1 }
    let argument = bytes[start..<end]
    // Quotes around an argument only hold it together.
    if argument.count >= 2, argument.first == UInt8(ascii: "\""),
      argument.last == UInt8(ascii: "\""), !argument.dropFirst().dropLast().contains(0x22)
    {
      return Array(argument.dropFirst().dropLast())
    }
    return Array(argument)
  }

  /// The arguments of a call, separated by commas. ``token`` is the first one's first token.
  private mutating func takeArguments(limit: Int = .max) -> [[UInt8]] {
    if isAtEndOfStatement { return [] }
    var arguments: [[UInt8]] = []
    lexer.position = token.start
    while true {
      if arguments.count == limit {
        // The last parameter takes all that is left, commas included.
        let start = lexer.position
        while true {
          _ = takeRawArgument(endsAtBlank: false)
          guard lexer.bytes[lexer.position] == UInt8(ascii: ",") else { break }
          lexer.position += 1
        }
        arguments.append(Array(lexer.bytes[start..<lexer.position]))
        break
      }
      arguments.append(takeRawArgument(endsAtBlank: false))
      guard lexer.bytes[lexer.position] == UInt8(ascii: ",") else { break }
      lexer.position += 1
    }
    advance()
    return arguments
  }

  mutating func call(_ macro: Macro, _ first: AssemblyToken) throws(AssemblyError) {
    let start = first.start
    let restIndex = macro.parameters.firstIndex { $0.takesRest } ?? Int.max
    let arguments = takeArguments(limit: restIndex)
    let call = range(from: start)
    if !isAtEndOfStatement { throw expected("the end of the macro's arguments") }
    var values: [[UInt8]?] = Array(repeating: nil, count: macro.parameters.count)
    var position = 0
    for argument in arguments {
      if let (index, value) = keywordArgument(argument, macro) {
        values[index] = value
        continue
      }
      guard position < values.count else {
        throw AssemblyError(
          "E0412", "macro '\(macro.name)' has \(macro.parameters.count) parameters", call,
          "\(arguments.count) arguments are given")
      }
      values[position] = argument
      position += 1
    }
    var substitutions: [(name: [UInt8], value: [UInt8])] = []
    for (index, parameter) in macro.parameters.enumerated() {
      var value = values[index] ?? []
      if value.isEmpty {
        if parameter.isRequired {
          let name = String(decoding: parameter.name, as: UTF8.self)
          throw AssemblyError(
            "E0412", "macro '\(macro.name)' needs the argument '\(name)'", call)
        }
        value = parameter.fallback
      }
      substitutions.append((parameter.name, value))
    }
    let text = substitute(macro.body, substitutions, counter: macroCalls)
    macroCalls += 1
    // What follows the call is read when the expansion has ended.
    lexer.position = token.end
    try enterText(text, name: "macro '\(macro.name)'", call: call)
  }

  /// `name=value`
  private func keywordArgument(_ argument: [UInt8], _ macro: Macro) -> (Int, [UInt8])? {
    guard let equals = argument.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    guard
      let index = macro.parameters.firstIndex(where: { $0.name.elementsEqual(argument[..<equals]) })
    else { return nil }
    return (index, Array(argument[(equals + 1)...]))
  }

  /// Replaces `\name` by its value, `\@` by the number of the call, and `\()` by nothing.
  private func substitute(
    _ body: [UInt8], _ values: [(name: [UInt8], value: [UInt8])], counter: Int
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(body.count)
    var index = 0
    while index < body.count {
      guard body[index] == UInt8(ascii: "\\"), index + 1 < body.count else {
        result.append(body[index])
        index += 1
        continue
      }
      let next = body[index + 1]
      if next == UInt8(ascii: "@") {
        result.append(contentsOf: String(counter).utf8)
        index += 2
      } else if next == UInt8(ascii: "("), index + 2 < body.count,
        body[index + 2] == UInt8(ascii: ")")
      {
        index += 3
      } else if let value = longestParameter(body[(index + 1)...], values) {
        result.append(contentsOf: value.value)
        index += 1 + value.name.count
      } else {
        // A backslash of its own: both characters stay, so that `\\name` is no parameter.
        result.append(contentsOf: [body[index], next])
        index += 2
      }
    }
    return result
  }

  /// The parameter whose name is the identifier at the beginning of `text`.
  private func longestParameter(
    _ text: ArraySlice<UInt8>, _ values: [(name: [UInt8], value: [UInt8])]
  ) -> (name: [UInt8], value: [UInt8])? {
    let identifier = text.prefix { lexer.isNamePart($0) }
    return values.first { $0.name.elementsEqual(identifier) }
      ?? values.first { $0.name.elementsEqual(identifier.prefix { $0 != UInt8(ascii: ".") }) }
  }

  mutating func purgeMacro() throws(AssemblyError) {
    guard token.kind == .name else { throw expected("a macro's name") }
    if macros.removeValue(forKey: internedWord(token)) == nil {
      throw AssemblyError("E0412", "there is no macro '\(string(token))'", range(token))
    }
    advance()
  }

  // MARK: Repetitions

  mutating func repeatBlock(_ directive: Directive, _ first: AssemblyToken) throws(AssemblyError) {
    let start = first.start
    let directiveName = string(first)
    var count: Int64 = 0
    var name: [UInt8] = []
    var values: [[UInt8]] = []
    var problem: AssemblyError?
    do throws(AssemblyError) {
      if directive == .repeat {
        count = try parseConstant("the number of repetitions")
      } else {
        guard token.kind == .name else { throw expected("the name of what changes") }
        name = Array(text(token))
        advance()
        _ = takeIf(UInt8(ascii: ","))
        values = takeArguments()
        if directive == .repeatForCharacters { values = values.joined().map { [$0] } }
        if values.isEmpty { values = [[]] }
      }
      try expectEndOfStatement()
    } catch {
      problem = error
      skipStatement()
    }
    let call = range(from: start)
    let body = try takeBlock(opening: Assembly.repetitions, closing: .endRepeat, first)
    if let problem { throw problem }
    try expectEndOfStatement()
    if directive == .repeat {
      values = []
      guard count >= 0, count < 1 << 32,
        Int(count) * (body.count + 1) < Assembly.maximumExpandedBytes
      else {
        throw AssemblyError("E0412", "so many repetitions are too many", call)
      }
    }
    var text: [UInt8] = []
    if directive == .repeat {
      text.reserveCapacity(body.count * Int(count))
      for _ in 0..<count { text += body }
    } else {
      for value in values {
        if text.count > Assembly.maximumExpandedBytes { break }
        text += substitute(body, [(name, value)], counter: macroCalls)
      }
    }
    lexer.position = token.end
    try enterText(text, name: "'\(directiveName)'", call: call)
  }

  // MARK: Conditions

  var isSkipping: Bool { conditionals.last.map { !$0.isActive } ?? false }

  mutating func beginConditional(_ holds: Bool, _ range: SourceRange) {
    conditionals.append(
      Conditional(isActive: holds, isDecided: holds, range: range))
  }

  /// A statement that is not assembled: only conditions are looked at.
  mutating func skipConditionally() throws(AssemblyError) {
    let first = token
    advance()
    guard first.kind == .name, let directive = vocabulary.directive(internedWord(first)) else {
      skipStatement()
      return
    }
    switch directive {
    case .if, .ifDefined, .ifNotDefined, .ifBlank, .ifNotBlank, .ifEqual, .ifNotEqual, .ifGreater,
      .ifGreaterOrEqual, .ifLess, .ifLessOrEqual:
      conditionals.append(Conditional(isActive: false, isDecided: true, range: range(first)))
      skipStatement()
    case .else, .elseIf, .endIf: try changeConditional(directive, first)
    default: skipStatement()
    }
  }

  mutating func changeConditional(
    _ directive: Directive, _ first: AssemblyToken
  ) throws(AssemblyError) {
    let outside = outerTexts.last?.conditionals ?? 0
    guard conditionals.count > outside else {
      throw AssemblyError(
        "E0412", "'\(string(first))' without '.if'", range(first))
    }
    let last = conditionals.count - 1
    if directive == .endIf {
      conditionals.removeLast()
      return
    }
    if conditionals[last].hasElse {
      throw AssemblyError("E0412", "'\(string(first))' behind '.else'", range(first))
    }
    if directive == .else {
      conditionals[last].hasElse = true
      conditionals[last].isActive = !conditionals[last].isDecided
      conditionals[last].isDecided = true
    } else if conditionals[last].isDecided {
      conditionals[last].isActive = false
      skipStatement()
    } else {
      let holds = try parseConstant("a condition") != 0
      conditionals[last].isActive = holds
      conditionals[last].isDecided = holds
    }
  }

  mutating func finishConditionals() {
    if isStopped { return }
    for conditional in conditionals {
      report(AssemblyError("E0412", "'.if' without '.endif'", conditional.range))
    }
  }
}
