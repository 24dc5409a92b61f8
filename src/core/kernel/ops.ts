/**
 * LIR opcodes: the instruction set of the interpreter, dense from 0 so that the built dispatch is one `br_table`.
 *
 * Imported by the AssemblyScript kernel, by the lowering and by the naive twin; keep it free of decorators.
 *
 * One instruction is 16 bytes in the store (little-endian):
 *
 *   | offset | field | meaning                                             |
 *   |--------|-------|-----------------------------------------------------|
 *   | 0      | op u16| one of `Op`                                         |
 *   | 2      | a u16 | destination register (NO_REGISTER: none)            |
 *   | 4      | b u16 | first source register                               |
 *   | 6      | c u16 | second source register                              |
 *   | 8      | w2 i32| immediate / low half of imm64                       |
 *   | 12     | w3 i32| immediate / high half of imm64 / branch displacement|
 *
 * imm64 = w3:w2. Branch displacements count instructions and are relative to the branch itself (target = this + w3).
 *
 * Registers are 16-byte slots {value u64, V bits u64} of the call frame's window. A value of type iN (N < 64) is kept
 * zero-extended to 64 bits and its V bits above N are 0 (defined). f32 lives in the low 32 bits, f64 in all 64.
 * x86_fp80 is two registers (64-bit significand, then sign and exponent); i128 is two (low, high).
 *
 * Window of a call frame: slot 0 = call record, slot 1 = F (frame base: lowest address of the simulated stack frame),
 * slot 2 = SP (equals F unless memory was allocated dynamically), slots 3… = parameters, then temporaries.
 * A call's arguments are written by ordinary instructions straight into the callee's slots:
 * slot (window size of the caller) + 3 + k.
 */
export const enum Op {
  // Memory. address = b + imm64 (…A forms: address = imm64). Loads zero-extend.
  LD8, LD16, LD32, LD64,
  LDA8, LDA16, LDA32, LDA64,
  /** Stores: value = register a. */
  ST8, ST16, ST32, ST64,
  STA8, STA16, STA32, STA64,
  /** Store immediate: address = b + w2, value = w3 sign-extended. */
  STI8, STI16, STI32, STI64,
  /** a = b + imm64 */
  LEA,
  /** a = b + c * w2 + w3 (w2, w3 sign-extended, 64-bit arithmetic) */
  LEAX,
  /** a = imm64 */
  MOVI,
  /** a = b, value and V bits */
  MOV,
  /** a = undefined: value 0, V bits = imm64 */
  UNDEF,

  // Integer arithmetic: a = b ⊕ c; …I forms: a = b ⊕ imm (32: w2; 64: imm64). 32-bit forms zero-extend the result.
  ADD32, ADD32I, ADD64, ADD64I,
  SUB32, SUB32I, SUB64, SUB64I,
  MUL32, MUL32I, MUL64, MUL64I,
  AND32, AND32I, AND64, AND64I,
  OR32, OR32I, OR64, OR64I,
  XOR32, XOR32I, XOR64, XOR64I,
  SHL32, SHL32I, SHL64, SHL64I,
  LSHR32, LSHR32I, LSHR64, LSHR64I,
  ASHR32, ASHR32I, ASHR64, ASHR64I,
  /** Division by zero and INT_MIN / -1 raise SIGFPE (x86 #DE). */
  SDIV32, SDIV32I, SDIV64, SDIV64I,
  UDIV32, UDIV32I, UDIV64, UDIV64I,
  SREM32, SREM32I, SREM64, SREM64I,
  UREM32, UREM32I, UREM64, UREM64I,
  /** High 64 bits of the 128-bit product. */
  MULHU64, MULHS64,

  // Compare to 0 or 1.
  EQ32, EQ32I, EQ64, EQ64I,
  NE32, NE32I, NE64, NE64I,
  ULT32, ULT32I, ULT64, ULT64I,
  ULE32, ULE32I, ULE64, ULE64I,
  UGT32, UGT32I, UGT64, UGT64I,
  UGE32, UGE32I, UGE64, UGE64I,
  SLT32, SLT32I, SLT64, SLT64I,
  SLE32, SLE32I, SLE64, SLE64I,
  SGT32, SGT32I, SGT64, SGT64I,
  SGE32, SGE32I, SGE64, SGE64I,

  // Compare and branch: if (b ? c) go to this + w3. …I forms compare with w2 (64-bit forms: sign-extended).
  BEQ32, BEQ32I, BEQ64, BEQ64I,
  BNE32, BNE32I, BNE64, BNE64I,
  BULT32, BULT32I, BULT64, BULT64I,
  BULE32, BULE32I, BULE64, BULE64I,
  BUGT32, BUGT32I, BUGT64, BUGT64I,
  BUGE32, BUGE32I, BUGE64, BUGE64I,
  BSLT32, BSLT32I, BSLT64, BSLT64I,
  BSLE32, BSLE32I, BSLE64, BSLE64I,
  BSGT32, BSGT32I, BSGT64, BSGT64I,
  BSGE32, BSGE32I, BSGE64, BSGE64I,
  /** Go to this + w3. */
  JMP,
  /** Jump table: w2 entries follow as JMPs. b < w2 (unsigned 64): run entry b; else go on after the table. */
  BRTAB,
  /** Indirect branch within the function to code address b (computed goto). */
  IBR,

  // Width changes. SXn_m: sign-extend from n to m bits (result zero-extended to 64). TRn: keep the low n bits.
  SX1_32, SX8_32, SX16_32, SX8_64, SX16_64, SX32_64,
  TR1, TR8, TR16, TR32,
  /** Sign-extend the low w2 bits to 64 (odd widths). */
  SXN_64,
  /** Keep the low w2 bits (odd widths). */
  TRN,
  BSWAP32, BSWAP64, POPCNT64, CTZ32, CTZ64, CLZ32, CLZ64,

  // Floating point (round to nearest even; NaNs as SSE makes them).
  FADD64, FSUB64, FMUL64, FDIV64,
  FADD32, FSUB32, FMUL32, FDIV32,
  FNEG64, FNEG32,
  /** Ordered compares to 0 or 1. */
  FEQ64, FLT64, FLE64, FEQ32, FLT32, FLE32,
  /** a = b ? c by LLVM fcmp predicate number w2 (0 false … 15 true). */
  FCMP64, FCMP32,
  /** One-operand functions by w2 = FUnary; two operands by w2 = FBinary. */
  FUN64, FUN32, FBIN64, FBIN32,
  SI32_F64, SI64_F64, UI32_F64, UI64_F64,
  SI32_F32, SI64_F32, UI32_F32, UI64_F32,
  /** Out of range gives x86's integer indefinite (0x80000000…), as cvttsd2si does. */
  F64_SI32, F64_SI64, F64_UI32, F64_UI64,
  F32_SI32, F32_SI64, F32_UI32, F32_UI64,
  F64_F32, F32_F64,

  /** a = (register w2 & 1) ? b : c */
  SEL,

  // Calls. Arguments stand already in the callee's slots.
  /** Direct: a = result register or NO_REGISTER, b = argument slots, c = caller's window size, w2 = function id, w3 = call descriptor id (0: none). */
  CALL,
  /** Indirect: as CALL, with w2 = register holding the code address. */
  CALLI,
  /** Return register b (NO_REGISTER: nothing). */
  RET,
  /** Return imm64. */
  RETI,
  /** Result value number w2 of the function = register b; the first is RET's. Kept in ST_RESULT. */
  RETV,
  /** a = result value number w2 (≥ 1) of the call just returned. */
  GETRET,
  /** Variadic prologue: store the register arguments of this call to F + w2 (System V reg_save_area); b, c = named GP and FP registers. */
  VASAVE,
  /** a = SP of the caller: where the overflow arguments begin. */
  CALLERSP,
  /** a = new block of b bytes on the stack; w2 = bytes of outgoing arguments to keep below it, w3 = alignment. */
  DYNALLOCA,
  STACKSAVE, STACKRESTORE,
  /** a = return address of this call frame as it stands on the simulated stack. */
  RETADDR,
  /** a = base of FS: where the thread control block lies. */
  FSBASE,

  /** Call intrinsic w2 (src/core/intrinsics.ts): a = first result register or NO_REGISTER, b = first argument register, c = argument registers. */
  INTRINSIC,
  /** Breakpoint: put in place of another instruction by the debugger. */
  BREAK,
  /** llvm.trap: SIGILL. */
  TRAP,
  /** A place that the program promised never to reach: SIGILL, explained. */
  UNREACHABLE,
  COUNT,
}

export const NO_REGISTER: u32 = 0xffff;
/** Slots before the parameters in each window. */
export const WINDOW_HEADER: u32 = 3;
export const REG_F: u32 = 1;
export const REG_SP: u32 = 2;

/** w2 of FUN64 / FUN32. */
export const enum FUnary { SQRT, ABS, FLOOR, CEIL, TRUNC, RINT, ROUND }
/** w2 of FBIN64 / FBIN32. */
export const enum FBinary { COPYSIGN, MINNUM, MAXNUM }

/** Kinds in a call descriptor: where System V puts each argument slot of a variadic call. */
export const enum ArgClass { GP, FP, MEMORY }
