/** Kinds of page faults: names, glosses and marks, in the words of a system profile. */
import type { SystemProfile } from './config';
import { PROFILE_WORDS } from './profiles';

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
