/// An expression of a random program. It knows its type and its sub-expressions, so that it can be
/// replaced by something smaller of the same type.
struct Term {
  enum Piece {
    case text(String)
    /// A sub-expression in a place where only an atom may stand.
    case operand(Term)
    /// A sub-expression in a place where any expression may stand.
    case inner(Term)
  }

  var type: RailType
  var pieces: [Piece]
  var isAtom: Bool

  init(_ type: RailType, pieces: [Piece], isAtom: Bool) {
    self.type = type
    self.pieces = pieces
    self.isAtom = isAtom
  }

  /// A term from a template: `@0` is the first operand as an atom, `~0` the first operand as it is.
  init(_ type: RailType, _ template: String, _ operands: [Term] = [], isAtom: Bool? = nil) {
    self.type = type
    pieces = []
    var text = ""
    var mark: Character?
    for character in template {
      if let kind = mark, let index = character.wholeNumberValue {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(kind == "@" ? .operand(operands[index]) : .inner(operands[index]))
        mark = nil
      } else if character == "@" || character == "~" {
        mark = character
      } else {
        text.append(character)
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    let isBracketed =
      template.hasPrefix("(") && template.hasSuffix(")")
      || template.hasPrefix("[") && template.hasSuffix("]")
    let isWord = !template.contains(" ") && !template.hasPrefix("-")
    self.isAtom = isAtom ?? (isBracketed || isWord)
  }

  func write(to text: inout String) {
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .inner(let term): term.write(to: &text)
      case .operand(let term):
        if !term.isAtom { text += "(" }
        term.write(to: &text)
        if !term.isAtom { text += ")" }
      }
    }
  }

  var children: [Term] {
    pieces.compactMap { piece in
      switch piece {
      case .text: nil
      case .operand(let term), .inner(let term): term
      }
    }
  }

  /// How many terms there are in it, itself included.
  var count: Int { children.reduce(1) { $0 + $1.count } }
}

/// A line of a block.
enum Statement {
  /// `let pattern = term`
  case binding(String, Term)
  case effect(Term)

  var term: Term {
    get {
      switch self {
      case .binding(_, let term), .effect(let term): term
      }
    }
    set {
      switch self {
      case .binding(let pattern, _): self = .binding(pattern, newValue)
      case .effect: self = .effect(newValue)
      }
    }
  }

  func write(to text: inout String) {
    if case .binding(let pattern, _) = self { text += "let \(pattern) = " }
    term.write(to: &text)
  }
}

enum Definition {
  /// Fixed text: types, library functions, building blocks.
  case text(String)
  /// The last statement of the body is its value.
  case function(signature: String?, head: String, body: [Statement])
}

/// A whole program that can be printed, and made smaller piece by piece.
public struct RandomProgram {
  var definitions: [Definition] = []
  /// What `main` does; the last statement is the exit status.
  var main: [Statement] = []

  public var text: String {
    var text = ""
    for definition in definitions {
      switch definition {
      case .text(let part): text += part + "\n\n"
      case .function(let signature, let head, let body):
        if let signature { text += signature + "\n" }
        write(head, body, to: &text)
      }
    }
    write("main", main, to: &text)
    return text
  }

  private func write(_ head: String, _ body: [Statement], to text: inout String) {
    text += head + " =\n"
    for statement in body {
      text += "  "
      statement.write(to: &text)
      text += "\n"
    }
    text += "\n"
  }
}
