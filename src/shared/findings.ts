/** The findings of a run in the order in which they are listed: memory errors, then leaks by kind. */
import type { FindingKind } from './finding-words';
import type { ErrorRecord, LossRecord, Stack, StackFrame } from './report';

export interface Finding {
  readonly findingId: number;
  readonly kind: FindingKind;
  readonly sentence: string;
  readonly what: string;
  readonly bytes: number;
  readonly blocks: number;
  /** True where the C library allocated for itself. */
  readonly library: boolean;
  /** First line of the program's own code in the stack. */
  readonly place: StackFrame | null;
  readonly error: ErrorRecord | null;
  readonly leak: LossRecord | null;
}

/** Library functions that allocate for their caller: what they return is the caller's to free. */
const ALLOCATES_FOR_CALLER: ReadonlySet<string> = new Set(['strdup', 'strndup', 'getline', 'getdelim', 'asprintf', 'vasprintf']);
const KIND_ORDER: readonly FindingKind[] = ['error', 'definite', 'possible', 'indirect', 'reachable', 'suppressed'];

/** Whose allocation a stack is: innermost call frame first; the frame that called the allocator decides. */
export function isLibraryAllocation(stack: Stack): boolean {
  const library = stack.findIndex((frame) => !frame.library);
  const callers = (library < 0 ? stack : stack.slice(0, library)).slice(1);
  return callers.length > 0 && !callers.every((frame) => ALLOCATES_FOR_CALLER.has(frame.fn));
}

export function ownFrame(stack: Stack): StackFrame | null {
  return stack.find((frame) => !frame.library && frame.line > 0) ?? null;
}

export function listFindings(errors: readonly ErrorRecord[], leaks: readonly LossRecord[]): readonly Finding[] {
  const all: Finding[] = [
    ...errors.map((error): Finding => ({
      findingId: error.findingId, kind: 'error', sentence: error.sentence, what: error.what, bytes: error.size, blocks: 0, library: false,
      place: ownFrame(error.stack), error, leak: null,
    })),
    ...leaks.map((leak): Finding => ({
      findingId: leak.findingId, kind: leak.suppressed ? 'suppressed' : leak.kind, sentence: leak.sentence, what: leak.what,
      bytes: leak.bytes + leak.indirectBytes, blocks: leak.blocks, library: isLibraryAllocation(leak.stack), place: ownFrame(leak.stack), error: null, leak,
    })),
  ];
  const rank = (finding: Finding): number => KIND_ORDER.indexOf(finding.kind) + (finding.library ? KIND_ORDER.length : 0);
  return all
    .map((finding, index) => ({ finding, index }))
    .sort((a, b) => rank(a.finding) - rank(b.finding) || (a.finding.leak ? b.finding.bytes - a.finding.bytes : 0) || a.index - b.index)
    .map(({ finding }) => finding);
}
