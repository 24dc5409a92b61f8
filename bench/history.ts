/** Checkpoints of the store for history.mjs: speed of the page hash, and times of take and restore on a store of incompressible pages. */
import { readFileSync } from 'node:fs';
import type { KernelHost } from '../src/core/kernel-interface';
import { instantiateKernel } from '../src/core/kernel/instantiate';
import * as layout from '../src/core/kernel/memory-layout';
import { Store } from '../src/core/store/store';
import { PageHistory } from '../src/core/timeline/page-history';

const ROUNDS = 15;
const MIB = 1 << 20;
const DIRTY_SHARE = 0.01;

export interface HistoryTimes { readonly gigabytesPerSecond: number; readonly firstTakeMs: number; readonly takeMs: number; readonly restoreMs: number; readonly bytesPerTake: number }

function never(): never {
  throw new Error('hashing makes no call out');
}
const HOST: KernelHost = {
  pageFault: never, frameSlot: never, shadowPage: never, invalidAccess: never, badJump: never, stackSmashed: never, arithmeticTrap: never, intrinsic: never, registerStackFull: never,
  watch: never, heapGrow: never,
};

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** `megabytes` in use, one in a hundred pages written between two checkpoints; medians. */
export function measure(kernelPath: string, megabytes: number): HistoryTimes {
  const store = new Store();
  const kernel = instantiateKernel(new WebAssembly.Module(readFileSync(kernelPath)), store.memory, HOST);
  const pages = megabytes * 256;
  const at = store.pool.allocateRun(pages);
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  for (let word = at / 4; word < (at + megabytes * MIB) / 4; word++) store.words[word] = next();
  const hash = (): void => { for (let chunk = 0; chunk < megabytes; chunk++) kernel.hashPages(at + chunk * MIB, 256, layout.PAGE_HASHES); };
  const hashMs = median(Array.from({ length: ROUNDS }, () => timed(hash)));
  const history = new PageHistory(store, kernel, () => [{ from: layout.POOL, to: store.pool.highWater }]);
  const firstTakeMs = timed(() => { history.take(); });
  const first = history.usedBytes;
  const dirty = (): void => { for (let i = 0; i < pages * DIRTY_SHARE; i++) store.words[(at + (next() % pages) * 4096) / 4] = next(); };
  const takes: number[] = [];
  const restores: number[] = [];
  let id = 0;
  for (let round = 0; round < ROUNDS; round++) {
    dirty();
    takes.push(timed(() => { id = history.take(); }));
  }
  const bytesPerTake = (history.usedBytes - first) / ROUNDS;
  for (let round = 0; round < ROUNDS; round++) {
    dirty();
    restores.push(timed(() => { history.restore(id); }));
  }
  return { gigabytesPerSecond: (megabytes * MIB) / hashMs / 1e6, firstTakeMs, takeMs: median(takes), restoreMs: median(restores), bytesPerTake };
}
