/** The thread of the policy bench. Started and, to cancel, ended by policy-client.ts. */
import { parentPort } from 'node:worker_threads';
import { TraceFileError } from './policy-files';
import type { FromPolicyWorker, ToPolicyWorker } from './policy-protocol';
import { PolicyWork } from './policy-work';

if (!parentPort) throw new Error('policy.worker runs as a worker thread');
const port = parentPort;
const post = (message: FromPolicyWorker): void => { port.postMessage(message); };

const PROGRESS_INTERVAL_MS = 40;
let lastProgress = 0;
const work = new PolicyWork((progress) => {
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
