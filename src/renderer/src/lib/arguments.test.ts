import { expect, test } from 'vitest';
import { joinArguments, splitArguments } from './arguments';

test.each([
  ['', []], ['  a  b ', ['a', 'b']], ['"a b" c', ['a b', 'c']], ["'a\\' b", ['a\\', 'b']], ['""', ['']], ['a\\ b', ['a b']], ['x"y z"w', ['xy zw']], ['"open', ['open']],
])('%s', (text, expected) => {
  expect(splitArguments(text)).toEqual(expected);
});

test.each([[[]], [['a', 'b']], [['a b', "it's", '"x"', '', 'c:\\d']]])('%j comes back', (words) => {
  expect(splitArguments(joinArguments(words))).toEqual(words);
});
