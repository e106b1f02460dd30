/// `name` with everything escaped that would not appear as itself on a terminal: names in files
/// come from others, and control characters could make a terminal show what is not there.
public func printable(_ name: String) -> String {
  if name.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) { return name }
  var text = ""
  for scalar in name.unicodeScalars {
    if isShown(scalar) {
      text.unicodeScalars.append(scalar)
    } else {
      text += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
  return text
}

/// C0 and C1 controls, separators of lines, and the characters that change the direction of writing
/// do not appear as themselves.
private func isShown(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: false
  default: true
  }
}
