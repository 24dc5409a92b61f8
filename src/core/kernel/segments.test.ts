/**
 * The kernel's segment unit against the checks one by one (segmentation/protection.ts), on random descriptors and accesses: the same
 * verdict, the same check that failed, the same linear address; and the fast tables never answer what the checks would refuse.
 */
import { describe, expect, it } from 'vitest';
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE } from '../kernel-interface';
import { decodeDescriptor, encodeDescriptor } from '../segmentation/descriptor';
import { checkAccess } from '../segmentation/protection';
import type { CheckStep } from '../segmentation/protection';
import * as layout from './memory-layout';
import { SegmentFault, Translation } from './memory-layout';
import { Bench, kernelModule } from './test-bench';

const STEP_OF: Readonly<Record<number, CheckStep['name'] | 'ram'>> = {
  [SegmentFault.NullSelector]: 'selector', [SegmentFault.BeyondTable]: 'table', [SegmentFault.SystemSegment]: 'kind', [SegmentFault.Privilege]: 'privilege',
  [SegmentFault.Type]: 'type', [SegmentFault.NotPresent]: 'present', [SegmentFault.Limit]: 'limit', [SegmentFault.BeyondRam]: 'ram',
};
const RAM_FRAMES = 40;
const ENTRIES = 4;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
const split = (va: bigint): [number, number] => [Number(va & 0xffffffffn), Number(va >> 32n)];

async function makeBench(translation: Translation): Promise<{ bench: Bench; gdt: number; fault: () => number; frames: number[] }> {
  const bench = new Bench(await kernelModule());
  const gdt = bench.page();
  const frames = Array.from({ length: RAM_FRAMES }, () => bench.frame());
  bench.put(layout.ST_TRANSLATION, translation);
  bench.put(layout.ST_GDT, gdt);
  bench.put(layout.ST_GDT_LIMIT, 8 * ENTRIES - 1);
  bench.put(layout.ST_RAM_FRAMES, Math.max(...frames) + 1);
  let reason = 0;
  bench.allows = () => {
    reason = bench.view.getUint32(layout.ST_SEGMENT_FAULT, true);
    return false;
  };
  return { bench, gdt, frames, fault: () => { const was = reason; reason = 0; return was; } };
}

describe('segment unit', () => {
  it.each([1, 2, 3])('agrees with the checks one by one (seed %d)', async (seed) => {
    const next = random(seed * 7919);
    const { bench, gdt, fault } = await makeBench(Translation.Segmentation);
    const ramEnd = bench.view.getUint32(layout.ST_RAM_FRAMES, true) * 4096;
    const seen = new Set<string>();
    for (let round = 0; round < 4000; round++) {
      if (round % 8 === 0) {
        // Bases are multiples of a page, mostly in RAM; expand-down ones end there.
        for (let index = 1; index < ENTRIES; index++) {
          const down = next(3) === 0;
          bench.view.setBigUint64(gdt + 8 * index, encodeDescriptor({
            base: next(12) === 0 ? next(2 ** 20) * 4096 : (next(RAM_FRAMES) * 4096) >>> 0, limit: next(2) === 0 ? next(20_000) : next(5), type: next(16) & (down ? 15 : 11),
            isSegment: next(12) !== 0, dpl: next(8) === 0 ? next(4) : 3, present: next(10) !== 0, available: false, long: false, big: next(2) === 0, pages: next(3) === 0,
          }), true);
        }
        bench.kernel.clearFast();
      }
      const selector = next(25) === 0 ? next(4) : next(25) === 0 ? 8 * ENTRIES + 3 : next(30) === 0 ? 12 : 8 * (1 + next(ENTRIES - 1)) + next(4);
      const index = selector >> 3;
      const d = decodeDescriptor(bench.view.getBigUint64(gdt + 8 * Math.min(index, ENTRIES - 1), true));
      const limit = d.pages ? d.limit * 4096 + 4095 : d.limit;
      const offset = ([next(9000), limit, limit + 1, Math.max(0, limit - 7), Math.max(0, limit - 6), 0xfff, 0xffff, 0xffffffff, next(2 ** 32)][next(9)] ?? 0) % 2 ** 32;
      const access = (['read', 'write', 'execute'] as const)[next(3)] ?? 'read';
      const wide = access !== 'execute' && next(2) === 0;
      const va = (BigInt(selector) << 32n) | BigInt(offset);
      const expected = checkAccess({ limit: 8 * ENTRIES - 1, entry: (k) => bench.view.getBigUint64(gdt + 8 * k, true) }, null, { selector, offset, sizeBytes: wide ? 8 : 1, access, cpl: 3, stack: false });
      const at = wide ? (access === 'read' ? bench.kernel.load64(...split(va)) : bench.kernel.store64(...split(va)))
        : bench.kernel.translate(...split(va), access === 'read' ? ACCESS_READ : access === 'write' ? ACCESS_WRITE : ACCESS_FETCH);
      const reason = fault();
      const inRam = expected.linear !== null && expected.linear + (wide ? 8 : 1) <= ramEnd;
      const failed = expected.steps.at(-1);
      const name = expected.exception !== null ? failed?.name ?? '' : inRam ? 'fine' : 'ram';
      const what = `round ${String(round)}: ${access} of ${wide ? '8 bytes' : 'a byte'} at 0x${va.toString(16)}, descriptor ${bench.view.getBigUint64(gdt + 8 * Math.min(index, ENTRIES - 1), true).toString(16)}`;
      // A bench frame below the first made one holds tables: only the verdict counts there.
      if (name === 'fine') expect(at, what).not.toBe(0);
      else {
        expect(at, what).toBe(0);
        // An access across a page is checked page by page: where its first part lies beyond RAM, its second one's limit is never asked.
        const crosses = wide && (offset & 4095) > 4088 && (d.base + offset) % 2 ** 32 >= ramEnd;
        expect(STEP_OF[reason] === 'ram' && crosses && name === 'limit' ? 'limit' : STEP_OF[reason], what).toBe(name);
      }
      seen.add(name);
    }
    expect([...seen].sort()).toEqual(['fine', 'kind', 'limit', 'present', 'privilege', 'ram', 'selector', 'table', 'type']);
  });

  it('reaches the byte at base + offset, and sets the accessed bit', async () => {
    const { bench, gdt, frames } = await makeBench(Translation.Segmentation);
    const frame = frames[3] ?? 0;
    const bits = encodeDescriptor({ base: frame * 4096, limit: 4095, type: 2, isSegment: true, dpl: 3, present: true, available: false, long: false, big: true, pages: false });
    bench.view.setBigUint64(gdt + 8, bits, true);
    const at = bench.kernel.translate(...split((11n << 32n) | 0x123n), ACCESS_WRITE);
    expect(at).toBe(bench.slotAt(frame) + 0x123);
    expect(bench.view.getBigUint64(gdt + 8, true)).toBe(bits | (1n << 40n));
    expect(bench.kernel.peek(...split((11n << 32n) | 0x123n))).toBe(at);
  });

  it('without translation every address below the end of RAM is memory', async () => {
    const { bench, fault } = await makeBench(Translation.None);
    const end = BigInt(bench.view.getUint32(layout.ST_RAM_FRAMES, true)) * 4096n;
    expect(bench.kernel.translate(...split(end - 1n), ACCESS_WRITE)).not.toBe(0);
    expect(bench.kernel.translate(...split(end), ACCESS_READ)).toBe(0);
    expect(fault()).toBe(SegmentFault.BeyondRam);
  });
});
