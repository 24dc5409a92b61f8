import { describe, expect, it } from 'vitest';
import { CYCLES_PER_SECOND } from './config';
import { compareMoments, tablesOf } from './moment-tables';
import { emptyMoment, lossOf, mappingOf, momentOf, processOf, stackOf } from './moment.fixture';
import { momentTimes } from './moment-words';

describe('tables', () => {
  it('stacks that read alike are one row, wherever the file lay, and all rows add up to the difference of the heap, the rest included', () => {
    const a = momentOf({ stacks: [stackOf('make', 12, 32, 1), stackOf('make', 12, 64, 2)], otherStacks: { stacks: 3, bytes: 9, blocks: 3 } });
    const b = momentOf({ stacks: [stackOf('make', 12, 320, 10, '/home/b/'), stackOf('read', 20, 7, 1)] });
    const { rows, totals } = compareMoments(a, b).stacks;
    expect(rows.map(({ label, measures: [bytes] }) => [label, bytes?.delta])).toEqual([
      ['make (nodes.c:12) ← main (nodes.c:30)', 224], ['Smaller stacks together', -9], ['read (nodes.c:20) ← main (nodes.c:30)', 7],
    ]);
    expect(totals[0]).toEqual({ a: a.heap.bytes, b: b.heap.bytes, delta: b.heap.bytes - a.heap.bytes });
    expect(rows[0]).toMatchObject({ line: { file: '/home/b/nodes.c', line: 12 }, places: { a: { processKey: 1, blockId: 4 }, b: { processKey: 1, blockId: 4 } } });
  });

  it('leaks are rows of a kind and a stack; a block that lost its last pointer leaves one row for another', () => {
    const none = { records: [], otherRecords: { records: 0, bytes: 0, blocks: 0 } };
    const totals = (bytes: number) => ({ definite: { bytes, blocks: 1 }, indirect: NONE, possible: NONE, reachable: NONE });
    const a = momentOf({ leaks: { ...none, ...totals(0), records: [lossOf('reachable', 'make', 12, 32, 1)] } });
    const b = momentOf({ leaks: { ...none, ...totals(32), records: [lossOf('definite', 'make', 12, 32, 1)] } });
    const { leaks, overview } = compareMoments(a, b);
    expect(leaks).toMatchObject({ rows: [{ leak: 'definite', detail: 'definitely lost', in: 'b', measures: [{ delta: 32 }, { delta: 1 }] }, { leak: 'reachable', in: 'a', measures: [{ delta: -32 }, {}] }] });
    expect(overview.find(({ leak }) => leak === 'definite')).toMatchObject({ label: 'Definitely lost', change: { a: 0, b: 32 } });
  });

  it('without a leak check at one of the moments it says why, and no number of leaks is made up', () => {
    const comparison = compareMoments(momentOf({ leaks: 'off' }), momentOf({}));
    expect(comparison.leaks).toBe('off');
    expect(comparison.overview.some(({ leak }) => leak !== null)).toBe(false);
    expect(tablesOf(comparison).map(({ title }) => title)).not.toContain('Leaks');
  });

  it('a mapping is the same one where its name is the only one, or where it overlaps; processes are told apart', () => {
    const a = momentOf({
      processes: [processOf(1000)],
      mappings: [mappingOf('heap', '[heap]', '0x1000', '0x3000'), mappingOf('mmap', '', '0x10000', '0x12000'), mappingOf('mmap', '', '0x20000', '0x21000')],
    });
    const b = momentOf({
      processes: [processOf(1000), processOf(1001)],
      mappings: [
        mappingOf('heap', '[heap]', '0x1000', '0x5000'), mappingOf('mmap', '', '0xf000', '0x12000'), mappingOf('mmap', '', '0x18000', '0x19000'), mappingOf('mmap', '', '0x20000', '0x21000'),
        mappingOf('heap', '[heap]', '0x1000', '0x2000', 1001),
      ],
    });
    const { rows, unchanged } = compareMoments(a, b).mappings;
    expect(rows.map(({ label, detail, in: where, measures: [mapped] }) => [label, detail, where, mapped?.delta])).toEqual([
      ['heap, process 1000', '0x1000–0x5000 rw-p', 'both', 8192], ['heap, process 1001', '0x1000–0x2000 rw-p', 'b', 4096],
      ['mapping, process 1000', '0xf000–0x12000 rw-p', 'both', 4096], ['mapping, process 1000', '0x18000–0x19000 rw-p', 'b', 4096],
    ]);
    expect(unchanged.map(({ detail }) => detail)).toEqual(['0x20000–0x21000 rw-p']);
    expect(rows[2]?.places).toEqual({ a: { processKey: 1, blockId: 0, va: '0x10000' }, b: { processKey: 1, blockId: 0, va: '0xf000' } });
  });

  it('a process that ended says so, in the words of B\'s system', () => {
    const a = momentOf({ processes: [processOf(1000, 'running')] }), b = { ...momentOf({ processes: [processOf(1000, 'zombie', 3)] }), profile: 'windows' } as const;
    const { processes } = compareMoments(a, b);
    expect(processes).toMatchObject({ rows: [{ label: '1000 a', detail: 'running → ended', measures: [{ delta: 0 }, { delta: 0 }, { a: 0, b: 3 }, {}] }], measures: [{ title: 'Working set' }, { title: 'In page file' }, { title: 'Soft faults' }, {}] });
  });

  it('faults are by kind and by line; what the log has forgotten is a row of its own', () => {
    const a = momentOf({ faults: [1, 5], faultLines: [{ file: '/x/n.c', line: 3, fn: 'main', faults: 2, major: 0 }] });
    const b = momentOf({ faults: [4, 5], forgottenFaults: 1, faultLines: [{ file: '/x/n.c', line: 3, fn: 'main', faults: 6, major: 1 }, { file: '', line: 0, fn: 'memset', faults: 1, major: 0 }] });
    const { faults, faultLines } = compareMoments(a, b);
    expect(faults.rows.map(({ label, measures: [change] }) => [label, change?.delta])).toEqual([['Demand zero', 3], ['So old that their kind is not kept', 1]]);
    expect(faultLines.rows.map(({ label, line, measures: [change, major] }) => [label, line?.line, change?.delta, major?.delta])).toEqual([['main (n.c:3)', 3, 4, 1], ['memset (C library)', undefined, 1, 0]]);
  });

  it('the overview has the sums of the tables', () => {
    const a = momentOf({ mappings: [mappingOf('heap', '[heap]', '0x1000', '0x3000')], minorFaults: 3 });
    const b = momentOf({ mappings: [mappingOf('heap', '[heap]', '0x1000', '0x5000')], minorFaults: 5, processes: [processOf(1)] });
    const of = (label: string) => compareMoments(a, b).overview.find((row) => row.label === label)?.change;
    expect([of('Mapped memory'), of('Minor faults'), of('Processes')]).toEqual([{ a: 8192, b: 16_384, delta: 8192 }, { a: 3, b: 5, delta: 2 }, { a: 0, b: 1, delta: 1 }]);
  });
});

describe('the sentence', () => {
  const early = emptyMoment(0.01);
  const late = (...stacks: ReturnType<typeof stackOf>[]) => momentOf({ seconds: 0.02, stacks });
  it.each([
    ['growth by one stack', early, late(stackOf('make_node', 12, 3200, 100)), 'Between 0.010 s and 0.020 s the heap grew by 3,200 bytes in 100 blocks, all of it allocated by make_node at line 12.'],
    ['growth by several', early, late(stackOf('make_node', 12, 3200, 100), stackOf('b', 4, 100, 1)), 'Between 0.010 s and 0.020 s the heap grew by 3,300 bytes in 101 blocks, most of it allocated by make_node at line 12.'],
    ['no stack with half of it', early, late(stackOf('a', 1, 4, 1), stackOf('b', 2, 3, 1), stackOf('c', 3, 3, 1)), 'Between 0.010 s and 0.020 s the heap grew by 10 bytes in 3 blocks, the largest part allocated by a at line 1.'],
    ['shrinking', momentOf({ seconds: 0.01, stacks: [stackOf('a', 1, 1, 1)] }), late(), 'Between 0.010 s and 0.020 s the heap shrank by 1 byte in 1 block, all of it allocated by a at line 1.'],
    ['going back', late(stackOf('a', 1, 1, 1)), early, 'From 0.020 s back to 0.010 s the heap shrank by 1 byte in 1 block, all of it allocated by a at line 1.'],
    ['more bytes in fewer blocks', momentOf({ seconds: 0.01, stacks: [stackOf('a', 1, 2, 2)] }), late(stackOf('b', 2, 5, 1)), 'Between 0.010 s and 0.020 s the heap grew by 3 bytes, the largest part allocated by b at line 2.'],
    ['equal sums of other blocks', momentOf({ seconds: 0.01, stacks: [stackOf('a', 1, 2, 1)] }), late(stackOf('b', 2, 2, 1)), 'Between 0.010 s and 0.020 s the heap kept its size, but other blocks are in use.'],
    ['one moment', early, early, 'At 0.010 s the heap did not change.'],
  ])('%s', (_name, a, b, text) => { expect(compareMoments(a, b).sentence).toBe(text); });

  it('of different programs no time is told', () => {
    expect(compareMoments(early, late(stackOf('a', 1, 1, 1)), false).sentence).toBe('From A to B the heap grew by 1 byte in 1 block, all of it allocated by a at line 1.');
  });

  it('times have the unit and the digits that tell them apart', () => {
    expect(momentTimes([1e-6 * CYCLES_PER_SECOND, 177e-6 * CYCLES_PER_SECOND])).toEqual(['1.00 µs', '177 µs']);
    expect(momentTimes([8.28e-6 * CYCLES_PER_SECOND])).toEqual(['8.28 µs']);
    expect(momentTimes([0, 0.01 * CYCLES_PER_SECOND])).toEqual(['0.000 s', '0.010 s']);
    expect(momentTimes([0.01 * CYCLES_PER_SECOND, 0.010002 * CYCLES_PER_SECOND])).toEqual(['0.010000 s', '0.010002 s']);
  });
});

const NONE = { bytes: 0, blocks: 0 };
