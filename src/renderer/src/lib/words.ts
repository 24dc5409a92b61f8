/** The window's vocabulary: kinds with their letters and one-line glosses, states, and why something is not there. */
import type { FindingKind } from '@shared/finding-words';
import type { BlockRow, FrameRow, MachineState, PageRow, VmaRow } from '@shared/views';

export { CAUSE_WORDS, ERROR_GLOSS, KIND_GLOSS, KIND_LETTER, KIND_NAME, type FindingKind } from '@shared/finding-words';
export { FAULT_KINDS, faultKinds, isMajorKind } from '@shared/fault-kinds';
export { VMA_NAME } from '@shared/vma-names';

/** What the access was, from the error code of a fault (Intel SDM volume 3, section 4.7): bit 1 write, bit 4 fetch. */
export function accessName(bits: number): string {
  return (bits & 16) !== 0 ? 'fetch' : (bits & 2) !== 0 ? 'write' : 'read';
}

export const STATE_NAME: Readonly<Record<MachineState, string>> = {
  empty: 'Ready', compiling: 'Compiling', running: 'Running', paused: 'Paused', exited: 'At exit', failed: 'Failed',
};

/** Fill of a VMA: by what its frames are. */
export const VMA_COLOUR: Readonly<Record<VmaRow['kind'], string>> = {
  text: '--f-file', rodata: '--f-file', library: '--f-file', data: '--f-anonymous', bss: '--f-anonymous', heap: '--f-anonymous', mmap: '--f-anonymous', stack: '--f-page-table', guard: '--f-pinned',
};

export const PAGE_STATE: Readonly<Record<PageRow['state'], { readonly name: string; readonly mark: string; readonly why: string }>> = {
  'not-touched': { name: 'not resident', mark: '', why: 'Not resident: never touched. A frame is given at the first access.' },
  'resident': { name: 'resident', mark: '■', why: 'In a frame of its own.' },
  'zero-page': { name: 'zero page', mark: 'Z', why: 'Only read so far: it shares the one frame of zeros.' },
  'swapped': { name: 'swapped out', mark: 'S', why: 'On disk: the next access reads it back.' },
  'file': { name: 'from file', mark: 'F', why: 'A page of the program file or of the C library.' },
};

export const FRAME_KIND: Readonly<Record<FrameRow['kind'], string>> = {
  'free': 'free', 'kernel': 'kernel', 'page-table': 'page table', 'anonymous': 'anonymous', 'file': 'file', 'shared': 'shared', 'zero': 'the zero page',
};

export const BLOCK_STATE: Readonly<Record<BlockRow['state'], { readonly name: string; readonly kind: FindingKind | 'live' | 'freed'; readonly letter: string }>> = {
  'live': { name: 'live', kind: 'live', letter: 'L' },
  'freed': { name: 'freed', kind: 'freed', letter: 'F' },
  'lost-definite': { name: 'definitely lost', kind: 'definite', letter: 'D' },
  'lost-indirect': { name: 'indirectly lost', kind: 'indirect', letter: 'I' },
  'lost-possible': { name: 'possibly lost', kind: 'possible', letter: 'P' },
  'reachable': { name: 'still reachable', kind: 'reachable', letter: 'R' },
};

