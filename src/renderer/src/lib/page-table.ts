/** x86-64 page-table entries and the split of an address, for the view of a walk (Intel SDM volume 3, section 4.5). */
import { parseVa } from './va';

export const LEVEL_NAMES: Readonly<Record<number, string>> = { 1: 'PT', 2: 'PD', 3: 'PDPT', 4: 'PML4', 5: 'PML5' };

const FLAGS: readonly (readonly [bit: number, name: string, meaning: string])[] = [
  [0, 'P', 'present'], [1, 'W', 'writable'], [2, 'U', 'user may access'], [5, 'A', 'accessed'], [6, 'D', 'dirty'], [7, 'PS', 'large page'], [8, 'G', 'global'], [63, 'NX', 'no execution'],
];

export interface EntryFlag { readonly name: string; readonly meaning: string; readonly set: boolean }

/** The flags of an entry; D and PS only where they mean something (leaf and upper levels). */
export function entryFlags(entry: string, level: number): readonly EntryFlag[] {
  const value = parseVa(entry);
  return FLAGS
    .filter(([, name]) => (name === 'D' || name === 'G' ? level === 1 : name === 'PS' ? level > 1 : true))
    .map(([bit, name, meaning]) => ({ name, meaning, set: ((value >> BigInt(bit)) & 1n) === 1n }));
}

/** Frame number in bits 12 to 51. */
export function entryFrame(entry: string): number {
  return Number((parseVa(entry) >> 12n) & 0xff_ffff_ffffn);
}

/** The nine bits that index a table of a level. */
export function indexBits(index: number): string {
  return index.toString(2).padStart(9, '0');
}

/** Physical address of a virtual one, given its page's frame. */
export function physicalOf(va: string, pfn: number): string {
  return `0x${(BigInt(pfn) * 4096n + (parseVa(va) & 0xfffn)).toString(16)}`;
}
