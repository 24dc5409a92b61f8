/** The comparison of two moments as a text with columns, as CSV and as JSON: for the terminal and for files that the window writes. */
import { CYCLES_PER_SECOND } from './config';
import { fateOf, signed, type Change, type DiffRow, type DiffTable, type Measure } from './moment-diff';
import { compareMoments, noLeaksText, tablesOf, type Comparison } from './moment-tables';
import { momentTimes } from './moment-words';
import { count, counted } from './quantities';
import type { MomentSummary } from './views-compare';

/** One of the two moments. `name`: of a file, or what the user calls it. */
export interface ReportSide { readonly name: string; readonly program: string; readonly summary: MomentSummary }

export const compareSides = (a: ReportSide, b: ReportSide): Comparison => compareMoments(a.summary, b.summary, a.program === b.program);

/** Minus signs are ASCII, so that other programs can read the numbers. */
const ascii = (change: number): string => signed(change, count).replace('−', '-');
const cells = ({ a, b, delta }: Change): readonly string[] => [count(a), count(b), ascii(delta)];
const title = ({ title: words, unit }: Measure): string => (unit === 'bytes' && words !== 'Bytes' ? `${words} (bytes)` : words);

/** @param withUnchanged lists rows that did not change too, in place of their number */
export function comparisonText(a: ReportSide, b: ReportSide, withUnchanged = false): string {
  const comparison = compareSides(a, b);
  const times = momentTimes([a.summary.moment.cycle, b.summary.moment.cycle]);
  const side = (letter: string, { name, program, summary }: ReportSide, time = ''): string => `${letter}  ${name} (${program}): ${time}, ${counted(summary.moment.instruction, 'instruction')}`;
  return [
    side('A', a, times[0]), side('B', b, times[1]), '', comparison.sentence, ...comparison.others.map((sentence) => `- ${sentence}`), '',
    ...overviewLines(comparison), '',
    ...(typeof comparison.leaks === 'string' ? [`Leaks: ${noLeaksText(comparison.leaks)}`, ''] : []),
    ...tablesOf(comparison).flatMap((table) => [...tableLines(table, withUnchanged), '']),
  ].join('\n');
}

function overviewLines({ overview }: Comparison): readonly string[] {
  return ['Overview', ...aligned([['A', 'B', 'Change', ''], ...overview.map(({ label, unit, change }) => [...cells(change), unit === 'bytes' ? `${label} (bytes)` : label])])];
}

function tableLines(table: DiffTable, withUnchanged: boolean): readonly string[] {
  const rows = withUnchanged ? [...table.rows, ...table.unchanged] : table.rows;
  const hidden = withUnchanged || table.unchanged.length === 0 ? [] : [`  ${counted(table.unchanged.length, 'row')} unchanged`];
  if (rows.length === 0) return [table.title, table.unchanged.length === 0 ? '  nothing at either moment' : '  no change', ...hidden];
  const head = [...table.measures.flatMap(() => ['A', 'B', 'Change']), table.subject];
  const lines = rows.map((row) => [...row.measures.flatMap(cells), rowText(row)]);
  const body = aligned([head, ...lines, [...table.totals.flatMap(cells), 'Total']]);
  return [`${table.title}: ${table.measures.map(title).join(', then ')}`, ...body, ...hidden];
}

function rowText(row: DiffRow): string {
  const fate = fateOf(row, 0);
  const notes = [...(row.detail === '' ? [] : [row.detail]), ...(fate === 'new' || fate === 'gone' ? [fate] : [])];
  return notes.length === 0 ? row.label : `${row.label}  [${notes.join('; ')}]`;
}

/** Numbers to the right, the last column as long as it likes. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_none, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) => `  ${line.map((cell, i) => (i === line.length - 1 ? cell : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd());
}

/** One line for each row and measure, unchanged rows included; numbers are plain. */
export function comparisonCsv(a: ReportSide, b: ReportSide): string {
  const comparison = compareSides(a, b);
  const numbers = ({ a: before, b: after, delta }: Change): readonly string[] => [before, after, delta].map(String);
  const lines = [
    ['table', 'row', 'detail', 'in', 'file', 'line', 'measure', 'A', 'B', 'change'],
    ...comparison.overview.map(({ label, unit, change }) => ['Overview', label, '', 'both', '', '', unit, ...numbers(change)]),
    ...tablesOf(comparison).flatMap((table) => [...table.rows, ...table.unchanged].flatMap((row) => table.measures.map((measure, i) => [
      table.title, row.label, row.detail, row.in, row.line?.file ?? '', row.line === null ? '' : String(row.line.line), measure.title, ...numbers(row.measures[i] ?? { a: 0, b: 0, delta: 0 }),
    ]))),
  ];
  return `${lines.map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** RFC 4180. */
function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function comparisonJson(a: ReportSide, b: ReportSide): string {
  const { overview, ...comparison } = compareSides(a, b);
  const side = ({ name, program, summary }: ReportSide): unknown => ({
    name, program, instructions: summary.moment.instruction, cycles: summary.moment.cycle, simulatedSeconds: summary.moment.cycle / CYCLES_PER_SECOND,
  });
  return `${JSON.stringify({ format: 1, a: side(a), b: side(b), overview: overview.map(({ label, unit, change }) => ({ label, unit, ...change })), ...comparison }, null, 1)}\n`;
}
