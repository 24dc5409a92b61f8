/**
 * Placement against live Valgrind 3.19: the sequences below were run as C programs under the real tool with their
 * pointers printed; only a hash of what it printed is kept here.
 */
import { describe, expect, test } from 'vitest';
import { NONE } from './arena-rows';
import { ClientArena, freeListOf } from './client-arena';
import { BlockTable } from './block-table';
import { Quarantine } from './quarantine';

/** Address space in which released ranges are used again, lowest first, as the real tool's mmap does. */
class Mappings {
  private next = 0x4a40000;
  private holes: { start: number; bytes: number }[] = [];
  grow(bytes: number): number {
    const hole = this.holes.find((each) => each.bytes >= bytes);
    if (hole === undefined) { const start = this.next; this.next += bytes; return start; }
    const { start } = hole;
    hole.start += bytes;
    hole.bytes -= bytes;
    return start;
  }
  release(start: number, bytes: number): void {
    this.holes = [...this.holes, { start, bytes }].filter((hole) => hole.bytes > 0).sort((a, b) => a.start - b.start);
    for (let n = this.holes.length - 1; n > 0; n--) {
      const low = this.holes[n - 1] as { start: number; bytes: number };
      const high = this.holes[n] as { start: number; bytes: number };
      if (low.start + low.bytes === high.start) { low.bytes += high.bytes; this.holes.splice(n, 1); }
    }
  }
}

function newArena(): ClientArena {
  const mappings = new Mappings();
  return new ClientArena(mappings);
}

function fnv(text: string): string {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193) >>> 0;
  return hash.toString(16);
}

/** The C program's generator: a 64-bit LCG, high 31 bits. */
function generator(): () => number {
  let state = 12345n;
  return () => { state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n); return Number(state >> 33n); };
}

/** A random sequence of malloc, posix_memalign and free on 256 pointers; its lines as the C program printed them. */
function randomSequence(steps: number, largest: number, volume: number, bigBlock: number): string {
  const arena = newArena();
  const table = new BlockTable();
  const quarantine = new Quarantine(volume, bigBlock);
  const held = new Array<number>(256).fill(NONE);
  const random = generator();
  const lines: string[] = [];
  let base = 0;
  for (let step = 0; step < steps; step++) {
    const k = random() % 256;
    const old = held[k] ?? NONE;
    if (old !== NONE) {
      const block = table.at(arena.payloadOf(old));
      if (block === 0) throw new Error('no record');
      table.free(block, 0, 0);
      quarantine.add(block, table.sizeOf(block));
      held[k] = NONE;
      lines.push(`f ${k}`);
      continue;
    }
    const r = random();
    const size = (r & 7) === 0 ? random() % largest : random() % 200;
    const isAligned = (r >>> 8) % 11 === 0;
    const alignment = isAligned ? 32 * 2 ** (random() % 6) : 16;
    const chunk = isAligned ? arena.allocateAligned(alignment, size) : arena.allocate(size);
    if (chunk === NONE) throw new Error('no memory');
    held[k] = chunk;
    const payload = arena.payloadOf(chunk);
    base ||= payload;
    table.add(chunk, payload, size, 'malloc', 0, 0);
    lines.push(isAligned ? `a ${k} ${alignment} ${size} ${payload - base}` : `m ${k} ${size} ${payload - base}`);
    for (let block = quarantine.leaving(); block !== 0; block = quarantine.leaving()) {
      quarantine.left(table.sizeOf(block));
      arena.free(table.handleOf(block));
      table.forget(block);
    }
  }
  expect(arena.violations()).toEqual([]);
  return `${lines.join('\n')}\n`;
}

describe('placement as in Valgrind 3.19', () => {
  test('the first blocks of a program', () => {
    const arena = newArena();
    const sizes = [1, 8, 10, 16, 17, 24, 32, 40, 48, 64, 100, 128, 1000, 1024, 4096, 5000, 100, 100000, 1];
    expect(sizes.map((size) => arena.payloadOf(arena.allocate(size)))).toEqual([
      0x4a40040, 0x4a40090, 0x4a400e0, 0x4a40130, 0x4a40180, 0x4a401e0, 0x4a40240, 0x4a402a0, 0x4a40310, 0x4a40380,
      0x4a40400, 0x4a404b0, 0x4a40570, 0x4a409a0, 0x4a40de0, 0x4a41e20, 0x4a431f0, 0x4a432a0, 0x4a5b980,
    ]);
  });
  test('a request above 4 MiB gets a superblock of its own', () => {
    const arena = newArena();
    arena.allocate(1);
    expect(arena.payloadOf(arena.allocate(5000000))).toBe(0x4e40040);
    expect(arena.payloadOf(arena.allocate(20000000))).toBe(0x5305040);
    expect(arena.payloadOf(arena.allocate(16))).toBe(0x4a40090);
  });
  test.each([
    { steps: 2000, largest: 5000, volume: 20_000, bigBlock: 2000, hash: '3cd9dc2' },
    { steps: 3000, largest: 100_000, volume: 20_000, bigBlock: 2000, hash: 'e885d683' },
    { steps: 3000, largest: 2_000_000, volume: 20_000_000, bigBlock: 1_000_000, hash: 'f52c69fa' },
  ])('$steps random steps with blocks up to $largest bytes', ({ steps, largest, volume, bigBlock, hash }) => {
    expect(fnv(randomSequence(steps, largest, volume, bigBlock))).toBe(hash);
  });
});

test('free lists hold multiples of 16 bytes up to 1,023, then growing classes', () => {
  expect([0, 16, 1008, 1024, 1056, 1072, 158224, 158240, 10_000_000].map(freeListOf)).toEqual([0, 1, 63, 64, 64, 65, 110, 111, 111]);
});
