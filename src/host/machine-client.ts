/**
 * The machine's worker as the main process sees it: promises instead of messages, a Stop that always works, a new worker
 * after a crash. Used by laboratory.ts.
 */
import type { Worker } from 'node:worker_threads';
import type { RunAccepted, StreamMessage } from '../shared/ipc';
import type { SnapshotFailure, SnapshotSaved } from '../shared/snapshot-info';
import type { Answer, QueryMap, QueryName } from '../shared/views';
import { emptyAnswer, emptyStatus } from './empty-answers';
import { SNAPSHOT_PATIENCE, STOP_LIMIT_MS } from './limits';
import { ACCEPTED, refused, type AddRequest, type BeginRequest, type ControlCommand, type FromWorker, type MachineOpened, type SnapshotLabelling, type StartRequest, type ToWorker, type WorkerSetup } from './machine-protocol';
import type { SystemPaths } from './paths';

export interface MachineClientOptions {
  readonly paths: SystemPaths;
  readonly createWorker: (options: { readonly workerData: unknown }) => Worker;
  readonly onStream: (message: StreamMessage) => void;
  /** The machine was lost with its thread; not at a stop. */
  readonly onLost?: () => void;
  /** How long a cooperative stop may take; default half a second. */
  readonly stopLimitMs?: number;
}

/** The worker ended while a request waited. */
export class WorkerEnded extends Error {}

interface Waiting { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

export class MachineClient {
  private worker: Worker | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  /** Snapshots that are being saved or opened. */
  private snapshots = 0;

  constructor(private readonly options: MachineClientOptions) {}

  /** Starts the worker and loads kernel and library, so that the first run need not. */
  async warm(): Promise<void> {
    await this.ask({ type: 'warm' });
  }

  /** Runs a program unseen, ahead of the first one that counts. */
  async rehearse(bitcode: readonly Uint8Array[], sources: StartRequest['sources']): Promise<void> {
    await this.ask({ type: 'rehearse', bitcode, sources });
  }

  async start(request: StartRequest): Promise<RunAccepted> {
    return (await this.ask({ type: 'start', request })) as RunAccepted;
  }

  async begin(request: BeginRequest): Promise<RunAccepted> {
    return (await this.ask({ type: 'begin', request })) as RunAccepted;
  }

  async add(request: AddRequest): Promise<RunAccepted> {
    return this.worker ? (await this.ask({ type: 'add', request })) as RunAccepted : refused('Nothing has run yet: press Run first.');
  }

  async command(command: ControlCommand): Promise<RunAccepted> {
    if (!this.worker) return command.type === 'stop' ? ACCEPTED : refused('Nothing has run yet: press Run first.');
    if (command.type === 'stop') return this.stop();
    return (await this.ask({ type: 'command', command })) as RunAccepted;
  }

  /**
   * Saves the machine at hand, which stands still meanwhile and then goes on as it was: running, paused, blocked or ended. Whatever
   * fails is the answer. A stop, and a run, give it up.
   */
  async saveSnapshot(path: string, label: SnapshotLabelling): Promise<SnapshotSaved> {
    if (!this.worker) return { ok: false, cancelled: false, message: 'There is no machine to save: press Run first.' };
    return (await this.askLong({ type: 'save-snapshot', path, label })) as SnapshotSaved;
  }

  /** Puts the machine of a file in the place of the one at hand, which stays when that fails. It stands at the saved moment. */
  async openSnapshot(path: string, timelineBytes: number, swapDirectory: string | null): Promise<MachineOpened | SnapshotFailure> {
    return (await this.askLong({ type: 'open-snapshot', path, timelineBytes, swapDirectory })) as MachineOpened | SnapshotFailure;
  }

  /** Gives up saving or opening. */
  async cancelSnapshot(): Promise<void> {
    if (this.worker) await this.ask({ type: 'cancel-snapshot' });
  }

  async query<N extends QueryName>(name: N, argument: QueryMap[N][0]): Promise<Answer<QueryMap[N][1]>> {
    if (!this.worker) return emptyAnswer(name, argument);
    return (await this.ask({ type: 'query', name, argument })) as Answer<QueryMap[N][1]>;
  }

  /** Ends the thread, once it has removed its swap file or has failed to answer. */
  async dispose(): Promise<void> {
    const { worker } = this;
    const closed = worker ? this.ask({ type: 'close' }).catch(() => { /* it ended by itself, or is ended below */ }) : null;
    if (closed) await this.inTime(closed);
    this.forget('Pagewise is closing');
    await worker?.terminate();
  }

  /** The outcome, or word that it takes longer than a stop may take. */
  private inTime<T>(outcome: Promise<T>): Promise<T | 'too late'> {
    let timer: NodeJS.Timeout | undefined;
    const limit = (this.options.stopLimitMs ?? STOP_LIMIT_MS) * (this.snapshots > 0 ? SNAPSHOT_PATIENCE : 1);
    const tooLate = new Promise<'too late'>((resolve) => { timer = setTimeout(() => { resolve('too late'); }, limit); });
    return Promise.race([outcome, tooLate]).finally(() => { clearTimeout(timer); });
  }

  /** Asks the machine to stop; ends its thread when it does not. The next run gets a new one. */
  private async stop(): Promise<RunAccepted> {
    const { worker } = this;
    const stopped = this.ask({ type: 'command', command: { type: 'stop' } }) as Promise<RunAccepted>;
    const outcome = await this.inTime(stopped);
    if (outcome !== 'too late') return outcome;
    stopped.catch(() => { /* rejected by `forget` below: this is the answer to it */ });
    if (worker === this.worker) {
      this.forget('The machine was stopped');
      await worker?.terminate();
      this.options.onStream({ type: 'status', status: emptyStatus('failed', 'Stopped. The machine did not answer, so it was ended; its memory cannot be shown.') });
    }
    return ACCEPTED;
  }

  private async askLong(message: WithoutId<ToWorker>): Promise<unknown> {
    this.snapshots++;
    try {
      return await this.ask(message);
    } finally {
      this.snapshots--;
    }
  }

  private ask(message: WithoutId<ToWorker>): Promise<unknown> {
    const worker = this.running();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ ...message, id });
    });
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const setup: WorkerSetup = { paths: this.options.paths };
    const worker = this.options.createWorker({ workerData: setup });
    worker.on('message', (message: FromWorker) => { if (worker === this.worker) this.receive(message); });
    worker.on('error', (error: Error) => { this.crashed(worker, error.message); });
    worker.on('exit', (code) => { this.crashed(worker, `its thread ended with code ${code}`); });
    this.worker = worker;
    return worker;
  }

  private receive(message: FromWorker): void {
    if (message.type === 'stream') return this.options.onStream(message.message);
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'reply') waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.message));
  }

  private crashed(worker: Worker, why: string): void {
    if (worker !== this.worker) return;
    this.forget(`The machine failed: ${why}`);
    this.options.onLost?.();
    this.options.onStream({ type: 'status', status: emptyStatus('failed', `Pagewise failed while simulating: ${why}. Press Run to start again.`) });
  }

  private forget(reason: string): void {
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(new WorkerEnded(reason));
    this.waiting.clear();
  }
}
