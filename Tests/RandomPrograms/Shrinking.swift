/// Makes a program smaller, piece by piece, as long as it keeps a property: first without definitions and
/// statements, then with simpler terms. Pieces that others need cannot go: without them the program is
/// rejected and the property is lost.
public struct Shrinker {
  /// How often the property may be tested.
  private var attempts: Int
  private let keeps: (RandomProgram) -> Bool

  public init(attempts: Int = 2000, keeps: @escaping (RandomProgram) -> Bool) {
    self.attempts = attempts
    self.keeps = keeps
  }

  public mutating func shrink(_ program: RandomProgram) -> RandomProgram {
    var program = program
    var size = Int.max
    while program.size < size && attempts > 0 {
      size = program.size
      removeStatements(&program, at: nil)
      removeDefinitions(&program)
      for index in program.definitions.indices { removeStatements(&program, at: index) }
      removeSignatures(&program)
      simplifyTerms(&program)
    }
    return program
  }

  /// Takes the candidate if it still has the property.
  private mutating func accept(_ candidate: RandomProgram, _ program: inout RandomProgram) -> Bool {
    guard attempts > 0 else { return false }
    attempts -= 1
    guard keeps(candidate) else { return false }
    program = candidate
    return true
  }

  private mutating func removeDefinitions(_ program: inout RandomProgram) {
    var length = max(1, program.definitions.count / 2)
    while length >= 1 {
      var start = max(0, program.definitions.count - length)
      while true {
        let end = min(start + length, program.definitions.count)
        if start < end {
          var candidate = program
          candidate.definitions.removeSubrange(start..<end)
          _ = accept(candidate, &program)
        }
        if start == 0 { break }
        start = max(0, start - length)
      }
      length /= 2
    }
  }

  /// Removes statements, but not the last, of a definition, or of `main`.
  private mutating func removeStatements(_ program: inout RandomProgram, at index: Int?) {
    var length = max(1, program.statements(at: index).count / 2)
    while length >= 1 {
      var end = program.statements(at: index).count - 1
      while end > 0 {
        let start = max(0, end - length)
        var candidate = program
        var statements = program.statements(at: index)
        statements.removeSubrange(start..<end)
        candidate.setStatements(statements, at: index)
        _ = accept(candidate, &program)
        end = start
      }
      length /= 2
    }
  }

  private mutating func removeSignatures(_ program: inout RandomProgram) {
    for (index, definition) in program.definitions.enumerated() {
      guard case .function(.some, let head, let body) = definition else { continue }
      var candidate = program
      candidate.definitions[index] = .function(signature: nil, head: head, body: body)
      _ = accept(candidate, &program)
    }
  }

  /// Replaces each term by the least of its type or by one of the terms in it.
  private mutating func simplifyTerms(_ program: inout RandomProgram) {
    var position = 0
    while position < program.termCount && attempts > 0 {
      let term = program.term(at: position)
      for smaller in replacements(for: term) where smaller.count < term.count {
        var candidate = program
        candidate.replaceTerm(at: position, with: smaller)
        if accept(candidate, &program) { break }
      }
      position += 1
    }
  }

  private func replacements(for term: Term) -> [Term] {
    var found: [Term] = []
    if let least = leastTerm(term.type) { found.append(least) }
    for child in term.children {
      if child.type == term.type { found.append(child) }
      for grandchild in child.children where grandchild.type == term.type {
        found.append(grandchild)
      }
    }
    return found
  }
}

/// The simplest term of a type, where that needs no declaration.
private func leastTerm(_ type: RailType) -> Term? {
  switch type {
  case .int, .small, .number, .dynamic: Term(type, "1")
  case .float: Term(type, "1.5")
  case .string: Term(type, "\"s\"")
  case .bool: Term(type, "true")
  case .list: Term(type, "[]")
  case .floats: Term(type, "(float_arr_new 4 1.5)")
  case .array(let element):
    leastTerm(element).map { Term(type, "(arr_new 4 @0)", [$0]) }
  case .tuple(let parts):
    leastTuple(type, parts)
  case .function(let parameters, let result):
    leastTerm(result).map {
      Term(type, "(\\\(parameters.map { _ in "_" }.joined(separator: " ")) -> ~0)", [$0])
    }
  case .data, .variable: nil
  }
}

private func leastTuple(_ type: RailType, _ parts: [RailType]) -> Term? {
  let terms = parts.compactMap { leastTerm($0) }
  guard terms.count == parts.count else { return nil }
  let template = terms.indices.map { "~\($0)" }.joined(separator: ", ")
  return Term(type, "(\(template))", terms)
}

extension RandomProgram {
  /// A measure that every step of the shrinker lowers.
  var size: Int { definitions.count + termCount }

  /// The statements of a definition, or of `main`.
  func statements(at index: Int?) -> [Statement] {
    guard let index else { return main }
    guard case .function(_, _, let body) = definitions[index] else { return [] }
    return body
  }

  mutating func setStatements(_ statements: [Statement], at index: Int?) {
    guard let index else {
      main = statements
      return
    }
    guard case .function(let signature, let head, _) = definitions[index] else { return }
    definitions[index] = .function(signature: signature, head: head, body: statements)
  }

  /// The places where blocks are: `main` and the definitions.
  private var places: [Int?] { [nil] + definitions.indices.map { $0 } }

  var termCount: Int {
    places.reduce(0) { sum, place in
      statements(at: place).reduce(sum) { $0 + $1.term.count }
    }
  }

  /// Terms are numbered block by block, each before the terms in it.
  func term(at position: Int) -> Term {
    var rest = position
    for place in places {
      for statement in statements(at: place) {
        if rest < statement.term.count { return statement.term.term(at: rest) }
        rest -= statement.term.count
      }
    }
    preconditionFailure("no term \(position)")
  }

  mutating func replaceTerm(at position: Int, with new: Term) {
    var rest = position
    for place in places {
      var statements = statements(at: place)
      for index in statements.indices {
        let count = statements[index].term.count
        if rest < count {
          statements[index].term = statements[index].term.replacing(at: rest, with: new)
          setStatements(statements, at: place)
          return
        }
        rest -= count
      }
    }
  }
}

extension Term {
  fileprivate func term(at position: Int) -> Term {
    if position == 0 { return self }
    var rest = position - 1
    for child in children {
      if rest < child.count { return child.term(at: rest) }
      rest -= child.count
    }
    preconditionFailure("no term \(position)")
  }

  fileprivate func replacing(at position: Int, with new: Term) -> Term {
    if position == 0 { return new }
    var rest = position - 1
    var result = self
    for (index, piece) in pieces.enumerated() {
      let child: Term
      switch piece {
      case .text: continue
      case .operand(let term), .inner(let term): child = term
      }
      defer { rest -= child.count }
      guard rest >= 0 && rest < child.count else { continue }
      let changed = child.replacing(at: rest, with: new)
      if case .operand = piece {
        result.pieces[index] = .operand(changed)
      } else {
        result.pieces[index] = .inner(changed)
      }
    }
    return result
  }
}
