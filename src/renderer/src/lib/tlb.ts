/** What the TLB pictures say: names of the arrays, one entry in words, rates of an interval, reach. */
import { TLB_DIRTY, TLB_NO_EXECUTE, TLB_WRITABLE, type TlbColumns, type TranslationCounters } from '@shared/views-translation';
import { count, size } from './format';
import { LEVEL_NAMES } from './translation';
import { vaOfNumber } from './va';

export const ARRAY_NAMES: Readonly<Record<TlbColumns['id'], string>> = {
  l1d: 'L1 data', l1i: 'L1 instruction', l2: 'L2, shared', psc2: 'Knows the PT', psc3: 'Knows the PD', psc4: 'Knows the PDPT', psc5: 'Knows the PML4',
};
export const SIZE_NAMES: Readonly<Record<number, string>> = { 1: '4 KiB', 2: '2 MiB', 3: '1 GiB' };
const PAGES: Readonly<Record<number, number>> = { 1: 1, 2: 512, 3: 262_144 };

export const isPsc = (array: TlbColumns): boolean => array.id.startsWith('psc');

/** First and last byte that an entry speaks of. */
export function entryRange(array: TlbColumns, row: number): { readonly low: string; readonly bytes: number } {
  const level = array.level[row] ?? 1;
  const pages = isPsc(array) ? 512 ** (level - 1) : PAGES[level] ?? 1;
  return { low: vaOfNumber((array.vpn[row] ?? 0) * 4096), bytes: pages * 4096 };
}

export function rankWords(rank: number, ways: number): string {
  return rank === 0 ? 'used last' : rank === ways - 1 ? 'next to go' : `${rank} used since`;
}

/** One entry in one line. */
export function entryText(array: TlbColumns, row: number): string {
  const flags = array.flags[row] ?? 0;
  const range = entryRange(array, row);
  const level = array.level[row] ?? 1;
  const owner = array.pid[row] ? `PID ${array.pid[row]}` : 'no process';
  const what = isPsc(array) ? `${LEVEL_NAMES[level]} entry for ${size(range.bytes)}, leads to table frame ${count(array.pfn[row] ?? 0)}` : `${SIZE_NAMES[level]} page in frame ${count(array.pfn[row] ?? 0)}`;
  const rights = `${(flags & TLB_WRITABLE) !== 0 ? 'writable' : 'read-only'}${(flags & TLB_NO_EXECUTE) !== 0 ? ', no execution' : ''}${(flags & TLB_DIRTY) !== 0 ? ', dirty' : ''}`;
  return `${range.low}: ${what}, ${rights}, ASID ${array.asid[row]} (${owner}), ${rankWords(array.rank[row] ?? 0, array.ways)}`;
}

/** Bytes that the entries of an array translate together. */
export function reachOf(array: TlbColumns): number {
  return isPsc(array) ? 0 : array.level.reduce((sum, level) => sum + (PAGES[level] ?? 0) * 4096, 0);
}

/** The fragmentation index of an order, in words. */
export function fragmentationWords(index: number): string {
  if (index === -1000) return 'there is one.';
  if (index === 0) return 'there is none, because nothing is free.';
  return index > 500 ? `there is none, because what is free lies in pieces (fragmentation index ${index}): compaction can help.` : `there is none, because too little is free (fragmentation index ${index}): compaction would not help.`;
}

/** Rates of an interval between two totals; a rate without anything to count is null. */
export interface Rates { readonly l1d: number | null; readonly l1i: number | null; readonly l2: number | null; readonly walkReads: number | null; readonly cyclesPerAccess: number | null }

export function ratesBetween(from: TranslationCounters | null, to: TranslationCounters): Rates {
  const since = (key: keyof TranslationCounters): number => to[key] - (from?.[key] ?? 0);
  const ratio = (part: number, total: number): number | null => (total > 0 ? part / total : null);
  const lookups = since('l1dMisses') + since('l1iMisses');
  return {
    l1d: ratio(since('accesses') - since('l1dMisses'), since('accesses')),
    l1i: ratio(since('fetches') - since('l1iMisses'), since('fetches')),
    l2: ratio(since('l2Hits'), lookups),
    walkReads: ratio(since('walkReads'), since('walks')),
    cyclesPerAccess: ratio(since('translationCycles'), since('accesses') + since('fetches')),
  };
}

/** A percentage with as many digits as tell 99.9 from 100. */
export function rateText(rate: number | null): string {
  if (rate === null) return '–';
  const percent = rate * 100;
  const digits = percent > 99 && percent < 100 ? 3 : 1;
  // Never round a miss away.
  const shown = percent < 100 && Number(percent.toFixed(digits)) >= 100 ? 100 - 10 ** -digits : percent;
  return `${shown.toFixed(digits)} %`;
}

export interface Sample { readonly instructions: number; readonly l1d: number | null; readonly cyclesPerAccess: number | null }
const SAMPLES_MOST = 240;

/** Samples of a run, one per answer; begins anew when the run did, and thins out when it grows long. */
export function addSample(samples: readonly Sample[], before: TranslationCounters | null, now: TranslationCounters): readonly Sample[] {
  const isNew = before !== null && now.instructions < before.instructions;
  if (!isNew && before !== null && now.instructions === before.instructions) return samples;
  const rates = ratesBetween(isNew ? null : before, now);
  const kept = isNew ? [] : samples;
  const next = [...kept, { instructions: now.instructions, l1d: rates.l1d, cyclesPerAccess: rates.cyclesPerAccess }];
  return next.length <= SAMPLES_MOST ? next : next.filter((_, index) => index % 2 === 1);
}
