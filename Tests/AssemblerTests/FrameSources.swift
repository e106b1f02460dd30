/// Descriptions of frames for x86-64.
let x86Frames: [AssemblySource] = [
  AssemblySource(
    name: "frames",
    text: """
      .text
      nop
      f: .cfi_startproc
      push %rbp; .cfi_def_cfa_offset 16; .cfi_offset %rbp, -16
      mov %rsp, %rbp; .cfi_def_cfa_register %rbp
      push %rbx; push %r15; .cfi_offset rbx, -24; .cfi_rel_offset 15, -16
      .cfi_remember_state
      je 1f
      .skip 70, 0x90
      pop %rbx; .cfi_restore %rbx, 15; .cfi_adjust_cfa_offset -8
      .cfi_def_cfa rsp, 8
      ret
      1: .cfi_restore_state
      .skip 300, 0x90; .cfi_undefined %rax, %rcx; .cfi_same_value r12
      .skip 70000, 0x90; .cfi_register %rip, %r11
      jmp f
      .cfi_endproc
      g: .cfi_startproc; ret; .cfi_endproc
      h: .cfi_startproc; .cfi_undefined rip; nop; .cfi_escape 0x16, 16, -1, 255; nop; .cfi_endproc
      i: .cfi_startproc simple; .cfi_def_cfa 7, 16; nop; .cfi_endproc
      j: .cfi_startproc; .cfi_signal_frame; .cfi_offset %xmm3, -160; nop; .cfi_endproc
      k: .cfi_startproc; .cfi_undefined 16; nop; .cfi_endproc
      .section .text.l, "ax"
      l: .cfi_startproc; .cfi_def_cfa_offset -8; .cfi_offset 3, 8; .cfi_offset 70, -8; nop
      .pushsection .text.m, "ax"
      m: .cfi_startproc; nop; .cfi_def_cfa 6, -16; .cfi_restore 70; .cfi_endproc
      .popsection
      .cfi_window_save; .cfi_endproc
      n: .cfi_startproc; .cfi_return_column 3; ret; .cfi_endproc
      """),
  AssemblySource(
    name: "frames for debuggers",
    text: """
      .cfi_sections .debug_frame, .eh_frame
      f: .cfi_startproc; jmp g; .cfi_def_cfa_offset 16; .balign 16; .cfi_def_cfa_offset 8
      .cfi_endproc
      g: .cfi_startproc; .cfi_def_cfa_offset 32; ret; .cfi_endproc
      """),
]

/// Descriptions of frames for AArch64.
let armFrames: [AssemblySource] = [
  AssemblySource(
    name: "frames",
    text: """
      .text
      f: .cfi_startproc
      stp x29, x30, [sp, #-32]!; .cfi_def_cfa_offset 32; .cfi_offset x29, -32
      .cfi_offset w30, -24; mov x29, sp; .cfi_def_cfa x29, 32; .cfi_offset d8, -16
      .cfi_remember_state; cbz x0, 1f
      .skip 400; .cfi_restore x30, x29; .cfi_def_cfa sp, 0; ret
      1: .cfi_restore_state; .skip 2000; .cfi_register lr, x16; .skip 280000
      .cfi_negate_ra_state; ret
      .cfi_endproc
      g: .cfi_startproc; .cfi_undefined x30; nop; .cfi_endproc
      """),
  AssemblySource(
    name: "frames for debuggers",
    text: """
      .cfi_sections .debug_frame
      f: .cfi_startproc; sub sp, sp, #16; .cfi_adjust_cfa_offset 16; ret; .cfi_endproc
      .section .text.g, "ax"
      g: .cfi_startproc; ret; .cfi_endproc
      """),
]
