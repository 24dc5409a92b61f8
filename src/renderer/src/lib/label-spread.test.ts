import { expect, it } from 'vitest';
import { spreadLabels } from './label-spread';

const placed = (wanted: readonly number[], extent = 100): readonly number[] => spreadLabels(wanted, 10, extent).map((shift, k) => wanted[k]! + shift);

it.each<[readonly number[], readonly number[]]>([
  [[], []], [[5, 50], [5, 50]], [[50, 50], [50, 60]], [[50, 52, 90], [50, 60, 90]], [[100, 100, 100], [80, 90, 100]], [[98, 20, 99], [90, 20, 100]], [[0, 0, 0], [0, 10, 20]],
])('%j becomes %j', (wanted, want) => { expect(placed(wanted)).toEqual(want); });

it('more labels than there is room for keep their distance', () => {
  const places = placed([5, 5, 5, 5], 20);
  expect([...places].sort((a, b) => a - b)).toEqual([0, 10, 20, 30]);
});
