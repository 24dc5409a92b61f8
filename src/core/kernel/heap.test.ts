import { beforeAll, describe, expect, it } from 'vitest';
import * as layout from './memory-layout';
import { Bench, DATA_VA, kernelModule, randomSource, split } from './test-bench';

let module: WebAssembly.Module;
beforeAll(async () => { module = await kernelModule(); });

interface Chunk { readonly at: bigint; readonly size: bigint; readonly used: boolean; readonly previousUsed: boolean; readonly asked: bigint }

/** The heap as its headers tell it; throws when they do not add up. */
function walk(bench: Bench): Chunk[] {
  const chunks: Chunk[] = [];
  const [base, end] = [bench.view.getBigUint64(layout.ST_HEAP_BASE, true), bench.view.getBigUint64(layout.ST_HEAP_END, true)];
  if (base === end) return chunks;
  let used = true;
  for (let at = base; ;) {
    const header = bench.read(at, 8);
    const size = header & ~15n;
    expect((header & 2n) !== 0n, 'the bit of the chunk before').toBe(used);
    if (size === 0n) { expect(at).toBe(end - 16n); return chunks; }
    const chunk: Chunk = { at, size, used: (header & 1n) !== 0n, previousUsed: used, asked: bench.read(at + 8n, 8) };
    if (!chunk.used) {
      expect(used, 'two free neighbours').toBe(true);
      expect(bench.read(at + size - 8n, 8), 'footer').toBe(size);
    }
    used = chunk.used;
    chunks.push(chunk);
    at += size;
  }
}
function freeList(bench: Bench): bigint[] {
  const list: bigint[] = [];
  for (let at = bench.view.getBigUint64(layout.ST_HEAP_FREE, true), previous = 0n; at !== 0n; at = bench.read(at + 16n, 8)) {
    expect(bench.read(at + 24n, 8)).toBe(previous);
    previous = at;
    list.push(at);
  }
  return list;
}
function malloc(bench: Bench, size: bigint): bigint {
  return bench.kernel.heapMalloc(...split(size)) === 0 ? 0n : bench.view.getBigUint64(layout.ST_VA, true);
}
function heap(): Bench {
  const bench = new Bench(module);
  bench.kernel.heapInit(...split(DATA_VA));
  return bench;
}

describe('first-fit heap', () => {
  it('places blocks behind each other, 16-aligned, and reuses what was freed', () => {
    const bench = heap();
    const blocks = [24n, 100n, 1n, 0n].map((size) => malloc(bench, size));
    expect(blocks).toEqual([DATA_VA + 16n, DATA_VA + 64n, DATA_VA + 192n, DATA_VA + 240n]);
    expect(bench.log).toEqual(['heap grows by 135168']);
    expect(bench.kernel.heapFree(...split(blocks[1] as bigint))).toBe(1);
    expect(malloc(bench, 40n)).toBe(blocks[1]);
    expect(walk(bench).map((c) => [c.size, c.used])).toEqual([[48n, true], [64n, true], [64n, false], [48n, true], [48n, true], [135168n - 16n - 272n, false]]);
  });
  it('refuses what it did not give', () => {
    const bench = heap();
    const block = malloc(bench, 64n);
    for (const bad of [0n, block + 8n, block + 16n, block - 16n, DATA_VA - 64n, DATA_VA + (1n << 30n)]) expect(bench.kernel.heapFree(...split(bad))).toBe(0);
    expect(bench.kernel.heapFree(...split(block))).toBe(1);
    expect(bench.kernel.heapFree(...split(block))).toBe(0);
    expect(malloc(bench, 2n ** 64n - 1n)).toBe(0n);
  });
  it('joins all neighbours: everything freed is one chunk', () => {
    for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3], [1, 3, 0, 2]]) {
      const bench = heap();
      const blocks = [50n, 60n, 70n, 80n].map((size) => malloc(bench, size));
      for (const k of order) bench.kernel.heapFree(...split(blocks[k] as bigint));
      expect(walk(bench).length).toBe(1);
      expect(freeList(bench)).toEqual([DATA_VA]);
    }
  });
  it('counts its header accesses and grows for large blocks', () => {
    const bench = heap();
    malloc(bench, 24n);
    const before = bench.count(layout.CNT_ACCESS);
    expect(before).toBeGreaterThan(0);
    const large = malloc(bench, 1_000_000n);
    expect(large).not.toBe(0n);
    expect(walk(bench).find((c) => c.at === large - 16n)).toMatchObject({ used: true, asked: 1_000_000n });
    expect(bench.count(layout.CNT_ACCESS)).toBeGreaterThan(before);
  });
  it('stays sound under random use', () => {
    const bench = heap();
    const random = randomSource(4n);
    const live = new Map<bigint, bigint>();
    for (let k = 0; k < 1500; k++) {
      if (random() % 5n < 3n) {
        const size = random() % (random() % 10n === 0n ? 20000n : 200n);
        const block = malloc(bench, size);
        expect(block % 16n).toBe(0n);
        for (const [other, length] of live) expect(block + size <= other || other + length <= block).toBe(true);
        live.set(block, size);
      } else {
        const blocks = [...live.keys()];
        const block = blocks[Number(random() % BigInt(blocks.length || 1))];
        if (block === undefined) continue;
        expect(bench.kernel.heapFree(...split(block))).toBe(1);
        live.delete(block);
      }
      if (k % 100 === 0) {
        const chunks = walk(bench);
        expect(chunks.filter((c) => c.used).map((c) => [c.at + 16n, c.asked])).toEqual([...live].sort((a, b) => a[0] < b[0] ? -1 : 1));
        expect(freeList(bench).sort()).toEqual(chunks.filter((c) => !c.used).map((c) => c.at).sort());
      }
    }
  });
});
