import { expect, it } from 'vitest';
import { diffTable, fateOf, signed, sortedByChange, type Entry } from './moment-diff';
import { count } from './quantities';

const HEAD = { title: 'T', subject: 'S', measures: [{ title: 'Bytes', unit: 'bytes' }, { title: 'Blocks', unit: 'count' }] } as const;
const entry = (key: string, ...values: number[]): Entry => ({ key, label: key.toUpperCase(), values });

it('rows are matched by key; one that is missing is zero; the largest change comes first, unchanged ones are apart', () => {
  const { rows, unchanged, totals } = diffTable(HEAD, [entry('x', 10, 1), entry('y', 5, 1), entry('same', 7, 1)], [entry('same', 7, 1), entry('z', 2, 1), entry('x', 11, 1)]);
  expect(rows.map(({ key, in: where, measures: [change] }) => [key, where, change])).toEqual([
    ['y', 'a', { a: 5, b: 0, delta: -5 }], ['z', 'b', { a: 0, b: 2, delta: 2 }], ['x', 'both', { a: 10, b: 11, delta: 1 }],
  ]);
  expect(unchanged.map(({ key }) => key)).toEqual(['same']);
  expect(totals).toEqual([{ a: 22, b: 20, delta: -2 }, { a: 3, b: 3, delta: 0 }]);
});

it('entries of one list with the same key are added up', () => {
  expect(diffTable(HEAD, [entry('x', 10, 1), entry('x', 20, 2)], []).rows).toMatchObject([{ measures: [{ a: 30, delta: -30 }, { a: 3 }] }]);
});

it('a second measure alone makes a change too, and may sort', () => {
  const { rows } = diffTable(HEAD, [entry('x', 8, 1), entry('y', 1, 1)], [entry('x', 8, 9), entry('y', 3, 1)]);
  expect(rows.map(({ key }) => key)).toEqual(['y', 'x']);
  expect(sortedByChange(rows, 1).map(({ key }) => key)).toEqual(['x', 'y']);
});

it('says what became of a row', () => {
  const { rows, unchanged } = diffTable(HEAD, [entry('g', 1, 1), entry('s', 5, 1), entry('e', 1, 1)], [entry('n', 1, 1), entry('s', 4, 2), entry('e', 1, 1)]);
  const fate = Object.fromEntries([...rows, ...unchanged].map((row) => [row.key, [fateOf(row, 0), fateOf(row, 1)]]));
  expect(fate).toEqual({ g: ['gone', 'gone'], n: ['new', 'new'], s: ['shrank', 'grew'], e: ['same', 'same'] });
});

it('signs', () => {
  expect([3200, -16, 0].map((value) => signed(value, count))).toEqual(['+3,200', '−16', '0']);
});
