/** Moments and their difference in words. */
import { CYCLES_PER_SECOND } from './config';
import type { DiffRow, DiffTable } from './moment-diff';
import { count, counted, cyclesAsTime, size } from './quantities';
import type { MomentSummary } from './views-compare';

/** Simulated times that tell the moments apart: "0.010 s", as the timeline has them ("177 µs") where that is too coarse, else with more digits. */
export function momentTimes(cycles: readonly number[]): readonly string[] {
  const moments = new Set(cycles).size;
  const inSeconds = (digits: number): readonly string[] => cycles.map((cycle) => `${(cycle / CYCLES_PER_SECOND).toFixed(digits)} s`);
  const isTold = (texts: readonly string[]): boolean => new Set(texts).size === moments && texts.every((text, i) => cycles[i] === 0 || text !== '0.000 s');
  const coarse = [inSeconds(3), cycles.map(cyclesAsTime)].find(isTold);
  if (coarse !== undefined) return coarse;
  let digits = 4;
  while (digits < 9 && new Set(inSeconds(digits)).size < moments) digits++;
  return inSeconds(digits);
}

/** What happened to the heap from A to B, in one sentence. `isOneProgram`: times of the two are times of one run. */
export function heapSentence(a: MomentSummary, b: MomentSummary, stacks: DiffTable, isOneProgram = true): string {
  const [from, to] = momentTimes([a.moment.cycle, b.moment.cycle]);
  const [bytes, blocks] = [b.heap.bytes - a.heap.bytes, b.heap.blocks - a.heap.blocks];
  const span = !isOneProgram ? 'From A to B' : a.moment.cycle === b.moment.cycle ? `At ${from}` : a.moment.cycle < b.moment.cycle ? `Between ${from} and ${to}` : `From ${from} back to ${to}`;
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

/** What else changed, a sentence each: leaks, memory in RAM, processes, faults. Nothing is said of what did not change. */
export function otherSentences(a: MomentSummary, b: MomentSummary, tables: { readonly mappings: DiffTable; readonly processes: DiffTable; readonly faultLines: DiffTable }): readonly string[] {
  return [lostSentence(a, b), memorySentence(tables.mappings), ...processSentences(tables.processes), faultSentence(a, b, tables.faultLines)].filter((sentence) => sentence !== '');
}

function lostSentence({ leaks: before }: MomentSummary, { leaks: after }: MomentSummary): string {
  if (typeof before === 'string' || typeof after === 'string') return '';
  const [bytes, blocks] = [after.definite.bytes - before.definite.bytes, after.definite.blocks - before.definite.blocks];
  if (bytes === 0) return '';
  return bytes > 0 ? `${counted(bytes, 'byte')} more${blocks > 0 ? `, in ${counted(blocks, 'block')},` : ''} are definitely lost.` : `${counted(-bytes, 'byte')} fewer are definitely lost.`;
}

const IN_RAM = 1;

function memorySentence(mappings: DiffTable): string {
  const delta = mappings.totals[IN_RAM]?.delta ?? 0, inRam = ({ measures }: DiffRow): number => measures[IN_RAM]?.delta ?? 0;
  if (delta === 0) return '';
  const main = mappings.rows.reduce<DiffRow | null>((best, row) => (inRam(row) * Math.sign(delta) > (best === null ? 0 : inRam(best) * Math.sign(delta)) ? row : best), null);
  const where = main === null ? '' : inRam(main) === delta ? `, all of it in one mapping: ${main.label}` : `, the largest part in one mapping: ${main.label}`;
  return `Memory in RAM ${delta > 0 ? 'grew' : 'shrank'} by ${size(Math.abs(delta))}${where}.`;
}

function processSentences({ rows, unchanged }: DiffTable): readonly string[] {
  const all = [...rows, ...unchanged].filter(({ key }) => key !== 'rest');
  const told = (found: readonly DiffRow[], what: string): string => {
    if (found.length > 3) return `${count(found.length)} processes are ${what}.`;
    const names = found.map(({ label }) => label).join(', ');
    return found.length === 0 ? '' : found.length === 1 ? `Process ${names} is ${what}.` : `Processes ${names} are ${what}.`;
  };
  return [told(all.filter((row) => row.in === 'b'), 'new'), told(all.filter((row) => row.in === 'a'), 'gone')];
}

function faultSentence(a: MomentSummary, b: MomentSummary, lines: DiffTable): string {
  const delta = b.minorFaults + b.majorFaults - a.minorFaults - a.majorFaults;
  if (delta === 0) return '';
  const main = lines.rows.find(({ line, measures: [faults] }) => line !== null && Math.sign(faults?.delta ?? 0) === Math.sign(delta));
  const where = main === undefined ? '' : `, ${count(Math.abs(main.measures[0]?.delta ?? 0))} of them by ${main.label.slice(0, main.label.indexOf(' ('))} at line ${main.line?.line ?? 0}`;
  return `${counted(Math.abs(delta), 'page fault')} ${delta > 0 ? 'more' : 'fewer'}${where}.`;
}
