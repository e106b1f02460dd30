import Support

/// Everything that is wrong with the objects given to ``link(_:options:)``, in the order of the
/// objects. There is at least one problem.
public struct LinkError: Error, Sendable, CustomStringConvertible {
  public let problems: [LinkProblem]

  public init(problems: [LinkProblem]) { self.problems = problems }

  /// One line or more for each problem.
  public var messages: [String] { problems.map(\.message) }
  public var description: String { messages.joined(separator: "\n") }
}

/// How many problems of one kind are reported before the rest is only counted.
let shownProblems = 100

/// A place in an object, for messages.
public struct InputPlace: Sendable, Hashable, CustomStringConvertible {
  public var object: String
  public var section: String
  /// Byte offset in the section.
  public var offset: Int
  /// The function or object that contains the place, if there is one with a name.
  public var symbol: String?

  public var description: String {
    let position = "\(printable(section))+0x\(String(offset, radix: 16))"
    if let symbol {
      return "\(printable(object)): in '\(printable(symbol))' (\(position))"
    }
    return "\(printable(object)): \(position)"
  }
}

/// One reason why objects could not be linked.
public enum LinkProblem: Sendable, Hashable {
  /// `object` is for another processor than the image.
  case wrongMachine(object: String, machine: String, expected: String)
  /// An object contradicts itself, `detail` says how.
  case inconsistentObject(object: String, detail: String)
  /// A section asks for something that static linking does not provide.
  case unsupportedSection(object: String, section: String, reason: String)
  /// No object defines a symbol that the caller wants to start at or to keep.
  case undefinedRoot(symbol: String, isEntry: Bool)
  /// More than one object defines a symbol.
  case duplicateSymbol(symbol: String, definitions: [InputPlace])
  /// No object defines a symbol; `references` are the first places that need it.
  case undefinedSymbol(symbol: String, references: [InputPlace], referenceCount: Int)
  /// A value does not fit in the field that it belongs in.
  case relocationOverflow(place: InputPlace, kind: String, symbol: String, value: Int)
  /// A value is not a multiple of what the field counts in.
  case relocationMisaligned(place: InputPlace, kind: String, symbol: String, value: Int)
  /// A relocation type that the linker does not know.
  case unsupportedRelocation(place: InputPlace, kind: UInt32)
  /// A relocation that the section contents around it contradict.
  case malformedRelocation(place: InputPlace, kind: String)
  /// A relocation against a section that is not part of the image.
  case targetNotLinked(place: InputPlace, symbol: String)
  /// A file or archive member that could not be read; `detail` begins with its name.
  case unreadable(detail: String)
  /// An archive member that might define what is missing, and cannot be linked.
  case memberLeftOut(detail: String)
  /// More problems like the last one were found.
  case more(count: Int, what: String)
  /// The image would be larger than the linker handles.
  case imageTooLarge

  /// The message for the user, without a severity. Names are shown so that they cannot be mistaken
  /// for something else.
  public var message: String {
    switch self {
    case .wrongMachine(let object, let machine, let expected):
      "\(printable(object)) is for \(machine), not \(expected)"
    case .inconsistentObject(let object, let detail):
      "\(printable(object)) is damaged: \(printable(detail))"
    case .unsupportedSection(let object, let section, let reason):
      "\(printable(object)): section '\(printable(section))' \(printable(reason))"
    case .undefinedRoot(let symbol, let isEntry):
      "\(isEntry ? "the entry symbol" : "the symbol to keep") '\(printable(symbol))' is not defined"
    case .duplicateSymbol(let symbol, let definitions):
      "symbol '\(printable(symbol))' is defined more than once"
        + definitions.map { "\n  defined in \($0)" }.joined()
    case .undefinedSymbol(let symbol, let references, let count):
      "symbol '\(printable(symbol))' is not defined"
        + references.map { "\n  needed by \($0)" }.joined()
        + (count > references.count ? "\n  and \(count - references.count) more" : "")
    case .relocationOverflow(let place, let kind, let symbol, let value):
      "\(place): '\(printable(symbol))' is out of reach: \(value) does not fit in \(kind)"
    case .relocationMisaligned(let place, let kind, let symbol, let value):
      "\(place): '\(printable(symbol))' is misaligned: \(kind) cannot hold \(value)"
    case .unsupportedRelocation(let place, let kind):
      "\(place): relocation type \(kind) is not supported"
    case .malformedRelocation(let place, let kind):
      "\(place): \(kind) does not fit what it is applied to"
    case .targetNotLinked(let place, let symbol):
      "\(place): '\(printable(symbol))' is in a section that is not part of the program"
    case .unreadable(let detail):
      printable(detail)
    case .memberLeftOut(let detail):
      "not searched: \(printable(detail))"
    case .more(let count, let what):
      "and \(count) more \(what)"
    case .imageTooLarge:
      "the program is too large"
    }
  }
}
