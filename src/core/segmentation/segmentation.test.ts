/** Descriptors, checks and placement against models written apart: bit by bit, byte by byte, unit by unit. */
import { describe, expect, it } from 'vitest';
import { decodeDescriptor, encodeDescriptor, limitField, typeText, validOffsets } from './descriptor';
import { Placement } from './placement';
import type { Fit } from './placement';
import { runPlacement } from './placement-lab';
import { checkAccess } from './protection';
import type { AccessRequest, SegmentAccess } from './protection';
import { textOf } from './classroom';

/** Numbers from a seed (xorshift32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe('descriptors', () => {
  // Flat descriptors as Linux defines them (arch/x86/kernel/cpu/common.c): user data, user code of 64 and 32 bits, kernel code.
  it.each([
    ['00cff3000000ffff', { base: 0, limit: 0xfffff, type: 3, dpl: 3, long: false, big: true, pages: true }],
    ['00affb000000ffff', { base: 0, limit: 0xfffff, type: 11, dpl: 3, long: true, big: false, pages: true }],
    ['00cffb000000ffff', { base: 0, limit: 0xfffff, type: 11, dpl: 3, long: false, big: true, pages: true }],
    ['00af9b000000ffff', { base: 0, limit: 0xfffff, type: 11, dpl: 0, long: true, big: false, pages: true }],
    ['12407634560089ab', { base: 0x12345600, limit: 0x089ab, type: 6, dpl: 3, isSegment: true, present: false, big: true, pages: false }],
  ])('%s', (text, fields) => {
    const bits = BigInt(`0x${text}`);
    expect(decodeDescriptor(bits)).toMatchObject(fields);
    expect(textOf(encodeDescriptor(decodeDescriptor(bits)))).toBe(text);
  });

  it('a naive reader of single bits agrees, and every eight bytes survive a round trip', () => {
    const next = random(7);
    for (let i = 0; i < 2000; i++) {
      const bits = (BigInt(next(2 ** 32)) << 32n) | BigInt(next(2 ** 32));
      const bit = (n: number): number => Number((bits >> BigInt(n)) & 1n);
      const field = (...places: number[]): number => places.reduce((sum, place, k) => sum + bit(place) * 2 ** k, 0);
      const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);
      const d = decodeDescriptor(bits);
      expect(d.base).toBe(field(...range(16, 39), ...range(56, 63)));
      expect(d.limit).toBe(field(...range(0, 15), ...range(48, 51)));
      expect([d.type, d.isSegment, d.dpl, d.present, d.available, d.long, d.big, d.pages].map(Number)).toEqual([field(40, 41, 42, 43), bit(44), field(45, 46), bit(47), bit(52), bit(53), bit(54), bit(55)]);
      expect(encodeDescriptor(d)).toBe(bits);
    }
  });

  it('limits in bytes up to 1 MiB, in units of 4 KiB above', () => {
    expect(limitField(0xfffff)).toEqual({ limit: 0xfffff, pages: false });
    expect(limitField(0x100fff)).toEqual({ limit: 0x100, pages: true });
  });

  it('expand-down segments are valid above their limit', () => {
    const stack = decodeDescriptor(0x0040f7000000ffffn);
    expect(typeText(stack)).toBe('data, read/write, expand-down, accessed');
    expect(validOffsets(stack)).toEqual({ first: 0x10000, last: 0xffffffff });
    expect(validOffsets({ ...stack, big: false })).toBeNull();
  });
});

/** The rules of SDM volume 3, chapter 5, for one byte, as a table of conditions. */
function naiveVerdict(bits: bigint, request: AccessRequest): string {
  const bit = (n: number): boolean => ((bits >> BigInt(n)) & 1n) === 1n;
  const dpl = Number((bits >> 45n) & 3n);
  const code = bit(43);
  if (request.selector < 4) return '#GP(0)';
  const withoutRpl = request.selector - (request.selector % 4);
  if (!bit(44)) return `#GP(${String(withoutRpl)})`;
  if (!(code && bit(42)) && (request.cpl > dpl || request.selector % 4 > dpl)) return `#GP(${String(withoutRpl)})`;
  const readable = !code || bit(41);
  const allowed = request.access === 'execute' ? code : request.access === 'read' ? readable : !code && bit(41);
  if (!allowed) return '#GP(0)';
  if (!bit(47)) return `${request.stack ? '#SS' : '#NP'}(${String(withoutRpl)})`;
  const field = Number(bits & 0xffffn) + Number((bits >> 48n) & 15n) * 65536;
  const limit = bit(55) ? field * 4096 + 4095 : field;
  for (let byte = request.offset; byte < request.offset + request.sizeBytes; byte++) {
    const inside = !code && bit(42) ? byte > limit && byte <= (bit(54) ? 0xffffffff : 0xffff) : byte <= limit;
    if (!inside) return request.stack ? '#SS(0)' : '#GP(0)';
  }
  const base = Number((bits >> 16n) & 0xffffffn) + Number(bits >> 56n) * 2 ** 24;
  return `linear ${String((base + request.offset) % 2 ** 32)}`;
}

describe('checks of protected mode', () => {
  it('agree with the naive rules on random descriptors and accesses', () => {
    const next = random(11);
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const flags = BigInt((next(8) === 0 ? 0 : 1) << 12 | (next(8) === 0 ? 0 : 1) << 15 | next(4) << 13 | next(16) << 8 | (next(2) << 22) | (next(4) === 0 ? 1 << 23 : 0));
      const limit = next(3) === 0 ? next(2 ** 20) : next(4096);
      const bits = (BigInt(next(256)) << 56n) | (flags << 32n) | (BigInt(limit >> 16) << 48n) | (BigInt(next(2 ** 24)) << 16n) | BigInt(limit & 0xffff);
      const offsets = [next(8192), limit, limit + 1, Math.max(0, limit - 3), limit * 4096 + 4095, limit * 4096 + 4096, 0xffffffff, next(2 ** 32)];
      const request: AccessRequest = {
        selector: next(20) === 0 ? next(4) : 8 + next(4), offset: (offsets[next(offsets.length)] ?? 0) % 2 ** 32, sizeBytes: [1, 2, 4, 8][next(4)] ?? 1,
        access: (['read', 'write', 'execute'] as const)[next(3)] as SegmentAccess, cpl: next(4), stack: next(2) === 0,
      };
      const outcome = checkAccess({ limit: 15, entry: () => bits }, null, request);
      const verdict = outcome.exception === null ? `linear ${String(outcome.linear)}` : `${outcome.exception}(${String(outcome.errorCode)})`;
      expect(verdict).toBe(naiveVerdict(bits, request));
      expect(outcome.steps.filter((step) => !step.passed).length).toBe(outcome.exception === null ? 0 : 1);
      seen.add(outcome.exception === null ? 'fine' : `${outcome.exception} ${outcome.steps.at(-1)?.name ?? ''}`);
    }
    // Every check fails somewhere, and some accesses pass.
    expect([...seen].sort()).toEqual(['#GP kind', '#GP limit', '#GP privilege', '#GP selector', '#GP type', '#NP present', '#SS limit', '#SS present', 'fine']);
  });
  it('a selector beyond the table', () => {
    expect(checkAccess({ limit: 15, entry: () => 0n }, null, { selector: 0x13, offset: 0, sizeBytes: 1, access: 'read', cpl: 3, stack: false })).toMatchObject({ exception: '#GP', errorCode: 0x10 });
    expect(checkAccess({ limit: 15, entry: () => 0n }, null, { selector: 0x0f, offset: 0, sizeBytes: 1, access: 'read', cpl: 3, stack: false })).toMatchObject({ exception: '#GP', errorCode: 0x0c });
  });
});

/** Memory as an array of cells; holes are found by looking at each. */
class NaiveMemory {
  readonly cells: (number | null)[];
  private from = 0;
  constructor(total: number, private readonly fit: Fit) { this.cells = Array.from({ length: total }, () => null); }
  holes(): { start: number; size: number }[] {
    const found: { start: number; size: number }[] = [];
    this.cells.forEach((cell, at) => {
      if (cell !== null) return;
      const last = found.at(-1);
      if (last !== undefined && last.start + last.size === at) last.size++; else found.push({ start: at, size: 1 });
    });
    return found;
  }
  place(id: number, size: number): number {
    const fitting = this.holes().filter((hole) => hole.size >= size);
    const bySize = [...fitting].sort((a, b) => a.size - b.size || a.start - b.start);
    const largest = [...fitting].sort((a, b) => b.size - a.size || a.start - b.start);
    const chosen = this.fit === 'first' ? fitting[0] : this.fit === 'best' ? bySize[0] : this.fit === 'worst' ? largest[0]
      : fitting.find((hole) => hole.start + hole.size > this.from) ?? fitting[0];
    if (chosen === undefined) return -1;
    for (let k = 0; k < size; k++) this.cells[chosen.start + k] = id;
    this.from = chosen.start + size;
    return chosen.start;
  }
  free(id: number): void { this.cells.forEach((cell, at) => { if (cell === id) this.cells[at] = null; }); }
  compact(): void {
    const kept = this.cells.filter((cell) => cell !== null);
    this.cells.fill(null);
    kept.forEach((cell, at) => { this.cells[at] = cell; });
    this.from = kept.length;
  }
}

describe('placement', () => {
  it.each(['first', 'next', 'best', 'worst'] as const)('%s fit agrees with the naive memory under random use', (fit) => {
    const next = random(fit.length * 31);
    const placement = new Placement(0, 400, fit);
    const naive = new NaiveMemory(400, fit);
    const live: number[] = [];
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const choice = next(40);
      if (choice === 0) {
        placement.compact();
        naive.compact();
      } else if (choice < 19 && live.length > 0) {
        const [id] = live.splice(next(live.length), 1);
        placement.free(id ?? 0);
        naive.free(id ?? 0);
      } else {
        const size = 1 + next(60);
        const placed = placement.place(size);
        const start = naive.place(placed?.id ?? -1, size);
        expect(placed?.start ?? -1).toBe(start);
        if (placed === null) refused++; else live.push(placed.id);
      }
      expect(placement.holes()).toEqual(naive.holes());
      const holes = naive.holes();
      const free = holes.reduce((sum, hole) => sum + hole.size, 0);
      const largest = Math.max(0, ...holes.map((hole) => hole.size));
      expect(placement.numbers()).toEqual({ total: 400, used: 400 - free, free, holes: holes.length, largestHole: largest, external: free === 0 ? 0 : 1 - largest / free });
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('the placement laboratory', () => {
  // 100 units: A 30, B 20, C 40 leave a hole of 10; freeing A and C makes holes of 30 and 50.
  const SCENE = 'A 30\nB 20\nC 40\nfree A\nfree C\nD 25\nE 45 # too large for what is left?\ncompact\nE 45';
  const outcome = (fit: Fit) => runPlacement({ total: 100, pageUnits: 8, fit, operations: SCENE }).steps.map((step) => [step.text, step.outcome, step.placed.find((one) => step.text.startsWith(`${one.name} `))?.start ?? null]);
  it('first fit', () => {
    expect(outcome('first')).toEqual([['A 30', 'placed', 0], ['B 20', 'placed', 30], ['C 40', 'placed', 50], ['free A', 'freed', null], ['free C', 'freed', null], ['D 25', 'placed', 0], ['E 45', 'placed', 50], ['compact', 'compacted', null], ['E 45', 'error', 45]]);
  });
  it('worst fit splits the large hole: the next request fails for fragmentation until memory is compacted', () => {
    const { steps, refusals } = runPlacement({ total: 100, pageUnits: 8, fit: 'worst', operations: SCENE });
    expect(steps[5]?.placed.find((one) => one.name === 'D')?.start).toBe(50);
    expect(steps[6]).toMatchObject({ outcome: 'refused', note: 'No place for 45 units. External fragmentation: 55 units are free, but the largest hole has 30.' });
    expect(steps[6]?.numbers.external).toBeCloseTo(1 - 30 / 55, 12);
    expect(steps[7]).toMatchObject({ outcome: 'compacted', movedUnits: 45 });
    expect(refusals).toBe(1);
  });
  it('pages waste the end of each segment, and have no holes', () => {
    const { steps } = runPlacement({ total: 100, pageUnits: 8, fit: 'first', operations: 'A 30\nB 20\nC 1' });
    expect(steps.map((step) => [step.paging.pages, step.paging.wasteUnits])).toEqual([[4, 2], [7, 6], [8, 13]]);
  });
  it('says what is wrong with a line', () => {
    const { steps } = runPlacement({ total: 100, pageUnits: 8, fit: 'first', operations: 'A\nA 0\n9 9\nfree X\nA 3\nA 3\ncompact now please' });
    expect(steps.map((step) => step.outcome)).toEqual(['error', 'error', 'error', 'error', 'placed', 'error', 'error']);
  });
});
