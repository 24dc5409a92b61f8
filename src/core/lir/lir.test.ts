/** Encoding, text and liveness of hand-made code. */
import { describe, expect, it } from 'vitest';
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';
import { NO_REGISTER, Op } from '../kernel/ops';
import { disassemble } from './disassemble';
import { decode, encode, imm64, type Instruction } from './encoding';
import type { Image } from './lir';
import { liveRegistersAt } from './liveness';
import { opName } from './op-names';

function ins(op: Op, fields: Partial<Instruction> = {}): Instruction {
  return { op, a: NO_REGISTER, b: NO_REGISTER, c: NO_REGISTER, w2: 0, w3: 0, ...fields };
}

/** An image of one function with a window of 8 slots. */
function image(instructions: readonly Instruction[]): Image {
  const code = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  instructions.forEach((instruction, i) => { encode(code, i, instruction); });
  const fn = {
    name: 'f', external: true, first: 0, instructionCount: instructions.length, va: 0x1000n, frameBytes: 32, windowSlots: 8, parameterSlots: 2,
    flags: 0, variables: [], line: 1, file: 0,
  };
  const debug = { files: [], directory: '', types: [], line: new Uint32Array(0), column: new Uint16Array(0), file: new Uint16Array(0), statement: new Uint8Array(0) };
  return {
    name: 'test', path: 'test', code, functions: [fn], segments: [], symbols: [], debug, importBase: 0, callDescriptors: [], exports: new Map(),
    tls: { content: new Uint8Array(0), sizeBytes: 0, align: 1, offset: 0 },
  };
}

describe('encoding', () => {
  it('keeps every field', () => {
    const instruction = ins(Op.LEA, { a: 3, b: 0xfffe, c: 7, w2: -1, w3: -0x80000000 });
    const made = image([ins(Op.TRAP), instruction]);
    expect(decode(made.code, 1)).toEqual(instruction);
    expect(imm64(instruction)).toBe(0x80000000ffffffffn);
  });
  it('has a name for each opcode and none beyond', () => {
    for (let op = 0; op < Op.COUNT; op++) expect(opName(op)).toMatch(/^[A-Z]/);
    expect(opName(Op.COUNT)).toBe(`?${Op.COUNT}`);
  });
});

// r3 and r4 are parameters; a loop counts r3 down and calls with r4; r5 is the call's result, read once after the loop.
const LOOP = image([
  ins(Op.MOV, { a: 11, b: 4 }), // 0: arg0
  ins(Op.CALL, { a: 5, b: 1, c: 8, w2: 9 }), // 1
  ins(Op.SUB32I, { a: 3, b: 3, w2: 1 }), // 2
  ins(Op.BNE32I, { b: 3, w2: 0, w3: -3 }), // 3
  ins(Op.ST64, { a: 5, b: 1, w2: 8 }), // 4
  ins(Op.RET, { b: 5 }), // 5
]);

describe('liveness', () => {
  it('goes around loops', () => {
    expect(liveRegistersAt(LOOP, 0, 0)).toEqual([3, 4]);
    expect(liveRegistersAt(LOOP, 0, 3)).toEqual([3, 4, 5]);
    expect(liveRegistersAt(LOOP, 0, 5)).toEqual([5]);
  });
  it('leaves the result of a pending call out, and counts the arguments of one to be made', () => {
    expect(liveRegistersAt(LOOP, 0, 1)).toEqual([3, 4]);
    expect(liveRegistersAt(LOOP, 0, 1, false)).toEqual([3, 4, 11]);
  });
  it('follows every entry of a jump table', () => {
    const table = image([
      ins(Op.BRTAB, { b: 3, w2: 2 }), ins(Op.JMP, { w3: 3 }), ins(Op.JMP, { w3: 3 }), ins(Op.RETI),
      ins(Op.RET, { b: 4 }), ins(Op.RET, { b: 5 }),
    ]);
    expect(liveRegistersAt(table, 0, 0)).toEqual([3, 4, 5]);
  });
  it('refuses an instruction outside the function', () => {
    expect(() => liveRegistersAt(LOOP, 0, 6)).toThrow('not in f');
  });
});

it('disassembles', () => {
  expect(disassemble(LOOP, 0).split('\n').slice(0, 5)).toEqual([
    'f: frame 32, window 8, parameters 2', '   0  MOV arg0, r4', '   1  CALL r5, #9, 1 arguments', '   2  SUB32I r3, r3, 1', '   3  BNE32I r3, 0, @0',
  ]);
});
