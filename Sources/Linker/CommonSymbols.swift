import ELF
import Support

/// Makes room for common symbols (gABI chapter 4, `SHN_COMMON`), so that later steps see ordinary
/// definitions and references.
///
/// If an object defines the name globally, its common symbols are references to that. If not, the
/// first object with the common symbol gets a section of zeros for it, with the largest size and
/// the largest alignment that any object asks for; a weak definition gives way to it.
///
/// Requires consistent objects, as `checkObject` leaves them.
func allocateCommonSymbols(_ objects: inout [ObjectFile]) {
  var commons = findCommonSymbols(objects)
  if commons.count == 0 { return }
  commons.findDefinitions(objects)
  for object in objects.indices {
    for symbol in objects[object].symbols.indices {
      guard case .common = objects[object].symbols[symbol].place,
        let request = commons.request(objects[object].symbols[symbol].name)
      else { continue }
      if request.isDefined || request.object != object || request.symbol != symbol {
        objects[object].symbols[symbol].place = .undefined
        objects[object].symbols[symbol].size = 0
      } else {
        allocate(request, &objects[object])
      }
    }
  }
}

/// What the objects ask for under one name.
private struct CommonRequest {
  /// The first object with the common symbol, and the symbol's index in it.
  var object: Int
  var symbol: Int
  var size: Int
  var alignment: Int
  /// Whether an object has a global definition.
  var isDefined = false
}

private struct CommonSymbols {
  private var names = Interner()
  /// By name.
  private var requests: [CommonRequest] = []

  var count: Int { requests.count }

  func request(_ name: String) -> CommonRequest? {
    names.find(name).map { requests[Int($0.index)] }
  }

  mutating func add(_ name: String, _ request: CommonRequest) {
    let index = Int(names.intern(name).index)
    if index == requests.count {
      requests.append(request)
    } else {
      requests[index].size = max(requests[index].size, request.size)
      requests[index].alignment = max(requests[index].alignment, request.alignment)
    }
  }

  mutating func findDefinitions(_ objects: [ObjectFile]) {
    for object in objects {
      for symbol in object.symbols where symbol.binding == .global {
        switch symbol.place {
        case .undefined, .common: break
        case .absolute, .section:
          if let name = names.find(symbol.name) { requests[Int(name.index)].isDefined = true }
        }
      }
    }
  }
}

private func findCommonSymbols(_ objects: [ObjectFile]) -> CommonSymbols {
  var commons = CommonSymbols()
  for (index, object) in objects.enumerated() {
    for number in object.symbols.indices {
      guard case .common(let alignment) = object.symbols[number].place else { continue }
      commons.add(
        object.symbols[number].name,
        CommonRequest(
          object: index, symbol: number, size: object.symbols[number].size, alignment: alignment))
    }
  }
  return commons
}

/// The symbol becomes a global definition: weak definitions elsewhere give way.
private func allocate(_ request: CommonRequest, _ object: inout ObjectFile) {
  var section = ObjectSection(
    name: ".bss." + object.symbols[request.symbol].name, flags: [.allocated, .writable],
    alignment: request.alignment)
  section.zeroFill = request.size
  object.symbols[request.symbol].place = .section(object.sections.count)
  object.symbols[request.symbol].value = 0
  object.symbols[request.symbol].size = request.size
  object.symbols[request.symbol].binding = .global
  object.sections.append(section)
}
