/** Which findings belong to which source lines: where it happened, where the block was allocated, freed, and lost. */
import { ownFrame, type Finding } from '../../shared/findings';
import { KIND_NAME, type FindingKind } from '../../shared/finding-words';
import type { SourceIndex } from './names';

export interface LineMark { readonly finding: number; readonly kind: FindingKind; readonly text: string }
/** By place in the list of sources, then by line. */
export type LineMarks = ReadonlyMap<number, ReadonlyMap<number, readonly LineMark[]>>;

const CAUSES = {
  'overwritten': 'overwrites the last pointer to the block', 'holder-freed': 'frees the block that held the last pointer', 'frame-popped': 'the function that held the last pointer returns here',
  'never-stored': 'the result is never stored', 'holder-lost': 'the block that holds the pointer is lost here', 'unknown': '',
} as const;

/** `findings`: in the order of the report; their number is their place in it, from 1. */
export function lineMarks(findings: readonly Finding[], indexOf: SourceIndex): LineMarks {
  const marks = new Map<number, Map<number, LineMark[]>>();
  const add = (place: { readonly file: string; readonly dir?: string; readonly line: number } | null, finding: number, kind: FindingKind, text: string): void => {
    if (place === null || place.line <= 0 || text === '') return;
    const source = indexOf(place);
    if (source < 0) return;
    const lines = marks.get(source) ?? new Map<number, LineMark[]>();
    marks.set(source, lines);
    const here = lines.get(place.line) ?? [];
    lines.set(place.line, here);
    if (!here.some((mark) => mark.finding === finding && mark.text === text)) here.push({ finding, kind, text });
  };
  findings.forEach(({ kind, error, leak, place }, index) => {
    const number = index + 1;
    if (error !== null) {
      add(place, number, kind, `${error.what}${error.count > 1 ? `, ${String(error.count)} times` : ''}`);
      const [first, second] = error.description?.stacks ?? [];
      const freed = error.description?.kind === 'freed';
      if (first !== undefined) add(ownFrame(first.stack), number, kind, freed ? 'the block was freed here' : 'the block was allocated here');
      if (second !== undefined) add(ownFrame(second.stack), number, kind, 'the block was allocated here');
    }
    if (leak !== null) {
      add(place, number, kind, `allocates what is ${KIND_NAME[kind].toLowerCase()}`);
      if (leak.explanation !== null) add(leak.explanation, number, kind, CAUSES[leak.explanation.cause]);
    }
  });
  return marks;
}
