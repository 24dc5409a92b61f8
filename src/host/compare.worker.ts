/** The thread that makes the machine of one snapshot file aside, for a comparison. Started, and ended, by compare-client.ts: its memory goes with it. */
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { SnapshotActivity } from '../shared/snapshot-info';
import type { CompareWorkerSetup, FromCompareWorker } from './compare-protocol';
import { NoSummary, summariseSnapshot } from './snapshot-summary';
import { engineVersion, readKernel, readSnapshotCodec, SystemFilesError } from './system-files';

if (!parentPort) throw new Error('compare.worker runs as a worker thread');
const port = parentPort;
const post = (message: FromCompareWorker): void => { port.postMessage(message); };

const { paths, path } = workerData as CompareWorkerSetup;
const name = basename(path);

async function work(): Promise<void> {
  try {
    const tools = { kernel: new WebAssembly.Module(readKernel(paths)), codec: new WebAssembly.Module(readSnapshotCodec(paths)), version: engineVersion(paths) };
    const onActivity = (activity: SnapshotActivity): void => { post({ type: 'progress', progress: { name, ...activity } }); };
    const { about: { info, notices }, summary } = await summariseSnapshot(path, tools, { onActivity });
    post({ type: 'moment', moment: { path, name, title: info.title, savedAt: info.savedAt.startsWith('1970') ? '' : info.savedAt, program: info.programs[0] ?? info.title, summary, notices } });
  } catch (error) {
    if (error instanceof NoSummary || error instanceof SystemFilesError) post({ type: 'refused', message: error.message });
    else post({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

void work();
