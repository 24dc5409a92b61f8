/**
 * `pagewise run`: compile, run on the simulated machine, report. Returns the exit status.
 *
 * Standard output and input belong to the program; standard error is shared, as with Valgrind, and report lines begin
 * with ==PID==. What is wrong with the call, the files or the program is said in one message and ends with status 125.
 */
import { isatty } from 'node:tty';
import { join } from 'node:path';
import type { Machine } from '../core/machine/machine-api';
import type { Program } from '../core/lir/lir';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { CannotSave } from '../core/snapshot/swap-pages';
import type { RunConfig } from '../shared/config';
import type { Diagnostic } from '../shared/diagnostics';
import { ClangFailure, createClangRunner, type ClangRunner } from '../toolchain/clang/driver';
import { LoweringError } from '../toolchain/lowering/lower';
import { BlobCache } from '../host/blob-cache';
import { CachingClangRunner } from '../host/compile-cache';
import { compileUnits, linkProgram, loadEngine, runProgram, type CompiledUnits, type Engine, type RunStreams } from '../host/engine';
import { COMPILE_CACHE_BYTES, LIBRARY_CACHE_BYTES } from '../host/limits';
import type { SystemPaths } from '../host/paths';
import { collectSources, SourceFileError } from '../host/source-files';
import { compilerVersion, fingerprint, readHeaders, SystemFilesError } from '../host/system-files';
import { openSwapFile, SwapFileError, type SwapFile } from '../host/swap-file';
import { SnapshotFileError } from '../host/snapshot-file';
import { parseRunOptions, type RunOptions } from './options';
import { Reports, programName } from './reports';
import { saveMachine } from './snapshot-save';
import { ReaderGone, StandardInput, writeAll } from './streams';
import { OWN_FAILURE, UsageError } from './usage-error';

/** One constant process id: two runs of a program print the same report. */
const PID = 1000;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const SIGPIPE_STATUS = 128 + 13;
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Outcome {
  readonly status: number;
  /** A read of standard input is still under way; the process cannot end in the ordinary way. */
  readonly inputWaiting: boolean;
}

export async function runCommand(words: readonly string[], paths: SystemPaths): Promise<Outcome> {
  try {
    return await runChecked(parseRunOptions(words), paths);
  } catch (error) {
    if (error instanceof CannotLoad || error instanceof UsageError || error instanceof SourceFileError || error instanceof SystemFilesError || error instanceof ClangFailure || error instanceof SwapFileError || error instanceof SnapshotFileError || error instanceof CannotSave) {
      complain(`pagewise: ${error.message}`);
      return { status: OWN_FAILURE, inputWaiting: false };
    }
    throw error;
  }
}

export function complain(message: string): void {
  writeAll(STDERR, new TextEncoder().encode(`${message}\n`));
}

async function runChecked(options: RunOptions, paths: SystemPaths): Promise<Outcome> {
  const note = options.verbose ? (message: string): void => { complain(`pagewise: ${message}`); } : undefined;
  const builds: CompiledUnits[] = [];
  for (const files of [options.files, ...options.with.map((file) => [file])]) {
    const compiled = await compile(options, files, paths, note);
    if (compiled.text !== '') writeAll(STDERR, new TextEncoder().encode(compiled.text));
    if (!compiled.bitcode) return failed(builds.length === 0 ? 'the program does not compile' : `${files.join(' ')} does not compile`);
    builds.push(compiled);
  }
  const engine = loadEngine(paths, new BlobCache({ folder: join(paths.cache, 'library'), maxBytes: LIBRARY_CACHE_BYTES, ...(note ? { onProblem: note } : {}) }));
  const programs: Program[] = [];
  for (const compiled of builds) {
    const linked = link(engine, compiled);
    if (Array.isArray(linked)) {
      for (const diagnostic of linked as Diagnostic[]) complain(diagnosticLine(diagnostic));
      return failed('the program cannot run on the simulated machine');
    }
    programs.push(linked as Program);
  }
  const config = configOf(options);
  const reports = new Reports(options, config, process.env, [...new Map(builds.flatMap(({ sources }) => [...sources]))]);
  try {
    return await withSwap(config, options, (swap) => simulate(engine, programs, options, config, reports, swap, paths));
  } finally {
    reports.close();
  }
}

export function failed(message: string): Outcome {
  complain(`pagewise: ${message}`);
  return { status: OWN_FAILURE, inputWaiting: false };
}

export function compile(options: RunOptions, files: readonly string[], paths: SystemPaths, note?: (message: string) => void): Promise<CompiledUnits> {
  const headers = readHeaders(paths);
  let clang: ClangRunner | null = null;
  const lazy: ClangRunner = {
    compile: (request) => {
      note?.(`compiling ${request.main}`);
      clang ??= createClangRunner({ headers });
      return clang.compile(request);
    },
  };
  const runner = new CachingClangRunner({
    runner: lazy,
    disk: new BlobCache({ folder: join(paths.cache, 'programs'), maxBytes: COMPILE_CACHE_BYTES, ...(note ? { onProblem: note } : {}) }),
    fingerprint: fingerprint(headers, compilerVersion()),
  });
  const units = files.map((file, index) => {
    try {
      return collectSources(file, options.compile.includeDirectories);
    } catch (error) {
      const hint = error instanceof SourceFileError && index > 0 && !file.includes('.') ? '; arguments of the program go after --' : '';
      throw error instanceof SourceFileError ? new SourceFileError(error.message + hint) : error;
    }
  });
  return compileUnits(runner, units, options.compile, process.cwd());
}

export function link(engine: Engine, compiled: CompiledUnits): Program | Diagnostic[] {
  try {
    return linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
  } catch (error) {
    if (error instanceof LoweringError) return [...error.diagnostics];
    throw error;
  }
}

export function diagnosticLine({ range, severity, message }: Diagnostic): string {
  const place = range.file === '' ? '' : range.line === 0 ? `${range.file}: ` : `${range.file}:${range.line}:${range.column}: `;
  return `${place}${severity}: ${message}`;
}

export function configOf(options: RunOptions): RunConfig {
  const inherited = options.inheritEnvironment ? Object.entries(process.env).map(([name, value]) => `${name}=${value ?? ''}`) : [];
  const set = new Set(options.environment.map((entry) => entry.slice(0, entry.indexOf('='))));
  return {
    machine: options.machine, check: options.check,
    programName: programName(options.files[0] ?? ''), args: options.args,
    environment: [...inherited.filter((entry) => !set.has(entry.slice(0, entry.indexOf('=')))), ...options.environment],
    stdout: options.stdout ?? (isatty(STDOUT) ? 'tty' : 'pipe'), stdin: isatty(STDIN) ? 'tty' : 'pipe',
    pid: PID, maxInstructions: options.maxInstructions, maxOutputBytes: options.maxOutputBytes, maxHeapBytes: options.maxHeapBytes,
  };
}

/** With a swap file, when the machine has swap. */
export async function withSwap(config: RunConfig, options: RunOptions, run: (swap: SwapFile | null) => Promise<Outcome>): Promise<Outcome> {
  const { slotCount } = config.machine.swap;
  if (slotCount === 0) return run(null);
  const swap = openSwapFile({ slotCount, path: options.swapFile });
  if (options.verbose) complain(`pagewise: swap file ${swap.description}`);
  try {
    return await run(swap);
  } finally {
    swap.close();
    if (!options.quiet) for (const notice of swap.notices) complain(`pagewise: ${notice}`);
  }
}

async function simulate(engine: Engine, programs: readonly Program[], options: RunOptions, config: RunConfig, reports: Reports, swap: SwapFile | null, paths: SystemPaths): Promise<Outcome> {
  const [program, ...further] = programs;
  if (program === undefined) throw new Error('no program to run');
  reports.begin();
  const others = further.map((other, k) => ({ program: other, name: programName(options.with[k] ?? '') }));
  const { snapshotFile } = options;
  const snapshot = snapshotFile === null ? {} : { snapshot: { at: options.snapshotAt ?? Infinity, save: (machine: Machine) => saveMachine(machine, snapshotFile, paths) } };
  return play(() => reports, swap, (streams) => runProgram(engine, program, config, { ...streams, ...snapshot }, others));
}

/** Runs a machine whose streams are those of this process, until its end or a signal; then the reports. */
export async function play(reportsOf: () => Reports, swap: SwapFile | null, run: (streams: RunStreams) => Promise<Machine>): Promise<Outcome> {
  const input = new StandardInput();
  const ended: { signal: keyof typeof SIGNAL_STATUS | null; readerGone: boolean } = { signal: null, readerGone: false };
  let interruptRead: (() => void) | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ended.signal !== null) process.exit(SIGNAL_STATUS[ended.signal]);
    ended.signal = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    interruptRead?.();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const machine = await run({
    output: (stream, bytes, writer) => {
      reportsOf().wrote(stream, bytes, writer);
      if (ended.readerGone) return;
      try {
        writeAll(stream === 'stdout' ? STDOUT : STDERR, bytes);
      } catch (error) {
        if (!(error instanceof ReaderGone)) throw error;
        ended.readerGone = true;
      }
    },
    input: (limit) => Promise.race([input.read(limit), new Promise<null>((resolve) => { interruptRead = () => { resolve(null); }; })]),
    finding: (record, pid) => { reportsOf().finding(record, pid); },
    ...(swap === null ? {} : { swap }),
    stopReason: () => {
      if (ended.signal !== null) return `interrupted by ${ended.signal}`;
      return ended.readerGone ? 'nobody reads its output any more' : null;
    },
  });
  const status = await finish(machine, reportsOf());
  if (ended.signal !== null) return { status: SIGNAL_STATUS[ended.signal], inputWaiting: input.waiting };
  return { status: ended.readerGone ? SIGPIPE_STATUS : status, inputWaiting: input.waiting };
}

/** Writes the reports and decides the exit status. */
async function finish(machine: Machine, reports: Reports): Promise<number> {
  const result = machine.result();
  const errorCount = reports.end(result);
  await reports.page(machine, result);
  if (reports.options.verbose) reports.pressure(machine.query('memoryStatus', null).value);
  if (result.ending.kind === 'limit') {
    complain(`pagewise: stopped: ${result.ending.reason}`);
    return OWN_FAILURE;
  }
  const { ending } = result;
  if (ending.kind === 'signal' && result.tool === 'none' && !reports.options.quiet) {
    complain(`pagewise: the program was ended by ${ending.name}: ${ending.explanation ?? ending.cause}`);
  }
  const errorExitCode = reports.options.errorExitCode;
  if (result.ending.kind === 'exit' && errorExitCode !== null && errorCount > 0) return errorExitCode;
  return result.exitStatus;
}
