/**
 * A small assembler for tests: instructions as objects, laid out as src/core/kernel/ops.ts says.
 */
import type { Op } from './ops';

export interface Instruction {
  readonly op: Op;
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
  readonly w2?: number;
  readonly w3?: number;
  /** w3:w2 together; overrides both. */
  readonly imm?: bigint;
}

/** One instruction. Fields that are left out are 0. */
export function ins(op: Op, fields: Omit<Instruction, 'op'> = {}): Instruction {
  return { op, ...fields };
}

/** Encodes instructions, 16 bytes each, little-endian. */
export function assemble(code: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(code.length * 16);
  const view = new DataView(bytes.buffer);
  code.forEach((i, index) => {
    const at = index * 16;
    view.setUint16(at, i.op, true);
    view.setUint16(at + 2, i.a ?? 0, true);
    view.setUint16(at + 4, i.b ?? 0, true);
    view.setUint16(at + 6, i.c ?? 0, true);
    if (i.imm === undefined) {
      view.setInt32(at + 8, i.w2 ?? 0, true);
      view.setInt32(at + 12, i.w3 ?? 0, true);
    } else view.setBigUint64(at + 8, BigInt.asUintN(64, i.imm), true);
  });
  return bytes;
}
