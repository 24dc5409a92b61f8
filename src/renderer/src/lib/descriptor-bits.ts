/**
 * The 64 bits of a segment descriptor as the picture shows and edits them (Intel SDM volume 3, figure 3-8). Text is 16 hexadecimal
 * digits; what the bits mean together is the machine's answer (query segmentDecode), not computed here.
 */
export interface DescriptorField {
  readonly id: 'base' | 'limit' | 'type' | 's' | 'dpl' | 'p' | 'avl' | 'l' | 'db' | 'g';
  readonly name: string;
  /** Bit numbers, the least significant of the value first. */
  readonly bits: readonly number[];
  readonly meaning: string;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);

export const FIELDS: readonly DescriptorField[] = [
  { id: 'base', name: 'Base', bits: [...range(16, 39), ...range(56, 63)], meaning: 'Address of the segment’s first byte, 32 bits in two pieces.' },
  { id: 'limit', name: 'Limit', bits: [...range(0, 15), ...range(48, 51)], meaning: 'Offset of the last byte; with G in units of 4 KiB. Expand-down segments are valid above it.' },
  { id: 'type', name: 'Type', bits: range(40, 43), meaning: 'Code or data (bit 43), expand-down or conforming (42), writable or readable (41), accessed (40).' },
  { id: 's', name: 'S', bits: [44], meaning: '1: a code or data segment. 0: one of the system’s: a table, a task state, a gate.' },
  { id: 'dpl', name: 'DPL', bits: [45, 46], meaning: 'Privilege that is needed: 0 the kernel, 3 programs.' },
  { id: 'p', name: 'P', bits: [47], meaning: '1: in memory. 0: any use raises #NP (#SS for a stack).' },
  { id: 'avl', name: 'AVL', bits: [52], meaning: 'For the system’s own use.' },
  { id: 'l', name: 'L', bits: [53], meaning: '64-bit code: base and limit are ignored.' },
  { id: 'db', name: 'D/B', bits: [54], meaning: '32-bit operands; for expand-down segments the upper bound 4 GiB in place of 64 KiB.' },
  { id: 'g', name: 'G', bits: [55], meaning: '1: the limit counts units of 4 KiB.' },
];

export function fieldOfBit(bit: number): DescriptorField {
  const field = FIELDS.find((one) => one.bits.includes(bit));
  if (!field) throw new Error(`bit ${String(bit)} of a descriptor`);
  return field;
}

export function bitOf(text: string, bit: number): 0 | 1 {
  return Number((BigInt(`0x${text}`) >> BigInt(bit)) & 1n) as 0 | 1;
}

export function withBit(text: string, bit: number, value: 0 | 1): string {
  const mask = 1n << BigInt(bit);
  const bits = BigInt(`0x${text}`);
  return (value === 1 ? bits | mask : bits & ~mask).toString(16).padStart(16, '0');
}

export function fieldValue(text: string, field: DescriptorField): number {
  return field.bits.reduce((sum, bit, k) => sum + bitOf(text, bit) * 2 ** k, 0);
}

/** Null when the value does not fit. */
export function withField(text: string, field: DescriptorField, value: number): string | null {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** field.bits.length) return null;
  return field.bits.reduce((made, bit, k) => withBit(made, bit, Math.floor(value / 2 ** k) % 2 === 1 ? 1 : 0), text);
}

/** "0x1f40", "8000" or "0b101" to a number; null when it is none. */
export function readNumber(text: string): number | null {
  const trimmed = text.trim().replaceAll('_', '');
  return /^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(trimmed) ? Number(trimmed) : null;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
