/**
 * The machine as the layers above use it (src/host, src/cli): synchronous, deterministic, no I/O of its own.
 * Implemented by `createMachine` in ./machine.ts.
 */
import type { RunConfig } from '../../shared/config';
import type { Counters, ErrorRecord, RunResult } from '../../shared/report';
import type { TravelTarget } from '../../shared/timeline';
import type { FieldProblem } from '../../shared/machine-fields';
import type { QueryMap, QueryName, Answer, MachineState } from '../../shared/views';
import type { SegmentChange } from '../../shared/views-segments';
import type { Program } from '../lir/lir';
import type { SnapshotLabel } from '../snapshot/machine-snapshot';
import type { PageTaker, Snapshot } from '../snapshot/snapshot';
import type { SnapshotParts } from '../snapshot/writer';
import type { SwapDevice } from '../swap/swap-device';
import type { WorkloadScript } from '../workload/script';
import type { FieldChange } from './configure';

export interface MachineOptions {
  /** Host memory that checkpoints of the recording may take; 0: nothing is recorded, and only the present can be seen. */
  readonly timelineBytes: number;
}

/** The process that writes. */
export interface OutputWriter { readonly pid: number; readonly name: string }

/** What comes from outside: every port is synchronous and never throws. */
export interface MachinePorts {
  /** The program wrote to a stream. */
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array, writer: OutputWriter): void;
  /**
   * Up to `limit` bytes of standard input; null: end of file; 'wait': nothing there yet (the reader blocks and the
   * machine reports `blocked`).
   */
  input(limit: number): Uint8Array | null | 'wait';
  /**
   * An error record is new (the first of its context), before the program goes on: the terminal prints it between the
   * program's own output. Later changes of its count come with `result()`. `pid`: the process that made it.
   */
  finding?(record: ErrorRecord, pid: number): void;
  /** Where swapped pages go; absent: host memory. The caller closes it when the machine is no longer used. */
  readonly swap?: SwapDevice;
  /**
   * Takes the page references of all processes in order, recorded exactly, in entries of ENTRY_WORDS words
   * (reference-recorder.ts); valid during the call only. Called when there are many and whenever the machine has run. A
   * machine with this port is slower and otherwise the same.
   */
  references?(entries: Uint32Array): void;
}

/** deadlock: processes live but none can go on, and only a signal from outside could change that. arrived: a journey is over, or the head of the recording was reached. */
export type StopReason = 'arrived' | 'deadlock' | 'quantum' | 'breakpoint' | 'step' | 'blocked' | 'exited' | 'paused' | 'limit';

/** A machine that comes out of a snapshot: the caller delivers the pages of `sections` to `taker`. Exceptions mean that it will not. */
export interface MachineLoading {
  readonly sections: readonly string[];
  /** @throws SnapshotDamage, CannotLoadHere */
  readonly taker: PageTaker;
  /** All pages of the snapshot have come: the machine, when it is sound. @throws SnapshotDamage */
  finish(snapshot: Pick<Snapshot, 'pageNumbers'>): Machine;
}

export interface Machine {
  readonly config: RunConfig;
  /** Maps the program in a new process and makes it ready to run from the start function. */
  load(program: Program): number;
  /** Adds a program to a machine that may already run, as a process of its own, with its name and arguments; it enters the input log. Answers its key. */
  add(program: Program, name: string, args: readonly string[]): number;
  /** Sends a process a signal from outside (key 0: the first one); false: it is over. */
  signal(processKey: number, signal: number): boolean;
  /** Makes the process the one that runs, and that `step` steps. False: it waits, is stopped, or is none. */
  focus(processKey: number): boolean;
  /** Changes the priority of a process from outside, as renice does; false: it is over. */
  renice(processKey: number, nice: number): boolean;
  /** Changes the configuration while the machine runs; answers what cannot be changed so (then nothing was). */
  configure(changes: readonly FieldChange[]): readonly FieldProblem[];
  /** Changes descriptors or segments (core/segmentation). */
  changeSegments(change: SegmentChange): { readonly ok: boolean; readonly message: string };
  /**
   * Starts `count` light workload processes of a script (core/workload), from now on; answers how many came to be: fewer when
   * RAM has no room for another one's tables. A scene of thousands is started in slices.
   */
  startWorkloads(script: WorkloadScript, count: number): number;
  /** Runs at most `instructions` (≤ 5,000,000) instructions. */
  run(instructions: number): StopReason;
  /** Runs until a source line changes as asked, a breakpoint, or `instructions` are used up. */
  step(how: 'into' | 'over' | 'out', instructions: number): StopReason;
  setBreakpoints(lines: readonly { readonly file: string; readonly line: number }[]): readonly boolean[];
  readonly state: MachineState;
  counters(): Counters;
  /** The whole result; complete once state is 'exited' (leak check and explanations included), partial before. */
  result(): RunResult;
  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Answer<QueryMap[N][1]>;
  /**
   * Begins a journey to another moment of the recording (core/timeline): `run` goes on with it until 'arrived'. Refused, with a
   * reason, on a machine that does not record. Behind the head `run` plays what was recorded; what comes from outside there
   * makes the machine go on differently, and forgets the rest.
   */
  travel(target: TravelTarget): { readonly ok: boolean; readonly message: string };
  /**
   * The recording may take so much host memory from now on; checkpoints are thinned out to fit. False: nothing is recorded, or no more
   * shall be (0), which only a new machine can do.
   */
  setRecordingBudget(budgetBytes: number): boolean;
  /** Standard input is about to come from outside: behind the head of the recording the machine goes on differently. */
  inputComes(): void;
  /** A journey is under way. */
  readonly isTravelling: boolean;
  /** The program has ended and its leaks are being explained: `run` goes on with that. */
  readonly isExplaining: boolean;
  /** Ends a journey where it is. */
  endTravel(): void;
  /** Ends the program from outside, as Stop does; `run` goes on with explaining its leaks, and a second stop gives that up. */
  stop(reason: string): void;
  /** Runs the teardown of exited processes ("Let the OS reclaim"). */
  reclaim(): void;
  /**
   * What goes into a snapshot file (core/snapshot/writer.ts). Between two calls of `run` or `step` only, and the machine must not be
   * called until the file is written. Behind the head of a recording it is this moment that is saved; what came after is not.
   * @throws CannotSave with the reason
   */
  snapshotParts(label: SnapshotLabel): SnapshotParts;
  /** Checks the invariants I1–I5, I8; returns violations as text (empty: sound). */
  sanityCheck(): readonly string[];
  /** Hash of allocated frames' content and counters: equal runs give equal hashes. */
  ramHash(): string;
}
