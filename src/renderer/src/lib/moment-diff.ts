/**
 * What differs between two moments (shared/views-compare.ts): rows are matched by what they are, not by where they stood in
 * their lists, and a row that only one moment has counts as zero in the other. What a summary left out of its list because it
 * is too small stands in one row, so that the differences of a table always add up to the difference of the totals.
 */
import { CYCLES_PER_SECOND } from '@shared/config';
import type { MomentFrame, MomentStack, MomentSummary } from '@shared/views-compare';
import { baseName, counted, cyclesAsTime } from './format';
import { VMA_NAME } from './words';

export interface Change { readonly a: number; readonly b: number; readonly delta: number }
/** A row of a table of differences; `measures`: one change per column group, the first sorts. */
export interface DiffRow {
  readonly key: string;
  readonly label: string;
  readonly measures: readonly Change[];
  /** Source line of the row; null: none. */
  readonly line: { readonly file: string; readonly line: number } | null;
}
export interface DiffTable {
  /** Changed rows only, the largest change first. */
  readonly rows: readonly DiffRow[];
  readonly unchanged: readonly DiffRow[];
}

interface Entry { readonly key: string; readonly label: string; readonly values: readonly number[]; readonly line?: DiffRow['line'] }

/** Entries of both moments by key; those with the same key in one moment are added up. */
export function diffEntries(a: readonly Entry[], b: readonly Entry[]): DiffTable {
  const rows = new Map<string, { entry: Entry; a: number[]; b: number[] }>();
  for (const [side, entries] of [['a', a], ['b', b]] as const) {
    for (const entry of entries) {
      const row = rows.get(entry.key) ?? { entry, a: entry.values.map(() => 0), b: entry.values.map(() => 0) };
      row[side] = row[side].map((value, i) => value + (entry.values[i] ?? 0));
      rows.set(entry.key, row);
    }
  }
  const all = [...rows.values()].map(({ entry, a: before, b: after }): DiffRow => ({
    key: entry.key, label: entry.label, line: entry.line ?? null, measures: before.map((value, i) => ({ a: value, b: after[i] ?? 0, delta: (after[i] ?? 0) - value })),
  }));
  const isChanged = (row: DiffRow): boolean => row.measures.some(({ delta }) => delta !== 0);
  return { rows: all.filter(isChanged).sort(byChange), unchanged: all.filter((row) => !isChanged(row)) };
}

function byChange(x: DiffRow, y: DiffRow): number {
  for (let i = 0; i < x.measures.length; i++) {
    const order = Math.abs(y.measures[i]?.delta ?? 0) - Math.abs(x.measures[i]?.delta ?? 0);
    if (order !== 0) return order;
  }
  return x.label < y.label ? -1 : x.label > y.label ? 1 : 0;
}

/** The innermost call frame in the program itself: where the reader can do something about it. */
function ownFrame(frames: readonly MomentFrame[]): MomentFrame | undefined {
  return frames.find((frame) => !frame.library && frame.line > 0);
}

function stackLabel(frames: readonly MomentFrame[]): string {
  const own = frames.filter((frame) => !frame.library && frame.line > 0).map(({ fn, file, line }) => `${fn} (${baseName(file)}:${line})`);
  return own.length > 0 ? own.join(' ← ') : `${frames[0]?.fn ?? 'unknown'} (C library)`;
}

const stackKey = ({ frames }: MomentStack): string => frames.map(({ fn, file, line }) => `${fn}\t${file}\t${line}`).join('\n');

/** Bytes, blocks. */
export function stackChanges(a: MomentSummary, b: MomentSummary): DiffTable {
  const entries = ({ stacks, otherStacks }: MomentSummary): Entry[] => [
    ...stacks.map((stack): Entry => {
      const own = ownFrame(stack.frames);
      return { key: stackKey(stack), label: stackLabel(stack.frames), values: [stack.bytes, stack.blocks], line: own ? { file: own.file, line: own.line } : null };
    }),
    ...(otherStacks.stacks === 0 ? [] : [{ key: 'rest', label: 'Smaller stacks together', values: [otherStacks.bytes, otherStacks.blocks] }]),
  ];
  return diffEntries(entries(a), entries(b));
}

/** Bytes, resident, in swap. */
export function mappingChanges(a: MomentSummary, b: MomentSummary): DiffTable {
  const many = new Set([...a.processes, ...b.processes].map(({ pid }) => pid)).size > 1;
  const entries = ({ mappings, otherMappings }: MomentSummary): Entry[] => [
    ...mappings.map(({ processKey, pid, kind, name, bytes, residentBytes, swapBytes }): Entry => {
      const words = name === '' || name === `[${kind}]` ? VMA_NAME[kind] : `${VMA_NAME[kind]} ${name}`;
      return { key: `${processKey}\n${kind}\n${name}`, label: many ? `${words}, process ${pid}` : words, values: [bytes, residentBytes, swapBytes] };
    }),
    ...(otherMappings.mappings === 0 ? [] : [{ key: 'rest', label: 'Smaller mappings together', values: [otherMappings.bytes, otherMappings.residentBytes, otherMappings.swapBytes] }]),
  ];
  return diffEntries(entries(a), entries(b));
}

/** RSS, swap, minor faults, major faults. */
export function processChanges(a: MomentSummary, b: MomentSummary): DiffTable {
  const entries = ({ processes, otherProcesses: rest }: MomentSummary): Entry[] => [
    ...processes.map((one): Entry => ({ key: String(one.processKey), label: `${one.pid} ${one.name}`, values: [one.rssBytes, one.swapBytes, one.minorFaults, one.majorFaults] })),
    ...(rest.processes === 0 ? [] : [{ key: 'rest', label: 'Smaller processes together', values: [rest.rssBytes, rest.swapBytes, rest.minorFaults, rest.majorFaults] }]),
  ];
  return diffEntries(entries(a), entries(b));
}

/** Faults so far, by kind. `names`: of the kinds, in the words of the profile. */
export function faultChanges(a: MomentSummary, b: MomentSummary, names: readonly string[]): DiffTable {
  const entries = ({ faults, forgottenFaults }: MomentSummary): Entry[] => [
    ...faults.map((value, kind): Entry => ({ key: String(kind), label: names[kind] ?? `Kind ${kind}`, values: [value] })),
    { key: 'forgotten', label: 'So old that their kind is not kept', values: [forgottenFaults] },
  ];
  return diffEntries(entries(a), entries(b));
}

/** Bytes, blocks; null: no leak check has run by one of the moments, so there is nothing to compare. */
export function leakChanges(a: MomentSummary, b: MomentSummary): DiffTable | null {
  if (a.leaks === null || b.leaks === null) return null;
  const entries = (leaks: NonNullable<MomentSummary['leaks']>): Entry[] => ([
    ['definite', 'Definitely lost'], ['indirect', 'Indirectly lost'], ['possible', 'Possibly lost'], ['reachable', 'Still reachable'],
  ] as const).map(([kind, label]) => ({ key: kind, label, values: [leaks[kind].bytes, leaks[kind].blocks] }));
  return diffEntries(entries(a.leaks), entries(b.leaks));
}

/** "+3,200", "−16", "0". */
export function signed(value: number, words: (positive: number) => string): string {
  return value === 0 ? words(0) : `${value > 0 ? '+' : '−'}${words(Math.abs(value))}`;
}

/** Simulated times that tell the moments apart: "0.010 s", as the timeline has them ("177 µs") where that is too coarse, else with more digits. */
export function momentTimes(cycles: readonly number[]): readonly string[] {
  const moments = new Set(cycles).size;
  const inSeconds = (digits: number): readonly string[] => cycles.map((cycle) => `${(cycle / CYCLES_PER_SECOND).toFixed(digits)} s`);
  const coarse = [inSeconds(3), cycles.map(cyclesAsTime)].find((texts) => new Set(texts).size === moments);
  if (coarse !== undefined) return coarse;
  let digits = 4;
  while (digits < 9 && new Set(inSeconds(digits)).size < moments) digits++;
  return inSeconds(digits);
}

/** What happened to the heap from A to B, in one sentence. */
export function heapSentence(a: MomentSummary, b: MomentSummary, stacks: DiffTable): string {
  const [from, to] = momentTimes([a.moment.cycle, b.moment.cycle]);
  const [bytes, blocks] = [b.heap.bytes - a.heap.bytes, b.heap.blocks - a.heap.blocks];
  const span = a.moment.cycle === b.moment.cycle ? `At ${from}` : `Between ${from} and ${to}`;
  if (bytes === 0 && blocks === 0) return `${span} the heap ${stacks.rows.length === 0 ? 'did not change' : 'kept its size, but other blocks are in use'}.`;
  if (bytes === 0) return `${span} the heap kept its bytes, in ${counted(Math.abs(blocks), blocks > 0 ? 'more block' : 'fewer block')}.`;
  const amount = Math.sign(blocks) === Math.sign(bytes) ? `${counted(Math.abs(bytes), 'byte')} in ${counted(Math.abs(blocks), 'block')}` : counted(Math.abs(bytes), 'byte');
  const main = stacks.rows.find(({ line, measures: [change] }) => line !== null && Math.sign(change?.delta ?? 0) === Math.sign(bytes));
  if (main === undefined) return `${span} the heap ${bytes > 0 ? 'grew' : 'shrank'} by ${amount}.`;
  const share = (main.measures[0]?.delta ?? 0) / bytes;
  // A stack may have grown by more than the heap did, when others shrank.
  const part = share === 1 && stacks.rows.length === 1 ? 'all of it' : share > 0.5 && share <= 1 ? 'most of it' : 'the largest part';
  const where = `${main.label.slice(0, main.label.indexOf(' ('))} at line ${main.line?.line ?? 0}`;
  return `${span} the heap ${bytes > 0 ? 'grew' : 'shrank'} by ${amount}, ${part} allocated by ${where}.`;
}
