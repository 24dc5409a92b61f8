import { expect, it } from 'vitest';
import { comparisonCsv, comparisonJson, comparisonText } from './moment-report';
import { mappingOf, momentOf, stackOf } from './moment.fixture';

const A = { name: 'early', program: './nodes', summary: momentOf({ seconds: 0.01, mappings: [mappingOf('heap', '[heap]', '0x1000', '0x2000'), mappingOf('stack', '[stack]', '0x9000', '0xa000')] }) };
const B = {
  name: 'late', program: './nodes',
  summary: momentOf({ seconds: 0.02, leaks: 'off', stacks: [stackOf('make', 12, 3200, 100)], mappings: [mappingOf('heap', '[heap]', '0x1000', '0x3000'), mappingOf('stack', '[stack]', '0x9000', '0xa000'), mappingOf('mmap', 'a, "b"', '0x5000', '0x6000')] }),
};

it('as text: columns to the right, words after them, what is new and how much did not change', () => {
  const text = comparisonText(A, B);
  expect(text).toContain(`A  early (./nodes): 0.010 s, 10,000 instructions
B  late (./nodes): 0.020 s, 20,000 instructions

Between 0.010 s and 0.020 s the heap grew by 3,200 bytes in 100 blocks, all of it allocated by make at line 12.

Overview
       A       B   Change
  10,000  20,000  +10,000  Instructions executed
       0   3,200   +3,200  Heap in use (bytes)
       0     100     +100  Heap blocks
   8,192  16,384   +8,192  Mapped memory (bytes)
`);
  expect(text).toContain(`
Heap by allocation stack: Bytes, then Blocks
  A      B  Change  A    B  Change  Allocated by
  0  3,200  +3,200  0  100    +100  make (nodes.c:12) ← main (nodes.c:30)  [new]
  0  3,200  +3,200  0  100    +100  Total

Memory by mapping (VMA): Mapped (bytes), then In RAM (bytes), then In swap (bytes)
      A       B  Change  A  B  Change  A  B  Change  Mapping
  4,096   8,192  +4,096  0  0       0  0  0       0  heap  [0x1000–0x3000 rw-p]
      0   4,096  +4,096  0  0       0  0  0       0  mapping a, "b"  [0x5000–0x6000 rw-p; new]
  8,192  16,384  +8,192  0  0       0  0  0       0  Total
  1 row unchanged

Processes
  nothing at either moment
`);
  expect(text).toContain('Leaks: There is no leak check at one of these moments');
  expect(comparisonText(A, B, true)).toContain('stack  [0x9000–0xa000 rw-p]');
  expect(comparisonText(B, A)).toContain('-3,200  Heap in use (bytes)');
});

it('as CSV: a line for each row and measure, unchanged ones too, quoted where needed', () => {
  const lines = comparisonCsv(A, B).split('\r\n');
  expect(lines[0]).toBe('table,row,detail,in,file,line,measure,A,B,change');
  expect(lines).toContain('Heap by allocation stack,make (nodes.c:12) ← main (nodes.c:30),,b,/home/a/nodes.c,12,Blocks,0,100,100');
  expect(lines).toContain('Memory by mapping (VMA),"mapping a, ""b""",0x5000–0x6000 rw-p,b,,,Mapped,0,4096,4096');
  expect(lines).toContain('Memory by mapping (VMA),stack,0x9000–0xa000 rw-p,both,,,Mapped,4096,4096,0');
  expect(comparisonCsv(B, A)).toContain(',3200,0,-3200\r\n');
});

it('as JSON', () => {
  const { a, stacks, leaks, overview } = JSON.parse(comparisonJson(A, B)) as Record<string, unknown>;
  expect(a).toEqual({ name: 'early', program: './nodes', instructions: 10_000, cycles: 0.01 * 3e9, simulatedSeconds: 0.01 });
  expect(stacks).toMatchObject({ rows: [{ label: 'make (nodes.c:12) ← main (nodes.c:30)', line: { line: 12 }, measures: [{ a: 0, b: 3200, delta: 3200 }, {}] }], unchanged: [] });
  expect([leaks, (overview as unknown[])[1]]).toEqual(['off', { label: 'Heap in use', unit: 'bytes', a: 0, b: 3200, delta: 3200 }]);
});
