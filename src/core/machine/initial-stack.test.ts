import { expect, it } from 'vitest';
import { buildInitialStack, utf8 } from './initial-stack';

const TOP = 0x7fff_ffff_f000n;

it('the stack of a new program is laid out as System V has it', () => {
  const args = ['./p', 'häß', ''];
  const environment = ['A=1', 'B=two'];
  const stack = buildInitialStack(TOP, args, environment, './p', 1);
  const view = new DataView(stack.content.buffer);
  const word = (index: number): bigint => view.getBigUint64(8 * index, true);
  const text = (va: bigint): string => {
    const from = Number(va - stack.sp);
    return Buffer.from(stack.content.subarray(from, stack.content.indexOf(0, from))).toString('utf8');
  };
  expect(stack.sp % 16n).toBe(0n);
  expect(stack.sp + BigInt(stack.content.length)).toBe(TOP);
  expect(word(0)).toBe(3n);
  expect([1, 2, 3].map((i) => text(word(i)))).toEqual(args);
  expect(word(4)).toBe(0n);
  expect([5, 6].map((i) => text(word(i)))).toEqual(environment);
  expect(word(7)).toBe(0n);
  expect([stack.argv, stack.envp]).toEqual([stack.sp + 8n, stack.sp + 40n]);
  const auxiliary = new Map<bigint, bigint>();
  for (let i = 8; word(i) !== 0n; i += 2) auxiliary.set(word(i), word(i + 1));
  expect(auxiliary.get(6n)).toBe(4096n);
  expect(text(auxiliary.get(31n) ?? 0n)).toBe('./p');
  expect(buildInitialStack(TOP, args, environment, './p', 1).content).toEqual(stack.content);
});

it('utf8 agrees with the host', () => {
  for (const sample of ['plain', 'äöü', '€', '😀', '']) expect([...utf8(sample)]).toEqual([...Buffer.from(sample, 'utf8')]);
});
