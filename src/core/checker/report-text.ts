/**
 * The report as text, in the format of Memcheck 3.19, each line behind "==PID== ". A record's own lines are equal to the
 * real tool's; the plain sentence stands before it as a paragraph of its own.
 */
import { baseName } from './source-name';
import type { AddressDescription, Ending, ErrorRecord, LeakTotals, ProcessResult, Stack, StackFrame } from '../../shared/report';
import { CONTEXTS_IN_DETAIL, CONTEXTS_LIMIT } from './error-log';
import type { ReportOptions, SuppressionUse } from './report-common';
import { errorTotals, shownRecords, signalEvent, unwoundStack, upperHex } from './report-common';
import type { WrittenSuppression } from './suppressions';
import { suppressionForError, suppressionForLoss, suppressionLines } from './suppressions';
import { grouped } from './wording';

const HEURISTIC_ORDER = ['stdstring', 'length64', 'newarray', 'multipleinheritance'] as const;

class Lines {
  private readonly lines: string[] = [];
  constructor(private readonly prefix: string) {}
  add(...texts: string[]): void { for (const text of texts) this.lines.push(`${this.prefix} ${text}`); }
  blank(): void { this.lines.push(`${this.prefix} `); }
  raw(texts: readonly string[]): void { this.lines.push(...texts); }
  toString(): string { return this.lines.length === 0 ? '' : `${this.lines.join('\n')}\n`; }
}

function frameText(frame: StackFrame): string {
  const address = upperHex(frame.ip);
  if (frame.fn === '' && frame.obj === '') return `${address}: ???`;
  const fn = frame.fn === '' ? '???' : frame.fn;
  if (frame.file !== '' && frame.line > 0) return `${address}: ${fn} (${baseName(frame.file)}:${frame.line})`;
  return frame.obj === '' ? `${address}: ${fn}` : `${address}: ${fn} (in ${frame.obj})`;
}

/** "   at 0x…: f (x.c:3)" and "   by …" lines. */
export function stackLines(stack: Stack): string[] {
  return stack.map((frame, index) => `   ${index === 0 ? 'at' : 'by'} ${frameText(frame)}`);
}

/** The lines that follow an error's own stack. */
export function descriptionLines(description: AddressDescription): string[] {
  const lines = description.text.split('\n').map((line) => ` ${line}`);
  for (const { label, stack } of description.stacks) {
    if (label !== '') lines.push(` ${label}`);
    lines.push(...stackLines(stack));
  }
  return lines;
}

function addSentence(lines: Lines, sentence: string, options: ReportOptions): void {
  if (!options.sentences || sentence === '') return;
  lines.add(`In plain words: ${sentence}`);
  lines.blank();
}

function addSuppression(lines: Lines, suppression: WrittenSuppression, options: ReportOptions): void {
  if (options.genSuppressions) lines.raw(suppressionLines(suppression));
}

function addError(lines: Lines, error: ErrorRecord, index: number, options: ReportOptions): void {
  if (index === CONTEXTS_IN_DETAIL && options.verbosity > 0) {
    lines.blank();
    lines.add(`More than ${CONTEXTS_IN_DETAIL} errors detected.  Subsequent errors`, 'will still be recorded, but in less detail than before.');
  }
  addSentence(lines, error.sentence, options);
  lines.add(error.what, ...stackLines(unwoundStack(error.stack, false)));
  if (error.description !== null) lines.add(...descriptionLines(error.description));
  lines.blank();
  addSuppression(lines, suppressionForError(error), options);
}

function addErrorLimit(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  if (!options.check.errorLimit || result.errors.length < CONTEXTS_LIMIT) return;
  lines.blank();
  lines.add(`More than ${CONTEXTS_LIMIT} different errors detected.  I'm not reporting any more.`, 'Final error counts will be inaccurate.  Go fix your program!',
    'Rerun with --error-limit=no to disable this cutoff.  Note', 'that errors may occur in your program without prior warning from',
    'Pagewise, because errors are no longer being displayed.');
  lines.blank();
}

/** Valgrind's paragraph about a stack that may have overflowed, for accesses outside all mappings. */
function addStackHint(lines: Lines, stackLimitBytes: number): void {
  lines.add(
    ' If you believe this happened as a result of a stack', ' overflow in your program\'s main thread (unlikely but',
    ' possible), you can try to increase the size of the', ' main thread stack using the --main-stacksize= flag.',
    ` The main thread stack size used in this run was ${stackLimitBytes}.`,
  );
}

/** Lowest address that the main thread's stack may grow to: the first page of its limit below the page of the failed access. */
function growthAddress(ending: Extract<Ending, { kind: 'signal' }>): string {
  const address = BigInt(ending.address);
  return `0x${(address - address % 4096n).toString(16)}`;
}

function addSignal(lines: Lines, ending: Extract<Ending, { kind: 'signal' }>, options: ReportOptions, stackLimitBytes: number): void {
  lines.blank();
  const overflow = `Stack overflow in thread #1: can't grow stack to ${growthAddress(ending)}`;
  if (ending.stackOverflow) { lines.add(overflow); lines.blank(); }
  addSentence(lines, ending.explanation ?? '', options);
  lines.add(`Process terminating with default action of signal ${ending.signal} (${ending.name})`);
  const event = signalEvent(ending);
  if (event !== null) lines.add(` ${event.text}${event.hasAddress ? ` at address ${upperHex(ending.address)}` : ''}`);
  if (ending.stackOverflow) lines.add(overflow);
  lines.add(...stackLines(unwoundStack(ending.stack, ending.stackOverflow)));
  if (ending.code === 'SEGV_MAPERR') addStackHint(lines, stackLimitBytes);
}

function addEnding(lines: Lines, result: ProcessResult, options: ReportOptions, stackLimitBytes: number): void {
  const { ending } = result;
  if (ending.kind === 'signal') { addSignal(lines, ending, options, stackLimitBytes); return; }
  if (ending.kind === 'exit') return;
  lines.blank();
  lines.add(ending.kind === 'limit' ? `Pagewise stopped the program: ${ending.reason} (limit on ${ending.limit})` : `The program was stopped: ${ending.reason}`);
}

function totals({ bytes, blocks }: LeakTotals): string { return `${grouped(bytes)} bytes in ${grouped(blocks)} blocks`; }

function addHeapSummary(lines: Lines, result: ProcessResult): void {
  const heap = result.heap;
  if (heap === null) return;
  lines.blank();
  lines.add('HEAP SUMMARY:', `    in use at exit: ${totals({ bytes: heap.inUseBytes, blocks: heap.inUseBlocks })}`,
    `  total heap usage: ${grouped(heap.allocs)} allocs, ${grouped(heap.frees)} frees, ${grouped(heap.allocatedBytes)} bytes allocated`);
  lines.blank();
}

function addLossRecords(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  for (const record of shownRecords(result, options.check)) {
    addSentence(lines, record.sentence, options);
    lines.add(record.what, ...stackLines(record.stack));
    lines.blank();
    addSuppression(lines, suppressionForLoss(record), options);
  }
}

function addLeakSummary(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  if (result.leaks === null || result.heap === null) return;
  const { summary } = result.leaks;
  lines.add('LEAK SUMMARY:',
    `   definitely lost: ${totals(summary.definite)}`, `   indirectly lost: ${totals(summary.indirect)}`,
    `     possibly lost: ${totals(summary.possible)}`, `   still reachable: ${totals(summary.reachable)}`);
  const heuristics = HEURISTIC_ORDER.filter((name) => (summary.heuristics[name]?.blocks ?? 0) > 0);
  if (heuristics.length > 0) lines.add('                      of which reachable via heuristic:');
  for (const name of heuristics) lines.add(`                        ${name.padEnd(19)}: ${totals(summary.heuristics[name] as LeakTotals)}`);
  lines.add(`        suppressed: ${totals(summary.suppressed)}`);
  if (options.check.leakCheck === 'summary') {
    if (result.leaks.records.length > 0) lines.add('Rerun with --leak-check=full to see details of leaked memory');
  } else {
    addHiddenHint(lines, result, options);
  }
  lines.blank();
}

function addHiddenHint(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  const { showLeakKinds } = options.check;
  const summary = result.leaks?.summary;
  if (summary === undefined) return;
  const hidden = (['reachable', 'indirect'] as const).some((kind) => summary[kind].blocks > 0 && !showLeakKinds.includes(kind));
  if (!hidden) return;
  if (summary.reachable.blocks > 0 && !showLeakKinds.includes('reachable')) {
    lines.add('Reachable blocks (those to which a pointer was found) are not shown.', 'To see them, rerun with: --leak-check=full --show-leak-kinds=all');
  }
}

function addSummaries(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  addHeapSummary(lines, result);
  const heap = result.heap;
  if (heap !== null && heap.inUseBlocks === 0) {
    lines.add('All heap blocks were freed -- no leaks are possible');
    lines.blank();
  } else if (heap !== null && result.leaks === null) {
    lines.add('For a detailed leak analysis, rerun with: --leak-check=full');
    lines.blank();
  } else {
    addLossRecords(lines, result, options);
    addLeakSummary(lines, result, options);
  }
}

function addErrorSummary(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  const sums = errorTotals(result.errors, result.leaks?.records ?? [], options.check);
  lines.add(`ERROR SUMMARY: ${sums.errors} errors from ${sums.contexts} contexts (suppressed: ${result.suppressedErrors} from ${result.suppressedContexts})`);
}

/**
 * The lists of -s: errors by count, among equals the latest first; leaks are counted among the contexts but not listed
 * again. Then the suppressions that were used, and the summary once more.
 */
function addErrorList(lines: Lines, result: ProcessResult, options: ReportOptions): void {
  const uses = options.errorList?.suppressionUses ?? [];
  const { contexts } = errorTotals(result.errors, result.leaks?.records ?? [], options.check);
  if (contexts === 0 && uses.length === 0) return;
  const ordered = [...result.errors].sort((a, b) => a.count - b.count || b.lastOccurrence - a.lastOccurrence);
  ordered.forEach((error, index) => {
    lines.blank();
    lines.add(`${error.count} errors in context ${index + 1} of ${contexts}:`, error.what, ...stackLines(unwoundStack(error.stack, false)));
    if (error.description !== null) lines.add(...descriptionLines(error.description));
    lines.blank();
  });
  if (uses.length > 0) lines.raw([`--${result.pid}-- `, ...uses.map((use) => `--${result.pid}-- used_suppression: ${suppressionUse(use)}`)]);
  if (uses.length > 0) lines.blank();
  addErrorSummary(lines, result, options);
}

function suppressionUse({ name, count, file, line, lost }: SuppressionUse): string {
  const hidden = lost === null ? '' : ` suppressed: ${totals(lost)}`;
  return `${String(count).padStart(6)} ${name} ${file}:${line}${hidden}`;
}

/** What stands before the program's first finding, '' for a quiet run. */
export function reportHead(run: Pick<ProcessResult, 'pid' | 'programName' | 'args'>, options: ReportOptions): string {
  const lines = new Lines(`==${run.pid}==`);
  if (options.verbosity === 0) return '';
  lines.add('Pagewise, a simulated x86-64 computer for memory debugging', 'Findings are worded and laid out as in Memcheck 3.19',
    `Command: ${[run.programName, ...run.args].join(' ')}`);
  lines.blank();
  return lines.toString();
}

/** One error, as it is printed when it is found. `index`: its number among the shown ones, from 0. */
export function errorText(pid: number, error: ErrorRecord, index: number, options: ReportOptions): string {
  const lines = new Lines(`==${pid}==`);
  addError(lines, error, index, options);
  return lines.toString();
}

/** How the program ended, and the summaries. `stackLimitBytes`: for the explanation of a stack overflow. */
export function reportTail(result: ProcessResult, options: ReportOptions, stackLimitBytes: number): string {
  const lines = new Lines(`==${result.pid}==`);
  if (result.tool === 'none') {
    addEnding(lines, result, options, stackLimitBytes);
    return lines.toString();
  }
  addErrorLimit(lines, result, options);
  addEnding(lines, result, options, stackLimitBytes);
  if (options.verbosity === 0) {
    addLossRecords(lines, result, options);
  } else {
    addSummaries(lines, result, options);
    addErrorSummary(lines, result, options);
  }
  if (options.errorList !== undefined) {
    if (options.verbosity === 0) addErrorSummary(lines, result, options);
    addErrorList(lines, result, options);
  }
  return lines.toString();
}

/**
 * The whole report, '' for a quiet run without findings.
 * @param stackLimitBytes the main thread's stack limit, for the explanation of a stack overflow
 */
export function textReport(result: ProcessResult, options: ReportOptions, stackLimitBytes: number): string {
  const errors = result.tool === 'none' ? [] : result.errors;
  return reportHead(result, options) + errors.map((error, index) => errorText(result.pid, error, index, options)).join('') + reportTail(result, options, stackLimitBytes);
}
