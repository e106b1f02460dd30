// E0400 to E0499: assembly sources (`rail asm`). Their examples are in `Tests/AssemblerTests`.

let assemblyErrors: [DiagnosticCode] = [
  DiagnosticCode(
    "E0400", "Assembly: too many errors",
    "After a number of errors the rest of the source is not looked at."),
  DiagnosticCode(
    "E0401", "Assembly: unreadable text",
    """
    A string or comment has no end, a number has wrong digits, or a character begins nothing that
    the assembler knows.
    """),
  DiagnosticCode(
    "E0402", "Assembly: expected something else here",
    "The statement does not go on like this; the message says what could follow."),
  DiagnosticCode(
    "E0403", "Assembly: unknown directive",
    """
    The directive does not exist, or this assembler does not support it; `docs/assembler.md` lists
    those that it has.
    """),
  DiagnosticCode(
    "E0404", "Assembly: unknown instruction",
    """
    The target has no instruction of this name, or this assembler does not know it. x86-64 is
    written in Intel syntax.
    """),
  DiagnosticCode(
    "E0405", "Assembly: wrong operands",
    """
    The instruction exists, but not with operands of these kinds or sizes.
    """),
  DiagnosticCode(
    "E0406", "Assembly: a number does not fit",
    """
    Instructions hold only some numbers. Others are loaded into a register first, or come from
    memory.
    """),
  DiagnosticCode(
    "E0407", "Assembly: defined twice",
    "A symbol or macro has one definition, and names of registers cannot be symbols."),
  DiagnosticCode(
    "E0408", "Assembly: undefined label",
    """
    A local label must be defined in the same source. Symbols of other objects are found by the
    linker.
    """),
  DiagnosticCode(
    "E0409", "Assembly: a relocation is not possible here",
    "The part of an address that is asked for does not belong into this kind of instruction."),
  DiagnosticCode(
    "E0410", "Assembly: out of reach or not aligned",
    "A branch does not reach its target, or an instruction or target is not aligned."),
  DiagnosticCode(
    "E0411", "Assembly: a section cannot hold this",
    "The section holds zeros only, is too large, or is used in a way that its kind excludes."),
  DiagnosticCode(
    "E0412", "Assembly: conditions, macros and repetitions",
    """
    What `.if`, `.macro`, `.rept` or the like has begun must end in the same place, and what it
    produces has a limit. `.error` ends up here as well.
    """),
  DiagnosticCode(
    "E0413", "Assembly: a register is not supported",
    "The register exists, but this assembler has no instructions that use it."),
  DiagnosticCode(
    "E0414", "Assembly: the size of a memory operand is not known",
    "No register tells the size: write `byte ptr`, `word ptr`, `dword ptr` or `qword ptr`."),
  DiagnosticCode(
    "E0415", "Assembly: a directive's argument is not possible",
    "The directive exists, but not with this argument."),
]
