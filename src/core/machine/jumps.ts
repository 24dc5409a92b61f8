/**
 * setjmp and longjmp (C11 7.13). The library's setjmp is an ordinary function around one intrinsic, which notes in the
 * jmp_buf all that its call frame consists of: the call record, F, and where it stands. A jump makes that call frame
 * anew above its caller's — register window and links on the simulated stack, which later calls have overwritten — and
 * goes on behind the intrinsic with the other result; setjmp then returns a second time like any function.
 *
 *   word 0   window's distance from the base of the register stack | code index of the intrinsic << 32
 *   word 1   return index | function << 32                          (of the call record)
 *   word 2   result register | arguments << 16 | distance of the caller's window << 32
 *   word 3   F of setjmp
 *   word 4   F of its caller, which must still be running
 *   word 5   distance of the result register in the window
 *   word 6   all of them folded, against a jmp_buf that was never set
 */
import { LEAVE_AFTER } from '../kernel-interface';
import * as layout from '../kernel/memory-layout';
import { currentWindow, frameBase, restoreCallFrame, stackPointer, walkCallFrames } from './call-frames';
import type { Computer } from './computer';
import { probing, readGuest, writeGuest } from './guest-memory';
import { SIGABRT, sentSignal } from './signals';

const WORDS = 7;
const KEY = 0x5061_6765_7769_7365n;
const MASK = 0xffff_ffffn;

export interface Jump {
  readonly windowOffset: number;
  readonly pc: number;
  readonly returnIndex: number;
  readonly functionId: number;
  readonly resultRegister: number;
  readonly argumentCount: number;
  readonly callerDistance: number;
  readonly frame: bigint;
  readonly resultOffset: number;
  readonly value: number;
}

/** Notes the running call frame at `va`; false when the jmp_buf cannot be written. `resultAddress`: register of the intrinsic's result. */
export function noteJump(computer: Computer, va: bigint, resultAddress: number): boolean {
  const { store } = computer;
  const window = currentWindow(computer);
  const distance = store.read32(window + layout.REC_CALLER);
  const words = [
    BigInt(window - store.read32(layout.ST_R_BASE)) | (BigInt(store.read32(layout.ST_PC)) << 32n),
    BigInt(store.read32(window + layout.REC_RETURN)) | (BigInt(store.read32(window + layout.REC_FUNCTION)) << 32n),
    BigInt(store.view.getUint16(window + layout.REC_RESULT, true)) | (BigInt(store.view.getUint16(window + layout.REC_ARGS, true)) << 16n) | (BigInt(distance) << 32n),
    frameBase(computer, window), frameBase(computer, window - distance),
    BigInt(resultAddress === 0 ? 0 : resultAddress - window),
  ];
  const bytes = new Uint8Array(8 * WORDS);
  const view = new DataView(bytes.buffer);
  [...words, fold(words)].forEach((word, k) => { view.setBigUint64(8 * k, word, true); });
  return probing(computer, () => writeGuest(computer, va, bytes)) === bytes.length;
}

export const JMP_BUF_BYTES = 8 * WORDS;

function fold(words: readonly bigint[]): bigint {
  return words.reduce((sum, word) => BigInt.asUintN(64, sum * 31n + word), KEY);
}

/** What the jmp_buf at `va` leads to; null when it was never set, or when the function that set it is no longer running. */
export function findJump(computer: Computer, va: bigint, value: number): Jump | null {
  const bytes = probing(computer, () => readGuest(computer, va, JMP_BUF_BYTES));
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer);
  const words = Array.from({ length: WORDS }, (_, k) => view.getBigUint64(8 * k, true));
  const word = (k: number): bigint => words[k] ?? 0n;
  if (fold(words.slice(0, -1)) !== word(6)) return null;
  const jump: Jump = {
    windowOffset: Number(word(0) & MASK), pc: Number(word(0) >> 32n), returnIndex: Number(word(1) & MASK), functionId: Number(word(1) >> 32n),
    resultRegister: Number(word(2) & 0xffffn), argumentCount: Number((word(2) >> 16n) & 0xffffn), callerDistance: Number(word(2) >> 32n),
    frame: word(3), resultOffset: Number(word(5)), value: value === 0 ? 1 : value,
  };
  const callerWindow = computer.store.read32(layout.ST_R_BASE) + jump.windowOffset - jump.callerDistance;
  let running = false;
  walkCallFrames(computer, (_pc, window) => {
    running = window === callerWindow && frameBase(computer, window) === word(4);
    return window > callerWindow;
  });
  return running ? jump : null;
}

/** Part of the stack that a jump leaves behind. */
export function leftByJump(computer: Computer, jump: Jump): { readonly low: bigint; readonly length: number } {
  const low = stackPointer(computer, currentWindow(computer));
  return { low, length: jump.frame > low ? Number(jump.frame - low) : 0 };
}

/** Asks for the jump; a jmp_buf that leads nowhere ends the program as the C library of Linux does. */
export function askForJump(computer: Computer, va: bigint, value: number): number {
  const jump = findJump(computer, va, value);
  if (jump !== null) computer.ask({ kind: 'jump', jump });
  else {
    const explanation = 'longjmp was given a jmp_buf that no setjmp had filled, or whose setjmp was called by a function that had already returned.';
    computer.ask({ kind: 'signal', signal: { ...sentSignal(SIGABRT), fatal: true, explanation } });
  }
  return LEAVE_AFTER;
}

/** Carries a jump out, when the kernel has left. False when the stack could not be written (the signal has been asked for). */
export function performJump(computer: Computer, jump: Jump): boolean {
  const { store } = computer;
  const window = store.read32(layout.ST_R_BASE) + jump.windowOffset;
  if (!restoreCallFrame(computer, { ...jump, window })) return false;
  if (jump.resultOffset !== 0) {
    store.write64(window + jump.resultOffset, BigInt(jump.value >>> 0));
    store.write64(window + jump.resultOffset + 8, 0n);
  }
  store.write32(layout.ST_PC, jump.pc + 1);
  return true;
}

