import Diagnostics
import Semantics
import Support

// Rule 10 of the inference: files that leave nothing to run time.

extension TypeInference {
  /// Reports what the definitions of strict files in the component leave to run time. Definite
  /// errors are reported elsewhere.
  mutating func reportStrictness() {
    var reported: Set<Int32> = []
    for index in system.causes.indices {
      let cause = system.causes[index]
      // Where num is declared, both kinds of numbers are meant.
      let isDeclared = cause.isNumber && (cause.found == .num || cause.other == .num)
      guard !isDeclared, cause.site >= 0, isStrict(cause.site), reported.insert(cause.site).inserted
      else {
        continue
      }
      report(cause)
    }
    for introduction in introductions { report(introduction) }
    for use in looseUses where reported.insert(use.site).inserted { report(use) }
  }

  private func isStrict(_ site: Int32) -> Bool {
    strictFiles[Int(range(of: site).file.index)]
  }

  private mutating func report(_ cause: Cause) {
    var labels: [Diagnostic.Label] = []
    var literal: SourceRange?
    for (origin, head, payload) in [
      (cause.foundOrigin, cause.found, cause.foundPayload),
      (cause.otherOrigin, cause.other, cause.otherPayload),
    ] where origin >= 0 {
      let place = range(of: origin)
      labels.append(.init(place, kindName(head, payload)))
      if expression(origin).kind == .integer { literal = place }
    }
    add(
      .strictMixture(
        kindName(cause.found, cause.foundPayload), kindName(cause.other, cause.otherPayload),
        areNumbers: cause.isNumber, at: range(of: cause.site), labels: labels, literal: literal),
      at: cause.site, mayBeWarning: false)
  }

  /// An extra value is fine where the type of the place says so, and 0 where numbers are.
  private mutating func report(_ introduction: Introduction) {
    let node = system.find(introduction.node)
    let extras = system.nodes[node].extras.subtracting([.unit])
    if extras.isEmpty || extras == .zero && system.nodes[node].head.isNumber { return }
    if flowsOnlyWhereAllowed(node, extras) { return }
    let name = extras.contains(.null) ? "null" : extras.contains(.zero) ? "0" : "an error value"
    add(
      .strictExtra(name, at: range(of: introduction.site)), at: introduction.site,
      mayBeWarning: false)
  }

  private mutating func flowsOnlyWhereAllowed(_ node: Int32, _ extras: Extras) -> Bool {
    let last = system.nodes[node].lastOut
    if last < 0 { return false }
    var edge = system.edges[last].nextOut
    while true {
      let target = system.nodes[system.find(system.edges[edge].to)]
      let isAllowed =
        target.isRigid
        && (target.head == .dyn || extras.isSubset(of: system.allowedExtras(target)))
      if !isAllowed { return false }
      if edge == last { return true }
      edge = system.edges[edge].nextOut
    }
  }

  // MARK: - Imports

  /// Remembers a use of an imported definition whose inferred type contains `dyn`.
  mutating func noteUse(of global: Int32, _ scheme: Scheme, site: Int32) {
    guard isStrict, !scheme.isDeclared, !isBuiltin(global) else { return }
    let file = program.globals[Int(global)].file
    if strictFiles[Int(file.index)] || file.index == BuiltinNames.preludeFile { return }
    var isDynamic = false
    for index in scheme.firstNode..<(scheme.firstNode + scheme.nodeCount) {
      isDynamic = isDynamic || table.nodes[index].head == .dyn
    }
    for index in scheme.firstRoot...(scheme.firstRoot + scheme.parameterCount) {
      let reference = table.roots[index]
      isDynamic = isDynamic || reference < 0 && system.nodes[~reference].head == .dyn
    }
    if isDynamic { looseUses.append(LooseUse(global: global, site: site)) }
  }

  private mutating func report(_ use: LooseUse) {
    let global = program.globals[Int(use.global)]
    add(
      .strictImport(
        name(global.name), at: range(of: use.site),
        definition: SourceRange(file: global.file, start: global.start, end: global.end)),
      at: use.site, mayBeWarning: false)
  }

  // MARK: - Constants

  /// Reports constants of strict files of which nothing says what they hold; at the end, because
  /// any use may say it.
  mutating func reportAmbiguousConstants() {
    for (index, global) in program.globals.enumerated()
    where global.parameterCount == 0 && strictFiles[Int(global.file.index)] {
      let scheme = schemeOfGlobal[index]
      guard scheme >= 0, !isDeclared(Int32(index)) else { continue }
      let root = table.roots[table.schemes[Int(scheme)].firstRoot]
      guard root < 0, hasOpenPart(~root), global.body >= 0 else { continue }
      add(
        .strictAmbiguity(
          name(global.name),
          at: SourceRange(file: global.file, start: global.start, end: global.end)),
        at: global.body, mayBeWarning: false)
    }
  }

  private mutating func hasOpenPart(_ root: Int32) -> Bool {
    var seen: Set<Int32> = [system.find(root)]
    var frontier = [system.find(root)]
    while let next = frontier.popLast() {
      let node = system.nodes[next]
      if node.head == .unresolved && node.extras.isEmpty { return true }
      for position in 0..<node.kidCount {
        let kid = system.find(system.kid(next, position))
        if seen.insert(kid).inserted { frontier.append(kid) }
      }
    }
    return false
  }
}

/// A use, in a strict file, of something imported whose type contains `dyn`.
struct LooseUse {
  var global: Int32
  var site: Int32
}
