/**
 * Snapshot files for a comparison, as the main process sees them: one file at a time, each in a thread of its own that ends when it has
 * answered, so that no second machine stays in memory. Cancelling ends the thread.
 */
import { basename } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Refusal } from '../shared/ipc';
import type { FileMoment, FileMomentProgress } from '../shared/moment-files';
import type { CompareWorkerSetup, FromCompareWorker } from './compare-protocol';
import type { SystemPaths } from './paths';

export interface CompareClientOptions {
  /** Starts src/host/compare.worker. */
  readonly createWorker: (options: { readonly workerData: unknown }) => Worker;
  readonly paths: SystemPaths;
}

interface Reading { readonly worker: Worker; progress: FileMomentProgress; readonly answer: (value: FileMoment | Refusal | null) => void }

export class CompareClient {
  private reading: Reading | null = null;

  constructor(private readonly options: CompareClientOptions) {}

  /** The moment of a file; null: it was cancelled. */
  async read(path: string): Promise<FileMoment | Refusal | null> {
    const name = basename(path);
    if (this.reading !== null) return { error: `${this.reading.progress.name} is still being read.` };
    const worker = this.options.createWorker({ workerData: { paths: this.options.paths, path } satisfies CompareWorkerSetup });
    const answered = new Promise<FileMoment | Refusal | null>((answer) => { this.reading = { worker, answer, progress: { name, stage: 'checking', doneBytes: 0, totalBytes: 0 } }; });
    worker.on('message', (message: FromCompareWorker) => { this.heard(worker, name, message); });
    worker.on('error', (error: Error) => { this.finish(worker, { error: /memory/i.test(error.message) ? `${name}: the machine in it is too large for this computer.` : `${name} could not be read: ${error.message}.` }); });
    worker.on('exit', (code) => { this.finish(worker, { error: `${name} could not be read: its thread ended with code ${String(code)}.` }); });
    try {
      return await answered;
    } finally {
      await worker.terminate();
    }
  }

  /** Of the file that is being read; null when none is. */
  progress(): FileMomentProgress | null {
    return this.reading?.progress ?? null;
  }

  cancel(): void {
    if (this.reading !== null) this.finish(this.reading.worker, null);
  }

  private heard(worker: Worker, name: string, message: FromCompareWorker): void {
    if (message.type === 'moment') this.finish(worker, message.moment);
    else if (message.type !== 'progress') this.finish(worker, { error: `${name}: ${message.message}` });
    else if (this.reading?.worker === worker) this.reading.progress = message.progress;
  }

  private finish(worker: Worker, value: FileMoment | Refusal | null): void {
    const { reading } = this;
    if (reading?.worker !== worker) return;
    this.reading = null;
    reading.answer(value);
  }
}
