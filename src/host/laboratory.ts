/**
 * What the app's main process talks to: one machine, one compiler, the examples. Main routes the window's requests here
 * and passes stream messages on; it knows nothing of workers or helper processes.
 *
 *   const laboratory = createLaboratory({ paths, createMachineWorker, forkClang, onStream });
 *   laboratory.warm();                                   // after the window shows
 *   handle('machine:command', (c) => laboratory.command(c));
 *   handle('machine:query', ({ name, arg }) => laboratory.query(name, arg));
 *   handle('compile:check', ({ file, text, options }) => laboratory.check(file, text, options));
 *   handle('examples:list', () => laboratory.examples());
 *
 * Worker and helper come in as functions, so that this folder needs to know no bundler: in electron-vite
 * `import createMachineWorker from '../host/machine.worker?nodeWorker'` and
 * `import clangHelperPath from '../host/clang-helper?modulePath'` with `utilityProcess.fork(clangHelperPath)`.
 */
import type { Worker } from 'node:worker_threads';
import type { CompileOptions, Diagnostic, SourceFile } from '../shared/diagnostics';
import type { ExampleInfo, RunAccepted, RunCommand, StreamMessage } from '../shared/ipc';
import type { Answer, QueryMap, QueryName } from '../shared/views';
import type { HelperProcess } from './compile-service';
import type { SystemPaths } from './paths';

export interface LaboratoryOptions {
  readonly paths: SystemPaths;
  /** Starts src/host/machine.worker. */
  readonly createMachineWorker: (options: { readonly workerData: unknown }) => Worker;
  /** Starts src/host/clang-helper as a process of its own. */
  readonly forkClang: () => HelperProcess;
  /** Status at most once in 16 ms, newest wins; output whole and in order. */
  readonly onStream: (message: StreamMessage) => void;
  /** Headers beside a file that the user opened, for `#include "…"`; default: none. */
  readonly companions?: (file: string, text: string, options: CompileOptions) => readonly SourceFile[];
  /** Idle time after which the compiler's process ends; default five minutes. */
  readonly compilerIdleMs?: number;
}

export interface Laboratory {
  /** Starts worker and compiler in the background; failures show at the first use. */
  warm(): void;
  /** Never rejects for what the user did: a refused run comes back with `ok` false and a message or diagnostics. */
  command(command: RunCommand): Promise<RunAccepted>;
  /** Answered at the end of a quantum; before the first run the answers are empty ones with epoch 0. */
  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Promise<Answer<QueryMap[N][1]>>;
  /** Clang's diagnostics for the text as it stands; a newer call makes an older one that still waits answer []. */
  check(file: string, text: string, options: CompileOptions): Promise<readonly Diagnostic[]>;
  examples(): readonly ExampleInfo[];
  /** Ends worker and helper. */
  dispose(): Promise<void>;
}
