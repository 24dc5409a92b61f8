/** The window's vocabulary: kinds with their letters and one-line glosses, states, and why something is not there. */
import type { ErrorKind, LossCause } from '@shared/report';
import type { LeakKind, SystemProfile } from '@shared/config';
import { PROFILE_WORDS } from '@shared/profiles';
import type { BlockRow, FrameRow, MachineState, PageRow, VmaRow } from '@shared/views';

export type FindingKind = LeakKind | 'suppressed' | 'error';

export const KIND_LETTER: Readonly<Record<FindingKind, string>> = { definite: 'D', indirect: 'I', possible: 'P', reachable: 'R', suppressed: 'S', error: '!' };
export const KIND_NAME: Readonly<Record<FindingKind, string>> = {
  definite: 'Definitely lost', indirect: 'Indirectly lost', possible: 'Possibly lost', reachable: 'Still reachable', suppressed: 'Suppressed', error: 'Memory error',
};
export const KIND_GLOSS: Readonly<Record<FindingKind, string>> = {
  definite: 'No pointer to the block was left anywhere: the program can never free it.',
  indirect: 'Only other lost blocks point to it: free those properly and this one goes with them.',
  possible: 'Only a pointer into its middle was left: perhaps intended, more often a slip.',
  reachable: 'A pointer to it still exists, so the program could have freed it. Not necessarily a fault.',
  suppressed: 'A suppression asked not to report it.',
  error: 'The program touched memory that it may not touch.',
};

export const ERROR_GLOSS: Readonly<Record<ErrorKind, string>> = {
  InvalidRead: 'It read bytes that belong to no live block, variable or mapping.',
  InvalidWrite: 'It wrote bytes that belong to no live block, variable or mapping.',
  InvalidJump: 'It jumped to an address that holds no code.',
  InvalidFree: 'It freed something that is not the start of a live block.',
  MismatchedFree: 'The block was freed by another family of functions than the one that allocated it.',
  Overlap: 'Source and destination of a copy overlap.',
  FishyValue: 'An argument looks like a negative number taken for a size.',
  InvalidMemPool: 'A memory pool that does not exist.',
  SyscallParam: 'A system call was given bytes that it may not read or write.',
  UninitCondition: 'A decision depends on a value that was never set.',
  UninitValue: 'A value that was never set is used.',
  ClientCheck: 'The program asked to check these bytes.',
};

export const CAUSE_WORDS: Readonly<Record<LossCause, string>> = {
  'overwritten': 'The last pointer was overwritten here',
  'holder-freed': 'The block that held the last pointer was freed here',
  'frame-popped': 'The function that held the last pointer returned here',
  'never-stored': 'The result of the allocation was never stored',
  'holder-lost': 'The block that holds the pointer was itself lost here',
  'unknown': 'Where the last pointer went is not known',
};

/** Kinds of page faults by their number in FaultColumns, each with a shape of its own in the chart. */
export const FAULT_KINDS: readonly { readonly name: string; readonly gloss: string; readonly symbol: string; readonly colour: string; readonly mark: string }[] = [
  { name: 'Demand zero', gloss: 'First touch of an anonymous page: a zeroed frame is mapped.', symbol: 'circle', colour: '--f-anonymous', mark: '●' },
  { name: 'Zero page', gloss: 'First read of an anonymous page: the shared zero page is mapped.', symbol: 'emptyCircle', colour: '--f-kernel', mark: '○' },
  { name: 'File', gloss: 'First touch of code, constants, data or of a mapped file, and the page cache held the page: it is mapped.', symbol: 'rect', colour: '--f-file', mark: '■' },
  { name: 'Copy on write', gloss: 'First write to a page that was shared: it is copied.', symbol: 'diamond', colour: '--f-shared', mark: '◆' },
  { name: 'Stack growth', gloss: 'The stack reached a page below its lowest one so far.', symbol: 'triangle', colour: '--f-page-table', mark: '▲' },
  { name: 'Swap in', gloss: 'The page was on disk and is read back.', symbol: 'roundRect', colour: '--k-possible', mark: '▬' },
  { name: 'Invalid', gloss: 'No mapping, or no permission: SIGSEGV.', symbol: 'pin', colour: '--k-error', mark: '✖' },
  { name: 'C library', gloss: 'First touch of a page of the shared library, which the page cache held: it is mapped.', symbol: 'rect', colour: '--f-kernel', mark: '□' },
  { name: 'File read', gloss: 'The page of the file was not in RAM: the device read it, and the process waited.', symbol: 'arrow', colour: '--k-possible', mark: '⬆' },
  { name: 'Shared memory', gloss: 'First touch of a page of memory that processes share.', symbol: 'roundRect', colour: '--f-shared', mark: '▣' },
  { name: 'Huge page', gloss: 'First touch of a page of 2 MiB or 1 GiB.', symbol: 'rect', colour: '--f-anonymous', mark: '▇' },
  { name: 'Swap cache', gloss: 'The page had been sent to swap and its frame was still in RAM: it is mapped again without the device.', symbol: 'emptyRect', colour: '--k-possible', mark: '▭' },
  { name: 'Write notify', gloss: 'First write to a clean page of a shared file mapping: the page is noted as dirty, to be written to its file later.', symbol: 'emptyDiamond', colour: '--f-file', mark: '◇' },
];
/** The kinds in the words of a system profile. */
export function faultKinds(profile: SystemProfile): typeof FAULT_KINDS {
  const words = PROFILE_WORDS[profile];
  const names: Readonly<Record<number, string>> = { 0: words.demandZero, 3: words.copyOnWrite, 4: words.stackGrowth, 5: words.swapIn, 6: words.invalidFault, 7: words.sharedLibrary, 11: words.swapCache };
  return FAULT_KINDS.map((kind, number) => ({ ...kind, name: names[number] ?? kind.name, gloss: number === 6 ? words.invalidGloss : kind.gloss }));
}
/** Kinds that wait for a device. */
export function isMajorKind(kind: number): boolean {
  return kind === 5 || kind === 8;
}
/** What the access was, from the error code of a fault (Intel SDM volume 3, section 4.7): bit 1 write, bit 4 fetch. */
export function accessName(bits: number): string {
  return (bits & 16) !== 0 ? 'fetch' : (bits & 2) !== 0 ? 'write' : 'read';
}

export const STATE_NAME: Readonly<Record<MachineState, string>> = {
  empty: 'Ready', compiling: 'Compiling', running: 'Running', paused: 'Paused', exited: 'At exit', failed: 'Failed',
};

export const VMA_NAME: Readonly<Record<VmaRow['kind'], string>> = {
  text: 'code', rodata: 'constants', data: 'data', bss: 'zero data', heap: 'heap', mmap: 'mapping', stack: 'stack', library: 'C library', guard: 'guard',
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

