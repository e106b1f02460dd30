/// A source that assemblers are compared on.
struct AssemblySource: Sendable, CustomStringConvertible {
  var name: String
  var text: String
  /// Whether LLVM agrees with GNU.
  var isForLLVM = false

  var description: String { name }
}

/// What hand-written programs for x86-64 consist of.
let x86Sources: [AssemblySource] = x86Frames + [
  AssemblySource(
    name: "moves in Intel syntax",
    text: """
      .intel_syntax noprefix
      mov eax, 1; mov rax, 5; mov rax, -1; mov rax, 0x7fffffff; mov rax, 0x80000000
      mov rax, 0x123456789abc; movabs rax, 7; mov r9b, 200; mov sil, -1; mov cx, 0xffff
      mov rax, rbx; mov [rax], bl; mov dword ptr [rbx+rcx*8-4], 17; mov r15, [r13]
      mov rax, [rsp+rax]; mov rax, [rax+rsp]; mov rdx, [rbp]; mov rdx, [r12+r12*2]
      mov rax, [rbx*2]; mov eax, [1000]; mov eax, fs:[0]; mov rax, qword ptr gs:[rbx+8]
      mov rax, fs:40; movzx eax, byte ptr [rsi]; movzx r8, word ptr [rdi+2]; movzx ecx, bx
      movsx rax, dword ptr [rsi]; movsxd rax, ecx; movsx ax, bl; lea rax, [rbx+rcx*4+100]
      lea eax, [rbx]; xchg rcx, rdx; xchg rax, r8; xchg [rax], ecx; xchg ecx, [rax]
      push rbx; push 5; push 300; push qword ptr [rax]; pop r12; pop qword ptr [rsp+8]
      mov ah, 1; mov [rax], bh; add ch, dh; movzx eax, ah; movsx cx, dh; xchg ah, al; setc bh
      bswap rax; bswap r9d; cmovne eax, [rbx]; cmovge r10, r11; setg byte ptr [rax]; sete r9b
      """),
  AssemblySource(
    name: "arithmetic in Intel syntax",
    text: """
      .intel_syntax noprefix
      add eax, -1; add eax, 0xffffffff; add rax, 0xffffffff80000000; add al, 255; add r9, 128
      sub rsp, 128; add rsp, -128; sub qword ptr [rax], 1000; adc rax, [rbx]; sbb [rbx], r8d
      and al, not 3; or eax, (5+3) shl 2; xor ecx, ecx; cmp byte ptr [rip+8], 'a'
      test al, [rbx]; test [rbx], al; test rax, 0x1000; test r8, r9; imul eax, 5
      imul ax, bx, 300; imul rax, [rbx], -3; imul r8, r9; mul rbx; imul byte ptr [rax]
      div r9; idiv dword ptr [rsp]; neg rax; not byte ptr [rax]; inc r8; dec word ptr [rax]
      shl eax; shl eax, 1; shr rax, 63; sar r8b, cl; rol dword ptr [rax], 3; ror cx, cl
      rcl eax, 1; rcr rax, 5; shld eax, ebx, 3; shrd rax, rbx, cl; bt rax, 63
      bts dword ptr [rax], 3
      btr rax, rbx; btc [rax], ecx; popcnt eax, ebx; lzcnt rax, [rbx]; tzcnt cx, dx; bsf eax, ecx
      bsr rax, rcx; cqo; cdq; cdqe; cwde; cbw; cwd; xadd [rax], eax; xadd ecx, edx
      lock cmpxchg [rax], ecx; cmpxchg16b [rax]; lock add word ptr [rax], 1; movnti [rax], rcx
      """),
  AssemblySource(
    name: "strings, flags and system",
    text: """
      .intel_syntax noprefix
      rep movsb; rep stosq; repne scasb; repe cmpsb; movsw; lodsd; rep movsw; cld; std; clc; stc
      cmc; pushfq; popfq; lahf; sahf; leave; ret; ret 8; int 0x80; int 3; int3; syscall
      ud2; nop; pause
      hlt; cpuid; rdtsc; rdtscp; lfence; mfence; sfence; xgetbv; endbr64
      lock
      inc dword ptr [rax]
      """),
  AssemblySource(
    name: "floating point and vectors",
    text: """
      .intel_syntax noprefix
      movsd xmm0, xmm1; movsd xmm0, [rax]; movss [rax], xmm9; movapd xmm1, xmm2
      movaps xmm8, [rsp]; movups [rax], xmm0; movupd xmm0, [rbx]; movdqa xmm1, xmm2
      movdqu xmm1, [rdi]; movdqu [rdi], xmm15; movq xmm0, [rax]; movq [rax], xmm0
      movd xmm0, dword ptr [rax]; movd ecx, xmm3; movq rcx, xmm3; movq xmm3, r9
      addsd xmm0, xmm1; subsd xmm0, qword ptr [rax]; mulss xmm1, xmm2; divss xmm1, [rax]
      sqrtsd xmm0, xmm0; ucomisd xmm0, xmm1; comiss xmm0, [rax]; cvtsi2sd xmm0, rax
      cvtsi2sd xmm0, dword ptr [rax]; cvttsd2si rax, xmm0; cvtss2sd xmm0, xmm1
      cvtsi2ss xmm0, rax; cvttss2si rax, xmm0; addpd xmm0, [rax]; mulps xmm3, xmm4
      xorps xmm0, xmm0; pxor xmm1, xmm1; pcmpeqb xmm0, [rax]; pmovmskb eax, xmm1
      movmskpd eax, xmm9; pshufd xmm1, xmm2, 0x1b; shufps xmm1, [rax], 255; paddq xmm0, xmm1
      cmpeqsd xmm0, xmm1; cmpnltps xmm2, [rax]; cmpsd xmm0, xmm1, 6; psrlq xmm3, 40
      psllw xmm1, xmm2; pslldq xmm9, 8; punpckldq xmm0, [rdi]; cvtdq2pd xmm0, qword ptr [rax]
      packuswb xmm1, xmm2; pshuflw xmm1, xmm2, 0x1b; pmuludq xmm0, xmm8; cvttps2dq xmm0, xmm1
      punpcklbw xmm0, xmm1; ldmxcsr [rsp]; stmxcsr dword ptr [rsp+4]
      """),
  AssemblySource(
    name: "AT&T syntax",
    text: """
      movl $1, %eax; movq $5, %rax; movabsq $0x123456789a, %rax; movq $-1, (%rax)
      movb %bl, 5(%rax); movw %ax, -2(%rbx,%rcx,8); movq %fs:0, %rax; movl 1000, %eax
      movzbl (%rsi), %eax; movzwq %cx, %rdx; movsbl %al, %eax; movslq %ecx, %rax
      movsbq (%rax), %rcx; leaq 8(,%rax,4), %rbx; leaq foo(%rip), %rdi; lea (%rax,%rbx), %rcx
      addl $300, %ebx; subq $save, %rsp; andq $-16, %rsp; cmpq %r11, -8(%rax); testb $7, %al
      imulq $5, %rax, %rbx; imull %ecx, %edx; shlq $3, %rax; sarq %rax; shrl %cl, %ebx
      shldq $3, %rax, %rbx; xchgq %rcx, %rdx; pushq foo(%rip); popq %rbx; incl (%rax)
      jmp *%rax; jmp *(%rax); call *foo(%rip); call *8(%rax,%rbx,8); jmp *table(,%rax,8)
      cvtsi2sdq %rax, %xmm15; cvttsd2siq %xmm0, %rax; movsd 128 + 8 * 2(%rsp), %xmm2
      ucomisd %xmm1, %xmm2; setnp %r11b; cmovaq %rax, %rbx; cltq; cqto; cltd; cwtl; rep; movsb
      rep stosl; movd %xmm0, %eax; movq %xmm0, %rax; movq %rax, %xmm1; retq; leave; callq foo
      movq foo@GOTPCREL(%rip), %rax; call *foo@GOTPCREL(%rip); jmp foo@PLT
      .set save, 264
      """),
  AssemblySource(
    name: "branches that grow",
    text: """
      .intel_syntax noprefix
      start: jmp end
      .rept 30
      je start; jne end; mov rax, [rip + start]
      .endr
      1: dec ecx; jnz 1b; jmp 1f; .p2align 4
      1: loop 1b; jrcxz 1b; {disp32} jmp 1b; call start; call end; jmp other
      .skip 100
      end: je other; jmp 1b; jmp global
      .globl global
      global: ret
      """),
  AssemblySource(
    name: "addresses and relocations",
    text: """
      .intel_syntax noprefix
      f: mov eax, offset f; mov rax, offset g+4; movabs rax, offset g; push offset f
      mov eax, [g]; mov eax, g; mov rax, g[rip]; mov rax, [rbx + g - 8]; mov rax, g[rcx*8+16]
      cmp qword ptr [rip+g], 5; xor byte ptr [rip+g+1], 5; mov dword ptr [rip+f], 70000
      imul eax, [rip+g], 1000; lea rsi, [rip+data]; add rax, offset data; mov cl, [data+rax]
      call g; call g+4; jmp g@PLT; call [rip+g@GOTPCREL]; mov rax, [rip+g@GOTPCREL]
      mov eax, [rip+g@GOTPCREL]; add eax, dword ptr [rip+g@GOTPCREL]; mov word ptr [g], 7
      .data
      data: .quad f, f+8, data, g-8, . - data
      .long f - ., data - f2, g@PLT, end - data, 5
      .byte end - data, 'x', -1
      .word end - data
      f2: .long f
      end:
      .section .rodata.str, "aMS", @progbits, 1
      s: .asciz "text"
      t: .string "other", "third"
      .section .rodata
      .quad s, t
      .quad f2 - data, (end - data) * 2 + 1
      """),
]

/// What is the same for both machines.
let commonSources: [AssemblySource] = [
  AssemblySource(
    name: "data",
    text: """
      .data
      .byte 1, 2, 0xff, -128, 'a', 0b101, 017; .short 1, -1, 65535; .hword 7; .2byte 9
      .long 1, -1, 0xffffffff; .int 5; .4byte 6; .quad 1, -1, 0xffffffffffffffff; .8byte 2
      .ascii "a\\n\\t\\"\\\\\\101\\x42", "b"; .asciz "x", "yz"; .string "end"
      .float 1.5, -2; .double 1.25, 1e10; .single 0.1
      .space 3; .skip 2, 0x11; .zero 5; .fill 3, 2, 0x1234; .fill 2; .fill 2, 8, 0x12345678
      .balign 8; .byte 1; .p2align 3, 0x55; .byte 2; .balign 16, 0, 3; .byte 3; .p2align 2,,1
      .uleb128 300, 0, 127, 128; .sleb128 -1, 64, -65, 63
      .org 300; .byte 9; . = 310; .byte 8
      .bss
      z: .skip 100; .balign 32; .zero 8
      .comm shared, 24, 16
      .lcomm private, 12
      .local hidden; .comm hidden, 8, 8
      """),
  AssemblySource(
    name: "expressions",
    text: """
      .set a, 5; b = a * 3 + 1; .equ c, (b - a) << 2 | 1; .equiv d, ~0 & 0xff
      .data
      .long a, b, c, d, -a, !a, !0, 7 / 2, -7 / 2, 7 % 4, 1 << 4 | 3, 2 + 3 * 4, (2 + 3) * 4
      .long 10 - 4 - 3, 5 | 2 + 1, 6 & 3 + 1, 5 ^ 1, a == 5, a != 5, a < 6, a > 6, a >= 5, a <= 4
      .long a && 0, a || 0, end - start, (end - start) / 4, 1 == 1 && 2 == 2, 8 ! 1
      .set a, 6
      .long a, later, later + 1
      .set later, 77
      start: .long 1, 2, 3
      end:
      .set size, . - start
      .quad size, start, end - 4, start + (end - start) * 2
      """),
  AssemblySource(
    name: "macros and conditions",
    text: """
      .macro pair first, second=9
      .long \\first, \\second
      .endm
      .macro counted name:req, rest:vararg
      \\name\\@: .long \\rest
      .endm
      .macro countdown n
      .if \\n
      .byte \\n
      countdown (\\n - 1)
      .endif
      .endm
      .data
      pair 1, 2
      pair 3
      pair second=5, first=4
      counted x, 1, 2, 3
      counted x, 4
      countdown 4
      .rept 3
      .byte 7
      .endr
      .irp r, 1, 2, 3
      .byte \\r
      .rept 2
      .byte 10 + \\r
      .endr
      .endr
      .irpc c, abc
      .ascii "\\c"
      .endr
      .ifdef nothing
      .byte 100
      .elseif 1
      .byte 101
      .else
      .byte 102
      .endif
      .ifndef nothing
      .byte 103
      .endif
      .ifeq 1
      .byte 104
      .else
      .byte 105
      .endif
      .if 0
      .if 1
      .bogus stuff
      .else
      .endif
      .endif
      .purgem pair
      .macro pair
      .byte 9
      .endm
      pair
      """),
  AssemblySource(
    name: "sections and symbols",
    text: """
      .globl main, other
      .type main, %function
      .section .text.main, "ax", %progbits
      main: .long 1
      .size main, . - main
      .weak maybe
      .hidden secret
      .section .data.values, "aw"
      secret: .quad main, maybe, other
      .type secret, %object
      .size secret, 24
      .pushsection .rodata
      .asciz "pushed"
      .popsection
      .quad 5
      .text
      .previous
      .byte 6
      .section .init_array, "aw", %init_array
      .quad main
      .section .note.GNU-stack, "", %progbits
      .section .kept, "awR", %nobits
      .skip 16
      """),
]
