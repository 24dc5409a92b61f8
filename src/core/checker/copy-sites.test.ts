/** Runs of equal sites as live Valgrind 3.19 showed them, with one unaddressable unit at a time. */
import { expect, test } from 'vitest';
import type { RunningCopy } from './checker-api';
import { copySite } from './copy-sites';

const BASE = 0x4a40680n;

/** Number of the site, in order of appearance, for each unit offset. */
function sites(copy: RunningCopy, units: readonly (readonly [offset: number, size: number])[], write: boolean): number[] {
  const seen: string[] = [];
  return units.map(([offset, size]) => {
    const site = copySite(copy, (write ? copy.to : copy.from) + BigInt(offset), size, write);
    if (!seen.includes(site)) seen.push(site);
    return seen.indexOf(site);
  });
}

const words = (count: number): [number, number][] => Array.from({ length: count }, (_, k) => [8 * k, 8]);
const units = (count: number, size: number): [number, number][] => Array.from({ length: count }, (_, k) => [size * k, size]);
const copy = (to: number, from: number, length: number): RunningCopy => ({ kind: 'copy', to: BASE + BigInt(to), from: BASE + BigInt(from), length: BigInt(length) });
const set = (to: number, length: number): RunningCopy => ({ kind: 'set', to: BASE + BigInt(to), from: 0n, length: BigInt(length) });

test('words forward', () => {
  expect(sites(copy(-4096, 0, 24), words(3), false)).toEqual([0, 0, 1]);
  expect(sites(copy(-4096, 0, 120), words(15), false)).toEqual([0, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 5, 5, 6]);
  expect(sites(copy(-4096, 0, 80), words(10), true)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4, 4]);
});
test('unaligned forward', () => {
  expect(sites(copy(-4095, 0, 6), units(6, 1), false)).toEqual([0, 0, 1, 0, 1, 0]);
  expect(sites(copy(-4094, 0, 6), units(3, 2), false)).toEqual([0, 0, 1]);
  expect(sites(copy(-4095, 0, 6), units(6, 1), true)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(sites(copy(-4096 + 3, 3, 30), [[0, 1], [4, 1], [5, 8], [13, 8], [21, 8], [29, 1]], true)).toEqual([0, 0, 1, 1, 1, 2]);
});
test('backward', () => {
  expect(sites(copy(16, 0, 88), words(11), true)).toEqual([0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4]);
  expect(sites(copy(16, 0, 88), words(11), false)).toEqual([0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 5]);
  expect(sites(copy(17, 0, 40), units(40, 1), false)).toEqual(new Array(40).fill(0));
});
test('memset', () => {
  expect(sites(set(0, 80), words(10), true)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 2, 3]);
  expect(sites(set(0, 31), [...words(3), ...units(7, 1).map(([at]): [number, number] => [24 + at, 1])], true)).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 2, 3]);
  expect(sites(set(1, 7), units(7, 1), true)).toEqual([0, 1, 1, 1, 1, 1, 1]);
});
