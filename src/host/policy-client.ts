/**
 * The policy bench as the main process sees it: questions with answers, the progress of the comparison that runs, and
 * cancel, which ends the thread; the next question starts another. Tasks are done one after the other.
 */
import type { Worker } from 'node:worker_threads';
import type { PolicyAnswer, PolicyProgress, PolicyQuestion, PolicySource, StepQuestion, StepTable } from '../shared/policy';
import type { Refusal } from '../shared/ipc';
import type { FromPolicyWorker, PolicyTask, PolicyWorkerSetup, ToPolicyWorker } from './policy-protocol';
import type { SystemPaths } from './paths';
import type { RecordableRun } from './policy-record';

export interface PolicyClientOptions {
  /** Starts src/host/policy.worker. */
  readonly createWorker: (options: { readonly workerData: unknown }) => Worker;
  readonly paths: SystemPaths;
  /** The last run of the machine, the same object as long as there was no other; null when none was. */
  readonly lastRun: () => RecordableRun | null;
}

interface Waiting { readonly resolve: (value: PolicyAnswer | StepTable | Refusal | null) => void; readonly reject: (error: Error) => void }

export class PolicyClient {
  private worker: Worker | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();
  private latest: PolicyProgress | null = null;
  private lastRun: RecordableRun | null = null;
  private runNumber = 0;

  constructor(private readonly options: PolicyClientOptions) {}

  async compare(question: PolicyQuestion): Promise<PolicyAnswer | Refusal> {
    return (await this.ask({ type: 'compare', question }, question.source)) as PolicyAnswer | Refusal;
  }

  async steps(question: StepQuestion): Promise<StepTable | Refusal | null> {
    return (await this.ask({ type: 'steps', question }, question.source)) as StepTable | Refusal | null;
  }

  /** Of what runs now; null when nothing does. */
  progress(): PolicyProgress | null {
    return this.waiting.size === 0 ? null : this.latest;
  }

  /** Whatever waits is answered with a refusal. */
  async cancel(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    for (const { resolve } of this.waiting.values()) resolve({ error: 'Cancelled.' });
    this.waiting.clear();
    await worker?.terminate();
  }

  private ask(task: PolicyTask, source: PolicySource): Promise<PolicyAnswer | StepTable | Refusal | null> {
    const run = source.kind === 'run' ? this.numberedRun() : null;
    const worker = this.running();
    const id = this.nextId++;
    if (this.waiting.size === 0) this.latest = null;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, task, run } satisfies ToPolicyWorker);
    });
  }

  private numberedRun(): ToPolicyWorker['run'] {
    const run = this.options.lastRun();
    if (run !== this.lastRun) {
      this.lastRun = run;
      this.runNumber++;
    }
    return run === null ? null : { number: this.runNumber, run };
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = this.options.createWorker({ workerData: { paths: this.options.paths } satisfies PolicyWorkerSetup });
    worker.on('message', (message: FromPolicyWorker) => { if (worker === this.worker) this.receive(message); });
    worker.on('error', (error: Error) => { this.ended(worker, error.message); });
    worker.on('exit', (code) => { this.ended(worker, `its thread ended with code ${code}`); });
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private receive(message: FromPolicyWorker): void {
    if (message.type === 'progress') {
      this.latest = message.progress;
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else if (message.type === 'refused') waiting?.resolve({ error: message.message });
    else waiting?.reject(new Error(message.message));
  }

  /** The thread ended by itself, for instance because a trace did not fit into memory. */
  private ended(worker: Worker, why: string): void {
    if (worker !== this.worker) return;
    this.worker = null;
    const message = /memory/i.test(why) ? 'The trace does not fit into memory: take a shorter one or fewer frames.' : `The comparison failed: ${why}.`;
    for (const { resolve } of this.waiting.values()) resolve({ error: message });
    this.waiting.clear();
  }
}
