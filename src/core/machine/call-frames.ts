/**
 * Call frames: walking the call records of a thread, and entering a function from outside (start, signal handlers,
 * __pw_freeres) as if it had been called. The conventions are those of kernel/ops.ts and kernel/memory-layout.ts.
 *
 * The innermost call frame lies at ST_R and stands at ST_PC; each call record says where it returns to and how far below
 * its caller's window lies.
 */
import * as layout from '../kernel/memory-layout';
import { NO_REGISTER, Op, WINDOW_HEADER } from '../kernel/ops';
import type { Computer } from './computer';

export interface CallFrame {
  /** Code index where it stands: the running instruction, or the CALL that is in progress. */
  readonly pc: number;
  readonly window: number;
  readonly functionId: number;
  /** True when `pc` is a call in progress. */
  readonly calling: boolean;
}

/** The call frames of the running thread, innermost first; `visit` returns false to end the walk. */
export function walkCallFrames(computer: Computer, visit: (pc: number, window: number, functionId: number, calling: boolean) => boolean): void {
  const { words } = computer.store;
  const base = words[layout.ST_R_BASE >>> 2] ?? 0;
  let window = words[layout.ST_R >>> 2] ?? 0;
  let pc = words[layout.ST_PC >>> 2] ?? 0;
  let calling = false;
  if (window === 0) return;
  for (;;) {
    const record = window >>> 2;
    if (!visit(pc, window, words[record + layout.REC_FUNCTION / 4] ?? 0, calling)) return;
    const back = words[record + layout.REC_RETURN / 4] ?? 0;
    if (back === layout.RETURN_TO_HOST) return;
    const distance = words[record + layout.REC_CALLER / 4] ?? 0;
    if (distance === 0 || window - distance < base) return;
    window -= distance;
    calling = back > 0 && isCall(computer.code.opAt(back - 1));
    pc = calling ? back - 1 : back;
  }
}

export function callFrames(computer: Computer, limit = Infinity): readonly CallFrame[] {
  const frames: CallFrame[] = [];
  walkCallFrames(computer, (pc, window, functionId, calling) => {
    frames.push({ pc, window, functionId, calling });
    return frames.length < limit;
  });
  return frames;
}

/** Number of call frames below the innermost one is not needed for "deeper": a deeper window lies higher. */
export function currentWindow(computer: Computer): number {
  return computer.store.read32(layout.ST_R);
}

export function isCall(op: number): boolean {
  return op === Op.CALL || op === Op.CALLI;
}

/** Value of a register slot as u64. */
export function slotValue(computer: Computer, window: number, slot: number): bigint {
  return computer.store.read64(window + 16 * slot);
}

/** F and SP of a window. */
export function frameBase(computer: Computer, window: number): bigint {
  return computer.store.read64(window + 16);
}
export function stackPointer(computer: Computer, window: number): bigint {
  return computer.store.read64(window + 32);
}

export interface Entry {
  /** Machine-wide function id. */
  readonly functionId: number;
  readonly args: readonly bigint[];
  /** Window of the new call frame and its distance from the caller's (0: none). */
  readonly window: number;
  readonly callerDistance: number;
  /** Code index to go back to, or RETURN_TO_HOST. */
  readonly returnIndex: number;
  /** SP at the call. */
  readonly sp: bigint;
  /** F of the caller, pushed as the saved frame pointer. */
  readonly callerF: bigint;
}

/**
 * Makes a call frame for a function and leaves ST_PC and ST_R at its entry. False when the stack could not be written
 * (the fault handler has asked for the signal already).
 */
export function enterFunction(computer: Computer, entry: Entry): boolean {
  const found = computer.code.functionById(entry.functionId);
  if (found === null) throw new Error(`no function ${String(entry.functionId)}`);
  const { store, kernel } = computer;
  const { fn, loaded } = found;
  let top = entry.sp;
  const size = BigInt(fn.frameBytes);
  if (fn.frameBytes <= 512 && size > 0n && (top - size) >> 12n !== (top - 1n) >> 12n) top &= ~4095n;
  const f = top - size;
  if (computer.checking) shadeRange(computer, f - 128n, entry.sp - (f - 128n), 1);
  const returnVa = entry.returnIndex === layout.RETURN_TO_HOST ? 0n : computer.code.vaOf(entry.returnIndex);
  if (!pushWord(computer, top - 8n, returnVa) || !pushWord(computer, top - 16n, entry.callerF)) return false;
  if (computer.checking) shadeRange(computer, top - 16n, 16n, 2);
  const { window } = entry;
  store.write32(window + layout.REC_RETURN, entry.returnIndex);
  store.view.setUint16(window + layout.REC_RESULT, NO_REGISTER, true);
  store.view.setUint16(window + layout.REC_ARGS, entry.args.length, true);
  store.write32(window + layout.REC_CALLER, entry.callerDistance);
  store.write32(window + layout.REC_FUNCTION, entry.functionId);
  putSlot(computer, window, 1, f);
  putSlot(computer, window, 2, f);
  entry.args.forEach((value, k) => { putSlot(computer, window, WINDOW_HEADER + k, value); });
  store.write32(layout.ST_R, window);
  store.write32(layout.ST_PC, loaded.codeBase + fn.first);
  kernel.clearFast();
  return true;
}

/** A call frame as it was right after its call, for restoreCallFrame. */
export interface FormerFrame {
  readonly window: number;
  readonly functionId: number;
  readonly returnIndex: number;
  readonly resultRegister: number;
  readonly argumentCount: number;
  readonly callerDistance: number;
  /** Its F. */
  readonly frame: bigint;
}

/**
 * Makes a call frame again whose caller still runs, and drops all above it: call record, slots 1 and 2, links on the
 * stack. The registers of its window have no defined values. False as for enterFunction.
 */
export function restoreCallFrame(computer: Computer, former: FormerFrame): boolean {
  const found = computer.code.functionById(former.functionId);
  if (found === null) throw new Error(`no function ${String(former.functionId)}`);
  const { store, kernel } = computer;
  const { window, frame } = former;
  const oldSp = stackPointer(computer, currentWindow(computer));
  const callerWindow = window - former.callerDistance;
  const top = frame + BigInt(found.fn.frameBytes);
  if (computer.checking) {
    shadeRange(computer, oldSp - 128n, frame - oldSp, 0);
    shadeRange(computer, frame - 128n, stackPointer(computer, callerWindow) - (frame - 128n), 1);
  }
  if (!pushWord(computer, top - 8n, computer.code.vaOf(former.returnIndex)) || !pushWord(computer, top - 16n, frameBase(computer, callerWindow))) return false;
  if (computer.checking) shadeRange(computer, top - 16n, 16n, 2);
  store.write32(window + layout.REC_RETURN, former.returnIndex);
  store.view.setUint16(window + layout.REC_RESULT, former.resultRegister, true);
  store.view.setUint16(window + layout.REC_ARGS, former.argumentCount, true);
  store.write32(window + layout.REC_CALLER, former.callerDistance);
  store.write32(window + layout.REC_FUNCTION, former.functionId);
  putSlot(computer, window, 1, frame);
  putSlot(computer, window, 2, frame);
  store.write32(layout.ST_R, window);
  kernel.clearFast();
  return true;
}

export function putSlot(computer: Computer, window: number, slot: number, value: bigint): void {
  computer.store.write64(window + 16 * slot, value);
  computer.store.write64(window + 16 * slot + 8, 0n);
}

export function shadeRange(computer: Computer, va: bigint, length: bigint, state: 0 | 1 | 2): void {
  if (length <= 0n) return;
  computer.kernel.shade(Number(va & 0xffffffffn), Number(va >> 32n), Number(length & 0xffffffffn), Number(length >> 32n), state);
}

function pushWord(computer: Computer, va: bigint, value: bigint): boolean {
  computer.store.write32(layout.ST_ARG0, Number(value & 0xffffffffn));
  computer.store.write32(layout.ST_ARG1, Number((value >> 32n) & 0xffffffffn));
  return computer.kernel.store64(Number(va & 0xffffffffn), Number(va >> 32n)) !== 0;
}
