/**
 * The input log: everything that comes from outside, stamped with the moment. A machine
 * that replays the log runs exactly as the first one did, without asking anybody. timeline-input.ts writes and reads it.
 *
 * Two sorts of entries. *Answers* are taken by the program itself at an instruction (standard input, the outcome of a
 * device): replay hands them out when the same instruction asks. *Events* happen to the machine between two
 * instructions (signals and configuration from the window, input that wakes a reader, the timer interrupt that ended a
 * slice): replay runs exactly to their moment and lets them happen. Other modules add entries of their own:
 * extend `InputEntry`, and give events to `Scheduler.apply`.
 *
 * The instruction count alone does not say when something happened: between two instructions threads block, the processor
 * changes hands and the clock jumps while nobody is ready. So a stamp counts these *turns* of the scheduler too.
 */
import type { Program } from '../lir/lir';
import type { SegmentChange } from '../../shared/views-segments';
import type { DeviceStatus } from '../swap/swap-device';
import type { FieldChange } from './configure';
import type { WorkloadScript } from '../workload/script';

/** A moment: instructions done, and turns of the scheduler (Computer.turns). */
export interface Stamp { readonly instruction: number; readonly turn: number }

export type InputEvent = Stamp & Happening;

type Happening =
  /** Segments were changed by hand. */
  | { readonly kind: 'segments'; readonly change: SegmentChange }
  /** A signal sent from the window. */
  | { readonly kind: 'signal'; readonly pid: number; readonly signal: number }
  /** Input is there for those who wait for it. */
  | { readonly kind: 'wake' }
  /** The timer interrupt did something, at a safe point: a thread's slice was over, or a timer went off. */
  | { readonly kind: 'tick' }
  /** The window steps a process: it gets the processor out of turn. */
  | { readonly kind: 'focus'; readonly pid: number }
  | { readonly kind: 'nice'; readonly pid: number; readonly nice: number }
  /** Fields of the configuration changed. */
  | { readonly kind: 'configure'; readonly changes: readonly FieldChange[] }
  /** Light workload processes were started. */
  | { readonly kind: 'workloads'; readonly script: WorkloadScript; readonly count: number }
  /** The limit of instructions ended everything. */
  | { readonly kind: 'limit' }
  /** Stop from the window. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** A further program was loaded. */
  | { readonly kind: 'load'; readonly program: Program; readonly name: string; readonly args: readonly string[] };

export type InputAnswer = Stamp & Answer;

type Answer =
  /** Standard input; null: end of file. */
  | { readonly kind: 'stdin'; readonly bytes: Uint8Array | null }
  /** A request of the swap device, counted from 1, that failed. */
  | { readonly kind: 'device'; readonly request: number; readonly status: DeviceStatus };

export type InputEntry = InputEvent | InputAnswer;

export interface InputRecord {
  readonly entries: readonly InputEntry[];
  /** The program was ended from outside after this many instructions; -1: it was not. */
  readonly stoppedAt: number;
}

export interface InputLog {
  /** Standard input for a read of up to `limit` bytes. */
  take(limit: number, at: Stamp): Uint8Array | null | 'wait';
  /** True when input has come for a reader that waits. */
  arrived(): boolean;
  /** Writes an event down, when the machine is not replayed. */
  note(event: InputEvent): void;
  /** The status of a request of the swap device as the machine shall see it: a failure is written down, and comes again in a replay. */
  settle(request: number, status: DeviceStatus, at: Stamp): DeviceStatus;
  /** Entries of the log that have happened. */
  readonly position: number;
  /** Replay: the next event; null when there is none, or when nothing is replayed. */
  readonly nextEvent: InputEvent | null;
  /** Replay: true when the next event happens at this moment. */
  isDue(at: Stamp): boolean;
  /** Replay: takes the next event if it happens at this moment. */
  due(at: Stamp): InputEvent | null;
  readonly isReplay: boolean;
}
