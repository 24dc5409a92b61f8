/** Kinds of findings with their letters and one-line glosses: what the window and the report in HTML say of them. */
import type { LeakKind } from './config';
import type { ErrorKind, LossCause } from './report';

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
