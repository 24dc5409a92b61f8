/**
 * Which registers of a call frame will still be read: the roots that the leak scan takes from registers.
 *
 * Backward dataflow over the function's blocks, decoded from `Image.code`; a cold path, made for one question at a
 * time. Argument slots of a pending call lie after the window and are no registers of this call frame, except for an
 * instruction that is about to read them.
 */
import { NO_REGISTER, Op, WINDOW_HEADER } from '../kernel/ops';
import { decode, forEachRead, shapeOf, Shape, writtenRegister, type Instruction } from './encoding';
import type { Image, LirFunction } from './lir';

/**
 * Registers (window slots) of function `functionIndex` that are live at instruction `instruction` (index in
 * `Image.code`), ascending; slots 0–2 are left out. At a CALL or CALLI, with `afterCall` (a call in progress), those
 * live once it has returned, its result register excluded; otherwise those live before the instruction, argument
 * slots that it reads included.
 */
export function liveRegistersAt(image: Image, functionIndex: number, instruction: number, afterCall = true): readonly number[] {
  const fn = image.functions[functionIndex];
  if (fn === undefined) throw new Error(`liveness: no function ${functionIndex}`);
  const at = instruction - fn.first;
  if (at < 0 || at >= fn.instructionCount) throw new Error(`liveness: instruction ${instruction} is not in ${fn.name}`);
  const code = decodeFunction(image, fn);
  const live = liveBefore(code, at, fn.windowSlots);
  const shape = shapeOf(code[at].op);
  const isCall = shape === Shape.Call || shape === Shape.CallIndirect;
  if (isCall && afterCall) {
    const after = at + 1 < code.length ? liveBefore(code, at + 1, fn.windowSlots) : new Set<number>();
    after.delete(code[at].a);
    return ascending(after);
  }
  if (isCall || shape === Shape.Intrinsic) forEachRead(code[at], register => live.add(register));
  return ascending(live);
}

function ascending(registers: Set<number>): readonly number[] {
  return [...registers].filter(register => register >= WINDOW_HEADER).sort((a, b) => a - b);
}

function decodeFunction(image: Image, fn: LirFunction): Instruction[] {
  const code: Instruction[] = [];
  for (let i = 0; i < fn.instructionCount; i++) code.push(decode(image.code, fn.first + i));
  return code;
}

/** Instructions that may run after the one at `at`. */
function successors(code: readonly Instruction[], at: number): readonly number[] {
  const { op, w2, w3 } = code[at];
  switch (shapeOf(op)) {
    case Shape.Jump: return [at + w3];
    case Shape.BranchRegisters: case Shape.BranchImmediate: return [at + 1, at + w3];
    case Shape.Table: return Array.from({ length: w2 + 1 }, (_, k) => at + 1 + k);
    case Shape.Return: case Shape.ReturnImmediate: return [];
    case Shape.Reads: return op === Op.IBR ? [] : [at + 1];
    case Shape.Stop: return op === Op.BREAK ? [at + 1] : [];
    default: return [at + 1];
  }
}

interface Range { readonly first: number; readonly last: number; readonly next: readonly number[]; live: Set<number> }

/** Live registers before instruction `at`. */
function liveBefore(code: readonly Instruction[], at: number, windowSlots: number): Set<number> {
  const ranges = blocks(code);
  const byStart = new Map(ranges.map(range => [range.first, range]));
  for (let changed = true; changed;) {
    changed = false;
    for (let k = ranges.length - 1; k >= 0; k--) {
      const range = ranges[k];
      const live = walkBack(code, range, range.first, byStart, windowSlots);
      if (live.size !== range.live.size) { range.live = live; changed = true; }
    }
  }
  const home = ranges.find(range => range.first <= at && at <= range.last);
  if (home === undefined) throw new Error(`liveness: instruction ${at} is in no block`);
  return walkBack(code, home, at, byStart, windowSlots);
}

function walkBack(code: readonly Instruction[], range: Range, to: number, byStart: ReadonlyMap<number, Range>, windowSlots: number): Set<number> {
  const live = new Set<number>();
  for (const start of range.next) for (const register of byStart.get(start)?.live ?? []) live.add(register);
  for (let i = range.last; i >= to; i--) {
    const written = writtenRegister(code[i]);
    if (written !== NO_REGISTER) live.delete(written);
    forEachRead(code[i], register => { if (register < windowSlots) live.add(register); });
  }
  return live;
}

/** Basic blocks of the function. An IBR's successors are the starts of all blocks. */
function blocks(code: readonly Instruction[]): Range[] {
  const starts = new Set<number>([0]);
  for (let i = 0; i < code.length; i++) {
    const next = successors(code, i);
    if (next.length === 1 && next[0] === i + 1) continue;
    for (const target of next) if (target < code.length) starts.add(target);
    if (i + 1 < code.length) starts.add(i + 1);
  }
  const ordered = [...starts].sort((a, b) => a - b);
  return ordered.map((first, k) => {
    const last = (ordered[k + 1] ?? code.length) - 1;
    const next = code[last].op === Op.IBR ? ordered : successors(code, last);
    return { first, last, next, live: new Set<number>() };
  });
}
