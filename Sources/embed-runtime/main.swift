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
  let files = objects.map { object in
    let bytes = readFile(object.path)
    return EmbeddedFile(
      name: object.name, bytes: bytes, symbols: definedSymbols(bytes, name: object.name))
  }
  image.addTable(named: machine, files: files)
  image.addSymbols(named: machine, files: files)
}
let modules = filesBelow(libraryFolder, suffix: ".rail")
image.addTable(
  named: "library", files: modules.map { EmbeddedFile(name: $0, bytes: readFile(libraryFolder + "/" + $0)) })
writeFile(output, image.text)
