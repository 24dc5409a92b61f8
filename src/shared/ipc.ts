/** The one contract between window and main process. Every payload is checked on arrival (src/main/validate.ts). */
import type { CompileOptions, Diagnostic } from './diagnostics';
import type { AutosaveSettings, AutosaveState } from './autosave';
import type { MachineConfig, RunConfig, SegmentFit, TranslationMode } from './config';
import type { FieldChange } from './machine-fields';
import type { FileMoment, FileMomentProgress } from './moment-files';
import type { PolicyAnswer, PolicyProgress, PolicyQuestion, StepQuestion, StepTable } from './policy';
import type { OpenedSession, RecentSnapshot, SnapshotActivity, SnapshotInfo, SnapshotOpened } from './snapshot-info';
import type { Answer, QueryMap, QueryName } from './views';
import type { TravelTarget } from './timeline';
import type { SegmentChange } from './views-segments';

export interface AppInfo { readonly version: string; readonly packaged: boolean; readonly platform: string; readonly compilerNote: string }
/** How the window looks; main applies it to native dialogs, to the menu and to the zoom of the page. */
export interface Appearance { readonly theme: 'system' | 'dark' | 'light'; /** 1: 100 %; 0.5 to 3. */ readonly zoom: number }
/** An expected failure in words for the user, e.g. of a file that is no text. */
export interface Refusal { readonly error: string }
export interface OpenFile { readonly path: string; readonly name: string; readonly text: string }
export interface ExampleInfo { readonly id: string; readonly title: string; readonly summary: string; readonly kind: string; readonly text: string; readonly stdin: string }
/** Saved layout and preferences: JSON, otherwise opaque to main. */
export interface Preferences { readonly json: string }

export type RunCommand =
  | { readonly type: 'run'; readonly file: string; readonly text: string; readonly options: CompileOptions; readonly config: Partial<Pick<RunConfig, 'args' | 'stdout'>> & { readonly tool: 'memcheck' | 'none'; readonly machine?: MachineConfig; readonly translation?: TranslationMode; readonly segmentFit?: SegmentFit }; readonly breakpoints: readonly number[]; readonly stdin: string | null; readonly pauseAtMain: boolean; /** Memory of this computer for the recording; 0: none. */ readonly timelineBytes: number }
  /** A machine with the processes of a mix and no program; `pace`: simulated seconds in a real one at most, 0: as fast as it goes. */
  | { readonly type: 'start-machine'; readonly machine: MachineConfig; readonly mix: string; readonly processes: number; readonly pace: number }
  /** Fields of the configuration change while the machine runs, all or none. */
  | { readonly type: 'configure'; readonly changes: readonly FieldChange[] }
  | { readonly type: 'pause' } | { readonly type: 'continue' } | { readonly type: 'stop' } | { readonly type: 'reclaim' }
  /** Of the process that runs, or of one that is ready. */
  | { readonly type: 'step'; readonly how: 'into' | 'over' | 'out'; readonly processKey?: number }
  /** A signal from outside; 19 pauses a process, 18 lets it go on. */
  | { readonly type: 'signal'; readonly processKey: number; readonly signal: number }
  | { readonly type: 'renice'; readonly processKey: number; readonly nice: number }
  /** Compiles a further program and loads it beside what runs. */
  | { readonly type: 'add-program'; readonly file: string; readonly text: string; readonly options: CompileOptions; readonly args: readonly string[] }
  | { readonly type: 'segments'; readonly change: SegmentChange }
  /** Goes to another moment of the run; `pause`, `stop` or another journey end it where it is. How it ended comes with the status. */
  | { readonly type: 'travel'; readonly target: TravelTarget }
  /** The recording of the machine at hand may take so much memory of this computer from now on. */
  | { readonly type: 'recording'; readonly budgetBytes: number }
  | { readonly type: 'breakpoints'; readonly lines: readonly number[] }
  | { readonly type: 'stdin'; readonly text: string } | { readonly type: 'stdin-eof' };

/** A mix of light workload processes that ships. */
export interface MixInfo {
  readonly id: string; readonly title: string; readonly summary: string; readonly processes: number;
  readonly kinds: readonly { readonly name: string; readonly title: string; readonly command: string; readonly count: number }[];
  /** The scripts of its kinds, as they are written. */
  readonly text: string;
}

export interface RunAccepted { readonly ok: boolean; readonly diagnostics: readonly Diagnostic[]; readonly message: string }

/** Where swap files lie. Only a dialog of main changes it. */
export interface SwapPlace { readonly directory: string; readonly isDefault: boolean }

export interface InvokeMap {
  'swap:place': [{ action: 'show' | 'choose' | 'default' }, SwapPlace];
  'app:info': [null, AppInfo];
  /** `notice`: what the user should know of them; '' otherwise. */
  'app:preferences': [null, Preferences & { readonly notice: string }];
  'app:save-preferences': [Preferences, null];
  'app:appearance': [Appearance, null];
  'compile:check': [{ file: string; text: string; options: CompileOptions }, readonly Diagnostic[]];
  'machine:command': [RunCommand, RunAccepted];
  'machine:query': [{ name: QueryName; arg: unknown }, Answer<unknown>];
  'file:open': [{ path: string | null }, OpenFile | Refusal | null];
  'file:save': [{ path: string | null; text: string; suggestedName: string }, { path: string; name: string } | Refusal | null];
  'file:recent': [null, readonly { path: string; name: string }[]];
  'file:export': [{ suggestedName: string; text: string }, { path: string } | Refusal | null];
  /** The run as one HTML file, written where the user says. Null: cancelled. */
  'report:save': [null, { path: string } | Refusal | null];
  /** Asks where to save. Null: cancelled. */
  'snapshot:place': [{ suggestedName: string }, { path: string; name: string } | null];
  /** Saves the machine at hand. Null: cancelled. `picture`: a small PNG. */
  'snapshot:save': [{ path: string; picture: Uint8Array | null }, { fileBytes: number } | Refusal | null];
  /** Puts the machine of a file in the place of the one at hand; a null path is asked for. Null: cancelled, then or on the way. */
  'snapshot:open': [{ path: string | null; timelineBytes: number }, { path: string; name: string; info: SnapshotInfo; session: OpenedSession; notices: readonly string[] } | Refusal | null];
  'snapshot:recent': [null, readonly RecentSnapshot[]];
  /** A file that the app was started with, or asked to open since; each is told of once. */
  'snapshot:given': [null, { path: string; name: string } | null];
  /** Gives up saving or opening. */
  'snapshot:cancel': [null, null];
  'autosave:configure': [AutosaveSettings, null];
  /** Puts a machine of an earlier session in the place of the one at hand. */
  'autosave:recover': [{ id: string; timelineBytes: number }, SnapshotOpened];
  'autosave:discard': [{ id: string }, null];
  'examples:list': [null, readonly ExampleInfo[]];
  'workloads:list': [null, readonly MixInfo[]];
  'policy:open': [null, { path: string; name: string } | null];
  'policy:compare': [PolicyQuestion, PolicyAnswer | Refusal];
  'policy:steps': [StepQuestion, StepTable | Refusal | null];
  'policy:progress': [null, PolicyProgress | null];
  'policy:cancel': [null, null];
  /** A snapshot file that the user chooses, as a side of a comparison. Null: cancelled. */
  'compare:open': [null, FileMoment | Refusal | null];
  /** Of the file that is being read. */
  'compare:progress': [null, FileMomentProgress | null];
  'compare:cancel': [null, null];
  /** Moments remembered in earlier sessions; opaque to main beyond its size. */
  'compare:remembered': [null, { json: string }];
  'compare:remember': [{ json: string }, null];
}
export type Channel = keyof InvokeMap;
export const CHANNELS: readonly Channel[] = ['swap:place', 'app:info', 'app:preferences', 'app:save-preferences', 'app:appearance', 'compile:check', 'machine:command', 'machine:query', 'file:open', 'file:save', 'file:recent', 'file:export', 'report:save', 'snapshot:place', 'snapshot:save', 'snapshot:open', 'snapshot:recent', 'snapshot:given', 'snapshot:cancel', 'autosave:configure', 'autosave:recover', 'autosave:discard', 'examples:list', 'workloads:list', 'policy:open', 'policy:compare', 'policy:steps', 'policy:progress', 'policy:cancel', 'compare:open', 'compare:progress', 'compare:cancel', 'compare:remembered', 'compare:remember'];

/** Pushed over the stream port, newest wins: only "changed" and totals, and console output. */
export type StreamMessage =
  | { readonly type: 'status'; readonly status: QueryMap['status'][1] }
  /** `droppedBytes`: how much was left out just before `text` because the program writes faster than a window can show. */
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string; readonly droppedBytes: number; /** The process that wrote. */ readonly pid: number; readonly name: string }
  /** How far saving or opening a snapshot has come; null: nothing of the kind is under way any more. Newest wins. */
  | { readonly type: 'snapshot'; readonly activity: SnapshotActivity | null }
  /** What Pagewise saves by itself, and what it found of earlier sessions. Newest wins. */
  | { readonly type: 'autosave'; readonly state: AutosaveState }
  | { readonly type: 'cleared' };
/** The window answers each batch of messages with its number: main sends the next one only then. */
export interface StreamBatch { readonly batch: number; readonly messages: readonly StreamMessage[] }
export interface StreamAck { readonly batch: number }
export const STREAM_PORT = 'pagewise:stream';
/** Commands from the menu, by the ids of the command palette. */
export const COMMAND_CHANNEL = 'pagewise:command';

/** Of a command that comes with `COMMAND_CHANNEL`: a file waits for `snapshot:given`. */
export const GIVEN_COMMAND = 'snapshot.open-given';
/** From the preload only: the path of a file that was dropped on the window. */
export const DROP_CHANNEL = 'pagewise:dropped';

/** A `File` of the page: this layer has no DOM types. */
export interface DroppedFile { readonly name: string; readonly size: number }

export interface Bridge {
  invoke<C extends Channel>(channel: C, argument: InvokeMap[C][0]): Promise<InvokeMap[C][1]>;
  /** A snapshot file that the user dropped on the window: its path may be sent to main from now on. */
  takeDropped(file: DroppedFile): Promise<{ path: string; name: string } | Refusal>;
  /** Menu and shortcut commands sent by main. */
  onCommand(listener: (command: string) => void): () => void;
}
