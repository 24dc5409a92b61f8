import { describe, expect, it } from 'vitest';
import { BATCH_TOUCHES, LightWorkload } from './light-workload';
import type { WorkloadHost } from './light-workload';
import { parseWorkloads } from './script-parser';
import type { WorkloadScript } from './script';

const SECOND = 3e9;
const BASES = [0x100000, 0x20000000, 0x300000];

function script(text: string): WorkloadScript {
  const { scripts, problems } = parseWorkloads(text);
  expect(problems).toEqual([]);
  return scripts[0] as WorkloadScript;
}

/** A machine that does what it is asked for and writes it down; a touch takes one cycle. */
class FakeHost implements WorkloadHost {
  readonly bases = BASES;
  readonly batch = new Uint32Array(2 * BATCH_TOUCHES);
  now = 0;
  readonly touched: { readonly vpn: number; readonly offset: number; readonly write: boolean; readonly cycle: number }[] = [];
  readonly grown: (readonly [number, number, number])[] = [];
  readonly children: LightWorkload[] = [];
  wake = 0;
  exited: number | null = null;
  /** Touches made at a time, to cut batches. */
  patience = Infinity;
  allowGrowth = true;

  cycles(): number { return this.now; }
  touch(from: number, count: number): number {
    const { batch } = this;
    const made = Math.min(count, this.patience);
    for (let i = from; i < from + made; i++) {
      const low = batch[2 * i] as number;
      this.touched.push({ vpn: (batch[2 * i + 1] as number) * 1048576 + (low >>> 12), offset: low & 0xff8, write: (low & 2) !== 0, cycle: this.now });
      this.now++;
    }
    return made;
  }
  grow(region: number, from: number, to: number): boolean {
    this.grown.push([region, from, to]);
    return this.allowGrowth;
  }
  sleep(cycle: number): void { this.wake = cycle; }
  fork(make: (host: WorkloadHost) => LightWorkload): boolean {
    this.children.push(make(new FakeHost()));
    return true;
  }
  exit(status: number): void { this.exited = status; }
}

/** Runs until `end`, with `fuel` at a time. */
function runUntil(workload: LightWorkload, host: FakeHost, end: number, fuel = 10_000): void {
  while (host.now < end && host.exited === null) {
    host.wake = 0;
    workload.run(fuel);
    // Another process uses the batch in between.
    host.batch.fill(0xffffffff);
    if (host.wake > host.now) host.now = Math.min(host.wake, end);
  }
}

const STEADY = `workload w
region code file /bin/w 1M
region heap anonymous 2G
phase p
  touch code 1000/s sequential
  touch heap 3k/s zipf in 1M, writes 25%`;

describe('a light workload', () => {
  it('keeps its rates, shares and ranges', () => {
    const host = new FakeHost();
    runUntil(new LightWorkload(script(STEADY), 5, host), host, 10 * SECOND);
    const code = host.touched.filter(({ vpn }) => vpn < 0x200000);
    const heap = host.touched.filter(({ vpn }) => vpn >= 0x20000000);
    expect(code.length + heap.length).toBe(host.touched.length);
    // Exact but for the tick that is under way, which is 128 ms long.
    expect(Math.abs(code.length - 10_000)).toBeLessThanOrEqual(128);
    expect(Math.abs(heap.length - 30_000)).toBeLessThanOrEqual(384);
    expect(Math.abs(heap.filter(({ write }) => write).length / heap.length - 0.25)).toBeLessThan(0.01);
    expect(code.every(({ write }) => !write)).toBe(true);
    expect(Math.max(...heap.map(({ vpn }) => vpn - 0x20000000))).toBeLessThan(256);
    expect(code.slice(0, 300).map(({ vpn }) => vpn - 0x100000)).toEqual(Array.from({ length: 300 }, (_, i) => i % 256));
    expect(new Set(heap.map(({ offset }) => offset)).size).toBe(512);
  });

  it('does the same however its fuel is portioned', () => {
    const run = (fuel: number, patience: number): unknown => {
      const host = new FakeHost();
      host.patience = patience;
      runUntil(new LightWorkload(script(STEADY), 5, host), host, SECOND, fuel);
      return host.touched;
    };
    expect(run(10_000, 7)).toEqual(run(13, Infinity));
  });

  it('differs by seed', () => {
    const run = (seed: number): string => {
      const host = new FakeHost();
      runUntil(new LightWorkload(script(STEADY), seed, host), host, SECOND);
      return JSON.stringify(host.touched.slice(0, 20));
    };
    expect(run(1)).not.toBe(run(2));
  });

  it('grows at its rate, writes each new page once, and stops at the end or when it is refused', () => {
    const text = 'workload w\nregion heap anonymous 40K\nphase p\n  grow heap 40K/s to 400K';
    const host = new FakeHost();
    runUntil(new LightWorkload(script(text), 1, host), host, 30 * SECOND);
    expect(host.touched.map(({ vpn, write }) => [vpn - 0x100000, write])).toEqual(Array.from({ length: 90 }, (_, i) => [10 + i, true]));
    const refused = new FakeHost();
    refused.allowGrowth = false;
    runUntil(new LightWorkload(script(text), 1, refused), refused, 30 * SECOND);
    expect([refused.grown.length, refused.touched.length]).toEqual([1, 0]);
  });

  it('goes through its phases, forks, and exits', () => {
    const text = `workload w
      region heap anonymous 40K
      phase start for 100ms
        fork 2 at child
      phase work for 1s
        touch heap 1000/s
        then rest
      phase child for 1s
        exit 4
      phase rest for 500ms
        exit`;
    const host = new FakeHost();
    const workload = new LightWorkload(script(text), 1, host);
    runUntil(workload, host, 10 * SECOND);
    expect(host.children.length).toBe(2);
    expect(host.exited).toBe(0);
    expect(host.now).toBeGreaterThanOrEqual(1.6 * SECOND);
    expect(host.now).toBeLessThan(1.7 * SECOND);
    expect(host.touched.every(({ cycle }) => cycle >= 0.1 * SECOND && cycle < 1.15 * SECOND)).toBe(true);
    expect(Math.abs(host.touched.length - 1000)).toBeLessThanOrEqual(1);
    expect(host.children[0]?.description).toBe('child: sleeps');
    expect(workload.description).toBe('rest: sleeps');
  });

  it('a phase without anything to do and without an end waits for ever', () => {
    const host = new FakeHost();
    new LightWorkload(script('workload w\nregion r anonymous 4K\nphase p'), 1, host).run(100);
    expect(host.wake).toBe(Infinity);
  });
});
