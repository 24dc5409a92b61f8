/** The findings of the last run in the order in which the window lists them: memory errors, then leaks by kind. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import type { ErrorRecord, LossRecord, Stack, StackFrame } from '@shared/report';
import type { FindingKind } from '@/lib/words';
import { useSession } from './session';

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

export const useFindings = defineStore('findings', () => {
  const session = useSession();
  const all = computed(() => listFindings(session.result?.errors ?? [], session.result?.leaks?.records ?? []));
  const byId = computed(() => new Map(all.value.map((finding) => [finding.findingId, finding])));
  /** What the end of a run selects: the first definite record, else the first memory error, else the first of the program's own. */
  const first = computed(() => all.value.find((finding) => finding.kind === 'definite') ?? all.value.find((finding) => finding.kind === 'error')
    ?? all.value.find((finding) => !finding.library && finding.kind !== 'suppressed') ?? null);

  /** The finding after (or before) the given one, around the end. */
  function neighbour(findingId: number | null, by: 1 | -1): Finding | null {
    const list = all.value;
    if (list.length === 0) return null;
    const at = list.findIndex((finding) => finding.findingId === findingId);
    return list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length] ?? null;
  }

  return { all, byId, first, neighbour };
});
