import Foundation
import Testing

/// Files of the repository.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether generated files are written rather than compared (`scripts/update-diagnostics`).
  static let isUpdating = ProcessInfo.processInfo.environment["RAIL_UPDATE"] == "1"

  static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: root.appending(path: path).path)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names of the files in a folder, sorted.
  static func list(_ folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: folder).path)
    return (names ?? []).sorted()
  }

  /// Expects a checked-in file to have this text, or gives it this text.
  static func expect(
    _ path: String, toBe text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    if isUpdating {
      let url = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      return
    }
    let found = Repository.text(path)
    #expect(
      found == text, "\(path) is not up to date: run scripts/update-diagnostics",
      sourceLocation: sourceLocation)
  }
}
