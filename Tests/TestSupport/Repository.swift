public import Foundation

/// The directory of the repository, in which the tests were compiled.
public let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The path of the executable that the build has left, or nil if there is none.
public let railExecutable: String? = ["release", "debug"]
  .map { repository.appendingPathComponent(".build/\($0)/rail").path }
  .first { FileManager.default.isExecutableFile(atPath: $0) }
