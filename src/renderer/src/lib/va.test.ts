import { expect, test } from 'vitest';
import { formatVa, groupedVa, pageOf, pageOffset, parseVa, samePage, vaOfNumber } from './va';

test('addresses keep every bit', () => {
  expect(formatVa(parseVa('0xffff800000000001'))).toBe('0xffff800000000001');
  expect(parseVa('4a')).toBe(74n);
  expect(vaOfNumber(0x7ffff7fff000)).toBe('0x7ffff7fff000');
});

test('pages and offsets', () => {
  expect(pageOf('0x4a4b044')).toBe('0x4a4b000');
  expect(pageOffset('0x4a4b044')).toBe(0x44);
  expect(samePage('0x4a4b044', '0x4a4bfff')).toBe(true);
  expect(samePage('0x4a4bfff', '0x4a4c000')).toBe(false);
  expect(groupedVa('0x555555554000')).toBe('0000 5555 5555 4000');
});
