import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { emptyMoment } from '../shared/moment.fixture';
import { CompareClient } from './compare-client';
import type { FromCompareWorker } from './compare-protocol';

class FakeWorker extends EventEmitter {
  terminated = 0;
  say(message: FromCompareWorker): void { this.emit('message', message); }
  terminate(): Promise<number> {
    this.terminated++;
    this.emit('exit', 1);
    return Promise.resolve(1);
  }
}
function client(): { comparisons: CompareClient; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const comparisons = new CompareClient({
    paths: { resources: '', artefacts: '', cache: '' },
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { comparisons, workers };
}
const moment = { path: '/x/a.pagewise', name: 'a.pagewise', title: 't', savedAt: '', program: 'p', summary: emptyMoment(0), notices: [] };

it('each file has a thread, which ends with the answer; meanwhile its progress is known', async () => {
  const { comparisons, workers } = client();
  const first = comparisons.read('/x/a.pagewise');
  expect(comparisons.progress()).toEqual({ name: 'a.pagewise', stage: 'checking', doneBytes: 0, totalBytes: 0 });
  workers[0]?.say({ type: 'progress', progress: { name: 'a.pagewise', stage: 'loading', doneBytes: 3, totalBytes: 9 } });
  expect(comparisons.progress()?.doneBytes).toBe(3);
  workers[0]?.say({ type: 'moment', moment });
  expect(await first).toEqual(moment);
  expect([comparisons.progress(), workers[0]?.terminated]).toEqual([null, 1]);
  const second = comparisons.read('/x/b.pagewise');
  workers[1]?.say({ type: 'refused', message: 'The snapshot is damaged.' });
  expect(await second).toEqual({ error: 'b.pagewise: The snapshot is damaged.' });
});

it('one file at a time', async () => {
  const { comparisons, workers } = client();
  const first = comparisons.read('/x/a.pagewise');
  expect(await comparisons.read('/x/b.pagewise')).toEqual({ error: 'a.pagewise is still being read.' });
  expect(workers).toHaveLength(1);
  comparisons.cancel();
  expect([await first, workers[0]?.terminated]).toEqual([null, 1]);
});

it('a thread that ends by itself is a refusal in words; too little memory is called that', async () => {
  const { comparisons, workers } = client();
  const first = comparisons.read('/x/a.pagewise');
  workers[0]?.emit('error', new Error('Worker terminated due to reaching memory limit'));
  expect(await first).toEqual({ error: 'a.pagewise: the machine in it is too large for this computer.' });
  const second = comparisons.read('/x/a.pagewise');
  workers[1]?.emit('exit', 7);
  expect(await second).toEqual({ error: 'a.pagewise could not be read: its thread ended with code 7.' });
});
