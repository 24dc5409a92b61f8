/**
 * Valgrind client requests (valgrind.h, memcheck.h of Valgrind 3.19): the numbers and argument order that programs built
 * with those headers use. A request block is six u64: the number, then up to five arguments. Requests that this machine
 * has no use for answer the default, as they do under the real tool when it does not know them.
 */
import type { Computer } from './computer';
import { probing, readGuest, writeGuest } from './guest-memory';
import type { Process } from './process';

const RUNNING_ON_VALGRIND = 0x1001n;
const COUNT_ERRORS = 0x1201n;
/** ('M' << 24) | ('C' << 16) */
const MEMCHECK = 0x4d430000n;
const MAKE_MEM_NOACCESS = MEMCHECK;
const MAKE_MEM_UNDEFINED = MEMCHECK + 1n;
const MAKE_MEM_DEFINED = MEMCHECK + 2n;
const CHECK_MEM_IS_ADDRESSABLE = MEMCHECK + 4n;
const CHECK_MEM_IS_DEFINED = MEMCHECK + 5n;
const DO_LEAK_CHECK = MEMCHECK + 6n;
const COUNT_LEAKS = MEMCHECK + 7n;
const MAKE_MEM_DEFINED_IF_ADDRESSABLE = MEMCHECK + 11n;
const COUNT_LEAK_BLOCKS = MEMCHECK + 13n;

/** The request at `block` of the running program; answers `standard` when checking is off or the request is not known. */
export function clientRequest(computer: Computer, process: Process, standard: bigint, block: bigint): bigint {
  if (!computer.checking) return standard;
  const bytes = probing(computer, () => readGuest(computer, block, 48));
  if (bytes === null) return standard;
  const view = new DataView(bytes.buffer);
  const word = (k: number): bigint => view.getBigUint64(8 * k, true);
  switch (word(0)) {
    case RUNNING_ON_VALGRIND: return 1n;
    case COUNT_ERRORS: return BigInt(process.heap?.errors().reduce((sum, error) => sum + error.count, 0) ?? 0);
    case MAKE_MEM_NOACCESS: shade(computer, word(1), word(2), 0); return 0n;
    case MAKE_MEM_UNDEFINED: shade(computer, word(1), word(2), 1); return 0n;
    case MAKE_MEM_DEFINED: shade(computer, word(1), word(2), 2); return 0n;
    case MAKE_MEM_DEFINED_IF_ADDRESSABLE: defineAddressable(process, word(1), word(2)); computer.kernel.clearFast(); return 0n;
    case CHECK_MEM_IS_ADDRESSABLE: return firstBad(process, word(1), word(2), false);
    case CHECK_MEM_IS_DEFINED: return firstBad(process, word(1), word(2), true);
    case DO_LEAK_CHECK: process.lastLeaks = process.heap?.leakCheck() ?? null; return 0n;
    case COUNT_LEAKS: return countLeaks(computer, process, [word(1), word(2), word(3), word(4)], 'bytes');
    case COUNT_LEAK_BLOCKS: return countLeaks(computer, process, [word(1), word(2), word(3), word(4)], 'blocks');
    default: return standard;
  }
}

function shade(computer: Computer, va: bigint, length: bigint, state: 0 | 1 | 2): void {
  if (length === 0n) return;
  computer.kernel.shade(Number(va & 0xffffffffn), Number(va >> 32n), Number(length & 0xffffffffn), Number(length >> 32n), state);
}

function isAddressable(process: Process, va: number): boolean {
  const shadow = process.space.shadows.page(Math.floor(va / 4096)) + (va % 4096);
  const { bytes } = process.space.system.store;
  return (((bytes[shadow >>> 3] ?? 0) >>> (shadow & 7)) & 1) === 1;
}

function defineAddressable(process: Process, va: bigint, length: bigint): void {
  const { bytes } = process.space.system.store;
  for (let at = Number(va); at < Number(va + length); at++) {
    if (isAddressable(process, at)) bytes[process.space.shadows.writablePage(Math.floor(at / 4096)) + (at % 4096)] = 0;
  }
}

/** First byte that is not addressable (or not defined); 0: none. */
function firstBad(process: Process, va: bigint, length: bigint, defined: boolean): bigint {
  const { bytes } = process.space.system.store;
  for (let at = Number(va); at < Number(va + length); at++) {
    if (!isAddressable(process, at)) return BigInt(at);
    if (defined && (bytes[process.space.shadows.page(Math.floor(at / 4096)) + (at % 4096)] ?? 0) !== 0) return BigInt(at);
  }
  return 0n;
}

/** Totals of the last leak check to four addresses: leaked, dubious, reachable, suppressed. */
function countLeaks(computer: Computer, process: Process, targets: readonly bigint[], unit: 'bytes' | 'blocks'): bigint {
  const summary = process.lastLeaks?.summary;
  const values = summary === undefined ? [0, 0, 0, 0] : [summary.definite[unit] + summary.indirect[unit], summary.possible[unit], summary.reachable[unit], summary.suppressed[unit]];
  targets.forEach((target, i) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(values[i] ?? 0), true);
    probing(computer, () => writeGuest(computer, target, bytes));
  });
  return 0n;
}
