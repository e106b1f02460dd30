/// Paths are handled as text, with `/` between their components; links are not followed.

/// The directory part of a path, `""` for a file in the current directory; no trailing `/` except
/// for the root.
func directory(of path: String) -> String {
  let bytes = Array(path.utf8)
  guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "" }
  if slash == 0 { return "/" }
  return String(decoding: bytes[..<slash], as: UTF8.self)
}

/// `path` as seen from `directory`.
func join(_ directory: String, _ path: String) -> String {
  if directory.isEmpty || path.utf8.first == UInt8(ascii: "/") { return path }
  return directory == "/" ? "/" + path : directory + "/" + path
}

/// Removes `.`, empty components, and `..` together with the component before it.
func normalise(_ path: String) -> String {
  let isAbsolute = path.utf8.first == UInt8(ascii: "/")
  var components: [Substring] = []
  for component in path.split(separator: "/", omittingEmptySubsequences: true) {
    if component == "." { continue }
    if component != ".." {
      components.append(component)
    } else if let last = components.last, last != ".." {
      components.removeLast()
    } else if !isAbsolute {
      components.append(component)
    }
  }
  let joined = components.joined(separator: "/")
  if isAbsolute { return "/" + joined }
  return joined.isEmpty ? "." : joined
}
