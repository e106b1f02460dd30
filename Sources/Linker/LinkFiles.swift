public import ELF
import Support

/// A file given to the linker: an object or an archive.
public struct LinkFile: Sendable {
  /// Stands for the file in messages.
  public var name: String
  public var bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What is to be linked, after the archives were searched.
public struct LinkSelection: Sendable {
  /// In the order of the files, members of an archive in its order.
  public var objects: [ObjectFile] = []
  /// The archive members among the objects, in the order in which they were needed.
  public var members: [PulledMember] = []
  /// Messages about members that nothing could be pulled from.
  public var leftOut: [String] = []
}

/// A member of an archive that became part of the program.
public struct PulledMember: Sendable, Hashable {
  public var member: String
  /// The symbol that it was the first to define.
  public var symbol: String
  /// The object that refers to the symbol, or nil for the entry symbol.
  public var neededBy: String?
}

/// Reads `files` and decides which archive members belong to the program: those that define the
/// entry symbol, a root symbol or what an object of the program refers to and does not define.
///
/// Objects given as files always belong to it, and their definitions come before those of archives.
/// Archives are searched until nothing is missing or nothing is found any more; of several members
/// that define a symbol, the one in the first archive counts, and the first in it. So their order
/// decides between definitions, not whether one is found. A weak reference pulls in nothing.
///
/// Throws what is wrong with the files. A member that uses what this linker does not know is no
/// error as such, because it may not be needed.
public func selectObjects(
  _ files: [LinkFile], options: LinkOptions
) throws(LinkError) -> LinkSelection {
  var selector = ObjectSelector()
  for file in files { selector.add(file) }
  if !selector.problems.isEmpty { throw LinkError(problems: selector.problems) }
  selector.define()
  for name in [options.entry] + options.roots { selector.need(name, by: nil) }
  selector.pullMembers()
  return selector.selection()
}

/// The state of selecting; the methods run in the order of ``selectObjects(_:options:)``.
private struct ObjectSelector {
  /// Everything that was read, in order.
  private struct Candidate {
    var object: ObjectFile
    var isMember: Bool
    var isSelected: Bool
  }

  private struct Need {
    var name: Int
    /// Index of a candidate, or nil for the entry symbol.
    var neededBy: Int?
  }

  private var candidates: [Candidate] = []
  private var names = Interner()
  /// For each name the first candidate that is selected if the name is needed, or -1.
  private var provider: [Int32] = []
  private var isDefined: [Bool] = []
  private var needs: [Need] = []
  private var pulled: [PulledMember] = []
  private var leftOut: [String] = []
  private(set) var problems: [LinkProblem] = []

  // MARK: Reading

  mutating func add(_ file: LinkFile) {
    do throws(ObjectError) {
      if Archive.isArchive(file.bytes) {
        try addMembers(of: file)
      } else {
        let object = try readObject(file.bytes, name: file.name)
        candidates.append(Candidate(object: object, isMember: false, isSelected: true))
      }
    } catch {
      problems.append(.unreadable(detail: error.description))
    }
  }

  private mutating func addMembers(of file: LinkFile) throws(ObjectError) {
    for member in try Archive(file.bytes, name: file.name).members {
      let name = "\(file.name)(\(member.name))"
      do throws(ObjectError) {
        let object = try readObject(member, of: file.bytes, name: name)
        candidates.append(Candidate(object: object, isMember: true, isSelected: false))
      } catch {
        switch error.kind {
        case .unrecognized, .unsupported: leftOut.append(error.description)
        case .truncated, .malformed: problems.append(.unreadable(detail: error.description))
        }
      }
    }
  }

  // MARK: Symbols

  private mutating func number(_ name: String) -> Int {
    let index = Int(names.intern(name).index)
    if index == provider.count {
      provider.append(-1)
      isDefined.append(false)
    }
    return index
  }

  /// Enters what the given objects define, what they need, and what archives have to offer.
  mutating func define() {
    for index in candidates.indices {
      if candidates[index].isSelected {
        addSymbols(of: index)
      } else {
        offerSymbols(of: index)
      }
    }
  }

  /// The definitions of the object are part of the program, and its references are needed.
  private mutating func addSymbols(of candidate: Int) {
    let object = candidates[candidate].object
    for symbol in object.symbols where symbol.binding != .local {
      let name = number(symbol.name)
      switch symbol.place {
      case .absolute, .section, .common: isDefined[name] = true
      case .undefined where symbol.binding == .global:
        needs.append(Need(name: name, neededBy: candidate))
      case .undefined: break
      }
    }
  }

  private mutating func offerSymbols(of candidate: Int) {
    let object = candidates[candidate].object
    for symbol in object.symbols where symbol.binding != .local && symbol.place != .undefined {
      let name = number(symbol.name)
      if provider[name] < 0 { provider[name] = Int32(candidate) }
    }
  }

  mutating func need(_ name: String, by candidate: Int?) {
    needs.append(Need(name: number(name), neededBy: candidate))
  }

  // MARK: Searching

  /// Serves needs in the order in which they came up; members that are pulled add theirs.
  mutating func pullMembers() {
    var next = 0
    while next < needs.count {
      let need = needs[next]
      next += 1
      let candidate = Int(provider[need.name])
      guard !isDefined[need.name], candidate >= 0 else { continue }
      candidates[candidate].isSelected = true
      pulled.append(
        PulledMember(
          member: candidates[candidate].object.name,
          symbol: names.string(of: Symbol(index: Int32(need.name))),
          neededBy: need.neededBy.map { candidates[$0].object.name }))
      addSymbols(of: candidate)
    }
  }

  func selection() -> LinkSelection {
    LinkSelection(
      objects: candidates.filter(\.isSelected).map(\.object), members: pulled, leftOut: leftOut)
  }
}

/// Reads the object that an archive contains as `member`.
private func readObject(
  _ member: ArchiveMember, of archive: [UInt8], name: String
) throws(ObjectError) -> ObjectFile {
  let result = archive.withUnsafeBytes { memory in
    Result { () throws(ObjectError) in
      try readObject(UnsafeRawBufferPointer(rebasing: memory[member.contents]), name: name)
    }
  }
  return try result.get()
}

// MARK: - Linking files

/// Selects from `files` and links what was selected, for the machine of the first object: what
/// `rail link` does. The map is empty unless it is wanted.
public func linkFiles(
  _ files: [LinkFile], options: LinkOptions, wantsMap: Bool = false
) throws(LinkError) -> (bytes: [UInt8], map: String) {
  let selection = try selectObjects(files, options: options)
  var options = options
  if let first = selection.objects.first { options.machine = first.machine }
  do throws(LinkError) {
    guard wantsMap else { return (try link(selection.objects, options: options), "") }
    let linked = try linkWithMap(selection.objects, options: options)
    return (linked.bytes, membersText(selection.members) + linked.map)
  } catch {
    throw explained(error, selection)
  }
}

/// If a definition is missing, it may be in a member that could not be read.
private func explained(_ error: LinkError, _ selection: LinkSelection) -> LinkError {
  let lacksDefinition = error.problems.contains { problem in
    switch problem {
    case .undefinedSymbol, .undefinedRoot: true
    case .wrongMachine, .inconsistentObject, .unsupportedSection, .duplicateSymbol,
      .relocationOverflow, .relocationMisaligned, .unsupportedRelocation, .malformedRelocation,
      .targetNotLinked, .unreadable, .memberLeftOut, .more, .imageTooLarge:
      false
    }
  }
  if !lacksDefinition { return error }
  var problems = error.problems
  for detail in selection.leftOut.prefix(shownProblems) {
    problems.append(.memberLeftOut(detail: detail))
  }
  if selection.leftOut.count > shownProblems {
    problems.append(.more(count: selection.leftOut.count - shownProblems, what: "members"))
  }
  return LinkError(problems: problems)
}
