/**
 * Moments of a run and ways to go to them: plain data between machine, command line and window.
 *
 * A moment is an instruction count: the machine stands before the next instruction, all before it are done. What happened
 * by an instruction (a fault, an allocation, a store) is stamped with the count before it, so going to a stamp shows the
 * machine just before the thing happens.
 */

/** Host memory that the recording of a run may take, in bytes: 0 records nothing. */
export const RECORDING_BYTES = { least: 64 * 2 ** 20, most: 4 * 2 ** 30, usual: 512 * 2 ** 20 } as const;

export interface Moment { readonly instruction: number; readonly cycle: number }

export type TravelUnit = 'instruction' | 'line' | 'call' | 'fault' | 'allocation' | 'system-call';

export type TravelTarget =
  | { readonly kind: 'instruction'; readonly instruction: number }
  /** The first moment at which the simulated clock has reached this cycle. */
  | { readonly kind: 'cycle'; readonly cycle: number }
  | { readonly kind: 'start' }
  /** Where the recording ends: the machine as it is when nobody travels. */
  | { readonly kind: 'head' }
  /** The nearest such moment before, or after, the present one. `over`: of lines, those of called functions do not count. */
  | { readonly kind: 'step'; readonly direction: 'back' | 'forward'; readonly unit: TravelUnit; readonly over: boolean }
  /** The nearest earlier moment at which the program stood at a breakpoint. */
  | { readonly kind: 'previous-breakpoint' }
  /** The last store, before the present moment, that wrote a byte of [va, va + length) of the process that runs. `va` as hex. */
  | { readonly kind: 'last-write'; readonly va: string; readonly length: number };

/** Why a journey is over. `message`: what to tell the user when the target was not found ("Nothing wrote … since the program began."). */
export interface TravelOutcome { readonly found: boolean; readonly message: string }

export interface TimelineInfo {
  /** False: this machine does not record (a run in a terminal), so only the present can be seen. */
  readonly enabled: boolean;
  /** Why it does not; empty: it does, or never did. */
  readonly message: string;
  readonly start: Moment;
  readonly now: Moment;
  readonly head: Moment;
  readonly atHead: boolean;
  /** A journey is under way; `state` is running meanwhile. */
  readonly travelling: boolean;
  /** How the last journey ended; null before the first. */
  readonly outcome: TravelOutcome | null;
  readonly checkpoints: number;
  /** Host memory that checkpoints take, and how much they may take. */
  readonly usedBytes: number;
  readonly budgetBytes: number;
}
