import { expect, test } from 'vitest';
import { entryFlags, entryFrame, indexBits, physicalOf } from './page-table';

test('an entry is taken apart', () => {
  const flags = entryFlags('0x8000000012345067', 1);
  expect(flags.filter((flag) => flag.set).map((flag) => flag.name)).toEqual(['P', 'W', 'U', 'A', 'D', 'NX']);
  expect(entryFrame('0x8000000012345067')).toBe(0x12345);
  expect(entryFlags('0x67', 3).map((flag) => flag.name)).not.toContain('D');
});

test('indices are nine bits; the offset goes through unchanged', () => {
  expect(indexBits(5)).toBe('000000101');
  expect(physicalOf('0x4a4b044', 0x123)).toBe('0x123044');
});
