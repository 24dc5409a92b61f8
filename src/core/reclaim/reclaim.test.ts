import { describe, expect, it } from 'vitest';
import { DeviceStatus, RamSwapDevice } from '../swap/swap-device';
import { FaultKind, FaultVerdict } from '../paging/fault-handler';
import { highOf, lowOf } from '../paging/units';
import { BASE, PressureBench } from './pressure.fixture';

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

describe('pages leave and come back', () => {
  it('with their contents, over and over, on eight frames', async () => {
    const bench = await PressureBench.create({ frames: 8 });
    const space = bench.newSpace();
    bench.map(space, 0, 24);
    for (let round = 0; round < 4; round++) {
      for (let page = 0; page < 24; page++) expect(bench.put(space, page, 1000 * round + page, 4 * round)).toBe(true);
      for (let page = 23; page >= 0; page--) expect(bench.get(space, page, 4 * round)).toBe(1000 * round + page);
    }
    expect(space.residentPages).toBeLessThanOrEqual(8);
    expect(space.residentPages + space.swappedPages).toBe(24);
    expect(bench.check([space])).toEqual([]);
    space.destroy();
    expect(bench.check([])).toEqual([]);
    expect(bench.system.swap.slots.usedSlots).toBe(0);
  });

  it('a clean page is not written again', async () => {
    const bench = await PressureBench.create({ frames: 4, policy: 'fifo' });
    const space = bench.newSpace();
    bench.map(space, 0, 8);
    for (let page = 0; page < 8; page++) bench.put(space, page, page);
    const written = (): number => bench.system.swap.statistics.pagesOut;
    expect(written()).toBe(4);
    for (let round = 0; round < 5; round++) for (let page = 0; page < 8; page++) expect(bench.get(space, page)).toBe(page);
    // Each page was written once; those that were read since are copies of their slots.
    expect(written()).toBe(8);
    expect(bench.faults).toEqual([FaultKind.SwapIn]);
    bench.put(space, 7, 99);
    for (let page = 0; page < 7; page++) bench.get(space, page);
    expect(written()).toBe(9);
    expect(bench.get(space, 7)).toBe(99);
    expect(bench.check([space])).toEqual([]);
  });

  it.each(['linux', 'fifo', 'clock', 'nru', 'aging', 'random'] as const)('%s: random reads and writes of three processes see what was written', async (policy) => {
    const bench = await PressureBench.create({ frames: 30, policy, pageCluster: 3, scale: 10 });
    const next = random(11);
    const spaces = [bench.newSpace(), bench.newSpace(), bench.newSpace()];
    const contents = spaces.map(() => new Int32Array(64));
    for (const space of spaces) bench.map(space, 0, 64);
    for (let step = 0; step < 6000; step++) {
      const who = next(3);
      const page = next(4) === 0 ? next(64) : next(12);
      const space = spaces[who];
      const content = contents[who];
      if (space === undefined || content === undefined) throw new Error('no such space');
      if (next(2) === 0) {
        content[page] = step;
        expect(bench.put(space, page, step, 4 * (page % 1000))).toBe(true);
      } else expect(bench.get(space, page, 4 * (page % 1000))).toBe(content[page]);
      if (step % 1500 === 0) expect(bench.check(spaces)).toEqual([]);
    }
    expect(bench.check(spaces)).toEqual([]);
    expect(bench.system.swap.statistics.pagesIn).toBeGreaterThan(300);
    for (const space of spaces) space.destroy();
    expect(bench.check([])).toEqual([]);
    expect(bench.system.swap.slots.usedSlots).toBe(0);
  });

  it('policies change while pages are in RAM and in swap', async () => {
    const bench = await PressureBench.create({ frames: 10 });
    const space = bench.newSpace();
    bench.map(space, 0, 40);
    const { reclaim } = bench.system;
    for (const policy of ['fifo', 'linux', 'random', 'aging', 'clock', 'nru', 'linux'] as const) {
      reclaim.configure({ ...reclaim.settings, policy });
      for (let page = 0; page < 40; page++) bench.put(space, page, page + policy.length);
      for (let page = 0; page < 40; page++) expect(bench.get(space, page)).toBe(page + policy.length);
      expect(bench.check([space])).toEqual([]);
    }
  });

  it('a full swap area ends in "out of memory", and nothing is lost', async () => {
    const bench = await PressureBench.create({ frames: 6, slots: 10 });
    const space = bench.newSpace();
    bench.map(space, 0, 40);
    let fitted = 0;
    while (bench.put(space, fitted, fitted)) fitted++;
    expect(fitted).toBe(16);
    for (let page = 0; page < fitted; page++) expect(bench.system.store.read32(space.peek(lowOf(BASE + page), highOf(BASE + page)))).toBe(page);
    expect(bench.check([space])).toEqual([]);
  });
});

/** Slots in memory whose request number `failing` fails, once. */
class OnceFailing extends RamSwapDevice {
  requests = 0;

  constructor(slotCount: number, private readonly failing: number, private readonly status: DeviceStatus) {
    super(slotCount);
  }

  override read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return ++this.requests === this.failing ? this.status : super.read(slot, pages);
  }

  override write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return ++this.requests === this.failing ? this.status : super.write(slot, pages);
  }
}

describe('the swap device fails', () => {
  it.each([['an I/O error', DeviceStatus.IoError], ['a full disk', DeviceStatus.Full], ['a cut file', DeviceStatus.Truncated]] as const)('%s at every request in turn: each page keeps its content, or its reader is told', async (_name, status) => {
    const scenario = async (device: OnceFailing): Promise<number> => {
      const bench = await PressureBench.create({ frames: 12, slots: 64, device, pageCluster: 2, scale: 10 });
      const space = bench.newSpace();
      bench.map(space, 0, 30);
      let told = 0;
      for (let round = 0; round < 3; round++) {
        for (let page = 0; page < 30; page++) {
          while (!bench.put(space, page, 1000 * round + page, 8 * round)) { expect(bench.verdict).toBe(FaultVerdict.DeviceFailed); told++; }
        }
        for (let page = 0; page < 30; page++) {
          for (let before = 0; before <= round; before++) {
            let found = bench.get(space, page, 8 * before);
            while (found < 0) { expect(bench.verdict).toBe(FaultVerdict.DeviceFailed); told++; found = bench.get(space, page, 8 * before); }
            expect(found).toBe(1000 * before + page);
          }
        }
      }
      expect(bench.check([space])).toEqual([]);
      expect(bench.failures.length).toBeGreaterThanOrEqual(told);
      return bench.failures.length;
    };
    const good = new OnceFailing(64, -1, status);
    expect(await scenario(good)).toBe(0);
    expect(good.requests).toBeGreaterThan(50);
    for (let failing = 1; failing <= good.requests; failing++) expect(await scenario(new OnceFailing(64, failing, status))).toBeLessThanOrEqual(1);
  });

  it('a page that comes back altered is noticed', async () => {
    class Altering extends RamSwapDevice {
      override read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
        const answer = super.read(slot, pages);
        for (const page of pages) page[4000] = (page[4000] ?? 0) ^ 1;
        return answer;
      }
    }
    const bench = await PressureBench.create({ frames: 4, slots: 64, device: new Altering(64), policy: 'fifo' });
    const space = bench.newSpace();
    bench.map(space, 0, 8);
    for (let page = 0; page < 8; page++) bench.put(space, page, page);
    expect(bench.get(space, 0)).toBe(-1);
    expect([bench.verdict, bench.failures]).toEqual([FaultVerdict.DeviceFailed, ['read 0: 5']]);
    expect(bench.get(space, 7)).toBe(7);
    expect(bench.check([space])).toEqual([]);
  });
});
