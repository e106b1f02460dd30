import Diagnostics
import ELF
import TargetX86_64

// Sizes of gaps and addresses of fragments.

extension Assembly {
  /// When that many rounds have not been enough, branches that may have to be long are made long,
  /// so that the time stays linear.
  private static let maximumRounds = 64

  /// Finds the size of every gap and the address of every fragment.
  ///
  /// Branches begin short; those that do not reach become long and stay so, which may move others
  /// out of reach, and so on (T. G. Szymanski, Assembling Code for Machines with Span-Dependent
  /// Instructions, CACM 21/4, 1978). What lies behind an alignment does not move with every byte
  /// before it; the passes are those of GNU `as`, so that the same branches become long.
  mutating func layOut() {
    isLaidOut = true
    findOpenBranches()
    for index in sections.indices { placeFragments(index) }
    var round = 0
    while true {
      var isMoved = false
      for index in sections.indices {
        if relax(index, isPatient: round < Assembly.maximumRounds) { isMoved = true }
      }
      if !isMoved { break }
      round += 1
      if round > 2 * Assembly.maximumRounds {
        reportMovingGap()
        return
      }
    }
    checkGaps()
    if !diagnostics.hasErrors {
      for index in sections.indices { emitBranches(index) }
    }
  }

  /// Gaps whose size depends on what comes behind them may never settle.
  private mutating func reportMovingGap() {
    for section in sections {
      for fragment in section.fragments {
        switch fragment.gap {
        case .fill(let count, _, let range):
          if expressions[count].kind == .constant { continue }
          report(AssemblyError("E0409", "the size of this depends on itself", range))
          return
        case .origin(_, _, let range):
          report(AssemblyError("E0409", "this place depends on itself", range))
          return
        case .none, .branch, .align: continue
        }
      }
    }
  }

  // MARK: Branches

  /// Branches to places of the same section, but not to weak ones, which another object may
  /// replace. All others are long.
  private mutating func findOpenBranches() {
    for section in sections.indices {
      for fragment in sections[section].fragments.indices {
        guard case .branch(var branch) = sections[section].fragments[fragment].gap else {
          continue
        }
        if let value = try? evaluate(branch.target), value.plus >= 0, value.minus < 0,
          symbols[Int(value.plus)].binding != .weak,
          case .label(let other, let place, let offset) = symbols[Int(value.plus)].definition,
          Int(other) == section, let constant = Int(exactly: value.constant),
          abs(constant) <= options.maximumSectionSize
        {
          branch.isOpen = true
          branch.targetFragment = Int(place)
          branch.targetOffset = Int(offset) + constant
        } else {
          branch.isLong = true
        }
        sections[section].fragments[fragment].gap = .branch(branch)
      }
    }
  }

  /// Puts branches into the bytes: they are no gaps any more. Long ones wait for their target like
  /// other fields.
  private mutating func emitBranches(_ index: Int) {
    guard
      sections[index].fragments.contains(where: {
        if case .branch = $0.gap { true } else { false }
      })
    else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(sections[index].bytes.count + 8 * sections[index].fragments.count)
    var added: [Fixup] = []
    let count = sections[index].fragments.count
    for number in 0..<count {
      let start = sections[index].fragments[number].start
      let end =
        number + 1 < count
        ? sections[index].fragments[number + 1].start : sections[index].bytes.count
      sections[index].fragments[number].start = bytes.count
      bytes += sections[index].bytes[start..<end]
      guard case .branch(let branch) = sections[index].fragments[number].gap else { continue }
      let isLong = branch.isLong
      bytes += X86Encoder.branchOpcode(condition: branch.condition, isLong: isLong)
      let offset = bytes.count - sections[index].fragments[number].start
      bytes += Array(repeating: 0, count: isLong ? 4 : 1)
      let kind = isLong ? branchRelocation(branch.target) : X86_64Relocation.pc8.rawValue
      added.append(
        Fixup(
          fragment: Int32(number), offset: Int32(offset), kind: kind, value: branch.target,
          addend: isLong ? -4 : -1, range: branch.range, isOpenBranch: branch.isOpen))
      sections[index].fragments[number].gap = .none
      sections[index].fragments[number].gapSize = 0
    }
    sections[index].bytes = bytes
    sections[index].fixups += added
  }

  // MARK: Addresses

  /// Gives all fragments an address, with every open branch short.
  private mutating func placeFragments(_ index: Int) {
    var address = 0
    var region = 0
    for number in sections[index].fragments.indices {
      sections[index].fragments[number].address = address
      sections[index].fragments[number].region = region
      let end = address + sections[index].byteCount(number)
      let size = gapSize(index, number, at: end)
      sections[index].fragments[number].gapSize = size
      address = end + size
      switch sections[index].fragments[number].gap {
      case .align, .origin: region += 1
      case .none, .branch, .fill: break
      }
    }
    sections[index].size = address
  }

  /// Goes through a section once: moves fragments by what gaps before them have grown, and lets
  /// gaps grow. Whether anything has changed.
  private mutating func relax(_ index: Int, isPatient: Bool) -> Bool {
    var stretch = 0
    var isMoved = false
    for number in sections[index].fragments.indices {
      sections[index].fragments[number].address += stretch
      let end =
        sections[index].fragments[number].address + sections[index].byteCount(number)
      if case .branch(var branch) = sections[index].fragments[number].gap, branch.isOpen,
        !branch.isLong, !isPatient || !reaches(index, number, branch, end, stretch)
      {
        branch.isLong = true
        sections[index].fragments[number].gap = .branch(branch)
      }
      let size = gapSize(index, number, at: end)
      let growth = size - sections[index].fragments[number].gapSize
      if growth != 0 {
        sections[index].fragments[number].gapSize = size
        stretch += growth
        isMoved = true
      }
    }
    sections[index].size += stretch
    return isMoved
  }

  /// Whether a short branch reaches its target. `end`: where the branch begins.
  private func reaches(
    _ index: Int, _ number: Int, _ branch: Fragment.Branch, _ end: Int, _ stretch: Int
  ) -> Bool {
    let target = sections[index].fragments[branch.targetFragment]
    var place = target.address + branch.targetOffset
    if stretch != 0 && branch.targetFragment > number {
      // The target has not been moved in this pass. It will move as we did, unless an alignment
      // between us takes that up; then another pass will find out.
      if stretch < 0 || target.region == sections[index].fragments[number].region {
        place += stretch
      } else if place < sections[index].fragments[number].address {
        return true
      }
    }
    return Int8(exactly: place - end - 2) != nil
  }

  /// The size of a gap as far as addresses are known: before they settle, an expression may have
  /// values that make no sense and will be corrected.
  private func gapSize(_ section: Int, _ number: Int, at address: Int) -> Int {
    switch sections[section].fragments[number].gap {
    case .none: return 0
    case .branch(let branch):
      return branch.isLong ? (branch.condition == nil ? 5 : 6) : 2
    case .align(let alignment, _, let limit):
      let missing = -address & (alignment - 1)
      return missing <= limit ? missing : 0
    case .fill(let count, let filling, _):
      let number = (try? evaluate(count))?.constant ?? 0
      return Int(min(max(number, 0), Int64(options.maximumSectionSize))) * filling.size
    case .origin(let place, _, _):
      let offset = originOffset(section, place) ?? 0
      return min(max(offset - address, 0), options.maximumSectionSize)
    }
  }

  /// The offset in the section that an expression stands for.
  private func originOffset(_ section: Int, _ place: ExpressionID) -> Int? {
    guard let value = try? evaluate(place), value.minus < 0 else { return nil }
    if value.plus < 0 { return Int(value.constant) }
    guard case .label(let other, let fragment, let offset) = symbols[Int(value.plus)].definition,
      Int(other) == section
    else { return nil }
    return address(section: other, fragment: fragment, offset: offset) &+ Int(value.constant)
  }

  /// Reports gaps that are not what the source says.
  private mutating func checkGaps() {
    for index in sections.indices {
      for number in sections[index].fragments.indices {
        let fragment = sections[index].fragments[number]
        if let first = fragment.firstInstruction, (fragment.address + first.offset) & 3 != 0,
          !fragment.isMisaligned
        {
          report(misaligned(first.range))
        }
        do throws(AssemblyError) {
          try checkGap(index, number, fragment.gap)
        } catch {
          report(error)
          return
        }
      }
      if sections[index].size > options.maximumSectionSize {
        report(sectionTooLarge(index, SourceRange(file: file, start: 0, end: 0)))
        return
      }
    }
  }

  private func checkGap(
    _ section: Int, _ number: Int, _ gap: Fragment.Gap
  ) throws(AssemblyError) {
    switch gap {
    case .none, .branch, .align: return
    case .fill(let count, let filling, let range):
      let bytes = try constant(count, range, "the number of bytes")
      try checkFilling(bytes, filling, range)
    case .origin(let place, _, let range):
      guard let offset = originOffset(section, place) else {
        throw AssemblyError("E0409", "this is no place in the current section", range)
      }
      let end =
        sections[section].fragments[number].address + sections[section].byteCount(number)
      if offset < end {
        throw AssemblyError(
          "E0409", "the current place cannot move back", range,
          "to offset \(offset) from \(end)")
      }
      if offset > options.maximumSectionSize { throw sectionTooLarge(section, range) }
    }
  }
}

extension AssemblySection {
  /// Number of bytes of a fragment, without its gap.
  func byteCount(_ number: Int) -> Int {
    (number + 1 < fragments.count ? fragments[number + 1].start : bytes.count)
      - fragments[number].start
  }
}
