/** What `pagewise policy` prints: plain text, columns of fixed width, lines of at most about a hundred characters. */
import type { MissCurve, PolicyReport, StepTable } from '../shared/policy';

const WIDTH = 100;
const CURVE_ROWS = 24;

type Row = readonly string[];

/** The first column to the left, the others to the right. */
function table(head: Row, rows: readonly Row[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  ').trimEnd());
}

/** Two decimals; small ratios, as real programs have them, with three digits that count. */
function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return `${share >= 1 || share === 0 ? share.toFixed(2) : share.toPrecision(3)} %`;
}
const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export function policyText(report: PolicyReport): string {
  const { trace, runs, anomalies, curves, steps } = report;
  const stores = trace.stores === null ? 'stores are not known' : plural(trace.stores, 'store');
  const lines = [`trace: ${plural(trace.references, 'reference')} to ${plural(trace.pages, 'page')}; ${stores}`, ''];
  for (const one of steps) lines.push(...stepLines(one), '');
  lines.push(...table(
    ['policy', 'frames', 'faults', 'fault ratio', 'cold misses', 'evictions', 'write-backs'],
    runs.map((run) => [run.policy, String(run.frames), String(run.faults), percent(run.faults, trace.references), String(run.coldMisses), String(run.evictions), run.writeBacks === null ? '-' : String(run.writeBacks)]),
  ));
  if (anomalies.length > 0) lines.push('');
  for (const one of anomalies) {
    const chance = one.policy === 'random' || one.policy === 'nru' ? ' (by chance: another seed may not show it)' : '';
    lines.push(`Belady's anomaly: ${one.policy} has ${one.faultsWithFewer} faults with ${plural(one.fewerFrames, 'frame')} and ${one.faultsWithMore} with ${one.moreFrames}${chance}`);
  }
  if (curves.length > 0) lines.push('', ...curveLines(curves, trace.references));
  return `${lines.join('\n')}\n`;
}

/** Fault ratios by number of frames, a column a policy. All curves have a point at the numbers that one of few points has. */
function curveLines(curves: readonly MissCurve[], references: number): readonly string[] {
  const sparsest = curves.reduce((a, b) => (b.frames.length < a.frames.length ? b : a)).frames;
  const stride = Math.ceil(sparsest.length / CURVE_ROWS);
  const chosen = sparsest.filter((_, k) => k % stride === 0 || k === sparsest.length - 1);
  const rows = chosen.map((frames) => [String(frames), ...curves.map((curve) => percent(curve.faults[curve.frames.indexOf(frames)], references))]);
  return ['miss-ratio curve (fault ratio by number of frames):', ...table(['frames', ...curves.map((curve) => curve.policy)], rows)];
}

/** As a textbook draws it: a column a reference, a row a frame; * a fault, and below it the page that had to leave. */
function stepLines({ policy, frames, steps }: StepTable): readonly string[] {
  const faults = steps.filter((step) => !step.hit).length;
  const cell = Math.max(1, ...steps.map((step) => step.page.length)) + 1;
  const labels = ['reference', ...Array.from({ length: frames }, (_, frame) => `frame ${frame}`), 'fault', 'victim'];
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const perLine = Math.max(1, Math.floor((WIDTH - margin - 2) / cell));
  const lines = [`${policy}, ${plural(frames, 'frame')}: ${plural(faults, 'fault')}`];
  for (let from = 0; from < steps.length; from += perLine) {
    const part = steps.slice(from, from + perLine);
    const rows = [
      part.map((step) => step.page),
      ...Array.from({ length: frames }, (_, frame) => part.map((step) => step.frames[frame] ?? '')),
      part.map((step) => (step.hit ? '' : '*')),
      part.map((step) => step.victim ?? ''),
    ];
    rows.forEach((cells, k) => lines.push(`  ${labels[k].padEnd(margin)}${cells.map((text) => text.padStart(cell)).join('')}`.trimEnd()));
    if (from + perLine < steps.length) lines.push('');
  }
  return lines;
}
