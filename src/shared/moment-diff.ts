/**
 * Differences between two lists: rows are matched by what they are, not by where they stand, and a row that only one list has
 * counts as zero in the other. Which lists those are for two moments of a run says moment-tables.ts.
 */
import type { LeakKind } from './config';

export interface Change { readonly a: number; readonly b: number; readonly delta: number }
export interface Measure { readonly title: string; readonly unit: 'bytes' | 'count' }
/** What a row is in a machine that stands at its moment. `blockId`, `va`: 0 and '' where it is none. */
export interface RowPlace { readonly processKey: number; readonly blockId: number; readonly va: string }
export interface SourceLine { readonly file: string; readonly line: number }

/** A row of a table of differences. */
export interface DiffRow {
  readonly key: string;
  readonly label: string;
  /** What else there is to say of it: its range of addresses, what became of it. '': nothing. */
  readonly detail: string;
  /** One for each measure of the table. */
  readonly measures: readonly Change[];
  /** Which of the lists have it. */
  readonly in: 'both' | 'a' | 'b';
  /** Source line of the row; null: none. */
  readonly line: SourceLine | null;
  readonly leak: LeakKind | null;
  readonly places: { readonly a: RowPlace | null; readonly b: RowPlace | null };
}
export interface DiffTable {
  readonly title: string;
  /** Head of the column of labels. */
  readonly subject: string;
  readonly measures: readonly Measure[];
  /** Changed rows only, the largest change of the first measure first. */
  readonly rows: readonly DiffRow[];
  readonly unchanged: readonly DiffRow[];
  /** Sums of all rows. */
  readonly totals: readonly Change[];
}

export interface Entry {
  readonly key: string; readonly label: string; readonly values: readonly number[];
  readonly detail?: string; readonly line?: SourceLine | null; readonly leak?: LeakKind; readonly place?: RowPlace;
}
export type TableHead = Pick<DiffTable, 'title' | 'subject' | 'measures'>;
type Joint = { -readonly [K in 'a' | 'b']: { entry: Entry; values: number[] } | null };

/**
 * Entries of both lists by key; those with the same key in one list are added up.
 * @param joined what to say of a row that both lists have; absent: what B says
 */
export function diffTable(head: TableHead, a: readonly Entry[], b: readonly Entry[], joined: (a: Entry, b: Entry) => string = (_a, { detail }) => detail ?? ''): DiffTable {
  const joints = new Map<string, Joint>();
  for (const [side, entries] of [['a', a], ['b', b]] as const) {
    for (const entry of entries) {
      const joint = joints.get(entry.key) ?? { a: null, b: null };
      joints.set(entry.key, joint);
      const known = joint[side];
      if (known === null) joint[side] = { entry, values: [...entry.values] };
      else known.values = known.values.map((value, i) => value + (entry.values[i] ?? 0));
    }
  }
  const all = [...joints].map(([key, joint]) => rowOf(key, joint, head.measures.length, joined));
  const isChanged = ({ measures }: DiffRow): boolean => measures.some(({ delta }) => delta !== 0);
  return {
    ...head, rows: sortedByChange(all.filter(isChanged), 0), unchanged: all.filter((row) => !isChanged(row)),
    totals: head.measures.map((_measure, i) => changeOf(sumOf(all, i, 'a'), sumOf(all, i, 'b'))),
  };
}

function rowOf(key: string, { a, b }: Joint, measures: number, joined: (a: Entry, b: Entry) => string): DiffRow {
  const entry = (b ?? a)?.entry;
  if (entry === undefined) throw new Error('a row that no list has');
  return {
    key, label: entry.label, detail: a !== null && b !== null ? joined(a.entry, b.entry) : entry.detail ?? '', in: a === null ? 'b' : b === null ? 'a' : 'both',
    line: entry.line ?? null, leak: entry.leak ?? null, places: { a: a?.entry.place ?? null, b: b?.entry.place ?? null },
    measures: Array.from({ length: measures }, (_none, i) => changeOf(a?.values[i] ?? 0, b?.values[i] ?? 0)),
  };
}

export function changeOf(a: number, b: number): Change {
  return { a, b, delta: b - a };
}

function sumOf(rows: readonly DiffRow[], measure: number, side: 'a' | 'b'): number {
  return rows.reduce((sum, { measures }) => sum + (measures[measure]?.[side] ?? 0), 0);
}

/** The largest change of one measure first, then of the others in order; of equal ones growth before loss, then by label. */
export function sortedByChange(rows: readonly DiffRow[], measure: number): readonly DiffRow[] {
  const size = (row: DiffRow, i: number): number => Math.abs(row.measures[i]?.delta ?? 0);
  return rows.toSorted((x, y) => {
    const order = size(y, measure) - size(x, measure);
    if (order !== 0) return order;
    for (let i = 0; i < x.measures.length; i++) {
      const next = size(y, i) - size(x, i);
      if (next !== 0) return next;
    }
    const growth = (y.measures[measure]?.delta ?? 0) - (x.measures[measure]?.delta ?? 0);
    if (growth !== 0) return growth;
    return x.label < y.label ? -1 : x.label > y.label ? 1 : 0;
  });
}

/** What became of a row from A to B, by one of its measures. */
export function fateOf(row: DiffRow, measure: number): 'new' | 'gone' | 'grew' | 'shrank' | 'same' {
  if (row.in !== 'both') return row.in === 'b' ? 'new' : 'gone';
  const { delta } = row.measures[measure] ?? { delta: 0 };
  return delta > 0 ? 'grew' : delta < 0 ? 'shrank' : 'same';
}

/** "+3,200", "−16", "0". */
export function signed(value: number, words: (positive: number) => string): string {
  return value === 0 ? words(0) : `${value > 0 ? '+' : '−'}${words(Math.abs(value))}`;
}
