/** Every in-machine policy against the naive model, fault by fault and victim by victim, through the kernel's MMU and TLBs. */
import { describe, expect, it } from 'vitest';
import type { ReplacementPolicy } from '../../shared/config';
import { NaiveMachine } from './naive.fixture';
import { BASE, PressureBench } from './pressure.fixture';

const POLICIES: readonly ReplacementPolicy[] = ['linux', 'fifo', 'clock', 'nru', 'aging', 'random'];
const SEED = 99;

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

/** Runs a string of (page, write) on both; fails at the first difference. Answers the number of faults. */
async function compare(policy: ReplacementPolicy, frames: number, references: readonly { readonly page: number; readonly write: boolean }[], tickEvery: number): Promise<number> {
  const bench = await PressureBench.create({ frames, policy, seed: SEED, slots: 1024 });
  const { system } = bench;
  system.reclaim.tickCycles = Infinity;
  const space = bench.newSpace();
  bench.map(space, 0, 512);
  const naive = new NaiveMachine(policy, frames, SEED, system.frames.frameCount, 60);
  const touched = new Set<number>();
  const pageOfFrame = new Map<number, number>();
  let faults = 0;
  references.forEach(({ page, write }, i) => {
    // A first touch that reads would show the zero page, which takes no frame.
    const isWrite = write || !touched.has(page);
    touched.add(page);
    bench.evicted.length = 0;
    const expected = naive.access(page, isWrite, (frame) => pageOfFrame.get(frame) ?? -1);
    expect(bench.access(space, page, isWrite)).not.toBe(0);
    const victims = bench.evicted.map((victim) => victim.vpn - BASE);
    expect({ step: i, page, fault: bench.faults.length > 0, victims }).toEqual({ step: i, page, fault: expected.fault, victims: expected.victims });
    for (const victim of bench.evicted) pageOfFrame.delete(victim.pfn);
    pageOfFrame.set(space.tables.frameOf(BASE + page), page);
    if (expected.fault) faults++;
    if (tickEvery > 0 && i % tickEvery === tickEvery - 1) {
      system.reclaim.engine.tick();
      naive.tick();
    }
  });
  expect(bench.check([space])).toEqual([]);
  return faults;
}

const classroom = (text: string): readonly { readonly page: number; readonly write: boolean }[] => text.split(',').map((page) => ({ page: Number(page), write: false }));

describe('textbook strings give the textbook counts', () => {
  const BELADY = '1,2,3,4,1,2,5,1,2,3,4,5';
  const SILBERSCHATZ = '7,0,1,2,0,3,0,4,2,3,0,3,2,1,2,0,1,7,0,1';
  it.each([
    ['fifo', 3, BELADY, 9], ['fifo', 4, BELADY, 10], ['fifo', 3, SILBERSCHATZ, 15],
  ] as const)('%s, %i frames, %s: %i faults', async (policy, frames, text, expected) => {
    expect(await compare(policy, frames, classroom(text), 0)).toBe(expected);
  });
});

describe.each(POLICIES)('%s', (policy) => {
  it.each([[3, 8, 1], [5, 12, 2], [8, 20, 3], [16, 40, 4], [40, 90, 5]])('%i frames, %i pages, seed %i: the same faults and victims as plain lists', async (frames, pages, seed) => {
    const next = generator(seed * 7919);
    const references = Array.from({ length: 1500 }, () => ({ page: next(3) === 0 ? next(pages) : next(Math.ceil(pages / 3)), write: next(4) === 0 }));
    const faults = await compare(policy, frames, references, 7);
    expect(faults).toBeGreaterThan(frames);
  });
});
