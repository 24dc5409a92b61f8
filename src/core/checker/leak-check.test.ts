import { describe, expect, test } from 'vitest';
import { DEFAULT_CHECK } from '../../shared/config';
import { createHeapService } from '../heap/heap-service';
import { DATA_BASE, FakeMachine, STACK_TOP, frame } from './testing/fake-machine';

/** A heap whose blocks are allocated at a line each and filled with zeros. */
function laboratory() {
  const machine = new FakeMachine();
  const heap = createHeapService(machine, DEFAULT_CHECK);
  const allocate = (line: number, size = 16): number => {
    machine.callStack = [frame('malloc', 0, true), frame('main', line)];
    return Number(heap.calloc(1n, BigInt(size)));
  };
  const kinds = (): Record<number, string> => {
    const { records } = heap.leakCheck();
    return Object.fromEntries(records.map((record) => [record.stack[1]?.line ?? 0, record.kind]));
  };
  return { machine, heap, allocate, kinds };
}

describe('the nine cases of the Memcheck manual', () => {
  type Pointer = 'start' | 'interior';
  const cases: readonly { readonly name: string; readonly root?: Pointer; readonly inner?: Pointer; readonly expected: Record<number, string> }[] = [
    { name: '2: root → A → B', root: 'start', inner: 'start', expected: { 1: 'reachable', 2: 'reachable' } },
    { name: '4: A → B', inner: 'start', expected: { 1: 'definite', 2: 'indirect' } },
    { name: '6: root → A ·> B', root: 'start', inner: 'interior', expected: { 1: 'reachable', 2: 'possible' } },
    { name: '7: root ·> A → B', root: 'interior', inner: 'start', expected: { 1: 'possible', 2: 'possible' } },
    { name: '8: root ·> A ·> B', root: 'interior', inner: 'interior', expected: { 1: 'possible', 2: 'possible' } },
    { name: '9: A ·> B', inner: 'interior', expected: { 1: 'definite', 2: 'indirect' } },
  ];
  test.each(cases)('$name', ({ root, inner, expected }) => {
    const { machine, allocate, kinds } = laboratory();
    const a = allocate(1);
    const b = allocate(2);
    if (root !== undefined) machine.poke64(DATA_BASE, root === 'start' ? a : a + 5);
    if (inner !== undefined) machine.poke64(a, inner === 'start' ? b : b + 5);
    expect(kinds()).toEqual(expected);
  });
  test.each([
    { name: '1: root → B', offset: 0, expected: 'reachable' },
    { name: '3: B', offset: null, expected: 'definite' },
    { name: '5: root ·> B', offset: 7, expected: 'possible' },
  ])('$name', ({ offset, expected }) => {
    const { machine, allocate, kinds } = laboratory();
    const b = allocate(1);
    if (offset !== null) machine.poke64(DATA_BASE + 8, b + offset);
    expect(kinds()).toEqual({ 1: expected });
  });
});

describe('what counts as a pointer', () => {
  test('not an unaligned word', () => {
    const { machine, allocate, kinds } = laboratory();
    const a = allocate(1);
    for (let n = 0; n < 8; n++) machine.setByte(DATA_BASE + 3 + n, Math.floor(a / 256 ** n) % 256);
    expect(kinds()).toEqual({ 1: 'definite' });
  });
  test('not a word with one undefined byte', () => {
    const { machine, allocate, kinds } = laboratory();
    machine.poke64(DATA_BASE, allocate(1));
    machine.shade(BigInt(DATA_BASE + 7), 1, 1);
    expect(kinds()).toEqual({ 1: 'definite' });
  });
  test('not a word below the stack pointer', () => {
    const { machine, allocate, kinds } = laboratory();
    machine.poke64(STACK_TOP - 64, allocate(1));
    machine.shade(BigInt(STACK_TOP - 64), 8, 0);
    expect(kinds()).toEqual({ 1: 'definite' });
  });
  test('a live register, if defined', () => {
    const { machine, allocate, kinds } = laboratory();
    const a = allocate(1);
    const b = allocate(2);
    machine.registers = [{ value: BigInt(a), definedBits: 2n ** 64n - 1n, fn: 'main' }, { value: BigInt(b), definedBits: 2n ** 63n - 1n, fn: 'main' }];
    expect(kinds()).toEqual({ 1: 'reachable', 2: 'definite' });
  });
  test('the start of a block of size 0', () => {
    const { machine, allocate, kinds } = laboratory();
    machine.poke64(DATA_BASE, allocate(1, 0));
    expect(kinds()).toEqual({ 1: 'reachable' });
  });
  test('one past the end is not inside', () => {
    const { machine, allocate, kinds } = laboratory();
    machine.poke64(DATA_BASE, allocate(1, 16) + 16);
    expect(kinds()).toEqual({ 1: 'definite' });
  });
});

describe('cliques', () => {
  test('a list is one definite record at its head', () => {
    const { machine, heap, allocate } = laboratory();
    const nodes = [allocate(1), allocate(2), allocate(2), allocate(2)];
    nodes.slice(1).forEach((node, index) => { machine.poke64(nodes[index] as number, node); });
    expect(heap.leakCheck().records.map((record) => record.what)).toEqual([
      '48 bytes in 3 blocks are indirectly lost in loss record 1 of 2',
      '64 (16 direct, 48 indirect) bytes in 1 blocks are definitely lost in loss record 2 of 2',
    ]);
  });
  test('a cycle is led by its lowest block', () => {
    const { machine, allocate, kinds } = laboratory();
    const a = allocate(1);
    const b = allocate(2);
    machine.poke64(a, b);
    machine.poke64(b, a);
    expect(kinds()).toEqual({ 1: 'definite', 2: 'indirect' });
  });
  test('a block that points to itself is lost by itself', () => {
    const { machine, allocate, heap } = laboratory();
    const a = allocate(1);
    machine.poke64(a, a);
    expect(heap.leakCheck().records.map((record) => record.what)).toEqual(['16 bytes in 1 blocks are definitely lost in loss record 1 of 1']);
  });
  test('a leader that a later block points to hands over its clique', () => {
    const { machine, heap, allocate } = laboratory();
    const tail = allocate(1);
    const middle = allocate(2);
    const head = allocate(3);
    machine.poke64(middle, tail);
    machine.poke64(head, middle);
    expect(heap.leakCheck().records.map((record) => [record.kind, record.bytes, record.indirectBytes, record.stack[1]?.line])).toEqual([
      ['indirect', 16, 0, 1], ['indirect', 16, 0, 2], ['definite', 16, 32, 3],
    ]);
  });
});

describe('records', () => {
  test('merge by stack, are ordered by size, then kind, then blocks, then age', () => {
    const { machine, heap, allocate } = laboratory();
    allocate(5, 64);
    const kept = allocate(6, 64);
    allocate(7, 32);
    allocate(7, 32);
    allocate(8, 8);
    machine.poke64(DATA_BASE, kept);
    const { records, summary } = heap.leakCheck();
    expect(records.map((record) => [record.kind, record.bytes, record.blocks, record.stack[1]?.line])).toEqual([
      ['definite', 8, 1, 8], ['reachable', 64, 1, 6], ['definite', 64, 1, 5], ['definite', 64, 2, 7],
    ]);
    expect(summary.definite).toEqual({ bytes: 136, blocks: 4 });
    expect(summary.reachable).toEqual({ bytes: 64, blocks: 1 });
  });
  test('are the same when the check is repeated', () => {
    const { heap, allocate } = laboratory();
    allocate(1);
    expect(heap.leakCheck()).toEqual(heap.leakCheck());
  });
});

describe('heuristics', () => {
  test.each([
    { name: 'stdstring', size: 24 + 11, words: [3, 10, 0], offset: 24 },
    { name: 'length64', size: 80, words: [72], offset: 8 },
    { name: 'newarray', size: 38, words: [10], offset: 8 },
  ])('$name', ({ name, size, words, offset }) => {
    const { machine, heap, allocate } = laboratory();
    const a = allocate(1, size);
    words.forEach((word, index) => { machine.poke64(a + 8 * index, word); });
    machine.poke64(DATA_BASE, a + offset);
    const { summary } = heap.leakCheck();
    expect(summary.heuristics).toEqual({ [name]: { bytes: size, blocks: 1 } });
    expect(summary.possible.blocks).toBe(0);
    machine.poke64(DATA_BASE + 8, a);
    expect(heap.leakCheck().summary.heuristics).toEqual({});
  });
  test('multipleinheritance', () => {
    const { machine, heap, allocate } = laboratory();
    machine.extraRanges = [
      { low: 0x109000n, high: 0x10a000n, kind: 'text', readable: true, writable: false, executable: true, path: '/home/student/prog' },
      { low: 0x10e000n, high: 0x10f000n, kind: 'rodata', readable: true, writable: false, executable: false, path: '/home/student/prog' },
    ];
    machine.map(0x10e000, 4096, 2);
    for (const at of [0x10e000, 0x10e008, 0x10e040, 0x10e048]) machine.poke64(at, 0x109100);
    const a = allocate(1, 64);
    machine.poke64(a, 0x10e000);
    machine.poke64(a + 24, 0x10e040);
    machine.poke64(DATA_BASE, a + 24);
    expect(heap.leakCheck().summary.heuristics).toEqual({ multipleinheritance: { bytes: 64, blocks: 1 } });
  });
});
