// Build tool: compiles the freestanding C runtime for every target machine and writes a Swift file
// with the objects and the modules of the standard library.
//
// usage: embed-runtime CLANG RUNTIME-FOLDER LIBRARY-FOLDER OUTPUT.swift
//
// Objects are kept beside the output and compiled again only when their source, a header or this
// tool is newer.

import Glibc

guard CommandLine.arguments.count == 5 else {
  fail("usage: embed-runtime CLANG RUNTIME-FOLDER LIBRARY-FOLDER OUTPUT.swift")
}
let clang = CommandLine.arguments[1]
let runtimeFolder = withoutSlash(CommandLine.arguments[2])
let libraryFolder = withoutSlash(CommandLine.arguments[3])
let output = CommandLine.arguments[4]

var image = ImageWriter()
for machine in ["x86_64", "aarch64"] {
  let objects = compileRuntime(
    machine: machine, clang: clang, folder: runtimeFolder, output: output)
  image.addTable(named: machine, files: objects.map { ($0.name, readFile($0.path)) })
}
let modules = filesBelow(libraryFolder, suffix: ".rail")
image.addTable(
  named: "library", files: modules.map { ($0, readFile(libraryFolder + "/" + $0)) })
writeFile(output, image.text)
