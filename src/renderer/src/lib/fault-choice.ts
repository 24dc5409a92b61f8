/** What the Page faults view shows: the user's choice, and the filter that it becomes for the machine. */
import type { FaultWhere } from '@shared/views-faults';
import type { CycleRange } from './fault-timeline';
import { FAULT_KINDS, isMajorKind } from './words';

export interface FaultChoice {
  readonly processKey: number;
  readonly sinceMain: boolean;
  readonly hidden: ReadonlySet<number>;
  readonly size: 'all' | 'minor' | 'major';
  readonly lowVa: string; readonly highVa: string;
  readonly file: string; readonly line: number;
  readonly measure: 'count' | 'cost';
}

export const NO_FILTER: FaultChoice = { processKey: 0, sinceMain: true, hidden: new Set(), size: 'all', lowVa: '', highVa: '', file: '', line: 0, measure: 'count' };
const ALL_KINDS = FAULT_KINDS.map((_, kind) => kind);
const INVALID = 6;
/** A number that no kind has: nothing passes. */
const NO_KIND = 255;

/** Kinds that the choice lets through. An invalid access is neither minor nor major. */
export function shownKinds(choice: FaultChoice): readonly number[] {
  return ALL_KINDS.filter((kind) => !choice.hidden.has(kind) && (choice.size === 'all' || (kind !== INVALID && (choice.size === 'major') === isMajorKind(kind))));
}

/** `kinds` false: kinds are left to whoever draws, so that their numbers are known while they are hidden. */
export function whereOf(choice: FaultChoice, range: CycleRange | null, kinds: boolean): FaultWhere {
  const shown = shownKinds(choice);
  return {
    processKey: choice.processKey, sinceMain: choice.sinceMain, kinds: !kinds || shown.length === ALL_KINDS.length ? [] : shown.length === 0 ? [NO_KIND] : shown,
    fromCycle: range?.fromCycle ?? 0, toCycle: range?.toCycle ?? 0, lowVa: choice.lowVa, highVa: choice.highVa, file: choice.file, line: choice.line,
  };
}

/** A row of the export, quoted where csv needs it. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells.map((cell) => { const text = String(cell); return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; }).join(',');
}
