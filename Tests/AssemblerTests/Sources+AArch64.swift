/// What hand-written programs for AArch64 consist of.
let armSources: [AssemblySource] = armFrames + [
  AssemblySource(
    name: "arithmetic",
    text: """
      add x0, x1, #16; add w0, wsp, #1; add x0, x1, #-8; add x0, x1, #0x1000; sub sp, sp, #16
      add x0, x1, #5, lsl #12; add x0, sp, w1, uxtw #2; add x0, sp, x1; adds x0, sp, #1
      sub x0, x1, x2, lsl #3; subs w0, w1, w2, asr #31; cmp x0, #5; cmp x0, #-5; cmn w1, w2
      cmp sp, x1; cmp w0, w1, uxtb; neg x0, x1; negs w0, w1, lsl #2; adc x0, x1, x2; ngc x0, x1
      and x0, x0, #-2; and w0, w1, #0xff00ff; orr x0, x1, x2, ror #7; eor x0, x1, #1; tst x0, #1
      tst w0, w1; bic x0, x1, #3; bics x0, x1, x2; orn x0, x1, x2; mvn x0, x1, lsl #3
      eon w0, w1, w2
      mul x0, x1, x2; madd x0, x1, x2, x3; msub w0, w1, w2, w3; mneg x0, x1, x2; smull x0, w1, w2
      umaddl x0, w1, w2, x3; umulh x0, x1, x2; udiv x0, x1, x2; sdiv w0, w1, w2
      lsl x0, x1, #3; lsr w0, w1, #31; asr x0, x1, x2; ror x0, x1, #3; lslv x0, x1, x2
      extr x0, x1, x2, #9; ubfx x0, x1, #3, #5; sbfiz w0, w1, #2, #7; bfi x0, x1, #60, #4
      bfxil w0, w1, #3, #4; ubfm x0, x1, #3, #60; sxtw x0, w1; uxtb w0, w1; sxth w0, w1; sxtb x0, w1
      rbit x0, x1; rev w0, w1; rev16 x0, x1; rev32 x0, x1; clz x0, x1; cls w0, w1
      csel x0, x1, x2, cs; cset w0, eq; csetm x0, lt; cinc x0, x1, ne; cneg w0, w1, hi
      csinv x0, x1, x2, al
      ccmp x0, x1, #4, ne; ccmn w0, #31, #0, ge
      """, isForLLVM: true),
  AssemblySource(
    name: "moves",
    text: """
      mov x0, x1; mov w0, w1; mov x0, sp; mov sp, x1; mov x0, #-5; mov x0, #0x12340000
      mov w0, #0xffff0000; mov x0, #0xffffffff0000ffff; mov w0, #-1; mov x0, #0x5555555555555555
      mov w0, w1, lsl #3; mov x0, 'a'; movz x0, #1, lsl #48; movk w0, #7, lsl #16; movn x0, #0
      .equ size, 24
      start: nop; nop
      middle:
      mov x0, #size; add x0, x0, #size * 2 + 1; mov x0, #middle - start
      movz x0, #:abs_g1_nc:ext; movk x0, #:abs_g0_nc:ext; movz x1, #:abs_g3:ext
      """),
  AssemblySource(
    name: "memory",
    text: """
      ldr x0, [x1]; ldr w0, [sp, #4]; ldr x0, [x1, #32760]; ldr x0, [x1, #-8]; ldr w0, [x1, #3]
      ldr x0, [x1, x2]; ldr x0, [x1, x2, lsl #3]; ldr w0, [x1, w2, sxtw #2]; ldrb w0, [x1, w2, uxtw]
      ldr x0, [x1], #8; ldr x0, [x1, #-16]!; str w0, [sp, #-16]!; strb w0, [x1, #4095]
      strh wzr, [x1]
      ldrsb x0, [x1]; ldrsb w0, [x1, #1]; ldrsh x0, [x1, x2, lsl #1]; ldrsw x0, [x1], #4
      ldur x0, [x1, #8]; sturb w0, [x1, #-1]; ldursw x0, [x1]; str d0, [x1, #8]; ldr q0, [sp], #16
      ldr b0, [x1]; str h1, [x2, #2]; ldr s0, [x1, x2, lsl #2]
      ldp x0, x1, [sp], #16; stp x29, x30, [sp, #-32]!; ldp w0, w1, [x2, #-256]; stp q0, q1, [sp]
      ldp d8, d9, [sp, #504]; ldpsw x0, x1, [x2]
      ldxr x0, [x1]; stxr w0, x1, [x2]; ldaxrb w0, [sp]; stlxrh w3, w4, [x5]
      ldar w0, [x1]; stlr x0, [x1]
      """, isForLLVM: true),
  AssemblySource(
    name: "floating point and vectors",
    text: """
      fmov d0, d1; fmov s0, w1; fmov x0, d1; fmov d0, xzr; fmov d0, #1.0
      fmov s3, #-0.125; fmov d0, #31
      fadd d0, d1, d2; fmul s0, s1, s2; fnmul d0, d1, d2; fmadd d0, d1, d2, d3
      fnmsub s0, s1, s2, s3
      fabs d0, d1; fsqrt s0, s1; frintz d0, d1; fcvt d0, s1; fcvt h0, d1; fcmp d0, d1; fcmp s0, #0.0
      fcmpe d0, d1; fccmp d0, d1, #3, eq; fcsel d0, d1, d2, gt; fcvtzs x0, d1; fcvtau w0, s1
      scvtf d0, x1; ucvtf s0, w1; movi d0, #0; movi v0.2d, #0xff00ff00ff00ff00
      and v0.16b, v1.16b, v2.16b; mov v0.8b, v1.8b; eor v3.8b, v4.8b, v5.8b
      cnt v0.8b, v1.8b; addv b0, v0.8b
      """, isForLLVM: true),
  AssemblySource(
    name: "control and system",
    text: """
      start: b end; bl end; b.eq start; bne end; b.hs start; cbz x0, start; cbnz w1, end
      tbz x0, #63, start; tbnz w1, #3, end; br x1; blr x2; ret; ret x1; nop; yield; wfe
      wfi; sev; sevl
      svc #0; brk #0x3e8; udf #0; hint #34; dmb ish; dsb sy; isb; isb sy; clrex; dmb ishst; dsb #11
      mrs x0, tpidr_el0; msr nzcv, x1; mrs x2, s3_3_c13_c0_2; msr fpcr, xzr; mrs x0, CNTVCT_EL0
      1: b 1b; b 1f; adr x0, 1b
      1: ldr x0, 1b
      end: ADD X0, X1, LR
      """),
  AssemblySource(
    name: "addresses, relocations and literals",
    text: """
      f: adrp x0, data; add x0, x0, :lo12:data; ldr x1, [x0, :lo12:data+8]; ldr x1, [x0, #:lo12:ext]
      strb w0, [x1, :lo12:ext+4]; ldr q0, [x1, :lo12:ext]; adrp x1, :got:ext
      ldr x1, [x1, :got_lo12:ext]; bl ext; b ext+4; b.eq ext; cbz x0, ext; tbz x0, #1, ext
      adr x0, ext; ldr x0, ext; bl g; adrp x3, :pg_hi21:ext
      ldr x0, =0x123456789abc; ldr w1, =5; ldr x2, =ext; ldr x3, =0x123456789abc; ldr d0, =1
      ldr x4, =ext+8; ret
      .ltorg
      ldr x5, =77; ret
      .globl g
      g: ret
      .inst 0xd503201f
      .data
      .balign 8
      data: .quad f, ext - 8, . - data; .word f - ., ext - .; .xword 1; .hword 2; .word 3
      .byte end - data
      end: .dword end
      """),
]
