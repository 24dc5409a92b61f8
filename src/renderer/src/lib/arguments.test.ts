import { expect, test } from 'vitest';
import { splitArguments } from './arguments';

test.each([
  ['', []], ['  a  b ', ['a', 'b']], ['"a b" c', ['a b', 'c']], ["'a\\' b", ['a\\', 'b']], ['""', ['']], ['a\\ b', ['a b']], ['x"y z"w', ['xy zw']], ['"open', ['open']],
])('%s', (text, expected) => {
  expect(splitArguments(text)).toEqual(expected);
});
