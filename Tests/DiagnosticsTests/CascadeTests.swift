import Diagnostics
import Driver
import Support
import Testing

/// One mistake gives one message, wherever it stands, and independent mistakes are all told in one
/// run.
@Suite struct CascadeTests {
  private func messages(_ program: String) -> [String] {
    onDeepStack {
      let provider = memoryProgram([("main.rail", program)])
      let (diagnostics, sources) = checkProgram("main.rail", provider: provider, requireMain: true)
      return diagnostics.map { diagnostic in
        let lines = LineTable(sources[diagnostic.primary.range.file])
        return "\(lines.position(of: diagnostic.primary.range.start).line) \(diagnostic.code)"
      }
    }
  }

  /// A sound program in which each mistake replaces one line.
  private static let sound = [
    "type Shape = | Circle r | Rect w h",
    "scale = 2",
    "area shape = match shape",
    "  | Circle r -> 3 * r * r",
    "  | Rect w h -> w * h * scale",
    "total shapes =",
    "  let areas = map area shapes",
    "  let sum = fold (\\a b -> a + b) 0 areas",
    "  if sum > 100 then",
    "    print \"large\"",
    "    sum",
    "  else",
    "    sum",
    "main =",
    "  let shapes = [Circle 1, Rect 2 3]",
    "  print (total shapes)",
    "  print (length shapes)",
  ]

  @Test func soundProgramHasNoMessages() {
    #expect(messages(Self.sound.joined(separator: "\n") + "\n") == [])
  }

  /// Line, what stands there instead, and the only message.
  @Test(arguments: [
    (1, "type Shape = | Circle r | Rect w, h", "1 E0129"),
    (1, "tpye Shape = | Circle r | Rect w h", "1 E0136"),
    (1, "data Shape = | Circle r | Rect w h", "1 E0136"),
    (2, "scale == 2", "2 E0120"),
    (2, "let scale = 2", "2 E0133"),
    (2, "const scale = 2", "5 E0201"),
    (3, "area shape = match shape with", "3 E0201"),
    (3, "area shape = macth shape", "3 E0136"),
    (3, "area shape match shape", "3 E0120"),
    (4, "  | Circle r => 3 * r * r", "4 E0136"),
    (4, "  | Circle r 3 * r * r", "4 E0120"),
    (4, "  | Circel r -> 3 * r * r", "4 E0202"),
    (4, "  | Circle r x -> 3 * r * r", "4 E0222"),
    (4, "  | Circle r -> 3 * (r * r", "4 E0125"),
    (4, "  | Circle r -> 3 * rr * r", "4 E0201"),
    (5, "  | Rect w h -> w * h * sclae", "5 E0201"),
    (5, "  Rect w h -> w * h * scale", "5 E0120"),
    (5, "  | _ -> 0 * sclae", "5 E0201"),
    (6, "total shapes", "7 E0120"),
    (6, "def total(shapes):", "6 E0136"),
    (7, "  let areas map area shapes", "7 E0120"),
    (7, "  lte areas = map area shapes", "7 E0136"),
    (7, "  var areas = map area shapes", "7 E0136"),
    (7, "  areas = map area shapes", "7 E0120"),
    (7, "  let areas = map aera shapes", "7 E0201"),
    (7, "  let areas = List.map area shapes", "7 E0203"),
    (8, "  let sum = fold (fun a b -> a + b) 0 areas", "8 E0136"),
    (8, "  let sum = fold (\\a b -> a + b 0 areas", "8 E0125"),
    (8, "  let sum = foldl (\\a b -> a + b) 0 areas", "8 E0201"),
    (8, "  let sum = fold (\\a b -> a + b) 0 areas;", "8 E0101"),
    (9, "  if sum > 100", "12 E0120"),
    (9, "  if sum > 100:", "9 E0136"),
    (9, "  if sum = 100 then", "9 E0120"),
    (10, "    print 'large'", "10 E0106"),
    (10, "    pritn \"large\"", "10 E0201"),
    (11, "    return sum", "11 E0201"),
    (12, "  esle", "12 E0136"),
    (13, "    smu", "13 E0201"),
    (15, "  let shapes = [Circle 1; Rect 2 3]", "15 E0101"),
    (15, "  let shapes = [Circle 1, Rect 2 3", "15 E0125"),
    (15, "  let shapes = [Circle 1, Rect 2 3 4]", "15 E0222"),
    (15, "  let shapes = [Circle 1,, Rect 2 3]", "15 E0120"),
    (16, "  print (total shapse)", "16 E0201"),
    (16, "  print (total shapes))", "16 E0126"),
    (16, "  print (totl shapes)", "16 E0201"),
    (17, "  print (shapes.length)", "17 E0230"),
    (17, "  print (length shapes) // all", "17 E0136"),
    (17, "  print (len shapes)", "17 E0201"),
  ])
  func oneMistakeGivesOneMessage(_ line: Int, _ text: String, _ expected: String) {
    var lines = Self.sound
    lines[line - 1] = text
    #expect(messages(lines.joined(separator: "\n") + "\n") == [expected], "\(text)")
  }

  @Test func independentMistakesAreAllTold() {
    var lines = Self.sound
    lines[1] = "let scale = 2"
    lines[3] = "  | Circle r => 3 * r * r"
    lines[7] = "  let sum = foldl (\\a b -> a + b) 0 areas"
    lines[15] = "  print (totl shapes)"
    #expect(
      messages(lines.joined(separator: "\n") + "\n") == [
        "2 E0133", "4 E0136", "8 E0201", "16 E0201",
      ])
  }
}
