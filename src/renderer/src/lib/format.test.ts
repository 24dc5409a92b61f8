import { expect, test } from 'vitest';
import { baseName, compact, count, counted, cyclesAsTime, duration, momentText, percent, size } from './format';

test.each([
  [count(1234567), '1,234,567'], [counted(1, 'block'), '1 block'], [counted(0, 'entry', 'entries'), '0 entries'],
  [size(1), '1 byte'], [size(32), '32 bytes'], [size(4096), '4 KiB'], [size(1536), '1.50 KiB'], [size(2 ** 47), '128 TiB'],
  [duration(0), '0 s'], [duration(3.4e-7), '340 ns'], [duration(1.23e-5), '12.3 µs'], [duration(0.005), '5.00 ms'], [duration(2.4), '2.40 s'], [duration(150), '2 min 30 s'],
  [cyclesAsTime(3000), '1.00 µs'],
  [momentText(36_900_000, 7.2e9), '0.0123 s'], [momentText(937_200, 1_503_600), '312.4 µs'], [momentText(30, 1500), '10.0 ns'], [momentText(0, 45_000_000), '0.00 ms'],
  [percent(0, 0), 'none yet'], [percent(999_999_9, 1e7), '> 99.99 %'], [percent(1, 1e6), '< 0.01 %'], [percent(10, 10), '100.00 %'], [percent(1, 3), '33.3 %'], [percent(0, 5), '0.00 %'],
  [compact(9999), '9,999'], [compact(12_345), '12.3 k'], [compact(4_000_000), '4.00 M'],
  [baseName('/a/b.c'), 'b.c'], [baseName('b.c'), 'b.c'],
])('%s is %s', (actual, expected) => {
  expect(actual).toBe(expected);
});
