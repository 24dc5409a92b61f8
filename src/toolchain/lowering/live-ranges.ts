/**
 * Live ranges of virtual registers.
 *
 * Instruction i of the layout order reads at position 2i and writes at 2i + 1. A range is [from, to): a register that
 * is last read by an instruction and one that is first written by it do not overlap, so they may share a slot. Ranges
 * have holes. Block-local registers (nearly all at -O0) never enter the dataflow.
 */
import { forEachVirtualRead, written, type MachineBlock, type MachineFunction, type Register } from './mir';
import { WINDOW_HEADER } from '../../core/kernel/ops';

/** Ascending, disjoint: from, to, from, to … */
export type Ranges = number[];

/** Ranges of each virtual register, by its number; registers that never occur have none. */
export function findLiveRanges(fn: MachineFunction): Ranges[] {
  number(fn.blocks);
  const flow = new Dataflow(fn.blocks);
  const ranges: Ranges[] = Array.from({ length: fn.registerCount }, () => []);
  for (let k = fn.blocks.length - 1; k >= 0; k--) scanBlock(fn.blocks[k], flow, ranges);
  for (const list of ranges) normalise(list);
  return ranges;
}

function number(blocks: readonly MachineBlock[]): void {
  let index = 0;
  for (const block of blocks) {
    block.start = index;
    index += block.instructions.length;
    block.end = index;
  }
}

function isVirtual(register: Register): boolean {
  return register >= WINDOW_HEADER;
}

/** Which registers are live at the start of each block, for those that live across blocks. */
class Dataflow {
  private readonly numbers = new Map<Register, number>();
  private readonly registers: Register[] = [];
  private readonly liveIn = new Map<MachineBlock, Uint32Array>();

  constructor(blocks: readonly MachineBlock[]) {
    const exposed = blocks.map(block => this.exposedReads(block));
    const words = (this.registers.length + 31) >>> 5;
    const writes = blocks.map(block => this.writesOf(block, words));
    const targets = blocks.map(targetsOf);
    blocks.forEach((block, k) => {
      const bits = new Uint32Array(words);
      for (const register of exposed[k]) set(bits, this.numberOf(register));
      this.liveIn.set(block, bits);
    });
    for (let changed = true; changed;) {
      changed = false;
      for (let k = blocks.length - 1; k >= 0; k--) if (this.flow(blocks[k], targets[k], writes[k])) changed = true;
    }
  }

  private numberOf(register: Register): number {
    let number = this.numbers.get(register);
    if (number === undefined) {
      number = this.registers.push(register) - 1;
      this.numbers.set(register, number);
    }
    return number;
  }

  /** Registers that a block reads before it writes them. */
  private exposedReads(block: MachineBlock): Set<Register> {
    const exposed = new Set<Register>(), defined = new Set<Register>();
    for (const instruction of block.instructions) {
      forEachVirtualRead(instruction, register => {
        if (isVirtual(register) && !defined.has(register)) { exposed.add(register); this.numberOf(register); }
      });
      const register = written(instruction);
      if (isVirtual(register)) defined.add(register);
    }
    return exposed;
  }

  /** Registers that a block writes before it branches anywhere; later writes do not stop a value that a branch carries out. */
  private writesOf(block: MachineBlock, words: number): Uint32Array {
    const bits = new Uint32Array(words);
    for (const instruction of block.instructions) {
      if (instruction.target !== null) break;
      const known = this.numbers.get(written(instruction));
      if (known !== undefined) set(bits, known);
    }
    return bits;
  }

  private flow(block: MachineBlock, targets: readonly MachineBlock[], writes: Uint32Array): boolean {
    const bits = this.liveIn.get(block);
    if (bits === undefined) return false;
    let changed = false;
    for (const target of targets) {
      const incoming = this.liveIn.get(target);
      if (incoming === undefined) throw new Error('lowering: a branch to a block outside the function');
      for (let w = 0; w < bits.length; w++) {
        const grown = bits[w] | (incoming[w] & ~writes[w]);
        if (grown >>> 0 !== bits[w]) { bits[w] = grown; changed = true; }
      }
    }
    return changed;
  }

  /** Calls `visit` for each register live at the start of a block. */
  forEachLiveIn(block: MachineBlock, visit: (register: Register) => void): void {
    const bits = this.liveIn.get(block);
    if (bits === undefined) return;
    for (let w = 0; w < bits.length; w++)
      for (let rest = bits[w]; rest !== 0; rest &= rest - 1) visit(this.registers[32 * w + 31 - Math.clz32(rest & -rest)]);
  }
}

function set(bits: Uint32Array, number: number): void {
  bits[number >>> 5] |= 1 << (number & 31);
}

/** Blocks that a block may branch to. Those of an indirect branch are kept in its block. */
function targetsOf(block: MachineBlock): readonly MachineBlock[] {
  const targets = new Set<MachineBlock>(block.indirectTargets);
  for (const { target } of block.instructions) if (target !== null) targets.add(target);
  return [...targets];
}

function scanBlock(block: MachineBlock, flow: Dataflow, ranges: Ranges[]): void {
  const open = new Map<Register, number>();
  const openAt = (position: number) => (register: Register): void => {
    if (!open.has(register)) open.set(register, position);
  };
  for (const target of block.indirectTargets) flow.forEachLiveIn(target, openAt(2 * block.end));
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    const instruction = block.instructions[i], at = block.start + i;
    if (instruction.target !== null) flow.forEachLiveIn(instruction.target, openAt(2 * at + 2));
    const register = written(instruction);
    if (isVirtual(register)) {
      ranges[register].push(2 * at + 1, open.get(register) ?? 2 * at + 2);
      open.delete(register);
    }
    forEachVirtualRead(instruction, read => { if (isVirtual(read)) openAt(2 * at + 1)(read); });
  }
  for (const [register, to] of open) ranges[register].push(2 * block.start, to);
}

/** Sorts and joins the pieces of a list. */
function normalise(list: Ranges): void {
  const pairs: [number, number][] = [];
  for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
  pairs.sort((a, b) => a[0] - b[0]);
  list.length = 0;
  for (const [from, to] of pairs) {
    if (list.length > 0 && from <= list[list.length - 1]) list[list.length - 1] = Math.max(list[list.length - 1], to);
    else list.push(from, to);
  }
}

export function overlap(a: Ranges, b: Ranges): boolean {
  let i = 0, j = 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1] <= b[j]) i += 2;
    else if (b[j + 1] <= a[i]) j += 2;
    else return true;
  }
  return false;
}

/** The union of two lists that do not overlap. */
export function union(a: Ranges, b: Ranges): Ranges {
  const merged = [...a, ...b];
  normalise(merged);
  return merged;
}
