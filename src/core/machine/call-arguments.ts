/**
 * What the system calls share: their arguments and results in register slots, paths and memory of the program, and how a
 * call waits. Called by system-calls.ts and the files beside it that hold calls by subject.
 */
import { LEAVE_AFTER, LEAVE_RETRY } from '../kernel-interface';
import type { Computer } from './computer';
import { probing, readCString, writeGuest } from './guest-memory';
import type { Process, Thread, WaitReason } from './process';
import { interrupts } from './signals';
import type { WaitQueue } from './wait-queue';

export const EFAULT = 14;
const EINTR = 4;
export const TRANSFER_MAX = 1 << 20;
export const PATH_MAX = 4096;
/** Epoch of the simulated real-time clock: 2025-01-01 00:00:00 UTC, in seconds. The machine has no other notion of date. */
export const BOOT_SECONDS = 1735689600;

/** Register slots of one intrinsic. */
export class Arguments {
  constructor(readonly computer: Computer, private readonly args: number, private readonly result: number) {}

  u64(k: number): bigint {
    return this.computer.store.read64(this.args + 16 * k);
  }
  i64(k: number): bigint {
    return this.computer.store.view.getBigInt64(this.args + 16 * k, true);
  }
  i32(k: number): number {
    return this.computer.store.read32(this.args + 16 * k) | 0;
  }
  /** A length or offset as a JS number. */
  count(k: number): number {
    return Number(this.i64(k));
  }
  returns(value: bigint): void {
    if (this.result === 0) return;
    this.computer.store.write64(this.result, BigInt.asUintN(64, value));
    this.computer.store.write64(this.result + 8, 0n);
  }
  /** An int result: kept zero-extended in its register. */
  returnsInt(value: number): void {
    if (this.result === 0) return;
    this.computer.store.write32(this.result, value >>> 0);
    this.computer.store.write32(this.result + 4, 0);
    this.computer.store.write64(this.result + 8, 0n);
  }
}

/** What a system call wrote is defined; bytes that were unaddressable stay so. */
export function shadeDefined(computer: Computer, va: bigint, length: number): void {
  const { space } = computer.running;
  const { bytes } = computer.store;
  for (let done = 0; done < length;) {
    const at = Number(va) + done;
    const page = space.shadows.writablePage(Math.floor(at / 4096));
    const part = Math.min(length - done, 4096 - (at % 4096));
    bytes.fill(0, page + (at % 4096), page + (at % 4096) + part);
    done += part;
  }
  computer.kernel.clearFast();
}

export function withPath(computer: Computer, args: Arguments, k: number, use: (path: string) => number): number {
  const path = probing(computer, () => readCString(computer, args.u64(k), PATH_MAX));
  return path === null ? -EFAULT : use(path);
}

/**
 * The call waits in `queue` (null: for a signal or timer alone) and is made again when woken. With a due signal it ends
 * with EINTR, or is made again after the handler when it can be restarted and SA_RESTART says so.
 */
export function waitOn(computer: Computer, process: Process, args: Arguments, queue: WaitQueue | null, reason: WaitReason, canRestart: boolean): number {
  const thread = running(computer);
  if (process.signalsDue) {
    thread.inCall = false;
    if (interrupts(process, canRestart)) {
      args.returns(BigInt(-EINTR));
      return LEAVE_AFTER;
    }
    computer.ask({ kind: 'signals' });
    return LEAVE_RETRY;
  }
  thread.inCall = true;
  computer.ask({ kind: 'block', reason, queue });
  return LEAVE_RETRY;
}

/** The thread that makes the call. */
export function running(computer: Computer): Thread {
  if (computer.current === null) throw new Error('no thread runs');
  return computer.current;
}

/** Writes an int for the program. False: the address is bad. */
export function putInt(computer: Computer, va: bigint, value: number): boolean {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return putBytes(computer, va, bytes);
}

/** Writes bytes for the program, defined from then on. False: the address is bad. */
export function putBytes(computer: Computer, va: bigint, bytes: Uint8Array): boolean {
  const written = probing(computer, () => writeGuest(computer, va, bytes));
  if (written === bytes.length && computer.checking) shadeDefined(computer, va, bytes.length);
  return written === bytes.length;
}
