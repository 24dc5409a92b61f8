import { describe, expect, it } from 'vitest';
import { addressFields, entryBits, neighbours, readAddress, signExtended, tableRow, withField } from './translation';

describe('fields of an address', () => {
  it.each([
    [0x7fff_ffff_e123n, 4, 1, [0n, 255n, 511n, 511n, 510n, 0x123n]],
    [0x7fff_ffff_e123n, 5, 1, [0n, 0n, 255n, 511n, 511n, 510n, 0x123n]],
    [0x7fff_ffff_e123n, 4, 2, [0n, 255n, 511n, 511n, 0x1fe123n]],
    [0x7fff_ffff_e123n, 4, 3, [0n, 255n, 511n, 0x3fffe123n]],
    [0xffff_8000_0000_0000n, 4, 1, [0xffffn, 256n, 0n, 0n, 0n, 0n]],
  ])('%s, %i levels, page of level %i', (va, levels, page, values) => {
    const fields = addressFields(va, levels, page);
    expect(fields.map((field) => field.value)).toEqual(values);
    expect(fields.map((field) => field.bits).join('')).toBe(va.toString(2).padStart(64, '0'));
  });

  it('a changed index keeps the address canonical; the sign field alone can break it', () => {
    const [sign, pml4, , , , offset] = addressFields(0x1000n, 4);
    if (!sign || !pml4 || !offset) throw new Error('fields are missing');
    expect(withField(0x1000n, pml4, 256n, 4)).toBe(0xffff_8000_0000_1000n);
    expect(withField(0x1000n, pml4, -1n, 4)).toBe(0xffff_ff80_0000_1000n);
    expect(withField(0x1fffn, offset, 4096n, 4)).toBe(0x1000n);
    expect(withField(0x1000n, sign, 1n, 4)).toBe(0x0001_0000_0000_1000n);
    expect(signExtended(0x0100_0000_0000_0000n, 5)).toBe(0xff00_0000_0000_0000n);
  });

  it.each([['0x4a4b040', 0x4a4b040n], [' 7fff ffff_e123 ', 0x7fffffffe123n], ['0xFFFF800000000000', 0xffff800000000000n], ['', null], ['0xg', null], ['0x12345678901234567', null]])('reads %j', (text, va) => {
    expect(readAddress(text)).toBe(va);
  });
});

describe('an entry', () => {
  it('is told bit by bit, all 64 of them once', () => {
    for (const level of [1, 2, 3, 4, 5]) {
      const bits = entryBits(0x8000_0000_1234_5067n, level, 'page');
      expect(bits[0]?.high).toBe(63);
      bits.forEach((bit, i) => { expect(bit.low).toBe((bits[i + 1]?.high ?? -1) + 1); });
      expect(bits.filter((bit) => bit.set).map((bit) => bit.name).filter((name) => name !== '–')).toEqual(['NX', 'frame', 'D', 'A', 'U/S', 'R/W', 'P'].filter((name) => name !== ''));
      expect(bits.find((bit) => bit.name === 'frame')?.value).toBe((0x12345).toLocaleString('en-US'));
    }
  });
  it('of a swapped page shows its slot', () => {
    expect(entryBits((77n << 12n) | 0x800n, 1, 'swapped').find((bit) => bit.high === 51)).toMatchObject({ name: 'swap slot', value: '77' });
  });
});

describe('rows of a table', () => {
  it('come from the bytes', () => {
    const bytes = new Uint8Array(4096);
    new DataView(bytes.buffer).setBigUint64(8 * 7, (512n << 12n) | 0x87n, true);
    expect(tableRow(bytes, 7, 2)).toMatchObject({ index: 7, present: true, huge: true, frame: 512 });
    expect(tableRow(bytes, 7, 1)).toMatchObject({ huge: false });
    expect(tableRow(bytes, 8, 2)).toMatchObject({ present: false, entry: 0n });
  });
  it.each([[0, [0, 1, 2, 3, 4]], [255, [253, 254, 255, 256, 257]], [511, [507, 508, 509, 510, 511]]])('around %i', (index, rows) => {
    expect(neighbours(index, 2)).toEqual(rows);
  });
});
