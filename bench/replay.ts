/**
 * Replays a recorded trace of page accesses through TLBs and page tables for run.mjs: accesses a second of CPU time on one core,
 * and the exact counts, which plain C (replay.c) must give too.
 */
import { readFileSync } from 'node:fs';
import { FaultHandler, FaultVerdict } from '../src/core/paging/fault-handler';
import { AddressSpace } from '../src/core/paging/address-space';
import { PagingSystem } from '../src/core/paging/paging-system';
import { highOf, lowOf } from '../src/core/paging/units';
import { instantiateKernel } from '../src/core/kernel/instantiate';
import { CONTINUE, LEAVE_RETRY } from '../src/core/kernel-interface';
import type { KernelHost } from '../src/core/kernel-interface';
import * as layout from '../src/core/kernel/memory-layout';
import { Store } from '../src/core/store/store';
import { DEFAULT_MACHINE } from '../src/shared/config';

const ROUNDS = 3;

export interface Replayed { readonly accesses: number; readonly seconds: number; readonly l1dMisses: number; readonly l2Hits: number; readonly walks: number; readonly walkReads: number; readonly pages: number }

function never(): never {
  throw new Error('a trace of accesses makes no such call');
}

/** `trace`: a virtual address each, with bit 1 set for writes. Pages come in on their first touch, before the clock runs. */
export function replay(kernelPath: string, trace: BigUint64Array): Replayed {
  const store = new Store();
  let space: AddressSpace | null = null;
  const handler = new FaultHandler(2048);
  const host: KernelHost = {
    pageFault: (low, high, access) => (space !== null && handler.handle(space, low, high, access) === FaultVerdict.Resolved ? CONTINUE : LEAVE_RETRY),
    frameSlot: (pfn) => system.frames.slot(pfn),
    shadowPage: never, invalidAccess: never, badJump: never, stackSmashed: never, arithmeticTrap: never, intrinsic: never, registerStackFull: never, watch: never, heapGrow: never,
  };
  const kernel = instantiateKernel(new WebAssembly.Module(readFileSync(kernelPath)), store.memory, host);
  const { tlb, costs } = DEFAULT_MACHINE;
  const settings: readonly (readonly [number, number])[] = [
    [layout.ST_LEVELS, 4], [layout.ST_CR0, layout.CR0_WP],
    [layout.GEO_L1D_SETS, tlb.l1dEntries / tlb.l1dWays], [layout.GEO_L1D_WAYS, tlb.l1dWays], [layout.GEO_L1I_SETS, tlb.l1iEntries / tlb.l1iWays], [layout.GEO_L1I_WAYS, tlb.l1iWays],
    [layout.GEO_L2_SETS, tlb.l2Entries / tlb.l2Ways], [layout.GEO_L2_WAYS, tlb.l2Ways], [layout.COST_L2_HIT, costs.l2HitCycles], [layout.COST_WALK_READ, costs.walkReadCycles],
  ];
  for (const [address, value] of settings) store.write32(address, value);
  kernel.reset();
  const system = new PagingSystem(store, DEFAULT_MACHINE.frameCount, 4, kernel);
  space = new AddressSpace(system, 1, () => 1);
  store.write32(layout.ST_CR3, space.tables.root);
  store.write32(layout.ST_ASID, system.asids.use(space));
  const pages = new Set<number>();
  for (const word of trace) pages.add(Number(word >> 12n));
  for (const vpn of [...pages].sort((a, b) => a - b)) {
    if (space.vmas.find(vpn) === null) space.map({ first: vpn, last: vpn + 1, prot: 3, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false }, 2);
    if (kernel.translate(lowOf(vpn), highOf(vpn), 2) === 0) throw new Error(`page 0x${vpn.toString(16)} could not be mapped`);
  }
  const at = store.pool.allocateRun(Math.ceil((trace.length * 8) / 4096));
  new BigUint64Array(store.memory.buffer, at, trace.length).set(trace);
  let seconds = Infinity;
  const counter = (address: number): number => store.readCount(address);
  const result = (): Omit<Replayed, 'seconds'> => ({
    accesses: trace.length, pages: pages.size, l1dMisses: counter(layout.CNT_L1D_MISS), l2Hits: counter(layout.CNT_L2_HIT), walks: counter(layout.CNT_WALK), walkReads: counter(layout.CNT_WALK_READS),
  });
  let counts = result();
  for (let round = 0; round < ROUNDS; round++) {
    kernel.reset();
    const from = process.cpuUsage();
    if (kernel.replay(at, trace.length) !== trace.length) throw new Error('the replay stopped at a fault');
    const { user, system: inKernel } = process.cpuUsage(from);
    seconds = Math.min(seconds, (user + inKernel) / 1e6);
    if (round > 0 && JSON.stringify(counts) !== JSON.stringify(result())) throw new Error('two replays of one trace differ');
    counts = result();
  }
  return { ...counts, seconds };
}

/** Data accesses of a Valgrind lackey trace (`--trace-mem=yes`) as words of a replay trace; at most `most`. */
export function traceOfLackey(text: string, most: number): BigUint64Array {
  const words: bigint[] = [];
  for (const line of text.split('\n')) {
    const found = /^ ([LSM]) ([0-9a-f]+),\d+$/.exec(line);
    if (found === null) continue;
    const va = BigInt(`0x${found[2] ?? '0'}`) & ~7n;
    if (found[1] !== 'S') words.push(va);
    if (found[1] !== 'L') words.push(va | 2n);
    if (words.length >= most) break;
  }
  return BigUint64Array.from(words);
}

/** Without Valgrind: a table of 64 MiB looked up at random, between walks through an array and a busy stack. Deterministic. */
export function ownTrace(length: number): BigUint64Array {
  const words = new BigUint64Array(length);
  let state = 12345;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0, at = 0; i < length; i++) {
    const dice = below(16);
    const write = dice % 3 === 0 ? 2n : 0n;
    if (dice < 9) words[i] = BigInt(0x7ffffffde000 + below(2048) * 8) | write;
    else if (dice < 15) words[i] = BigInt(0x555555560000 + (at = (at + 8) % (1 << 20))) | write;
    else words[i] = BigInt(0x7ffff0000000 + below(1 << 23) * 8) | write;
  }
  return words;
}
