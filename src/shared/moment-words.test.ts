import { expect, it } from 'vitest';
import { compareMoments } from './moment-tables';
import { mappingOf, momentOf, processOf } from './moment.fixture';

const NONE = { bytes: 0, blocks: 0 };
const lost = (bytes: number, blocks: number) => ({ definite: { bytes, blocks }, indirect: NONE, possible: NONE, reachable: NONE, records: [], otherRecords: { ...NONE, records: 0 } });
const resident = (kind: 'heap' | 'stack', pages: number) => ({ ...mappingOf(kind, `[${kind}]`, kind === 'heap' ? '0x1000' : '0x90000', kind === 'heap' ? '0x20000' : '0xa0000'), residentBytes: pages * 4096 });
const line = (fn: string, number: number, faults: number) => ({ file: '/x/n.c', line: number, fn, faults, major: 0 });

it('what else changed is told, each in a sentence, and nothing of what did not', () => {
  const a = momentOf({ leaks: lost(0, 0), processes: [processOf(1000)], mappings: [resident('heap', 1), resident('stack', 1)], minorFaults: 2, faultLines: [line('main', 3, 2)] });
  const b = momentOf({
    leaks: lost(3200, 100), processes: [processOf(1000), processOf(1001)], mappings: [resident('heap', 9), resident('stack', 2)], minorFaults: 10, majorFaults: 1,
    faultLines: [line('main', 3, 4), line('fill', 9, 7)],
  });
  expect(compareMoments(a, b).others).toEqual([
    '3,200 bytes more, in 100 blocks, are definitely lost.', 'Memory in RAM grew by 36 KiB, the largest part in one mapping: heap, process 1000.',
    'Process 1001 a is new.', '9 page faults more, 7 of them by fill at line 9.',
  ]);
  expect(compareMoments(b, a).others).toEqual([
    '3,200 bytes fewer are definitely lost.', 'Memory in RAM shrank by 36 KiB, the largest part in one mapping: heap, process 1000.', 'Process 1001 a is gone.', '9 page faults fewer, 7 of them by fill at line 9.',
  ]);
  expect(compareMoments(a, a).others).toEqual([]);
});

it('many processes are counted; leaks that are not known are not told', () => {
  const a = momentOf({ leaks: 'off' }), b = momentOf({ leaks: lost(5, 1), processes: [1, 2, 3, 4].map((pid) => processOf(pid + 999)), mappings: [resident('heap', 1)] });
  expect(compareMoments(a, b).others).toEqual(['Memory in RAM grew by 4 KiB, all of it in one mapping: heap, process 1000.', '4 processes are new.']);
});
