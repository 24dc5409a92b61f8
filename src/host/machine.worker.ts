/**
 * The thread that owns the machine. Started by machine-client.ts with a WorkerSetup; everything it does is asked for by
 * messages (machine-protocol.ts). A thrown error is a bug of Pagewise: it ends the worker and the client starts another.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createMachine } from '../core/machine/machine';
import type { Machine, MachineOptions, MachinePorts } from '../core/machine/machine-api';
import { CannotLoad } from '../core/segmentation/cannot-load';
import { reserveMemories } from '../core/store/store';
import type { RunConfig } from '../shared/config';
import type { RunAccepted } from '../shared/ipc';
import { LoweringError } from '../toolchain/lowering/lower';
import { BlobCache } from './blob-cache';
import { linkProgram, loadEngine, type Engine } from './engine';
import { IDLE_MS, LIBRARY_CACHE_BYTES, RESERVED_MEMORIES } from './limits';
import type { AddRequest, BeginRequest, FromWorker, StartRequest, ToWorker, WorkerSetup } from './machine-protocol';
import { MachineRunner } from './machine-runner';
import { rehearse } from './rehearsal';
import { SnapshotDesk } from './snapshot-desk';
import { availableMemory, loadSnapshotMachine } from './snapshot-machine';
import { openSwapFile, SwapFileError, type SwapFile } from './swap-file';
import { engineVersion, readSnapshotCodec, SystemFilesError } from './system-files';

if (!parentPort) throw new Error('machine.worker runs as a worker thread');
const port = parentPort;
const { paths } = workerData as WorkerSetup;
const post = (message: FromWorker): void => { port.postMessage(message); };

let engine: Engine | null = null;
function theEngine(): Engine {
  engine ??= loadEngine(paths, new BlobCache({ folder: join(paths.cache, 'library'), maxBytes: LIBRARY_CACHE_BYTES }));
  return engine;
}

/** The file of the machine that runs, or ran last: views still read it. */
let swap: SwapFile | null = null;

/** Folder for the swap file of the next machine; null: the user's data folder. */
let swapPlace: string | null = null;

/** A thread that was ended leaves its file behind, and its process lives on: this thread is the only one with a machine. Throws SwapFileError. */
function newSwap(slotCount: number): SwapFile {
  return openSwapFile({ slotCount, path: null, inUse: swap === null ? [] : [swap.path], ...(swapPlace === null ? {} : { directory: swapPlace }) });
}

function takeSwap(next: SwapFile | null): void {
  swap?.close();
  swap = next;
}

/** A machine, with a swap file when it has swap. Throws SwapFileError. */
function makeMachine(config: RunConfig, ports: MachinePorts, options: MachineOptions): Machine {
  takeSwap(null);
  const { slotCount } = config.machine.swap;
  if (slotCount > 0) takeSwap(newSwap(slotCount));
  return createMachine(config, swap === null ? ports : { ...ports, swap }, theEngine().kernel, options);
}

const runner = new MachineRunner({
  createMachine: makeMachine,
  post: (message) => { post({ type: 'stream', message }); },
  soon: (work) => { setImmediate(work); },
  later: (work, milliseconds) => { setTimeout(work, milliseconds); },
  now: () => performance.now(),
});

let codec: WebAssembly.Module | null = null;
const theCodec = (): WebAssembly.Module => codec ??= new WebAssembly.Module(readSnapshotCodec(paths));

const desk = new SnapshotDesk({
  runner, codec: theCodec, version: () => engineVersion(paths), replaced: takeSwap,
  load: (path, timelineBytes, work) => loadSnapshotMachine(path, {
    kernel: theEngine().kernel, codec: theCodec(), version: engineVersion(paths), ports: runner.ports, openSwap: newSwap, timelineBytes, memoryBytes: availableMemory(),
  }, work),
  onActivity: (activity) => { post({ type: 'stream', message: { type: 'snapshot', activity } }); },
});

function start(request: StartRequest): RunAccepted {
  swapPlace = request.swapDirectory;
  try {
    const program = linkProgram(theEngine(), request.bitcode, new Map(request.sources));
    return runner.start({ ...request, program });
  } catch (error) {
    if (error instanceof LoweringError) return { ok: false, diagnostics: error.diagnostics, message: 'This program cannot run on the simulated machine.' };
    if (error instanceof SystemFilesError || error instanceof CannotLoad || error instanceof SwapFileError) return { ok: false, diagnostics: [], message: error.message };
    throw error;
  }
}

/** As start, for a mix of workloads. */
function begin(request: BeginRequest): RunAccepted {
  swapPlace = request.swapDirectory;
  try {
    return runner.begin(request);
  } catch (error) {
    if (error instanceof SwapFileError) return { ok: false, diagnostics: [], message: error.message };
    throw error;
  }
}

function add(request: AddRequest): RunAccepted {
  try {
    return runner.add(linkProgram(theEngine(), request.bitcode, new Map(request.sources)), request.name, request.args);
  } catch (error) {
    if (error instanceof LoweringError) return { ok: false, diagnostics: error.diagnostics, message: 'This program cannot run on the simulated machine.' };
    throw error;
  }
}

function answer(message: ToWorker): unknown {
  switch (message.type) {
    case 'start': return start(message.request);
    case 'begin': return begin(message.request);
    case 'add': return add(message.request);
    case 'command': return runner.command(message.command);
    case 'query': return runner.query(message.name, message.argument as never);
    case 'save-snapshot': return desk.save(message.path, message.label);
    case 'open-snapshot':
      swapPlace = message.swapDirectory;
      return desk.open(message.path, message.timelineBytes);
    case 'cancel-snapshot':
      desk.cancel();
      return null;
    case 'close':
      desk.cancel();
      return desk.quiet().then(() => { takeSwap(null); });
    case 'warm':
      reserve();
      theEngine();
      return null;
    case 'rehearse':
      rehearse(theEngine(), message.bitcode, new Map(message.sources));
      return null;
  }
}

/** Memories for the next run and its second pass. */
function reserve(): void {
  try {
    reserveMemories(RESERVED_MEMORIES);
  } catch (error) {
    // The host has no room to spare now; a run that needs a memory asks for it, and fails with a reason if it must.
    if (!(error instanceof RangeError)) throw error;
  }
}

/** A query or command that fails leaves the machine as it was; a broken machine shows at its next slice. */
async function serve(message: ToWorker): Promise<void> {
  try {
    const value = answer(message);
    post({ type: 'reply', id: message.id, value: value instanceof Promise ? await value : value });
  } catch (error) {
    post({ type: 'failure', id: message.id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** What would move the machine waits while it is saved or another one is made; a stop gives that up. */
function isMove({ type }: ToWorker): boolean {
  return type !== 'query' && type !== 'cancel-snapshot' && type !== 'close' && type !== 'warm' && type !== 'rehearse';
}

let idle: NodeJS.Timeout | null = null;
port.on('message', (message: ToWorker) => {
  if (idle) clearTimeout(idle);
  idle = setTimeout(reserve, IDLE_MS);
  if (message.type === 'command' && message.command.type === 'stop') desk.cancel();
  if (isMove(message)) desk.whenFree(() => void serve(message));
  else void serve(message);
});
