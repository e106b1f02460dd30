import PackagePlugin

/// Compiles the freestanding runtime for every target and embeds the objects in `RuntimeImage`.
@main struct EmbedRuntime: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL.appending(path: "runtime")
    let output = context.pluginWorkDirectoryURL.appending(path: "RuntimeImage+Generated.swift")
    return [
      .buildCommand(
        displayName: "Compiling and embedding the runtime",
        executable: try context.tool(named: "embed-runtime").url,
        arguments: [try context.tool(named: "clang").url.path(), root.path(), output.path()],
        inputFiles: [],
        outputFiles: [output])
    ]
  }
}
