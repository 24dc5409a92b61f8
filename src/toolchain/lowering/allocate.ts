/**
 * Virtual registers to window slots.
 *
 * There is no shortage of slots, only a wish for small windows and few copies: a value that is only copied to an
 * argument slot is computed there; registers joined by a MOV share a slot where their ranges allow it (coalescing);
 * then each gets the lowest slot that is free over its ranges. Parameters keep the slots in which the caller leaves
 * them.
 */
import { Op, REG_SP, WINDOW_HEADER } from '../../core/kernel/ops';
import { findLiveRanges, overlap, union, type Ranges } from './live-ranges';
import { argumentIndex, forEachVirtualRead, renameReads, written, type MachineBlock, type MachineFunction, type MachineInstruction, type Register } from './mir';

export interface Allocation {
  /** Header included. */
  readonly windowSlots: number;
  readonly slotOf: (register: Register) => number;
}

/** Rewrites the function onto window slots. */
export function allocateRegisters(fn: MachineFunction): Allocation {
  const counts = countAccesses(fn);
  for (const block of fn.blocks) computeIntoArguments(block, counts);
  const ranges = findLiveRanges(fn);
  const last = fn.blocks[fn.blocks.length - 1];
  for (const register of fn.pinned) ranges[register] = [0, 2 * (last?.end ?? 0) + 2];
  const classes = new Classes(fn.registerCount, WINDOW_HEADER + fn.parameterSlots);
  for (const block of fn.blocks)
    for (const { op, a, b } of block.instructions) if (op === Op.MOV && a >= WINDOW_HEADER && b >= WINDOW_HEADER) classes.join(a, b, ranges);
  const slots = assign(fn, ranges, classes);
  const slotOf = (register: Register): Register => (register <= REG_SP ? register : slots[classes.find(register)]);
  let highest = WINDOW_HEADER + fn.parameterSlots - 1;
  for (const slot of slots) highest = Math.max(highest, slot);
  for (const block of fn.blocks) rewrite(block, slotOf);
  return { windowSlots: highest + 1, slotOf };
}

function rewrite(block: MachineBlock, slotOf: (register: Register) => Register): void {
  let kept = 0;
  for (const instruction of block.instructions) {
    renameReads(instruction, slotOf);
    if (written(instruction) >= WINDOW_HEADER) instruction.a = slotOf(instruction.a);
    if (instruction.op === Op.MOV && instruction.a === instruction.b) continue;
    block.instructions[kept++] = instruction;
  }
  block.instructions.length = kept;
}

// ---- results straight into argument slots ----

interface Counts { readonly reads: Int32Array; readonly writes: Int32Array }

function countAccesses(fn: MachineFunction): Counts {
  const reads = new Int32Array(fn.registerCount), writes = new Int32Array(fn.registerCount);
  for (const block of fn.blocks)
    for (const instruction of block.instructions) {
      forEachVirtualRead(instruction, register => { reads[register]++; });
      const register = written(instruction);
      if (register >= WINDOW_HEADER) writes[register]++;
    }
  return { reads, writes };
}

function usesArgumentSlots(instruction: MachineInstruction): boolean {
  return instruction.op === Op.CALL || instruction.op === Op.CALLI || instruction.op === Op.INTRINSIC;
}

/**
 * MOV arg, r after the only write of r, in one block with no call between: the write goes to the argument slot. A call
 * in between would use the slots itself; the write may be a call's result.
 */
function computeIntoArguments(block: MachineBlock, { reads, writes }: Counts): void {
  const producers = new Map<Register, MachineInstruction>();
  const gone = new Set<MachineInstruction>();
  for (const instruction of block.instructions) {
    const { op, a, b } = instruction;
    if (op === Op.MOV && argumentIndex(a) >= 0) {
      const producer = producers.get(b);
      if (producer !== undefined && reads[b] === 1 && writes[b] === 1) {
        producer.a = a;
        gone.add(instruction);
        continue;
      }
    }
    if (usesArgumentSlots(instruction)) producers.clear();
    const register = written(instruction);
    // Results that are fetched from argument slots stay where they are: their neighbours are still to be fetched.
    if (register >= WINDOW_HEADER && !(op === Op.MOV && argumentIndex(b) >= 0)) producers.set(register, instruction);
  }
  if (gone.size === 0) return;
  const kept = block.instructions.filter(instruction => !gone.has(instruction));
  block.instructions.length = 0;
  for (const instruction of kept) block.instructions.push(instruction);
}

// ---- coalescing ----

/** Registers that share a slot: a union-find forest whose roots hold the ranges of the class. */
class Classes {
  private readonly parents: Int32Array;

  /** Registers below `fixedEnd` are parameters. */
  constructor(count: number, private readonly fixedEnd: number) {
    this.parents = Int32Array.from({ length: count }, (_, i) => i);
  }

  find(register: Register): Register {
    let root = register;
    while (this.parents[root] !== root) root = this.parents[root];
    for (let at = register; at !== root;) {
      const next = this.parents[at];
      this.parents[at] = root;
      at = next;
    }
    return root;
  }

  join(a: Register, b: Register, ranges: Ranges[]): void {
    let keep = this.find(a), give = this.find(b);
    if (keep === give) return;
    if (give < keep) [keep, give] = [give, keep]; // a parameter is always the root of its class
    if (give < this.fixedEnd || overlap(ranges[keep], ranges[give])) return;
    ranges[keep] = union(ranges[keep], ranges[give]);
    this.parents[give] = keep;
  }
}

// ---- assignment ----

/** Slot of each class, by the number of its root; 0 for registers that never occur. */
function assign(fn: MachineFunction, ranges: readonly Ranges[], classes: Classes): Int32Array {
  const slots = new Int32Array(fn.registerCount);
  const occupied: Ranges[] = [];
  const fixedEnd = WINDOW_HEADER + fn.parameterSlots;
  const roots: Register[] = [];
  for (let register = WINDOW_HEADER; register < fn.registerCount; register++) {
    if (classes.find(register) !== register) continue;
    if (register < fixedEnd) { slots[register] = register; occupied[register] = [...ranges[register]]; }
    else if (ranges[register].length > 0) roots.push(register);
  }
  roots.sort((a, b) => ranges[a][0] - ranges[b][0] || a - b);
  for (const root of roots) {
    let slot = WINDOW_HEADER;
    while (occupied[slot] !== undefined && overlapFrom(occupied[slot], ranges[root])) slot++;
    slots[root] = slot;
    occupied[slot] = insert(occupied[slot] ?? [], ranges[root]);
  }
  return slots;
}

/** overlap(), from the first piece of `taken` that ends after `wanted` begins. */
function overlapFrom(taken: Ranges, wanted: Ranges): boolean {
  let low = 0, high = taken.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (taken[2 * middle + 1] <= wanted[0]) low = middle + 1;
    else high = middle;
  }
  if (2 * low >= taken.length) return false;
  return overlap(2 * low === 0 ? taken : taken.slice(2 * low), wanted);
}

/** Adds pieces; those of a class are mostly the last ones, as classes come in the order of their beginnings. */
function insert(taken: Ranges, added: Ranges): Ranges {
  if (taken.length === 0 || taken[taken.length - 1] <= added[0]) {
    for (const position of added) taken.push(position);
    return taken;
  }
  return union(taken, added);
}
