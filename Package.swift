// swift-tools-version: 6.2
import PackageDescription

// One section per stage, in pipeline order. A target may depend only on targets above it.
// `swift build` needs no network: no external dependencies; the only plugin runs our own tool.

let common: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),  // `any` is written wherever it costs something
  .enableUpcomingFeature("InternalImportsByDefault"),  // imports do not leak into clients
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Stages whose code is called in hot loops from other modules.
let hot = common + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

/// One self-contained executable: no shared Swift library, no libc at the user's side.
let selfContained: [LinkerSetting] = [.unsafeFlags(["-static-executable"])]

func stage(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: hot)
}

func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: common)
}

let package = Package(
  name: "rail",
  products: [.executable(name: "rail", targets: ["rail"])],
  targets: [
    // MARK: Foundations
    .systemLibrary(name: "CPosix"),
    .systemLibrary(name: "CRailRuntime", path: "runtime"),
    // Nothing to import: it makes SwiftPM notice new and removed files, which the plugin embeds.
    .systemLibrary(name: "RailLibrary", path: "stdlib"),
    stage("Support", ["CPosix"]),
    stage("Diagnostics", ["Support"]),

    // MARK: Front end
    stage("Syntax", ["Support", "Diagnostics"]),
    stage("Semantics", ["Support", "Diagnostics", "Syntax"]),
    stage("Inference", ["Support", "Diagnostics", "Syntax", "Semantics"]),

    // MARK: Middle
    stage("IR", ["Support"]),
    stage("Lowering", ["Support", "Diagnostics", "Semantics", "IR", "CRailRuntime"]),

    stage("Optimizer", ["CRailRuntime", "Support", "IR"]),

    // MARK: Back end
    stage("ELF", ["Support"]),
    stage("Codegen", ["Support", "IR", "ELF", "CRailRuntime"]),
    stage("TargetX86_64", ["Support", "IR", "ELF", "Codegen", "CRailRuntime"]),
    stage("TargetARM64", ["Support", "IR", "ELF", "Codegen", "CRailRuntime"]),
    stage("Linker", ["Support", "ELF"]),
    stage(
      "Assembler",
      ["Support", "Diagnostics", "ELF", "Codegen", "TargetX86_64", "TargetARM64"]),
    stage("ObjectDump", ["Support", "ELF", "Codegen", "TargetX86_64", "TargetARM64"]),

    // MARK: Tools
    .target(name: "RuntimeImage", swiftSettings: common, plugins: ["EmbedRuntime"]),
    stage(
      "Driver",
      [
        "CPosix", "Support", "Diagnostics", "Syntax", "Semantics", "Inference", "IR", "Lowering",
        "Optimizer", "ELF", "Codegen", "TargetX86_64", "TargetARM64", "Linker", "Assembler",
        "ObjectDump", "RuntimeImage",
      ]),
    .executableTarget(
      name: "rail", dependencies: ["Support", "Driver"], swiftSettings: common,
      linkerSettings: selfContained),

    // MARK: Build tools
    .executableTarget(name: "embed-runtime", swiftSettings: common),
    .plugin(
      name: "EmbedRuntime", capability: .buildTool(), dependencies: ["embed-runtime"],
      path: "scripts/plugins/EmbedRuntime"),

    // MARK: Tests
    .target(
      name: "TestSupport", dependencies: ["Support", "Diagnostics", "ELF", "Codegen", "Assembler"],
      path: "Tests/TestSupport", swiftSettings: common),
    .target(
      name: "RandomPrograms", dependencies: ["Support", "Driver", "TestSupport"],
      path: "Tests/RandomPrograms", swiftSettings: common),
    .executableTarget(
      name: "random-programs", dependencies: ["Support", "Driver", "RandomPrograms"],
      path: "Tests/RandomProgramsTool", swiftSettings: common),
    tests("SupportTests", of: ["Support"]),
    tests("SyntaxTests", of: ["Support", "Diagnostics", "Syntax"]),
    tests("SemanticsTests", of: ["Support", "Diagnostics", "Syntax", "Semantics"]),
    tests(
      "InferenceTests", of: ["Support", "Diagnostics", "Syntax", "Semantics", "Inference"]),
    tests("IRTests", of: ["Support", "IR"]),
    tests("OptimizerTests", of: ["Support", "IR", "Optimizer"]),
    tests(
      "CodegenTests",
      of: [
        "Support", "IR", "ELF", "Codegen", "TargetX86_64", "TargetARM64", "Linker", "RuntimeImage",
      ]),
    tests("TargetX86_64Tests", of: ["Support", "IR", "ELF", "Codegen", "TargetX86_64"]),
    tests("TargetARM64Tests", of: ["Support", "IR", "ELF", "Codegen", "TargetARM64"]),
    tests("ELFTests", of: ["Support", "ELF"]),
    tests("LinkerTests", of: ["Support", "ELF", "Linker"]),
    tests(
      "ObjectDumpTests", of: ["Support", "ELF", "Codegen", "TargetX86_64", "Linker", "ObjectDump"]),
    tests(
      "AssemblerTests",
      of: ["Support", "Diagnostics", "ELF", "Linker", "Assembler"]),
    tests("RuntimeTests", of: ["RuntimeImage"]),
    tests(
      "DriverTests",
      of: ["Support", "Diagnostics", "Semantics", "ELF", "Linker", "RuntimeImage", "Driver"]),
    tests("DiagnosticsTests", of: ["Support", "Diagnostics", "Semantics", "Driver"]),
    tests(
      "FixtureTests", of: ["Support", "Diagnostics", "ELF", "Driver", "RandomPrograms"]),
  ],
  swiftLanguageModes: [.v6]
)
