import { expect, test } from 'vitest';
import { fuzzyFilter, fuzzyMatch } from './fuzzy';

const commands = ['Run', 'Next finding', 'Open file…', 'Reset the layout', 'Step into', 'Stop', 'Go to first-touch fault'];
const best = (query: string): string | undefined => fuzzyFilter(query, commands, (text) => text)[0]?.item;

test.each([['nf', 'Next finding'], ['run', 'Run'], ['rl', 'Reset the layout'], ['si', 'Step into'], ['sto', 'Stop'], ['ftf', 'Go to first-touch fault'], ['open', 'Open file…']])('%s finds %s first', (query, expected) => {
  expect(best(query)).toBe(expected);
});

test('letters out of order do not match; an empty query keeps everything in order', () => {
  expect(fuzzyMatch('zq', 'Run')).toBeNull();
  expect(fuzzyFilter('', commands, (text) => text).map((entry) => entry.item)).toEqual(commands);
});

test('positions say what to emphasise', () => {
  expect(fuzzyMatch('nf', 'Next finding')?.positions).toEqual([0, 5]);
});
