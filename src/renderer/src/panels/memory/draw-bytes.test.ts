import { expect, test } from 'vitest';
import { byteInWords, bytesInWords } from './draw-bytes';

const page = { va: '0x7000', bytes: new Uint8Array(4096).map((_, at) => at & 255), shadow: new Uint8Array(4096).fill(2, 0, 70).fill(1, 70, 80) };

test('the bytes in sight, cut at the edges of the page', () => {
  expect(bytesInWords(page, 0x7041, 0x7044)).toBe('41 42 43');
  expect(bytesInWords(page, 0x6ffe, 0x7002)).toBe('00 01');
  expect(bytesInWords(page, 0x7ffe, 0x8004)).toBe('fe ff');
  expect(bytesInWords(page, 0x9000, 0x9010)).toBe('');
  expect(bytesInWords(page, 0x7041 + 0.4, 0x7042 + 0.4)).toBe('41 42');
});

test('one byte: value, character, state', () => {
  expect([0x7041, 0x7046, 0x7000, 0x7060].map((address) => byteInWords(page, address))).toEqual(["byte 41 'A', defined", "byte 46 'F', undefined", 'byte 00, defined', "byte 60 '`', no access"]);
  expect(byteInWords({ ...page, shadow: new Uint8Array() }, 0x7041)).toBe("byte 41 'A'");
  expect(byteInWords(page, 0x8000)).toBe('');
});
