/// Values whose kinds inference cannot know, and values of another kind than wanted. Little of it fails whatever the
/// inputs, so most of it compiles.
extension ProgramGenerator {
  /// A term where a type is wanted that inference takes for something else: mostly it is of that type when it
  /// runs; sometimes it is not, and an operation may raise.
  mutating func surprise(_ type: RailType, _ depth: Int) -> Term? {
    if case .variable = type { return nil }
    let other = anyType(1)
    switch below(14) {
    case 0, 1, 2:
      return Term(type, "head [~0, ~1]", [term(type, depth), term(other, depth)])
    case 3, 4:
      return Term(
        type, "item 1 [~0, ~1, ~2]", [term(other, depth), term(type, depth), leaf(.string)])
    case 5: return Term(type, "head (tail [~0])", [term(type, depth)])
    case 6: return Term(type, "head @0", [term(.list(type), depth)])
    case 7: return Term(type, "(if @0 then @1 else null)", [term(.bool, depth), term(type, depth)])
    case 8:
      return Term(
        type, "(if @0 then @1 else error @2)", [
          term(.bool, depth), term(type, depth), leaf(.string),
        ])
    case 9: return Term(type, "recv (channel 0)")
    case 10: return mixed().typed(type)
    case 11:
      return Term(
        type, "(if @0 then @1 else @2)", [term(.bool, depth), term(type, depth), term(other, depth)])
    case 12: return Term(type, "arr_get (arr_new 2 0) 1")
    default:
      return Term(type, "(let b = arr_new 2 @0 in let _ = arr_set b 1 @1 in arr_get b 0)", [
        term(type, depth), term(other, depth),
      ])
    }
  }

  /// One of several values of different kinds.
  mutating func mixed() -> Term {
    let kinds: [RailType] = [.int, .float, .string, .list(.int), .tuple([.int, .string])]
    let terms = [leaf(pick(kinds)), leaf(pick(kinds)), leaf(pick(kinds))]
    return Term(.dynamic, "item \(below(3)) [~0, ~1, ~2]", terms)
  }

  mutating func dynamicTerm(_ depth: Int) -> Term {
    let one = anyType(1)
    let other = anyType(1)
    switch below(6) {
    case 0: return mixed()
    case 1:
      return Term(.dynamic, "(if @0 then @1 else @2)", [
        term(.bool, depth), term(one, depth), term(other, depth),
      ])
    case 2:
      return Term(.dynamic, "head (map @0 [~1, ~2])", [
        repeated(2) { $0.lambda([.dynamic], one, depth) }, term(one, depth), term(other, depth),
      ])
    case 3:
      return Term(.dynamic, "(head [~0, ~1]) @2", [
        lambda([.dynamic], one, depth), term(other, depth), term(other, depth),
      ])
    case 4:
      // Anything else could never be added, which is an error before the program runs.
      let addable = pick([RailType.int, .float, .string, .number])
      return Term(.dynamic, "@0 + @1", [term(.dynamic, depth), term(addable, depth)])
    default:
      return Term(.dynamic, "try (\\_ -> ~0) (\\m -> m)", [term(one, depth)])
    }
  }
}
