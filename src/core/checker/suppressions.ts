/**
 * Suppression files in Valgrind's format (Valgrind manual, 2.5): parsing, matching, applying to a result, and writing.
 *
 *   {
 *     name
 *     Tool1,Tool2:kind
 *     optional lines that belong to the kind (match-leak-kinds: …)
 *     fun:pattern | obj:pattern | src:pattern[:line] | ...
 *   }
 *
 * Patterns know * and ?. A line of three dots matches any number of call frames, none included. A suppression matches
 * when its lines match the innermost call frames in order; call frames beyond its last line do not matter.
 */
import type { CheckConfig, LeakKind } from '../../shared/config';
import type { ErrorRecord, LeakTotals, LossRecord, ProcessResult, Stack, StackFrame } from '../../shared/report';
import { errorTotals, type SuppressionUse } from './report-common';

export type FrameLine = { readonly kind: 'fun' | 'obj' | 'src'; readonly pattern: RegExp } | { readonly kind: 'ellipsis' };

export interface Suppression {
  readonly name: string;
  /** As written after "Memcheck:". */
  readonly kind: string;
  /** The extra line of kinds that have one, '' otherwise. */
  readonly extra: string;
  readonly leakKinds: readonly LeakKind[];
  readonly frames: readonly FrameLine[];
  readonly file: string;
  readonly line: number;
}

export class SuppressionError extends Error {
  constructor(readonly file: string, readonly line: number, reason: string) {
    super(`${file}:${line}: ${reason}`);
    this.name = 'SuppressionError';
  }
}

const ALL_LEAK_KINDS: readonly LeakKind[] = ['definite', 'indirect', 'possible', 'reachable'];
const FRAME = /^(fun|obj|src):(.+)$/u;
const MAX_FRAMES = 500;

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/gu, '\\$&').replace(/\*/gu, '.*').replace(/\?/gu, '.');
  return new RegExp(`^${escaped}$`, 'u');
}

/** A set of leak kinds as options and suppressions write it: comma list, "all" or "none"; null if a word is unknown. */
export function parseLeakKinds(text: string): readonly LeakKind[] | null {
  if (text === 'all') return ALL_LEAK_KINDS;
  if (text === 'none') return [];
  const kinds = text.split(',').map((word) => ALL_LEAK_KINDS.find((kind) => kind === word.trim()));
  return kinds.every((kind) => kind !== undefined) ? kinds : null;
}

interface Line { readonly text: string; readonly number: number }

function parseOne(lines: readonly Line[], file: string, start: number): Suppression | null {
  const [name, head, ...rest] = lines;
  if (name === undefined || head === undefined) throw new SuppressionError(file, start, 'a suppression needs a name and a kind');
  const colon = head.text.indexOf(':');
  if (colon < 0) throw new SuppressionError(file, head.number, `"${head.text}" is not of the form Tool:kind`);
  if (!head.text.slice(0, colon).split(',').includes('Memcheck')) return null;
  let extra = '';
  let leakKinds = ALL_LEAK_KINDS;
  const frames: FrameLine[] = [];
  for (const line of rest) {
    const frame = FRAME.exec(line.text);
    if (line.text === '...') frames.push({ kind: 'ellipsis' });
    else if (frame !== null) frames.push({ kind: frame[1] as 'fun' | 'obj' | 'src', pattern: wildcard(frame[2] as string) });
    else if (frames.length > 0) throw new SuppressionError(file, line.number, `"${line.text}" is no fun:, obj:, src: or ... line`);
    else if (line.text.startsWith('match-leak-kinds:')) {
      const kinds = parseLeakKinds(line.text.slice('match-leak-kinds:'.length).trim());
      if (kinds === null) throw new SuppressionError(file, line.number, `unknown leak kind in "${line.text}"`);
      leakKinds = kinds;
    } else extra = line.text;
  }
  if (frames.length === 0) throw new SuppressionError(file, start, 'a suppression needs at least one fun:, obj:, src: or ... line');
  if (frames.length > MAX_FRAMES) throw new SuppressionError(file, start, `more than ${MAX_FRAMES} lines`);
  if (frames.every((frame) => frame.kind === 'ellipsis')) throw new SuppressionError(file, start, 'only ... lines: this would hide everything');
  return { name: name.text, kind: head.text.slice(colon + 1), extra, leakKinds, frames, file, line: name.number };
}

/**
 * @param file name for messages
 * @throws SuppressionError with file and line
 */
export function parseSuppressions(text: string, file: string): Suppression[] {
  const found: Suppression[] = [];
  let open: { lines: Line[]; start: number } | null = null;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    const number = index + 1;
    if (line === '' || line.startsWith('#')) return;
    if (open === null) {
      if (line !== '{') throw new SuppressionError(file, number, `expected "{", found "${line}"`);
      open = { lines: [], start: number };
    } else if (line === '}') {
      const one = parseOne(open.lines, file, open.start);
      if (one !== null) found.push(one);
      open = null;
    } else {
      open.lines.push({ text: line, number });
    }
  });
  const left = open as { start: number } | null;
  if (left !== null) throw new SuppressionError(file, left.start, 'the suppression that begins here has no "}"');
  return found;
}

function matchesFrame(line: FrameLine, frame: StackFrame): boolean {
  switch (line.kind) {
    case 'ellipsis': return true;
    case 'fun': return frame.fn !== '' && line.pattern.test(frame.fn);
    case 'obj': return line.pattern.test(frame.obj);
    case 'src': return frame.file !== '' && (line.pattern.test(frame.file) || line.pattern.test(`${frame.file}:${frame.line}`));
  }
}

function matchesFrames(lines: readonly FrameLine[], at: number, stack: Stack, from: number): boolean {
  const line = lines[at];
  if (line === undefined) return true;
  if (line.kind === 'ellipsis') {
    for (let next = from; next <= stack.length; next++) if (matchesFrames(lines, at + 1, stack, next)) return true;
    return false;
  }
  const frame = stack[from];
  return frame !== undefined && matchesFrame(line, frame) && matchesFrames(lines, at + 1, stack, from + 1);
}

/** Kind and extra line by which a suppression names this error. */
export function suppressionKind(error: ErrorRecord): { readonly kind: string; readonly extra: string } {
  switch (error.kind) {
    case 'InvalidRead': case 'InvalidWrite': return { kind: `Addr${error.size}`, extra: '' };
    case 'InvalidJump': return { kind: 'Jump', extra: '' };
    case 'InvalidFree': case 'MismatchedFree': return { kind: 'Free', extra: '' };
    case 'Overlap': return { kind: 'Overlap', extra: '' };
    case 'UninitCondition': return { kind: 'Cond', extra: '' };
    case 'UninitValue': return { kind: `Value${error.size}`, extra: '' };
    case 'SyscallParam': return { kind: 'Param', extra: '' };
    case 'InvalidMemPool': return { kind: 'Mempool', extra: '' };
    case 'ClientCheck': return { kind: 'User', extra: '' };
    case 'FishyValue': {
      const words = /'(\w+)' of function (\w+)/u.exec(error.what);
      return { kind: 'FishyValue', extra: words === null ? '' : `${words[2] as string}(${words[1] as string})` };
    }
  }
}

/** Whether a suppression hides this error. */
export function matchesError(suppression: Suppression, error: ErrorRecord): boolean {
  const { kind, extra } = suppressionKind(error);
  return suppression.kind === kind && (suppression.extra === '' || suppression.extra === extra) && matchesFrames(suppression.frames, 0, error.stack, 0);
}

function matchesLoss(suppression: Suppression, record: LossRecord): boolean {
  return suppression.kind === 'Leak' && suppression.leakKinds.includes(record.kind) && matchesFrames(suppression.frames, 0, record.stack, 0);
}

function moved(from: LeakTotals, by: LeakTotals, sign: 1 | -1): LeakTotals {
  return { bytes: from.bytes + sign * by.bytes, blocks: from.blocks + sign * by.blocks };
}

export interface SuppressedResult<T extends ProcessResult> { readonly result: T; /** How often each suppression was used, in the order of the file. */ readonly uses: readonly SuppressionUse[] }

/** The result without what the suppressions match; suppressed loss records stay, marked, and their bytes move to "suppressed". */
export function applySuppressions<T extends ProcessResult>(result: T, suppressions: readonly Suppression[], check: CheckConfig): SuppressedResult<T> {
  const used = new Map<Suppression, SuppressionUse>();
  const use = (suppression: Suppression | undefined, count: number, lost: LeakTotals | null): boolean => {
    if (suppression === undefined) return false;
    const { name, file, line } = suppression;
    const before = used.get(suppression);
    const sum = lost === null ? before?.lost ?? null : moved(before?.lost ?? { bytes: 0, blocks: 0 }, lost, 1);
    used.set(suppression, { name, count: (before?.count ?? 0) + count, file, line, lost: sum });
    return true;
  };
  let suppressedErrors = 0;
  let suppressedContexts = 0;
  const errors = result.errors.filter((error) => {
    if (!use(suppressions.find((each) => matchesError(each, error)), error.count, null)) return true;
    suppressedErrors += error.count;
    suppressedContexts++;
    return false;
  });
  let leaks = result.leaks;
  if (leaks !== null) {
    let summary = leaks.summary;
    const records = leaks.records.map((record) => {
      const share = { bytes: record.bytes, blocks: record.blocks };
      if (!use(suppressions.find((each) => matchesLoss(each, record)), record.blocks, share)) return record;
      summary = { ...summary, [record.kind]: moved(summary[record.kind], share, -1), suppressed: moved(summary.suppressed, share, 1) };
      if (check.leakCheck === 'full' && check.errorsForLeakKinds.includes(record.kind)) { suppressedErrors++; suppressedContexts++; }
      return { ...record, suppressed: true };
    });
    leaks = { records, summary };
  }
  const totals = errorTotals(errors, leaks?.records ?? [], check);
  return {
    result: { ...result, errors, leaks, errorCount: totals.errors, errorContexts: totals.contexts, suppressedErrors, suppressedContexts },
    uses: [...used].sort(([a], [b]) => suppressions.indexOf(a) - suppressions.indexOf(b)).map(([, use]) => use),
  };
}

export interface WrittenSuppression { readonly kind: string; readonly extra: string; readonly frames: readonly { readonly kind: 'fun' | 'obj'; readonly name: string }[] }

function written(kind: string, extra: string, stack: Stack): WrittenSuppression {
  return {
    kind: `Memcheck:${kind}`, extra,
    frames: stack.map((frame) => (frame.fn !== '' && frame.fn !== '???' ? { kind: 'fun', name: frame.fn } : { kind: 'obj', name: frame.obj === '' ? '*' : frame.obj })),
  };
}

export function suppressionForError(error: ErrorRecord): WrittenSuppression {
  const { kind, extra } = suppressionKind(error);
  return written(kind, extra, error.stack);
}

export function suppressionForLoss(record: LossRecord): WrittenSuppression {
  return written('Leak', `match-leak-kinds: ${record.kind}`, record.stack);
}

/** The suppression as lines of a file. */
export function suppressionLines(suppression: WrittenSuppression): string[] {
  return [
    '{', '   <insert_a_suppression_name_here>', `   ${suppression.kind}`,
    ...(suppression.extra === '' ? [] : [`   ${suppression.extra}`]),
    ...suppression.frames.map((frame) => `   ${frame.kind}:${frame.name}`), '}',
  ];
}
