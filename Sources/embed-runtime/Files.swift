import Glibc

/// Ends the tool with a message.
func fail(_ message: String) -> Never {
  _ = "embed-runtime: \(message)\n".withCString { write(STDERR_FILENO, $0, strlen($0)) }
  exit(1)
}

func withoutSlash(_ path: String) -> String {
  path.hasSuffix("/") ? String(path.dropLast()) : path
}

func readFile(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { fail("cannot read \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer[0..<count]
  }
}

func writeFile(_ path: String, _ bytes: [UInt8]) {
  guard let file = fopen(path, "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count,
    fclose(file) == 0
  else { fail("cannot write \(path)") }
}

/// The names of the entries of a folder, sorted; empty if it does not exist.
func entries(of folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Paths, relative to `folder`, of the files below it whose names end in `suffix`, sorted.
func filesBelow(_ folder: String, suffix: String, prefix: String = "") -> [String] {
  var found: [String] = []
  for name in entries(of: folder) {
    if isFolder(folder + "/" + name) {
      found += filesBelow(folder + "/" + name, suffix: suffix, prefix: prefix + name + "/")
    } else if name.hasSuffix(suffix) {
      found.append(prefix + name)
    }
  }
  return found
}

/// When a file was last changed, in nanoseconds; 0 if it does not exist.
func changeTime(_ path: String) -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { return 0 }
  return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
}
