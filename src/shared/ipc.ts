/** The one contract between window and main process. Every payload is checked on arrival (src/main/validate.ts). */
import type { CompileOptions, Diagnostic } from './diagnostics';
import type { RunConfig } from './config';
import type { Answer, QueryMap, QueryName } from './views';

export interface AppInfo { readonly version: string; readonly packaged: boolean; readonly compilerNote: string }
export interface OpenFile { readonly path: string; readonly name: string; readonly text: string }
export interface ExampleInfo { readonly id: string; readonly title: string; readonly summary: string; readonly kind: string; readonly text: string; readonly stdin: string }
/** Saved layout and preferences; opaque to main beyond its size. */
export interface Preferences { readonly json: string }

export type RunCommand =
  | { readonly type: 'run'; readonly file: string; readonly text: string; readonly options: CompileOptions; readonly config: Partial<Pick<RunConfig, 'args' | 'stdout'>> & { readonly tool: 'memcheck' | 'none' }; readonly breakpoints: readonly number[]; readonly stdin: string | null; readonly pauseAtMain: boolean }
  | { readonly type: 'pause' } | { readonly type: 'continue' } | { readonly type: 'stop' } | { readonly type: 'reclaim' }
  | { readonly type: 'step'; readonly how: 'into' | 'over' | 'out' }
  | { readonly type: 'breakpoints'; readonly lines: readonly number[] }
  | { readonly type: 'stdin'; readonly text: string } | { readonly type: 'stdin-eof' };

export interface RunAccepted { readonly ok: boolean; readonly diagnostics: readonly Diagnostic[]; readonly message: string }

export interface InvokeMap {
  'app:info': [null, AppInfo];
  'app:preferences': [null, Preferences];
  'app:save-preferences': [Preferences, null];
  'compile:check': [{ file: string; text: string; options: CompileOptions }, readonly Diagnostic[]];
  'machine:command': [RunCommand, RunAccepted];
  'machine:query': [{ name: QueryName; arg: unknown }, Answer<unknown>];
  'file:open': [{ path: string | null }, OpenFile | null];
  'file:save': [{ path: string | null; text: string; suggestedName: string }, { path: string; name: string } | null];
  'file:recent': [null, readonly { path: string; name: string }[]];
  'file:export': [{ suggestedName: string; text: string }, { path: string } | null];
  'examples:list': [null, readonly ExampleInfo[]];
}
export type Channel = keyof InvokeMap;
export const CHANNELS: readonly Channel[] = ['app:info', 'app:preferences', 'app:save-preferences', 'compile:check', 'machine:command', 'machine:query', 'file:open', 'file:save', 'file:recent', 'file:export', 'examples:list'];

/** Pushed over the stream port, newest wins: only "changed" and totals, and console output. */
export type StreamMessage =
  | { readonly type: 'status'; readonly status: QueryMap['status'][1] }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'cleared' };
export const STREAM_PORT = 'pagewise:stream';

export interface Bridge {
  invoke<C extends Channel>(channel: C, argument: InvokeMap[C][0]): Promise<InvokeMap[C][1]>;
  /** Menu and shortcut commands sent by main. */
  onCommand(listener: (command: string) => void): () => void;
}
