/**
 * An address and its walk, for the Translation view: the fields of the address, the bits of an entry and what each means (Intel SDM
 * volume 3, 4.5, tables 4-14 to 4-20), the rows of a table frame, the walk told in sentences.
 */
import type { TranslationAnswer, TranslationStep } from '@shared/views-translation';
import { count } from './format';
import { formatVa, parseVa } from './va';

export const LEVEL_NAMES: Readonly<Record<number, string>> = { 1: 'PT', 2: 'PD', 3: 'PDPT', 4: 'PML4', 5: 'PML5' };
export const LEVEL_WORDS: Readonly<Record<number, string>> = {
  1: 'page table', 2: 'page directory', 3: 'page-directory pointer table', 4: 'page-map level 4', 5: 'page-map level 5',
};
const ALL = (1n << 64n) - 1n;
export const ENTRIES = 512;

/** A field of the address: bits `high` to `low`. Level 0: the offset; level −1: the sign extension. */
export interface AddressField { readonly level: number; readonly name: string; readonly high: number; readonly low: number; readonly value: bigint; readonly bits: string }

/** `pageLevel`: level of the leaf that maps the address (2, 3 for huge pages, whose offset is wider); 1 otherwise. */
export function addressFields(va: bigint, levels: number, pageLevel = 1): readonly AddressField[] {
  const top = 12 + 9 * levels;
  const field = (level: number, name: string, high: number, low: number): AddressField => {
    const width = high - low + 1;
    const value = (va >> BigInt(low)) & ((1n << BigInt(width)) - 1n);
    return { level, name, high, low, value, bits: value.toString(2).padStart(width, '0') };
  };
  const fields = [field(-1, 'sign', 63, top)];
  for (let level = levels; level >= pageLevel; level--) fields.push(field(level, LEVEL_NAMES[level] ?? '', 11 + 9 * level, 3 + 9 * level));
  fields.push(field(0, 'offset', 2 + 9 * pageLevel, 0));
  return fields;
}

/** The address with another value in a field; the sign extension follows the highest index. */
export function withField(va: bigint, field: Pick<AddressField, 'high' | 'low' | 'level'>, value: bigint, levels: number): bigint {
  const width = BigInt(field.high - field.low + 1);
  const mask = (1n << width) - 1n;
  const wrapped = ((value % (mask + 1n)) + mask + 1n) & mask;
  const changed = (va & ~(mask << BigInt(field.low)) & ALL) | (wrapped << BigInt(field.low));
  return field.level === -1 ? changed : signExtended(changed, levels);
}

export function signExtended(va: bigint, levels: number): bigint {
  const bits = 12 + 9 * levels;
  return BigInt.asUintN(64, BigInt.asIntN(bits, va));
}

/** What a user typed: hexadecimal with or without 0x, blanks and underscores allowed; null when it is no address. */
export function readAddress(text: string): bigint | null {
  const digits = text.trim().replace(/^0x/i, '').replace(/[\s_']/g, '');
  return /^[0-9a-f]{1,16}$/i.test(digits) ? parseVa(digits) : null;
}

/** One bit, or run of bits, of an entry. */
export interface EntryBit { readonly high: number; readonly low: number; readonly name: string; readonly value: string; readonly set: boolean; readonly meaning: string; readonly software?: boolean }

const SET = (set: boolean, yes: string, no: string): string => (set ? yes : no);

/** The bits of an entry, highest first. `kind` tells what the entry is. */
export function entryBits(entry: bigint, level: number, kind: TranslationStep['kind']): readonly EntryBit[] {
  const bit = (n: number): boolean => ((entry >> BigInt(n)) & 1n) === 1n;
  const one = (n: number, name: string, yes: string, no: string, software = false): EntryBit =>
    ({ high: n, low: n, name, value: bit(n) ? '1' : '0', set: bit(n), meaning: SET(bit(n), yes, no), ...(software ? { software } : {}) });
  const number = Number((entry >> 12n) & 0xff_ffff_ffffn);
  const isLeaf = kind === 'page' || kind === 'no-rights';
  const next = LEVEL_NAMES[level - 1] ?? 'page';
  const frame: EntryBit = kind === 'swapped'
    ? { high: 51, low: 12, name: 'swap slot', value: count(number), set: number > 0, meaning: `Slot ${count(number)} of the swap file holds the page.` }
    : { high: 51, low: 12, name: 'frame', value: count(number), set: number > 0, meaning: entry === 0n ? 'No frame: the entry is empty.' : isLeaf ? `Frame ${count(number)}, physical address ${formatVa(BigInt(number) * 4096n)}: the page begins there.` : `Frame ${count(number)}, physical address ${formatVa(BigInt(number) * 4096n)}: the ${next} lies there.` };
  return [
    one(63, 'NX', 'No execution: a fetch from here faults, whatever the other levels say.', 'Execution is not forbidden at this level.'),
    { high: 62, low: 52, name: 'free', value: ((entry >> 52n) & 0x7ffn).toString(2).padStart(11, '0'), set: ((entry >> 52n) & 0x7ffn) !== 0n, meaning: 'Bits 62 to 52 are free for software or protection keys; this system does not use them.' },
    frame,
    one(11, 'SWAP', 'Software: the page is in a swap slot.', 'Software: not swapped out.', true),
    one(10, 'FILE', 'Software: the frame belongs to the page cache.', 'Software: not a frame of the page cache.', true),
    one(9, 'COW', 'Software: a write faults and gets a private copy (copy on write).', 'Software: not copy on write.', true),
    bit(0) ? one(8, 'G', 'Global: survives a CR3 load.', 'Not global: belongs to one address space.') : one(8, 'PROT', 'Software: resident, but PROT_NONE takes every right away.', 'With P clear: no frame is kept under PROT_NONE.', true),
    level === 1 ? one(7, 'PAT', 'Memory type from the PAT, upper half.', 'Memory type from the PAT, lower half.') : one(7, 'PS', `Page size: this entry maps ${level === 2 ? '2 MiB' : '1 GiB'} itself, and the walk ends here.`, level <= 3 ? 'Page size clear: the entry points to the next table.' : 'Must be 0 at this level.'),
    isLeaf || level === 1
      ? one(6, 'D', 'Dirty: the page was written to. Set by the processor at the first write.', 'Clean: nobody has written through this entry.')
      : one(6, '–', 'Ignored in an entry that points to a table.', 'Ignored in an entry that points to a table.'),
    one(5, 'A', 'Accessed: a walk has used this entry. Set by the processor; the kernel clears it to find idle pages.', 'Not accessed since the kernel last cleared it.'),
    one(4, 'PCD', 'Caching disabled.', 'Caching enabled.'),
    one(3, 'PWT', 'Write-through caching.', 'Write-back caching.'),
    one(2, 'U/S', 'User: programs may use what lies below.', 'Supervisor: only the kernel may use what lies below.'),
    one(1, 'R/W', 'Writable, as far as this level decides.', 'Read-only: a write faults.'),
    one(0, 'P', 'Present: the processor may use the entry.', 'Not present: the walk ends in a page fault, and all other bits belong to the kernel.'),
  ];
}

/** An entry of a table frame, from its bytes. */
export interface TableRow { readonly index: number; readonly entry: bigint; readonly present: boolean; readonly huge: boolean; readonly frame: number }

export function tableRow(bytes: Uint8Array, index: number, level: number): TableRow {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = view.getBigUint64(8 * index, true);
  return { index, entry, present: (entry & 1n) === 1n, huge: (level === 2 || level === 3) && (entry & 0x81n) === 0x81n, frame: Number((entry >> 12n) & 0xff_ffff_ffffn) };
}

/** Rows around the chosen entry for the picture of a table; indices that do not exist are left out. */
export function neighbours(index: number, around: number): readonly number[] {
  const first = Math.max(0, Math.min(index - around, ENTRIES - 1 - 2 * around));
  return Array.from({ length: 2 * around + 1 }, (_, i) => first + i).filter((each) => each < ENTRIES);
}

/** One sentence for a step of the walk. */
export function narrate(answer: TranslationAnswer, at: number): string {
  const step = answer.steps[at];
  if (!step) return answer.reason;
  const bits = `bits ${11 + 9 * step.level} to ${3 + 9 * step.level} of the address are ${step.index}`;
  const from = at === 0 ? `CR3 names frame ${count(step.tablePfn)}: the ${LEVEL_NAMES[step.level]}.` : `Frame ${count(step.tablePfn)} holds the ${LEVEL_NAMES[step.level]}.`;
  const read = `${from} The ${bits}, so entry ${step.index} is read at physical address ${step.entryPa}.`;
  if (step.kind === 'table') return `${read} P is set: frame ${count(Number((parseVa(step.entry) >> 12n) & 0xff_ffff_ffffn))} holds the ${LEVEL_NAMES[step.level - 1]}.`;
  if (step.kind === 'page') return `${read} ${step.level > 1 ? 'PS is set: it maps the page itself.' : 'It maps the page.'} Frame ${count(answer.pagePfn)} plus the offset is physical address ${answer.pa}.`;
  return `${read} ${answer.reason}`;
}

/** Who would answer an access now, and what it would cost beyond its instruction. */
export function costSentence(answer: TranslationAnswer): string {
  const full = `${answer.fullWalkCycles} cycles`;
  switch (answer.answeredBy) {
    case 'L1': return `In the L1 data TLB: an access costs nothing extra. A walk from CR3 would cost ${full}.`;
    case 'L2': return `In the L2 TLB: an access costs ${answer.costCycles} cycles. A walk from CR3 would cost ${full}.`;
    case 'walk': return answer.pscLevel > 0
      ? `A TLB miss. The paging-structure cache knows the ${LEVEL_NAMES[answer.pscLevel]} entry, so ${answer.walkReadsNow === 1 ? 'one table entry is' : `${answer.walkReadsNow} table entries are`} read: ${answer.costCycles} cycles in place of ${full}.`
      : `A TLB miss, and nothing is cached: ${answer.walkReadsNow} table entries are read, ${answer.costCycles} cycles.`;
    case 'nobody': return 'No translation: an access faults.';
  }
}

export const PAGE_SIZE_WORDS: Readonly<Record<number, string>> = { 4096: '4 KiB', 2097152: '2 MiB', 1073741824: '1 GiB' };
