/** Expected lines are what live Valgrind 3.19 printed for the same calls. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CHECK } from '../../shared/config';
import { DATA_BASE, FakeMachine, STACK_TOP, frame } from '../checker/testing/fake-machine';
import { createHeapService } from './heap-service';

function laboratory(check: Partial<typeof DEFAULT_CHECK> = {}) {
  const machine = new FakeMachine();
  const heap = createHeapService(machine, { ...DEFAULT_CHECK, ...check });
  const at = (line: number, fn: string): void => { machine.callStack = [...(fn === '' ? [] : [frame(fn, 0, true)]), frame('main', line)]; };
  const malloc = (line: number, size: number): number => { at(line, 'malloc'); return Number(heap.malloc(BigInt(size))); };
  const free = (line: number, address: number): void => { at(line, 'free'); heap.free(BigInt(address)); };
  return { machine, heap, at, malloc, free };
}

describe('descriptions of addresses', () => {
  const setUp = () => {
    const it = laboratory();
    const p = it.malloc(1, 10);
    const q = it.malloc(2, 100);
    const z = it.malloc(3, 0);
    const f = it.malloc(4, 24);
    it.free(5, f);
    return { ...it, p, q, z, f };
  };
  test.each([
    ['p', 10, '0 bytes after a block of size 10 alloc\'d'],
    ['p', 31, '21 bytes after a block of size 10 alloc\'d'],
    ['p', 34, '18 bytes after a block of size 16 in arena "client"'],
    ['p', 46, '30 bytes after a block of size 16 in arena "client"'],
    ['p', 49, '31 bytes before a block of size 112 in arena "client"'],
    ['p', 58, '22 bytes before a block of size 100 alloc\'d'],
    ['p', -17, '17 bytes before a block of size 10 alloc\'d'],
    ['p', -32, '32 bytes before a block of size 16 in arena "client"'],
    ['p', -33, 'in a rwx anonymous segment'],
    ['p', 8, '8 bytes inside a block of size 10 alloc\'d'],
    ['z', 0, '0 bytes after a block of size 0 alloc\'d'],
    ['z', -1, '1 bytes before a block of size 0 alloc\'d'],
    ['f', -24, '24 bytes before a block of size 24 free\'d'],
    ['f', 23, '23 bytes inside a block of size 24 free\'d'],
    ['f', 47, '23 bytes after a block of size 24 free\'d'],
    ['f', 48, '16 bytes after a block of size 32 in arena "client"'],
    ['f', 300, '204 bytes inside an unallocated block of size 4,193,792 in arena "client"'],
  ] as const)('%s + %i', (name, offset, expected) => {
    const it = setUp();
    const va = BigInt(it[name] + offset);
    expect(it.heap.describe(va).text).toBe(`Address 0x${va.toString(16)} is ${expected}`);
  });
  test('a freed block brings the stack of the free, then that of the allocation', () => {
    const { heap, f } = setUp();
    expect(heap.describe(BigInt(f)).stacks.map(({ label, stack }) => [label, stack.map((each) => `${each.fn}:${each.line}`)])).toEqual([
      ['', ['free:0', 'main:5']], ['Block was alloc\'d at', ['malloc:0', 'main:4']],
    ]);
  });
  test('data, stack and nothing', () => {
    const { heap, machine } = laboratory();
    machine.variables = [{ low: DATA_BASE, high: DATA_BASE + 16, name: 'global_array', fn: '', kind: 'global' }];
    machine.stackPointerAt = STACK_TOP - 0x1000;
    const text = (va: number | bigint): string => heap.describe(BigInt(va)).text;
    expect(text(DATA_BASE + 4)).toBe(`Address 0x${(DATA_BASE + 4).toString(16)} is 4 bytes inside data symbol "global_array"`);
    expect(text(STACK_TOP - 8)).toBe('Address 0x1fff000ff8 is on thread 1\'s stack\nin frame #0, created by main (prog.c:1)');
    expect(text(STACK_TOP - 0x1000 - 304)).toBe('Address 0x1ffefffed0 is on thread 1\'s stack\n304 bytes below stack pointer');
    expect(text(0)).toBe('Address 0x0 is not stack\'d, malloc\'d or (recently) free\'d');
    expect(text(0xffffffffffffffffn)).toBe('Address 0xffffffffffffffff is not stack\'d, malloc\'d or (recently) free\'d');
  });
});

describe('errors', () => {
  test('the same error at the same place is one record', () => {
    const { heap, at, malloc } = laboratory();
    const p = malloc(1, 4);
    at(2, '');
    for (let n = 0; n < 5; n++) heap.onInvalidAccess(BigInt(p + 4 + n), 1, true);
    heap.onInvalidAccess(BigInt(p + 4), 1, false);
    at(3, '');
    heap.onInvalidAccess(BigInt(p + 4), 4, true);
    expect(heap.errors().map((error) => [error.what, error.count])).toEqual([
      ['Invalid write of size 1', 5], ['Invalid read of size 1', 1], ['Invalid write of size 4', 1],
    ]);
    expect(heap.errors()[0]?.sentence).toBe('Line 2 writes 1 byte just past the end of the 4-byte block that main allocated at line 1.');
  });
  test('bad frees are reported and counted', () => {
    const { heap, malloc, free } = laboratory();
    const p = malloc(1, 40);
    free(2, p);
    free(3, p);
    free(4, p + 4);
    free(5, 0x12345678);
    free(6, 0);
    expect(heap.errors().map((error) => error.what)).toEqual(new Array(3).fill('Invalid free() / delete / delete[] / realloc()'));
    expect(heap.errors().map((error) => error.sentence)).toEqual([
      'Line 3 frees a block of 40 bytes a second time: it was freed at line 2 already.',
      'Line 4 passes free an address at byte 4 of the 40-byte block that main allocated at line 1, which line 2 had freed; only the address that malloc returned can be freed.',
      'Line 5 passes free an address that malloc never returned; only the address of a heap block can be freed.',
    ]);
    expect(heap.summary()).toEqual({ inUseBytes: 0, inUseBlocks: 0, allocs: 1, frees: 4, allocatedBytes: 40, libraryBytes: 0 });
  });
  test('negative sizes are fishy and give nothing', () => {
    const { heap, at } = laboratory();
    const minus = (value: bigint): bigint => BigInt.asUintN(64, value);
    at(1, 'malloc');
    expect(heap.malloc(minus(-1n))).toBe(0n);
    at(2, 'calloc');
    expect(heap.calloc(minus(-1n), 1n)).toBe(0n);
    at(3, 'memalign');
    expect(heap.memalign(64n, minus(-5n))).toBe(0n);
    expect(heap.errors().map((error) => error.what)).toEqual([
      'Argument \'size\' of function malloc has a fishy (possibly negative) value: -1',
      'Argument \'nmemb\' of function calloc has a fishy (possibly negative) value: -1',
      'Argument \'size\' of function memalign has a fishy (possibly negative) value: -5',
    ]);
    expect(heap.summary().allocs).toBe(0);
  });
  test('after 1,000 different errors nothing more is counted', () => {
    const { heap, at } = laboratory();
    for (let line = 1; line <= 1105; line++) { at(line, ''); heap.onInvalidAccess(0n, 1, false); }
    expect(heap.errors().length).toBe(1000);
  });
  test('without the limit all are', () => {
    const { heap, at } = laboratory({ errorLimit: false });
    for (let line = 1; line <= 1105; line++) { at(line, ''); heap.onInvalidAccess(0n, 1, false); }
    expect(heap.errors().length).toBe(1105);
  });
});

describe('realloc', () => {
  test('moves, copies content and definedness, frees the old block', () => {
    const { machine, heap, at, malloc } = laboratory();
    const p = malloc(1, 16);
    machine.poke64(p, 42);
    at(2, 'realloc');
    const q = Number(heap.realloc(BigInt(p), 100n));
    expect(q).not.toBe(p);
    expect(machine.peek64(BigInt(q))).toBe(42n);
    expect(machine.isAddressable(BigInt(p))).toBe(false);
    expect(heap.describe(BigInt(p)).text).toMatch(/0 bytes inside a block of size 16 free'd$/u);
    expect(heap.describe(BigInt(p)).stacks[0]?.stack[0]?.fn).toBe('realloc');
    expect(heap.summary()).toMatchObject({ allocs: 2, frees: 1, allocatedBytes: 116, inUseBytes: 100 });
  });
  test('of size 0 frees, of null allocates', () => {
    const { heap, malloc } = laboratory();
    const p = malloc(1, 16);
    expect(heap.realloc(BigInt(p), 0n)).toBe(0n);
    expect(heap.liveBlocks()).toBe(0);
    expect(heap.realloc(0n, 20n)).not.toBe(0n);
  });
});

describe('quarantine', () => {
  test('freed memory is not used again at once', () => {
    const { malloc, free } = laboratory();
    const p = malloc(1, 16);
    free(2, p);
    expect(malloc(3, 16)).not.toBe(p);
  });
  test('a freed block says when it was allocated and freed, a live one that it was not', () => {
    const { heap, malloc, free } = laboratory();
    const p = malloc(1, 16);
    const q = malloc(2, 16);
    expect(heap.blockAt(BigInt(p))?.freedInstruction).toBeNull();
    free(3, p);
    const [first, second] = [heap.blockAt(BigInt(p)), heap.blockAt(BigInt(q))];
    expect(first?.freedInstruction).toBeGreaterThan(second?.allocatedInstruction ?? Infinity);
    expect(second?.allocatedInstruction).toBeGreaterThan(first?.allocatedInstruction ?? Infinity);
    expect(second?.freedInstruction).toBeNull();
  });
  test('beyond its volume the oldest block leaves, at the next allocation but one', () => {
    const { heap, malloc, free } = laboratory({ freelistVolBytes: 100, freelistBigBlocksBytes: 1000 });
    const p = malloc(1, 80);
    const q = malloc(2, 80);
    free(3, p);
    free(4, q);
    expect(malloc(5, 80)).not.toBe(p);
    expect(malloc(6, 80)).toBe(p);
    expect(heap.violations()).toEqual([]);
  });
  test('large blocks leave first', () => {
    const { malloc, free } = laboratory({ freelistVolBytes: 2000, freelistBigBlocksBytes: 1000 });
    const small = malloc(1, 900);
    const big = malloc(2, 1500);
    free(3, small);
    free(4, big);
    malloc(5, 16);
    expect(malloc(6, 1500)).toBe(big);
  });
});

test('what the library allocates for itself is told apart', () => {
  const { machine, heap } = laboratory();
  const allocate = (size: number, ...names: string[]): void => {
    machine.callStack = [...names.map((name) => frame(name, 0, true)), frame('main', 1)];
    heap.malloc(BigInt(size));
  };
  allocate(10, 'malloc');
  allocate(6, 'malloc', 'strdup');
  allocate(4096, 'malloc', '__stdout_buffer', 'printf');
  expect(heap.summary()).toMatchObject({ allocatedBytes: 4112, libraryBytes: 4096 });
});

test('a block number is never used again', () => {
  const { heap, malloc, free } = laboratory({ freelistVolBytes: 0 });
  for (let n = 0; n < 10; n++) free(2, malloc(1, 16));
  malloc(3, 16);
  expect(heap.blocks(0, 10, 'live').rows.map((row) => row.blockId)).toEqual([11]);
});

test('the picture shows blocks and who points at them', () => {
  const { machine, heap, malloc } = laboratory();
  const a = malloc(1, 16);
  const b = malloc(2, 16);
  machine.variables = [{ low: DATA_BASE, high: DATA_BASE + 8, name: 'head', fn: '', kind: 'global' }];
  machine.poke64(DATA_BASE, a);
  machine.poke64(a + 8, b + 4);
  const { blocks, pointers, totalBlocks } = heap.picture(200, null);
  expect(blocks.map((row) => row.blockId)).toEqual([1, 2]);
  expect(totalBlocks).toBe(2);
  expect(pointers.map(({ fromKind, fromName, fromBlockId, toBlockId, interior }) => ({ fromKind, fromName, fromBlockId, toBlockId, interior }))).toEqual([
    { fromKind: 'global', fromName: 'head', fromBlockId: 0, toBlockId: 1, interior: false },
    { fromKind: 'block', fromName: '', fromBlockId: 1, toBlockId: 2, interior: true },
  ]);
});
