import { describe, expect, it } from 'vitest';
import { Asids } from '../paging/asids';
import type { TaggedSpace } from '../paging/asids';
import type { Process } from './process';
import { Thread } from './process';
import { RunQueues, sliceOf, weightOf } from './run-queues';
import { Timers, type Timer } from './timers';

const threadOf = (key: number, nice: number): Thread => new Thread(key, { nice } as Process);

/** Runs `rounds` picks in which every thread uses its whole slice; instructions that each one got. */
function share(threads: readonly Thread[], picks: number): number[] {
  const queues = new RunQueues();
  const got = new Map<Thread, number>();
  for (const thread of threads) queues.enqueue(thread);
  for (let i = 0; i < picks; i++) {
    const thread = queues.take();
    if (thread === null) throw new Error('nobody is ready');
    got.set(thread, (got.get(thread) ?? 0) + thread.slice);
    queues.expire(thread);
  }
  return threads.map((thread) => got.get(thread) ?? 0);
}

describe('run queues', () => {
  it('give equals equal time, in turn', () => {
    expect(share([threadOf(1, 0), threadOf(2, 0), threadOf(3, 0)], 9)).toEqual([9e6, 9e6, 9e6]);
  });
  it('give time in proportion to weight, and starve nobody', () => {
    const nices = [-20, -5, 0, 5, 19];
    const got = share(nices.map((nice, i) => threadOf(i, nice)), 500);
    nices.forEach((nice, i) => {
      const wanted = Math.max(30_000, (3e6 * weightOf(nice)) / 1024) * 100;
      expect(got[i]! / wanted).toBeCloseTo(1, 2);
    });
  });
  it('take the best priority of the round first', () => {
    const queues = new RunQueues();
    const [low, high, middle] = [threadOf(1, 10), threadOf(2, -10), threadOf(3, 0)];
    for (const thread of [low, high, middle]) queues.enqueue(thread);
    expect(queues.hasBetterThan(middle)).toBe(true);
    expect([queues.take(), queues.take(), queues.take(), queues.take()]).toEqual([high, middle, low, null]);
  });
  it('keep the links right when threads leave from anywhere', () => {
    const queues = new RunQueues();
    const threads = Array.from({ length: 20 }, (_, i) => threadOf(i, i % 3));
    for (const thread of threads) queues.enqueue(thread);
    for (const i of [0, 19, 10, 9, 3]) queues.remove(threads[i]!);
    const left: number[] = [];
    for (let thread = queues.take(); thread !== null; thread = queues.take()) left.push(thread.key);
    expect(left.sort((a, b) => a - b)).toEqual(threads.map(({ key }) => key).filter((key) => ![0, 19, 10, 9, 3].includes(key)));
    expect(queues.waiting).toBe(0);
  });
  it('shrink slices when many are ready', () => {
    expect([sliceOf(0, 1), sliceOf(0, 8), sliceOf(0, 16), sliceOf(0, 5000)]).toEqual([3_000_000, 3_000_000, 1_500_000, 750_000]);
  });
});

describe('timers', () => {
  it('go off in the order of their moments, then of their setting; cancelled ones do not', () => {
    const timers = new Timers();
    const fired: number[] = [];
    let state = 7;
    const wanted: [number, number][] = [];
    const numbers = new Map<Timer, number>();
    const run = (cycle: number): void => { for (let timer = timers.due(cycle); timer !== null; timer = timers.due(cycle)) fired.push(numbers.get(timer) ?? -1); };
    for (let i = 0; i < 500; i++) {
      state = (state * 1103515245 + 12345) % 2147483648;
      const cycle = state % 97;
      const timer = timers.set(cycle, { kind: 'khugepaged' });
      numbers.set(timer, i);
      if (i % 5 === 0) timer.cancelled = true; else wanted.push([cycle, i]);
    }
    run(50);
    expect(timers.next).toBe(51);
    run(1000);
    expect(fired).toEqual(wanted.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, i]) => i));
    expect(timers.next).toBe(Infinity);
  });
});

describe('ASIDs', () => {
  it('serve more spaces than there are tags: no two spaces have one tag in a generation', () => {
    let flushed = 0;
    const asids = new Asids({ invalidateAsid: () => undefined, invalidateAll: () => { flushed++; } });
    const spaces: TaggedSpace[] = Array.from({ length: 5000 }, () => ({ asid: 0, asidGeneration: 0 }));
    for (let round = 0; round < 3; round++) {
      for (const space of spaces) {
        const asid = asids.use(space);
        expect(asid).toBeGreaterThan(0);
        expect(asid).toBeLessThan(4096);
      }
    }
    const current = spaces.filter((space) => asids.current(space) !== 0).map((space) => space.asid);
    expect(new Set(current).size).toBe(current.length);
    expect(flushed).toBe(asids.rollovers);
    expect(asids.rollovers).toBeGreaterThanOrEqual(3);
  });
  it('give a released tag again', () => {
    const gone: number[] = [];
    const asids = new Asids({ invalidateAsid: (asid) => { gone.push(asid); }, invalidateAll: () => undefined });
    const [a, b]: TaggedSpace[] = [{ asid: 0, asidGeneration: 0 }, { asid: 0, asidGeneration: 0 }];
    const tag = asids.use(a!);
    asids.release(a!);
    expect(asids.use(b!)).toBe(tag);
    expect(gone).toEqual([tag]);
    expect(asids.current(a!)).toBe(0);
  });
});
