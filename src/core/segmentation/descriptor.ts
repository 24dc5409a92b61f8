/**
 * Segment descriptors as the processor reads them: 8 bytes (Intel SDM volume 3, 3.4.5, figure 3-8).
 *
 *   | bits        | field                                                                   |
 *   |-------------|-------------------------------------------------------------------------|
 *   | 15–0, 51–48 | limit: offset of the last byte, in bytes or, with G, in units of 4 KiB  |
 *   | 39–16, 63–56| base                                                                    |
 *   | 43–40       | type                                                                    |
 *   | 44          | S: 1 code or data, 0 system                                             |
 *   | 46–45       | DPL                                                                     |
 *   | 47          | P: present                                                              |
 *   | 52          | AVL: for software                                                       |
 *   | 53          | L: 64-bit code                                                          |
 *   | 54          | D/B: 32-bit operations; upper bound of an expand-down segment           |
 *   | 55          | G: granularity                                                          |
 *
 * Type of a code or data segment: bit 3 code; for data bit 2 expand-down, bit 1 writable; for code bit 2 conforming, bit 1
 * readable; bit 0 accessed. Used by the machine's tables, the laboratory and the views' queries; pure functions.
 */
export interface Descriptor {
  readonly base: number;
  /** The 20-bit field. */
  readonly limit: number;
  readonly type: number;
  /** S. */
  readonly isSegment: boolean;
  readonly dpl: number;
  readonly present: boolean;
  readonly available: boolean;
  /** L. */
  readonly long: boolean;
  /** D/B. */
  readonly big: boolean;
  /** G. */
  readonly pages: boolean;
}

export const TYPE_ACCESSED = 1;
/** Writable for data, readable for code. */
export const TYPE_RW = 2;
/** Expand-down for data, conforming for code. */
export const TYPE_DOWN = 4;
export const TYPE_CODE = 8;
export const TYPE_LDT = 2;
/** A limit up to here fits 20 bits of bytes. */
const BYTE_LIMIT_MAX = 0xfffff;

export function encodeDescriptor(d: Descriptor): bigint {
  const low = (((d.base & 0xffff) << 16) | (d.limit & 0xffff)) >>> 0;
  const high = ((d.base & 0xff000000)
    | (d.pages ? 1 << 23 : 0) | (d.big ? 1 << 22 : 0) | (d.long ? 1 << 21 : 0) | (d.available ? 1 << 20 : 0) | (d.limit & 0xf0000)
    | (d.present ? 1 << 15 : 0) | ((d.dpl & 3) << 13) | (d.isSegment ? 1 << 12 : 0) | ((d.type & 15) << 8) | ((d.base >>> 16) & 0xff)) >>> 0;
  return (BigInt(high) << 32n) | BigInt(low);
}

export function decodeDescriptor(bits: bigint): Descriptor {
  const low = Number(bits & 0xffffffffn);
  const high = Number((bits >> 32n) & 0xffffffffn);
  const flag = (bit: number): boolean => ((high >>> bit) & 1) === 1;
  return {
    base: (((low >>> 16) | ((high & 0xff) << 16)) + (high >>> 24) * 0x1000000) >>> 0,
    limit: (low & 0xffff) | (high & 0xf0000),
    type: (high >>> 8) & 15, isSegment: flag(12), dpl: (high >>> 13) & 3, present: flag(15), available: flag(20), long: flag(21), big: flag(22), pages: flag(23),
  };
}

/** Offset of the last byte that the limit field speaks of. */
export function limitBytes(d: Descriptor): number {
  return d.pages ? d.limit * 4096 + 4095 : d.limit;
}

/** Limit field and G for a segment whose last byte is at offset `last`: to the byte up to 1 MiB, in units of 4 KiB above. */
export function limitField(last: number): { readonly limit: number; readonly pages: boolean } {
  return last <= BYTE_LIMIT_MAX ? { limit: last, pages: false } : { limit: Math.floor(last / 4096), pages: true };
}

export function isExpandDown(d: Descriptor): boolean {
  return d.isSegment && (d.type & (TYPE_CODE | TYPE_DOWN)) === TYPE_DOWN;
}

/** Offsets that the limit allows, both included; null when there is none (an expand-down segment without room). */
export function validOffsets(d: Descriptor): { readonly first: number; readonly last: number } | null {
  const limit = limitBytes(d);
  if (!isExpandDown(d)) return { first: 0, last: limit };
  const last = d.big ? 0xffffffff : 0xffff;
  return limit >= last ? null : { first: limit + 1, last };
}

const SYSTEM_TYPES = [
  'reserved', '16-bit TSS (available)', 'LDT', '16-bit TSS (busy)', '16-bit call gate', 'task gate', '16-bit interrupt gate', '16-bit trap gate',
  'reserved', '32-bit TSS (available)', 'reserved', '32-bit TSS (busy)', '32-bit call gate', 'reserved', '32-bit interrupt gate', '32-bit trap gate',
] as const;

/** The type in words (SDM tables 3-1 and 3-2). */
export function typeText(d: Descriptor): string {
  if (!d.isSegment) return SYSTEM_TYPES[d.type] ?? 'reserved';
  const code = (d.type & TYPE_CODE) !== 0;
  const rights = code ? ((d.type & TYPE_RW) !== 0 ? 'execute/read' : 'execute only') : (d.type & TYPE_RW) !== 0 ? 'read/write' : 'read only';
  const extra = (d.type & TYPE_DOWN) === 0 ? '' : code ? ', conforming' : ', expand-down';
  return `${code ? 'code' : 'data'}, ${rights}${extra}${(d.type & TYPE_ACCESSED) !== 0 ? ', accessed' : ''}`;
}

export interface Selector { readonly index: number; readonly local: boolean; readonly rpl: number }

/** A selector: index (15–3), table indicator (2), requested privilege level (SDM volume 3, 3.4.2). */
export function decodeSelector(selector: number): Selector {
  return { index: (selector >>> 3) & 0x1fff, local: (selector & 4) !== 0, rpl: selector & 3 };
}

export function encodeSelector({ index, local, rpl }: Selector): number {
  return ((index & 0x1fff) << 3) | (local ? 4 : 0) | (rpl & 3);
}
