/** The description of a snapshot as bytes and back. */
import { expect, it } from 'vitest';
import { decodeInfo, encodeInfo } from './info';
import { INFO } from './test-snapshots';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

it('keeps text in any script, in ASCII', () => {
  const info = { ...INFO, title: 'Größe "1" \\ \n 日本 🙂 \u0000', programs: ['ä.c', ''] }, bytes = encodeInfo(info);
  expect(Math.max(...bytes)).toBeLessThan(127);
  expect(decodeInfo(bytes)).toEqual(info);
});

it('leaves out what it does not know', () => {
  const longer = { ...INFO, later: 1 };
  expect(decodeInfo(encodeInfo(longer))).toEqual(INFO);
});

it('refuses what is no description', () => {
  const texts = ['', '{', 'null', '[]', '7', '{}', JSON.stringify({ ...INFO, instructions: 'many' }), JSON.stringify({ ...INFO, processCount: null }), '['.repeat(1_000_000), '{"title":'.repeat(100_000)];
  for (const text of texts) expect(decodeInfo(bytesOf(text))).toBeNull();
});
