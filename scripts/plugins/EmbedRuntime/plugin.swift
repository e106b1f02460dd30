import Foundation
import PackagePlugin

/// Compiles the freestanding runtime and embeds its objects and the standard library in
/// `RuntimeImage`, as one generated Swift file.
@main struct EmbedRuntime: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL
    let runtime = root.appending(path: "runtime")
    let library = root.appending(path: "stdlib")
    let output = context.pluginWorkDirectoryURL.appending(path: "RuntimeImage+Generated.swift")
    let inputs =
      files(below: runtime, withExtensions: ["c", "h", "S"])
      + files(below: library, withExtensions: ["rail"])
    return [
      .buildCommand(
        displayName: "Compiling and embedding the runtime",
        executable: try context.tool(named: "embed-runtime").url,
        arguments: [
          try context.tool(named: "clang").url.path(), runtime.path(), library.path(),
          output.path(),
        ],
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}

/// Every file that goes into the image, so that an edit to any of them makes a new one. New files are
/// noticed because both folders are modules of the package (see Package.swift).
private func files(below folder: URL, withExtensions extensions: Set<String>) -> [URL] {
  let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
  return (found?.compactMap { $0 as? URL } ?? [])
    .filter { extensions.contains($0.pathExtension) }
    .sorted { $0.path() < $1.path() }
}
