import { expect, test } from 'vitest';
import type { FaultColumns } from '@shared/views';
import { countKinds, decimateFaults, faultExtent, filterFaults } from './faults';

function columns(rows: readonly (readonly [cycle: number, kind: number])[]): FaultColumns {
  const n = rows.length;
  return {
    total: n, seq: Float64Array.from(rows, (_, i) => i + 1), cycle: Float64Array.from(rows, ([cycle]) => cycle), instruction: new Float64Array(n), va: new Float64Array(n),
    kind: Uint8Array.from(rows, ([, kind]) => kind), access: new Uint8Array(n), line: new Uint32Array(n), costCycles: new Float64Array(n), pfn: new Float64Array(n), mappingId: new Uint32Array(n),
    files: [], file: new Uint16Array(n), functions: [], fn: new Uint16Array(n),
  };
}
const sample = columns([[0, 0], [10, 2], [11, 0], [12, 0], [5000, 0], [9000, 6]]);

test('kinds and range filter', () => {
  expect([...filterFaults(sample, new Set([0]), null)]).toEqual([0, 2, 3, 4]);
  expect([...filterFaults(sample, new Set([0, 2, 6]), { fromCycle: 11, toCycle: 9000 })]).toEqual([2, 3, 4, 5]);
  expect(countKinds(sample, 7)).toEqual([4, 0, 1, 0, 0, 0, 1]);
});

test('one point a pixel and kind, none lost from the count', () => {
  const points = decimateFaults(sample, filterFaults(sample, new Set([0]), null), { fromCycle: 0, toCycle: 10_000 }, 100);
  expect(points.get(0)).toEqual([{ row: 0, count: 3 }, { row: 4, count: 1 }]);
});

test('the extent has room, and none without faults', () => {
  expect(faultExtent(columns([]))).toBeNull();
  expect(faultExtent(sample)!.toCycle).toBeGreaterThan(9000);
});
