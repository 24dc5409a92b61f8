/** Watermarks, overcommit, refaults and thrashing: the numbers of Linux, and what programs make of them. */
import { describe, expect, it } from 'vitest';
import { BASE, PressureBench } from './pressure.fixture';
import { watermarksFor } from './watermarks';
import { thrashingSentence } from './working-set';

describe('watermarks', () => {
  it.each([
    // 1 GiB: min_free_kbytes is 4,096; 64 GiB: 32,768.
    [262_144, 10, { min: 1024, low: 1286, high: 1548 }],
    [16_777_216, 10, { min: 8192, low: 24_969, high: 41_746 }],
    [262_144, 200, { min: 1024, low: 6266, high: 11_508 }],
    [2048, 10, { min: 64, low: 80, high: 96 }],
    [16, 10, { min: 1, low: 2, high: 3 }],
    [262_144, 0, { min: 0, low: 0, high: 0 }],
  ] as const)('of %i frames at scale %i', (frames, scale, expected) => {
    expect(watermarksFor(frames, scale)).toEqual(expected);
  });

  it('background reclaim keeps frames free, so that few processes reclaim themselves', async () => {
    const bench = await PressureBench.create({ frames: 2000, slots: 8192, scale: 200 });
    const space = bench.newSpace();
    bench.map(space, 0, 5000);
    for (let page = 0; page < 5000; page++) bench.put(space, page, page);
    const { marks, statistics } = bench.system.reclaim;
    expect(bench.system.buddy.freeFrames).toBeGreaterThan(marks.min);
    expect(statistics.freedBackground).toBeGreaterThan(2900);
    expect(statistics.freedDirect).toBe(0);
    expect(bench.check([space])).toEqual([]);
  });
});

describe('overcommit', () => {
  it('0 refuses only what can never fit, 1 nothing, 2 what is beyond CommitLimit', async () => {
    const bench = await PressureBench.create({ frames: 1000, slots: 500, overcommit: 0 });
    const { commit, reclaim, managedFrames } = bench.system;
    expect(commit.limit).toBe(Math.floor(managedFrames / 2) + 500);
    const space = bench.newSpace();
    bench.map(space, 0, 1200);
    expect(commit.committed).toBe(1200);
    expect([commit.allows(managedFrames + 500), commit.allows(managedFrames + 501)]).toEqual([true, false]);
    reclaim.configure({ ...reclaim.settings, overcommit: 1 });
    expect(commit.allows(10 ** 9)).toBe(true);
    reclaim.configure({ ...reclaim.settings, overcommit: 2, overcommitRatio: 100 });
    expect([commit.allows(managedFrames + 500 - 1200), commit.allows(managedFrames + 500 - 1199)]).toEqual([true, false]);
    expect(commit.refused).toBe(2);
    space.unmap(BASE + 100, BASE + 300);
    expect(commit.committed).toBe(1000);
    space.protect(BASE, BASE + 50, 1);
    expect(commit.committed).toBe(1000);
    space.destroy();
    expect(commit.committed).toBe(0);
  });
});

describe('thrashing', () => {
  it('is seen when programs wait for pages that have just left, and ends when they fit again', async () => {
    const bench = await PressureBench.create({ frames: 100, slots: 1024, scale: 0 });
    const space = bench.newSpace();
    bench.map(space, 0, 200);
    for (let round = 0; round < 12; round++) for (let page = 0; page < 150; page++) bench.put(space, page, page);
    const { workingSet, engine } = bench.system.reclaim;
    expect(workingSet.verdict.isThrashing).toBe(true);
    expect(workingSet.verdict.stallShare).toBeGreaterThan(0.5);
    // A cycle of 150 pages on 100 frames comes back after as many others have left.
    expect(workingSet.verdict.missingFrames).toBeGreaterThan(20);
    expect(workingSet.verdict.missingFrames).toBeLessThan(200);
    expect(thrashingSentence(workingSet.verdict, engine.size)).toMatch(/^Thrashing: \d+ % of the last 0\.\d+ s went to waiting for \d+ pages/);
    for (let window = 0; window < 3; window++) {
      bench.system.clock.charge(400_000_000);
      for (let page = 0; page < 3; page++) bench.put(space, 190 + 3 * window + page, page);
    }
    expect(workingSet.verdict.isThrashing).toBe(false);
  });
});
