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
import type { CompileOptions, Diagnostic, SourceFile } from '../shared/diagnostics';
import type { ExampleInfo, MixInfo, RunAccepted, RunCommand, StreamMessage } from '../shared/ipc';
import type { SnapshotFailure, SnapshotOpened, SnapshotSaved } from '../shared/snapshot-info';
import type { Answer, QueryMap, QueryName } from '../shared/views';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../shared/config';
import type { SnapshotAboutOpening } from '../core/snapshot/reader';
import { programsOf, startOrder } from '../core/workload/mix';
import { LEAST_PROGRAM_FRAMES } from '../shared/machine-fields';
import { baseName } from '../shared/quantities';
import { BlobCache } from './blob-cache';
import { CachingClangRunner } from './compile-cache';
import { CompileService, CompilerFailed, type HelperProcess } from './compile-service';
import { emptyStatus } from './empty-answers';
import { compileUnits } from './engine';
import { COMPILE_CACHE_BYTES, COMPILER_IDLE_MS } from './limits';
import { MachineClient, WorkerEnded } from './machine-client';
import { refused, type SnapshotLabelling, type StartRequest } from './machine-protocol';
import { OutputRecord } from './report-html/output-record';
import { htmlReport } from './report-html/page';
import { gatherReport } from './report-html/report-data';
import type { RecordableRun } from './policy-record';
import { REHEARSAL } from './rehearsal';
import type { SystemPaths } from './paths';
import { mixInfo, programName, readMixes, type MixFile } from './workload-files';
import { openedSession } from './saved-session';
import { readSnapshotInfo, type SnapshotUnreadable } from './snapshot-file';
import { compilerVersion, engineVersion, fingerprint, readExamples, readHeaders, readSnapshotCodec } from './system-files';

export interface LaboratoryOptions {
  readonly paths: SystemPaths;
  /** Starts src/host/machine.worker. */
  readonly createMachineWorker: (options: { readonly workerData: unknown }) => Worker;
  /** Starts src/host/clang-helper as a process of its own. */
  readonly forkClang: () => HelperProcess;
  /** Status at most once in 16 ms, newest wins; output whole and in order. */
  readonly onStream: (message: StreamMessage) => void;
  /** The machine's thread ended by itself, and the machine with it. */
  readonly onLost?: () => void;
  /** Headers beside a file that the user opened, for `#include "…"`; default: none. */
  readonly companions?: (file: string, text: string, options: CompileOptions) => readonly SourceFile[];
  /** Idle time after which the compiler's process ends; default five minutes. */
  readonly compilerIdleMs?: number;
}

export interface Laboratory {
  /** Starts worker and compiler in the background and lets them rehearse; failures show at the first use. */
  warm(): void;
  /** Never rejects for what the user did: a refused run comes back with `ok` false and a message or diagnostics. */
  command(command: RunCommand): Promise<RunAccepted>;
  /** Answered at the end of a quantum; before the first run the answers are empty ones with epoch 0. */
  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Promise<Answer<QueryMap[N][1]>>;
  /**
   * Clang's diagnostics for the text as it stands; a newer call makes an older one that still waits answer []. A text
   * without errors is then compiled in the background, so that Run finds it ready.
   */
  check(file: string, text: string, options: CompileOptions): Promise<readonly Diagnostic[]>;
  examples(): readonly ExampleInfo[];
  /** The mixes of light workload processes that ship. */
  workloads(): readonly MixInfo[];
  /** What the last run was made of; null before the first. */
  lastRun(): RecordableRun | null;
  /** The last run as one HTML page, and a name for its file; null: nothing has run. */
  reportHtml(): Promise<{ readonly name: string; readonly html: string } | null>;
  /** Saves the machine at hand to a file (MachineClient.saveSnapshot). */
  saveSnapshot(path: string, label: SnapshotLabelling): Promise<SnapshotSaved>;
  /** Opens a file: its machine takes the place of the one at hand, or nothing changes. `timelineBytes`: host memory for the checkpoints of its run. */
  openSnapshot(path: string, timelineBytes: number): Promise<SnapshotOpened>;
  /** What a snapshot file says of itself; nothing of it is loaded. */
  snapshotAbout(path: string): SnapshotAboutOpening | SnapshotUnreadable;
  /** Gives up saving or opening. */
  cancelSnapshot(): Promise<void>;
  /** Swap files of machines that start from now on lie in this folder; null: the user's data folder. */
  placeSwap(directory: string | null): void;
  /** Ends worker and helper. */
  dispose(): Promise<void>;
}

type RunRequest = Extract<RunCommand, { type: 'run' }>;

/** Process id of a run in the window; the terminal uses the same one, so that reports are equal. */
const WINDOW_PID = 1000;

export function createLaboratory(options: LaboratoryOptions): Laboratory {
  return new OneLaboratory(options);
}

class OneLaboratory implements Laboratory {
  private readonly service: CompileService;
  private readonly compiler: CachingClangRunner;
  private readonly machine: MachineClient;
  /** Counts runs and checks: one that is no longer the newest gives up. */
  private newestRun = 0;
  private newestCheck = 0;
  private checking: Promise<unknown> = Promise.resolve();
  private mixes: readonly MixFile[] | null = null;
  private exampleList: readonly ExampleInfo[] | null = null;
  private lastStart: RecordableRun | null = null;
  /** What the machine at hand runs, for a report; null: no program. */
  private reported: Pick<StartRequest, 'file' | 'sources' | 'config' | 'compile'> | null = null;
  private codec: WebAssembly.Module | null = null;
  /** Counts snapshots that were opened. */
  private opened = 0;
  private readonly output = new OutputRecord();
  private swapPlace: string | null = null;

  constructor(private readonly options: LaboratoryOptions) {
    const { paths } = options;
    const headers = readHeaders(paths);
    this.service = new CompileService({ fork: options.forkClang, headers, idleMs: options.compilerIdleMs ?? COMPILER_IDLE_MS });
    this.compiler = new CachingClangRunner({
      runner: this.service,
      disk: new BlobCache({ folder: join(paths.cache, 'programs'), maxBytes: COMPILE_CACHE_BYTES }),
      fingerprint: fingerprint(headers, compilerVersion()),
    });
    this.machine = new MachineClient({ paths, createWorker: options.createMachineWorker, ...(options.onLost ? { onLost: options.onLost } : {}), onStream: (message) => {
      if (message.type === 'cleared') this.output.clear();
      if (message.type === 'output') {
        this.output.leaveOut(message.droppedBytes);
        this.output.write(message);
      }
      options.onStream(message);
    } });
  }

  warm(): void {
    const ignoreUntilUsed = (): void => { /* the first run meets the same failure and reports it */ };
    this.machine.warm().catch(ignoreUntilUsed);
    this.service.warm().catch(ignoreUntilUsed);
    this.rehearse().catch(ignoreUntilUsed);
  }

  private async rehearse(): Promise<void> {
    const { bitcode, sources } = await compileUnits(this.compiler, [[REHEARSAL]], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
    if (bitcode && this.newestRun === 0) await this.machine.rehearse(bitcode, [...sources]);
  }

  async command(command: RunCommand): Promise<RunAccepted> {
    try {
      if (command.type === 'run') return await this.run(command);
      if (command.type === 'start-machine') return await this.begin(command);
      if (command.type === 'add-program') return await this.add(command);
      if (command.type === 'stop') this.newestRun++;
      return await this.machine.command(command);
    } catch (error) {
      if (error instanceof WorkerEnded || error instanceof CompilerFailed) return refused(error.message);
      throw error;
    }
  }

  query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Promise<Answer<QueryMap[N][1]>> {
    return this.machine.query(name, argument);
  }

  /** One check at a time; of those that wait, only the newest is made. */
  async check(file: string, text: string, options: CompileOptions): Promise<readonly Diagnostic[]> {
    const mine = ++this.newestCheck;
    await this.checking;
    if (mine !== this.newestCheck) return [];
    const request = { sources: this.sourcesOf(file, text, options), main: file, options };
    const work = this.compiler.compile({ ...request, emit: 'check' });
    this.checking = work.then(() => undefined, () => undefined);
    const { diagnostics } = await work;
    if (mine === this.newestCheck && !diagnostics.some(({ severity }) => severity === 'error')) {
      this.compiler.prepare({ ...request, emit: 'bitcode' }).catch(() => { /* a run meets the same failure and reports it */ });
    }
    return diagnostics;
  }

  workloads(): readonly MixInfo[] {
    this.mixes ??= readMixes(this.options.paths);
    return this.mixes.map((file) => mixInfo(file));
  }

  examples(): readonly ExampleInfo[] {
    this.exampleList ??= readExamples(this.options.paths);
    return this.exampleList;
  }

  lastRun(): RecordableRun | null {
    return this.lastStart;
  }

  async reportHtml(): Promise<{ readonly name: string; readonly html: string } | null> {
    if (this.reported === null) return null;
    const { file, sources, config, compile } = this.reported;
    const setting = { sources, config, compile, output: this.output.excerpt() };
    const data = await gatherReport((name, argument) => this.machine.query(name, argument), setting);
    if (data === null) return null;
    const name = baseName(file);
    return { name: `${name.replace(/\.c$/, '')}-report.html`, html: htmlReport(data) };
  }

  async dispose(): Promise<void> {
    this.service.dispose();
    await this.machine.dispose();
  }

  private async run(request: RunRequest): Promise<RunAccepted> {
    const frames = request.config.machine?.frameCount ?? DEFAULT_MACHINE.frameCount;
    if (frames < LEAST_PROGRAM_FRAMES) {
      return refused(`The machine has ${String(Math.max(0, frames - 257))} frames for pages: too few for a compiled program. Choose a larger machine in Configuration, or start its own processes there.`);
    }
    const mine = ++this.newestRun, { opened } = this;
    await this.machine.command({ type: 'stop' });
    this.options.onStream({ type: 'status', status: emptyStatus('compiling', 'Compiling…') });
    const { file, options } = request;
    const compiled = await compileUnits(this.compiler, [this.sourcesOf(file, request.text, options)], options).catch((error: unknown) => {
      this.options.onStream({ type: 'status', status: emptyStatus('failed', 'The compiler failed.') });
      throw error;
    });
    if (mine !== this.newestRun) {
      if (opened === this.opened) this.options.onStream({ type: 'status', status: emptyStatus('empty', 'Stopped before it began.') });
      return refused('Stopped before it began.');
    }
    if (!compiled.bitcode) {
      this.options.onStream({ type: 'status', status: emptyStatus('failed', 'The program does not compile.') });
      return { ok: false, diagnostics: compiled.diagnostics, message: 'The program does not compile.' };
    }
    const start: StartRequest = {
      bitcode: compiled.bitcode, sources: [...compiled.sources], config: configOf(request), file, compile: options,
      breakpoints: request.breakpoints, stdin: request.stdin, pauseAtMain: request.pauseAtMain, timelineBytes: request.timelineBytes, swapDirectory: this.swapPlace,
    };
    this.lastStart = start;
    const accepted = await this.machine.start(start);
    this.reported = accepted.ok ? { file, sources: start.sources, config: start.config, compile: options } : null;
    if (!accepted.ok) this.options.onStream({ type: 'status', status: emptyStatus('failed', accepted.message) });
    return { ...accepted, diagnostics: [...compiled.diagnostics, ...accepted.diagnostics] };
  }

  /** Compiles a further program and loads it beside what runs. */
  private async add(request: Extract<RunCommand, { type: 'add-program' }>): Promise<RunAccepted> {
    const { file, options } = request;
    const compiled = await compileUnits(this.compiler, [this.sourcesOf(file, request.text, options)], options);
    if (!compiled.bitcode) return { ok: false, diagnostics: compiled.diagnostics, message: 'The program does not compile.' };
    const accepted = await this.machine.add({ bitcode: compiled.bitcode, sources: [...compiled.sources], name: `./${baseName(file).replace(/\.c$/, '')}`, args: request.args });
    return { ...accepted, diagnostics: [...compiled.diagnostics, ...accepted.diagnostics] };
  }

  async saveSnapshot(path: string, label: SnapshotLabelling): Promise<SnapshotSaved> {
    try {
      return await this.machine.saveSnapshot(path, label);
    } catch (error) {
      return ended(error);
    }
  }

  async openSnapshot(path: string, timelineBytes: number): Promise<SnapshotOpened> {
    // A program that is still being compiled does not start after it.
    this.newestRun++;
    try {
      const opened = await this.machine.openSnapshot(path, timelineBytes, this.swapPlace);
      if (!opened.ok) return opened;
      this.opened++;
      const { config, session, info, notices } = opened, { program } = session;
      this.reported = program && { ...program, config };
      this.lastStart = program === null || program.bitcode.length === 0 ? null : { ...program, config };
      return { ok: true, info, notices, session: openedSession(config, session) };
    } catch (error) {
      return ended(error);
    }
  }

  snapshotAbout(path: string): SnapshotAboutOpening | SnapshotUnreadable {
    this.codec ??= new WebAssembly.Module(readSnapshotCodec(this.options.paths));
    return readSnapshotInfo(path, this.codec, engineVersion(this.options.paths));
  }

  async cancelSnapshot(): Promise<void> {
    await this.machine.cancelSnapshot();
  }

  placeSwap(directory: string | null): void {
    this.swapPlace = directory;
  }

  /** The C programs of a mix, beside its light workloads. */
  private async addPrograms(file: MixFile): Promise<void> {
    const mine = this.newestRun;
    for (const { file: name, count } of file.mix.programs) {
      const options = { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] } as const;
      const { bitcode, sources, text } = await compileUnits(this.compiler, [[{ path: name, text: file.programs.get(name) ?? '' }]], options);
      if (!bitcode) throw new Error(`${name} of a mix does not compile: ${text}`);
      for (let i = 0; i < count && mine === this.newestRun; i++) await this.machine.add({ bitcode, sources: [...sources], name: programName(name), args: [] });
    }
  }

  private async begin(request: Extract<RunCommand, { type: 'start-machine' }>): Promise<RunAccepted> {
    this.newestRun++;
    this.mixes ??= readMixes(this.options.paths);
    const file = this.mixes.find(({ mix }) => mix.name === request.mix);
    if (!file) return refused(`There is no mix "${request.mix}".`);
    await this.machine.command({ type: 'stop' });
    this.reported = null;
    const accepted = await this.machine.begin({
      config: {
        machine: request.machine, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: file.mix.name, args: [], environment: [], stdout: 'pipe', pid: 1,
        maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
      },
      scripts: file.scripts, order: startOrder(file.mix, Math.max(1, request.processes - programsOf(file.mix))), pace: request.pace, swapDirectory: this.swapPlace,
    });
    if (accepted.ok && request.processes > programsOf(file.mix)) await this.addPrograms(file);
    if (!accepted.ok) this.options.onStream({ type: 'status', status: emptyStatus('failed', accepted.message) });
    return accepted;
  }

  private sourcesOf(file: string, text: string, options: CompileOptions): readonly SourceFile[] {
    const companions = this.options.companions?.(file, text, options) ?? [];
    return [{ path: file, text }, ...companions.filter((companion) => companion.path !== file)];
  }
}

/** The machine's thread ended over it. @throws other errors */
function ended(error: unknown): SnapshotFailure {
  if (error instanceof WorkerEnded) return { ok: false, cancelled: false, message: error.message };
  throw error;
}

function configOf(request: RunRequest): RunConfig {
  const machine = request.config.machine ?? DEFAULT_MACHINE;
  const name = baseName(request.file);
  return {
    machine: { ...machine, translation: request.config.translation ?? machine.translation, segmentFit: request.config.segmentFit ?? machine.segmentFit },
    check: { ...DEFAULT_CHECK, tool: request.config.tool },
    programName: `./${name.replace(/\.c$/, '')}`,
    args: request.config.args ?? [], environment: [], stdout: request.config.stdout ?? 'tty', stdin: request.stdin === null ? 'tty' : 'pipe',
    pid: WINDOW_PID, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}
