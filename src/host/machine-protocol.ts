/** Messages between machine-client.ts (main process) and machine.worker.ts (worker thread): plain data only. */
import type { RunConfig } from '../shared/config';
import type { RunAccepted, RunCommand, StreamMessage } from '../shared/ipc';
import type { SnapshotInfo } from '../shared/snapshot-info';
import type { QueryName } from '../shared/views';
import type { WorkloadScript } from '../core/workload/script';
import type { SystemPaths } from './paths';
import type { SavedProgram, SavedSession } from './saved-session';

/** What the worker is given at its start. */
export interface WorkerSetup { readonly paths: SystemPaths }

/** A compiled program and how to run it. */
export interface StartRequest extends SavedProgram {
  readonly config: RunConfig;
  /** Lines of `file`. */
  readonly breakpoints: readonly number[];
  readonly pauseAtMain: boolean;
  /** Memory for checkpoints of the recording; 0: the run is not recorded. */
  readonly timelineBytes: number;
  /** Folder for the swap file; null: the user's data folder. */
  readonly swapDirectory: string | null;
}

/** A machine with light workload processes, started one after the other. */
export interface BeginRequest {
  readonly config: RunConfig;
  readonly scripts: readonly WorkloadScript[];
  /** Names of scripts, one for each process. */
  readonly order: readonly string[];
  readonly pace: number;
  readonly swapDirectory: string | null;
}

/** A further program, to run beside what runs. */
export interface AddRequest {
  readonly bitcode: readonly Uint8Array[];
  readonly sources: StartRequest['sources'];
  /** argv[0]. */
  readonly name: string;
  readonly args: readonly string[];
}

/** What a snapshot file says of itself beyond what the machine knows. */
export interface SnapshotLabelling {
  /** null: the name of the program or of the mix. */
  readonly title: string | null;
  /** ISO 8601. */
  readonly savedAt: string;
  /** A small PNG of the machine. */
  readonly picture: Uint8Array | null;
  /** Nobody asked for it just now: the window does not show how far it is. */
  readonly background: boolean;
}

/** The machine of a snapshot file has taken its place. */
export interface MachineOpened {
  readonly ok: true;
  readonly info: SnapshotInfo;
  readonly config: RunConfig;
  readonly session: SavedSession;
  /** What the user should know. */
  readonly notices: readonly string[];
}

export type ControlCommand = Exclude<RunCommand, { type: 'run' | 'start-machine' | 'add-program' }>;

export type ToWorker =
  | { readonly type: 'start'; readonly id: number; readonly request: StartRequest }
  | { readonly type: 'begin'; readonly id: number; readonly request: BeginRequest }
  | { readonly type: 'add'; readonly id: number; readonly request: AddRequest }
  | { readonly type: 'command'; readonly id: number; readonly command: ControlCommand }
  | { readonly type: 'query'; readonly id: number; readonly name: QueryName; readonly argument: unknown }
  /** Answered with SnapshotSaved, MachineOpened or SnapshotFailure; meanwhile other messages but queries, a stop and a cancel wait. */
  | { readonly type: 'save-snapshot'; readonly id: number; readonly path: string; readonly label: SnapshotLabelling }
  | { readonly type: 'open-snapshot'; readonly id: number; readonly path: string; /** Host memory for checkpoints. */ readonly timelineBytes: number; readonly swapDirectory: string | null }
  | { readonly type: 'cancel-snapshot'; readonly id: number }
  /** Let go of what outlives the thread: the swap file. No message follows. */
  | { readonly type: 'close'; readonly id: number }
  /** Load kernel and library now; answered when that is done. */
  | { readonly type: 'warm'; readonly id: number }
  /** Run this program on a machine that nobody sees, so that the next run finds everything compiled (rehearsal.ts). */
  | { readonly type: 'rehearse'; readonly id: number; readonly bitcode: readonly Uint8Array[]; readonly sources: StartRequest['sources'] };

export type FromWorker =
  | { readonly type: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'stream'; readonly message: StreamMessage };

/** How the message of a machine's status begins while its first processes are made: it cannot be saved before they are there. */
export const STARTING_PROCESSES = 'Starting processes';

export const ACCEPTED: RunAccepted = { ok: true, diagnostics: [], message: '' };
export const refused = (message: string): RunAccepted => ({ ok: false, diagnostics: [], message });
