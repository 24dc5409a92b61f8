import { expect, it } from 'vitest';
import { FIELDS, bitOf, fieldOfBit, fieldValue, readNumber, withBit, withField } from './descriptor-bits';

it('every bit belongs to one field', () => {
  const all = FIELDS.flatMap((field) => field.bits).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 64 }, (_, k) => k));
  expect(fieldOfBit(44).id).toBe('s');
});
it('fields of Linux’s flat user data', () => {
  const values = Object.fromEntries(FIELDS.map((field) => [field.id, fieldValue('00cff3000000ffff', field)]));
  expect(values).toEqual({ base: 0, limit: 0xfffff, type: 3, s: 1, dpl: 3, p: 1, avl: 0, l: 0, db: 1, g: 1 });
});
it('sets bits and fields, and refuses what does not fit', () => {
  expect(bitOf(withBit('0000000000000000', 63, 1), 63)).toBe(1);
  const base = FIELDS[0] as (typeof FIELDS)[number];
  expect(withField('0040f2000000ffff', base, 0x12345678)).toBe('1240f2345678ffff');
  expect(withField('1240f2345678ffff', base, 2 ** 32)).toBeNull();
});
it.each([['0x1f', 31], ['100', 100], ['0b101', 5], ['1_000', 1000], ['x', null], ['', null], ['-1', null]])('reads %s', (text, value) => {
  expect(readNumber(text)).toBe(value);
});
