/**
 * I1–I4, I6 and I8 under random operations: three seeds here; `npm run fuzz -- --invariants` runs 10^6 operations of as many seeds as it is
 * given. A failure names its seed and operation.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { kernelModule } from '../src/core/kernel/test-bench';
import { run } from './invariants/world';

const OPERATIONS = 200_000;
let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

describe('memory of a machine of 256 frames', () => {
  it.each([[1], [2], [3]])('holds its invariants under random operations (seed %i)', (seed) => {
    const { counts } = run(seed, OPERATIONS, kernel);
    // Every kind of thing has happened, or the run has shown nothing.
    for (const name of ['map', 'unmap', 'protect', 'fork', 'exit', 'forget', 'reclaim', 'policy', 'write back']) expect(counts[name], name).toBeGreaterThan(20);
    const kinds = { demandZero: 0, zeroPage: 1, file: 2, copyOnWrite: 3, swapIn: 5, fileRead: 8, sharedMemory: 9, swapCache: 11, writeNotify: 12 };
    for (const [name, kind] of Object.entries(kinds)) expect(counts[`fault kind ${String(kind)}`], name).toBeGreaterThan(20);
  }, 300_000);

  it('is the same bit for bit in a second run of a seed, and another with another seed', () => {
    const [first, second, other] = [run(9, 40_000, kernel), run(9, 40_000, kernel), run(10, 40_000, kernel)];
    expect([second.trace, second.counts]).toEqual([first.trace, first.counts]);
    expect(other.trace).not.toBe(first.trace);
  }, 300_000);
});
