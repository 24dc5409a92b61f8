import { describe, expect, it } from 'vitest';
import { CYCLES_PER_SECOND } from '@shared/config';
import type { MomentStack, MomentSummary } from '@shared/views-compare';
import { count } from './format';
import { diffEntries, faultChanges, heapSentence, leakChanges, mappingChanges, momentTimes, processChanges, signed, stackChanges } from './moment-diff';

const stack = (fn: string, line: number, bytes: number, blocks: number): MomentStack => ({
  bytes, blocks, frames: [{ fn: 'malloc', file: '', line: 0, library: true }, { fn, file: '/home/a/nodes.c', line, library: false }, { fn: 'main', file: '/home/a/nodes.c', line: 30, library: false }],
});
const NONE = { bytes: 0, blocks: 0 };
function moment(more: Partial<MomentSummary> & { readonly seconds?: number }): MomentSummary {
  const stacks = more.stacks ?? [];
  const otherStacks = more.otherStacks ?? { ...NONE, stacks: 0 };
  const sum = (of: 'bytes' | 'blocks'): number => stacks.reduce((total, one) => total + one[of], otherStacks[of]);
  return {
    moment: { instruction: 0, cycle: (more.seconds ?? 0) * CYCLES_PER_SECOND }, heap: { bytes: sum('bytes'), blocks: sum('blocks') }, stacks, otherStacks, leaks: null,
    mappings: [], otherMappings: { mappings: 0, bytes: 0, residentBytes: 0, swapBytes: 0 },
    processes: [], otherProcesses: { processes: 0, rssBytes: 0, swapBytes: 0, minorFaults: 0, majorFaults: 0 }, faults: [], forgottenFaults: 0, ...more,
  };
}
const sentence = (a: MomentSummary, b: MomentSummary): string => heapSentence(a, b, stackChanges(a, b));

describe('rows of two moments', () => {
  it('are matched by key; one that is missing is zero; the largest change comes first, unchanged ones are counted', () => {
    const a = [{ key: 'x', label: 'X', values: [10] }, { key: 'y', label: 'Y', values: [5] }, { key: 'same', label: 'S', values: [7] }];
    const b = [{ key: 'same', label: 'S', values: [7] }, { key: 'z', label: 'Z', values: [2] }, { key: 'x', label: 'X', values: [11] }];
    const { rows, unchanged } = diffEntries(a, b);
    expect(rows.map(({ key, measures: [change] }) => [key, change])).toEqual([['y', { a: 5, b: 0, delta: -5 }], ['z', { a: 0, b: 2, delta: 2 }], ['x', { a: 10, b: 11, delta: 1 }]]);
    expect(unchanged.map(({ key }) => key)).toEqual(['same']);
  });

  it('a second measure alone makes a change too', () => {
    expect(diffEntries([{ key: 'x', label: 'X', values: [8, 1] }], [{ key: 'x', label: 'X', values: [8, 2] }]).rows).toHaveLength(1);
  });

  it('stacks that read alike are one row, and all rows add up to the difference of the heap, the rest included', () => {
    const a = moment({ stacks: [stack('make', 12, 32, 1), stack('make', 12, 64, 2)], otherStacks: { stacks: 3, bytes: 9, blocks: 3 } });
    const b = moment({ stacks: [stack('make', 12, 320, 10), stack('read', 20, 7, 1)] });
    const { rows } = stackChanges(a, b);
    expect(rows.map(({ label, measures: [bytes] }) => [label, bytes?.delta])).toEqual([
      ['make (nodes.c:12) ← main (nodes.c:30)', 224], ['Smaller stacks together', -9], ['read (nodes.c:20) ← main (nodes.c:30)', 7],
    ]);
    expect(rows.reduce((sum, { measures: [bytes] }) => sum + (bytes?.delta ?? 0), 0)).toBe(b.heap.bytes - a.heap.bytes);
    expect(rows[0]?.line).toEqual({ file: '/home/a/nodes.c', line: 12 });
  });

  it('mappings and processes are told apart by process, faults are by kind', () => {
    const heap = { kind: 'heap', name: '[heap]', mappings: 1, bytes: 8192, residentBytes: 4096, swapBytes: 0 } as const;
    const process = { name: 'a', state: 'ready', rssBytes: 4096, swapBytes: 0, minorFaults: 3, majorFaults: 0 } as const;
    const a = moment({ mappings: [{ ...heap, processKey: 1, pid: 1000 }], processes: [{ ...process, processKey: 1, pid: 1000 }], faults: [1, 5] });
    const b = moment({ mappings: [...a.mappings, { ...heap, processKey: 2, pid: 1001 }], processes: [...a.processes, { ...process, processKey: 2, pid: 1001 }], faults: [4, 5], forgottenFaults: 1 });
    expect(mappingChanges(a, b)).toMatchObject({ rows: [{ label: 'heap, process 1001', measures: [{ delta: 8192 }, { delta: 4096 }, { delta: 0 }] }], unchanged: [{}] });
    expect(processChanges(a, b)).toMatchObject({ rows: [{ label: '1001 a', measures: [{ a: 0, b: 4096 }, {}, { delta: 3 }, {}] }], unchanged: [{}] });
    expect(faultChanges(a, b, ['Demand zero', 'Zero page']).rows.map(({ label, measures: [change] }) => [label, change?.delta])).toEqual([['Demand zero', 3], ['So old that their kind is not kept', 1]]);
  });

  it('leaks are compared only where a leak check has run by both moments', () => {
    const leaks = { definite: { bytes: 32, blocks: 1 }, indirect: NONE, possible: NONE, reachable: NONE };
    expect(leakChanges(moment({}), moment({ leaks }))).toBeNull();
    expect(leakChanges(moment({ leaks }), moment({ leaks: { ...leaks, definite: { bytes: 64, blocks: 2 } } }))).toMatchObject({ rows: [{ label: 'Definitely lost', measures: [{ delta: 32 }, { delta: 1 }] }], unchanged: [{}, {}, {}] });
  });
});

describe('the sentence', () => {
  const early = moment({ seconds: 0.01 });
  it.each([
    ['growth by one stack', early, moment({ seconds: 0.02, stacks: [stack('make_node', 12, 3200, 100)] }), 'Between 0.010 s and 0.020 s the heap grew by 3,200 bytes in 100 blocks, all of it allocated by make_node at line 12.'],
    ['growth by several', early, moment({ seconds: 0.02, stacks: [stack('make_node', 12, 3200, 100), stack('b', 4, 100, 1)] }), 'Between 0.010 s and 0.020 s the heap grew by 3,300 bytes in 101 blocks, most of it allocated by make_node at line 12.'],
    ['no stack with half of it', early, moment({ seconds: 0.02, stacks: [stack('a', 1, 4, 1), stack('b', 2, 3, 1), stack('c', 3, 3, 1)] }), 'Between 0.010 s and 0.020 s the heap grew by 10 bytes in 3 blocks, the largest part allocated by a at line 1.'],
    ['shrinking', moment({ seconds: 0.01, stacks: [stack('a', 1, 1, 1)] }), moment({ seconds: 0.02 }), 'Between 0.010 s and 0.020 s the heap shrank by 1 byte in 1 block, all of it allocated by a at line 1.'],
    ['more bytes in fewer blocks', moment({ seconds: 0.01, stacks: [stack('a', 1, 2, 2)] }), moment({ seconds: 0.02, stacks: [stack('b', 2, 5, 1)] }), 'Between 0.010 s and 0.020 s the heap grew by 3 bytes, the largest part allocated by b at line 2.'],
    ['equal sums of other blocks', moment({ seconds: 0.01, stacks: [stack('a', 1, 2, 1)] }), moment({ seconds: 0.02, stacks: [stack('b', 2, 2, 1)] }), 'Between 0.010 s and 0.020 s the heap kept its size, but other blocks are in use.'],
    ['one moment', early, early, 'At 0.010 s the heap did not change.'],
  ])('%s', (_name, a, b, text) => { expect(sentence(a, b)).toBe(text); });

  it('times have the unit and the digits that tell them apart', () => {
    expect(momentTimes([1e-6 * CYCLES_PER_SECOND, 177e-6 * CYCLES_PER_SECOND])).toEqual(['1.00 µs', '177 µs']);
    expect(momentTimes([0.01 * CYCLES_PER_SECOND, 0.010002 * CYCLES_PER_SECOND])).toEqual(['0.010000 s', '0.010002 s']);
  });

  it('signs', () => {
    expect([3200, -16, 0].map((value) => signed(value, count))).toEqual(['+3,200', '−16', '0']);
  });
});
