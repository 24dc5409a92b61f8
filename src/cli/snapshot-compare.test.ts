import { expect, it } from 'vitest';
import { parseCompareOptions } from './snapshot-compare';

it('takes two files, and options wherever they stand', () => {
  expect(parseCompareOptions(['a', 'b'])).toEqual({ files: ['a', 'b'], json: false, all: false });
  expect(parseCompareOptions(['a', '--json', 'b', '--all'])).toEqual({ files: ['a', 'b'], json: true, all: true });
});

it.each([
  [[], /usage:/], [['a'], /usage:/], [['a', 'b', 'c'], /usage:/], [['--jsom', 'a', 'b'], /unknown option --jsom \(did you mean --json\?\)/],
])('refuses %j', (words, message) => { expect(() => parseCompareOptions(words)).toThrow(message); });
