/** What a run comes to, in one plain sentence. */
import type { ProcessResult } from './report';
import { counted, size } from './quantities';

/** `errors`: memory errors that are reported. */
export function summarySentence({ leaks, errorContexts, heap, tool }: ProcessResult, errors: number): string {
  if (tool === 'none') return 'This run was not checked. Choose Memcheck in the run options to look for leaks and bad accesses.';
  const bad = errors > 0 ? `${counted(errors, 'memory error')} found. ` : '';
  if (!leaks) return `${bad}${errorContexts === 0 && errors === 0 ? 'No memory error so far. ' : ''}The leak check comes when the program ends.`;
  const { definite, indirect, possible, reachable } = leaks.summary;
  const lost = definite.bytes + indirect.bytes;
  if (lost > 0) return `${bad}${size(lost)} in ${counted(definite.blocks + indirect.blocks, 'block')} are lost for good: nothing can free them any more.`;
  if (possible.bytes > 0) return `${bad}${size(possible.bytes)} may be lost: only pointers into the middle of blocks are left.`;
  if (reachable.bytes > 0) return `${bad}Nothing is lost. ${size(reachable.bytes)} were not freed, but pointers to them still exist.`;
  return `${bad}${heap && heap.allocs > 0 ? `All ${counted(heap.allocs, 'block')} that the program allocated ${heap.allocs === 1 ? 'was' : 'were'} freed: no leaks are possible.` : 'The program never used the heap: no leaks are possible.'}`;
}
