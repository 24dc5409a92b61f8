import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { seedAfterWrite } from '../paging/pattern';
import * as layout from './memory-layout';
import { Leave } from './memory-layout';
import { Bench, DATA_VA, kernelModule, randomSource, split } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

const COUNTED = [layout.CNT_ACCESS, layout.CNT_L1D_MISS, layout.CNT_L2_HIT, layout.CNT_L2_MISS, layout.CNT_WALK, layout.CNT_WALK_READS, layout.CNT_PSC_HIT, layout.CNT_EXTRA_CYCLES];

function counted(bench: Bench): number[] {
  return COUNTED.map((at) => bench.count(at));
}
function batch(bench: Bench, touches: readonly (readonly [va: bigint, access: number])[]): number {
  const at = bench.page();
  for (let i = 1; i < Math.ceil((touches.length * 8) / 4096); i++) bench.page();
  touches.forEach(([va, access], i) => { bench.view.setBigUint64(at + i * 8, va | BigInt(access), true); });
  return at;
}

describe('a batch of touches', () => {
  it.each([[0], [1], [2]])('counts and marks as the same accesses one by one do (seed %i)', (seed) => {
    const random = randomSource(BigInt(seed));
    const options = seed === 1 ? { l1d: [2, 2] as const, l2: [4, 3] as const } : seed === 2 ? { levels: 5 as const } : {};
    const touches: (readonly [bigint, number])[] = [];
    for (let i = 0; i < 20_000; i++) {
      const page = random() % 3n === 0n ? random() % 5000n : random() % 40n;
      touches.push([DATA_VA + page * 4096n + (random() % 512n) * 8n, random() % 3n === 0n ? ACCESS_WRITE : ACCESS_READ]);
    }
    const one = new Bench(module, options);
    const other = new Bench(module, options);
    expect(one.kernel.touchBatch(batch(one, touches), touches.length)).toBe(touches.length);
    for (const [va, access] of touches) expect(other.kernel.translate(...split(va), access)).not.toBe(0);
    expect(counted(one)).toEqual(counted(other));
    expect(one.instructions()).toBe(touches.length);
    for (const [va] of touches.slice(0, 500)) {
      const bits = (bench: Bench): bigint => bench.view.getBigUint64(bench.entry(va, 1), true) & 0xfffn;
      expect(bits(one)).toBe(bits(other));
    }
  });

  it('a write moves a pattern on, a read does not; bytes are changed where there are some', () => {
    const bench = new Bench(module);
    const pfn = bench.map(DATA_VA);
    const field = bench.get(bench.get(layout.ST_FRAME_SECTIONS)) + pfn * layout.FRAME_BYTES;
    bench.put(field, (5 << 1) | 1);
    bench.map(DATA_VA + 4096n);
    bench.kernel.touchBatch(batch(bench, [[DATA_VA + 64n, ACCESS_READ]]), 1);
    expect(bench.get(field) >>> 1).toBe(5);
    bench.kernel.touchBatch(batch(bench, [[DATA_VA + 64n, ACCESS_WRITE], [DATA_VA + 4088n, ACCESS_WRITE], [DATA_VA + 4096n + 8n, ACCESS_WRITE]]), 3);
    expect(bench.get(field) >>> 1).toBe(seedAfterWrite(seedAfterWrite(5, 64), 4088));
    expect(bench.kernel.peek(...split(DATA_VA))).toBe(0);
    expect(bench.read(DATA_VA + 4096n + 8n, 8)).toBe(0x14057b7ef767814fn);
    expect(bench.read(DATA_VA + 4096n + 16n, 8)).toBe(0n);
  });

  it('leaves at a fault that asks for it, and goes on there', () => {
    const bench = new Bench(module);
    const touches: (readonly [bigint, number])[] = [[DATA_VA, 2], [DATA_VA + 8n, 0], [0x1000n, 0], [DATA_VA + 4096n, 2]];
    const at = batch(bench, touches);
    expect(bench.kernel.touchBatch(at, 4)).toBe(2);
    expect(bench.get(layout.ST_LEAVE)).toBe(Leave.Retry);
    expect([bench.instructions(), bench.count(layout.CNT_ACCESS)]).toEqual([2, 2]);
    bench.allows = () => true;
    expect(bench.kernel.touchBatch(at + 16, 2)).toBe(2);
    expect(bench.get(layout.ST_LEAVE)).toBe(Leave.Fuel);
    expect([bench.instructions(), bench.count(layout.CNT_ACCESS)]).toEqual([4, 4]);
  });
});
