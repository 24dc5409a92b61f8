/**
 * Measures the policy bench for run.mjs: references a second of each policy on one trace, in the process's CPU time (so that other
 * work of the machine does not count), and the counts, which the plain C program (policy.c) must give too.
 */
import { runPolicy } from '../src/core/policy/compare';
import { lruFaultsByFrames, optFaultsByFrames } from '../src/core/policy/stack-distance';
import type { ReferenceTrace } from '../src/core/policy/trace';
import { DEFAULT_POLICY_SETTINGS, POLICIES } from '../src/shared/policy';

const ROUNDS = 3;

export interface Measured { readonly name: string; readonly faults: number; readonly evictions: number; readonly writeBacks: number; readonly seconds: number }

/**
 * Page references like those of a program: a call stack that is always near, a heap of which few pages are hot (Zipf),
 * arrays that are walked through in loops, and now and then another phase with another working set. Deterministic.
 */
export function programTrace(referenceCount: number): ReferenceTrace {
  const STACK = 16, HEAP = 40_000, ARRAYS = 24_000;
  const pageCount = STACK + HEAP + ARRAYS;
  const zipf = new Float64Array(HEAP);
  for (let k = 0, sum = 0; k < HEAP; k++) zipf[k] = sum += 1 / (k + 1) ** 0.9;
  let state = 12345;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const hot = (): number => {
    const want = (below(2 ** 30) / 2 ** 30) * zipf[HEAP - 1];
    let low = 0, high = HEAP - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (zipf[middle] < want) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const references = new Uint32Array(referenceCount);
  let array = 0, length = 500, at = 0, phase = 0, storeCount = 0;
  for (let i = 0; i < referenceCount;) {
    if (i >= phase) {
      phase = i + 200_000 + below(400_000);
      length = 100 + below(6_000);
      array = below(ARRAYS - length);
    }
    const kind = below(10);
    const page = kind < 3 ? below(STACK) : kind < 7 ? STACK + ((hot() * 7919 + Math.floor(phase / 1_000_000)) % HEAP) : STACK + HEAP + array + Math.floor(at++ / 8) % length;
    for (let run = 1 + below(3); run > 0 && i < referenceCount; run--) {
      const store = below(3) === 0 ? 1 : 0;
      storeCount += store;
      references[i++] = (page << 1) | store;
    }
  }
  return { references, pageCount, storeCount, storesKnown: true, label: String };
}

function best<T>(work: () => T): { result: T; seconds: number } {
  let seconds = Infinity, result: T | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(from);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { result: result as T, seconds };
}

export function measurePolicies(trace: ReferenceTrace, frames: number): readonly Measured[] {
  return POLICIES.map(({ name }) => {
    // OPT's pass backwards belongs to its time: a fresh object has none remembered.
    const { result, seconds } = best(() => runPolicy(name, { ...trace }, frames, DEFAULT_POLICY_SETTINGS));
    return { name, faults: result.faults, evictions: result.evictions, writeBacks: result.writeBacks ?? 0, seconds };
  });
}

/** Seconds for the whole miss-ratio curve in one pass. */
export function measureCurves(trace: ReferenceTrace): { readonly lru: number; readonly opt: number } {
  return { lru: best(() => lruFaultsByFrames(trace)).seconds, opt: best(() => optFaultsByFrames({ ...trace })).seconds };
}
