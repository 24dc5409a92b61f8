/**
 * The engine without a window: from sources to a finished run. The command line and the golden tests call `runProgram`;
 * the app's worker uses the parts.
 *
 *   compileUnits (Clang, through any ClangRunner) → linkProgram (bitcode reader, lowering) → runProgram (the machine)
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { createMachine, createMachineFromSnapshot } from '../core/machine/machine';
import type { Machine, MachinePorts, OutputWriter } from '../core/machine/machine-api';
import type { Snapshot } from '../core/snapshot/snapshot';
import type { Image, Program } from '../core/lir/lir';
import type { SwapDevice } from '../core/swap/swap-device';
import type { RunConfig } from '../shared/config';
import type { CompileOptions, Diagnostic, SourceFile } from '../shared/diagnostics';
import type { ErrorRecord } from '../shared/report';
import { readBitcode } from '../toolchain/bitcode/reader';
import type { ClangRunner } from '../toolchain/clang/driver';
import { lowerLibrary, lowerProgram } from '../toolchain/lowering/lower';
import type { BlobCache } from './blob-cache';
import type { SystemPaths } from './paths';
import { takePages } from './snapshot-file';
import { readKernel, readLibraryBitcode } from './system-files';

/** What every run needs and is made once per process. */
export interface Engine {
  readonly kernel: WebAssembly.Module;
  readonly library: Image;
}

/**
 * Reads the kernel and the C library. Lowering the library costs tens of milliseconds, so its image is kept in `cache`
 * under the hash of its bitcode and of this very file, which as built holds the lowering (or names its chunk by hash).
 * @throws SystemFilesError when the build is incomplete
 */
export function loadEngine(paths: SystemPaths, cache: BlobCache | null): Engine {
  const kernel = new WebAssembly.Module(readKernel(paths));
  const units = readLibraryBitcode(paths);
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const unit of units) hash.update(unit);
  const key = hash.digest('hex');
  const stored = cache?.get(key);
  if (stored) return { kernel, library: deserialize(stored) as Image };
  const library = lowerLibrary(units.map((unit) => readBitcode(unit)));
  cache?.put(key, serialize(library));
  return { kernel, library };
}

/** A program's translation units after Clang. */
export interface CompiledUnits {
  /** Null when some unit has errors. */
  readonly bitcode: readonly Uint8Array[] | null;
  readonly diagnostics: readonly Diagnostic[];
  /** What Clang printed, all units. */
  readonly text: string;
  readonly sources: ReadonlyMap<string, string>;
}

/** One translation unit: the C file first, then every file that it may open. */
export type TranslationUnit = readonly SourceFile[];

/**
 * Compiles each unit; goes on after errors, so that all units' messages come at once. `directory`: the folder that
 * relative paths start from, named in debug information; without it a neutral one.
 */
export async function compileUnits(runner: ClangRunner, units: readonly TranslationUnit[], options: CompileOptions, directory?: string): Promise<CompiledUnits> {
  const bitcode: Uint8Array[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  let text = '';
  for (const unit of units) {
    const main = unit[0];
    if (!main) throw new Error('a translation unit has no file');
    for (const source of unit) sources.set(source.path, source.text);
    const outcome = await runner.compile({ sources: unit, main: main.path, options, emit: 'bitcode', ...(directory === undefined ? {} : { directory }) });
    diagnostics.push(...outcome.diagnostics);
    text += outcome.text;
    if (outcome.bitcode) bitcode.push(outcome.bitcode);
  }
  return { bitcode: bitcode.length === units.length ? bitcode : null, diagnostics, text, sources };
}

/** Reads and lowers compiled units. @throws LoweringError for unsupported constructs and unresolved names */
export function linkProgram(engine: Engine, bitcode: readonly Uint8Array[], sources: ReadonlyMap<string, string>): Program {
  return lowerProgram(bitcode.map((unit) => readBitcode(unit)), engine.library, sources);
}

/** Where a run's streams go and come from. */
export interface RunStreams {
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array, writer: OutputWriter): void;
  /** Up to `limit` bytes, null at the end of file. Called only when the program reads, with what it asks for. */
  input(limit: number): Promise<Uint8Array | null>;
  /** An error was found just now; comes before output that the program writes later. */
  finding?(record: ErrorRecord, pid: number): void;
  /** Page references, recorded exactly while the program runs (core/machine/reference-recorder.ts); slower. */
  references?(entries: Uint32Array): void;
  /** Where swapped pages go; absent: memory of this process. */
  readonly swap?: SwapDevice;
  /** The machine is saved once it has executed so many instructions, or at its end when that comes first. */
  readonly snapshot?: { readonly at: number; save(machine: Machine): Promise<void> };
  /** Asked between quanta: a reason to end the program, e.g. an interrupt from the keyboard. */
  stopReason?(): string | null;
}

const QUANTUM_INSTRUCTIONS = 5_000_000;
/** How long signals and timers of this process may wait. */
const YIELD_AFTER_MS = 50;

/** A program that runs beside the first one. `name`: argv[0]. */
export interface FurtherProgram { readonly program: Program; readonly name: string }

/** What a machine that is driven by `drive` was asked for and has not got yet. */
interface PendingInput { wanted: number; answer: Uint8Array | null | 'wait' }

function portsOf(streams: RunStreams, pending: PendingInput): MachinePorts {
  return {
    output: (stream, bytes, writer) => { streams.output(stream, bytes, writer); },
    input: (limit) => {
      const answer = pending.answer;
      pending.wanted = limit;
      if (answer !== null) pending.answer = 'wait';
      return answer;
    },
    ...(streams.swap ? { swap: streams.swap } : {}),
    ...(streams.references ? { references: (entries: Uint32Array) => { streams.references?.(entries); } } : {}),
    ...(streams.finding ? { finding: (record: ErrorRecord, pid: number) => { streams.finding?.(record, pid); } } : {}),
  };
}

/** Runs a linked program, and others beside it, to their end. The machine that comes back answers queries about that moment. */
export async function runProgram(engine: Engine, program: Program, config: RunConfig, streams: RunStreams, others: readonly FurtherProgram[] = []): Promise<Machine> {
  const pending: PendingInput = { wanted: 0, answer: 'wait' };
  const machine = createMachine(config, portsOf(streams, pending), engine.kernel);
  machine.load(program);
  for (const other of others) machine.add(other.program, other.name, []);
  return drive(machine, streams, pending);
}

/**
 * Makes the machine of a snapshot and runs it to its end.
 * @param began called when the machine is there and sound, before it runs on
 * @throws SnapshotDamage when the snapshot is no sound machine
 */
export async function runSnapshot(engine: Engine, snapshot: Snapshot, streams: RunStreams, began: (machine: Machine) => void): Promise<Machine> {
  const pending: PendingInput = { wanted: 0, answer: 'wait' };
  const loading = createMachineFromSnapshot(snapshot, portsOf(streams, pending), engine.kernel);
  await takePages(snapshot, loading.sections, loading.taker);
  const machine = loading.finish(snapshot);
  began(machine);
  return machine.state === 'exited' ? machine : drive(machine, streams, pending);
}

async function drive(machine: Machine, streams: RunStreams, pending: PendingInput): Promise<Machine> {
  let yieldedAt = performance.now();
  let snapshot = streams.snapshot ?? null;
  const save = async (): Promise<void> => {
    await snapshot?.save(machine);
    snapshot = null;
  };
  for (;;) {
    const room = snapshot === null ? QUANTUM_INSTRUCTIONS : Math.max(1, snapshot.at - machine.counters().instructions);
    const reason = machine.run(Math.min(QUANTUM_INSTRUCTIONS, room));
    if (reason === 'exited' || reason === 'limit' || (snapshot !== null && machine.counters().instructions >= snapshot.at)) await save();
    if (reason === 'exited' || reason === 'limit') return machine;
    if (reason === 'blocked') pending.answer = await streams.input(pending.wanted);
    if (reason === 'deadlock') {
      machine.stop('no process can go on: each waits for another, or for a signal that nobody sends');
      if (machine.state === 'exited') return machine;
    }
    if (performance.now() - yieldedAt > YIELD_AFTER_MS) {
      await new Promise((done) => { setImmediate(done); });
      yieldedAt = performance.now();
    }
    const stop = streams.stopReason?.() ?? null;
    if (stop !== null) {
      machine.stop(stop);
      // Leaks are reported as they are; who interrupts a program does not wait for a second pass.
      if (machine.state !== 'exited') machine.stop(stop);
      return machine;
    }
  }
}
