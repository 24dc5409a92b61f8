/** The thread of the policy bench. Started and, to cancel, ended by policy-client.ts. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { BlobCache } from './blob-cache';
import { loadEngine, type Engine } from './engine';
import { LIBRARY_CACHE_BYTES } from './limits';
import { TraceFileError } from './policy-files';
import type { FromPolicyWorker, PolicyWorkerSetup, ToPolicyWorker } from './policy-protocol';
import { PolicyWork } from './policy-work';

if (!parentPort) throw new Error('policy.worker runs as a worker thread');
const port = parentPort;
const post = (message: FromPolicyWorker): void => { port.postMessage(message); };

const { paths } = workerData as PolicyWorkerSetup;
let engine: Engine | null = null;
function theEngine(): Engine {
  engine ??= loadEngine(paths, new BlobCache({ folder: join(paths.cache, 'library'), maxBytes: LIBRARY_CACHE_BYTES }));
  return engine;
}

const PROGRESS_INTERVAL_MS = 40;
let lastProgress = 0;
const work = new PolicyWork(theEngine, (progress) => {
  const now = performance.now();
  if (now - lastProgress < PROGRESS_INTERVAL_MS) return;
  lastProgress = now;
  post({ type: 'progress', progress });
});

port.on('message', ({ id, task, run }: ToPolicyWorker) => {
  try {
    post({ type: 'answer', id, value: task.type === 'compare' ? work.compare(task.question, run) : work.steps(task.question, run) });
  } catch (error) {
    if (error instanceof TraceFileError) post({ type: 'refused', id, message: error.message });
    else post({ type: 'failed', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
