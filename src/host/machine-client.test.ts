import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { StreamMessage } from '../shared/ipc';
import { MachineClient, WorkerEnded } from './machine-client';
import type { FromWorker, ToWorker } from './machine-protocol';

/** A worker whose answers are decided by the test. */
class FakeWorker extends EventEmitter {
  readonly received: ToWorker[] = [];
  terminated = false;
  constructor(private readonly answer: (message: ToWorker) => FromWorker | null) { super(); }
  postMessage(message: ToWorker): void {
    this.received.push(message);
    const reply = this.answer(message);
    if (reply) queueMicrotask(() => this.emit('message', reply));
  }
  terminate(): Promise<number> {
    this.terminated = true;
    this.emit('exit', 1);
    return Promise.resolve(1);
  }
}

function client(answer: (message: ToWorker) => FromWorker | null): { machine: MachineClient; workers: FakeWorker[]; stream: StreamMessage[]; lost: string[] } {
  const workers: FakeWorker[] = [];
  const stream: StreamMessage[] = [];
  const lost: string[] = [];
  const machine = new MachineClient({
    paths: { resources: '', artefacts: '', cache: '' }, stopLimitMs: 30,
    createWorker: () => {
      const worker = new FakeWorker(answer);
      workers.push(worker);
      return worker as unknown as Worker;
    },
    onStream: (message) => stream.push(message), onLost: () => lost.push('lost'),
  });
  return { machine, workers, stream, lost };
}
const echo = (message: ToWorker): FromWorker => ({ type: 'reply', id: message.id, value: message.type });

describe('MachineClient', () => {
  it('starts a worker at the first need and matches answers to questions', async () => {
    const { machine, workers } = client(echo);
    expect(await machine.query('vmas', { processKey: 1 })).toEqual({ epoch: 0, value: [] });
    expect(workers).toHaveLength(0);
    await machine.warm();
    expect(await Promise.all([machine.query('processes', null), machine.command({ type: 'pause' })])).toEqual(['query', 'command']);
    expect(workers).toHaveLength(1);
  });

  it('passes on what fails in the worker', async () => {
    const { machine } = client((message) => (message.type === 'query' ? { type: 'failure', id: message.id, message: 'no such page' } : echo(message)));
    await machine.warm();
    await expect(machine.query('vmas', { processKey: 1 })).rejects.toThrow('no such page');
  });

  it('ends a worker that does not answer a stop, and starts another for the next run', async () => {
    const { machine, workers, stream } = client((message) => (message.type === 'warm' ? echo(message) : null));
    await machine.warm();
    const lost = machine.query('processes', null);
    const refused = expect(lost).rejects.toThrow(WorkerEnded);
    expect(await machine.command({ type: 'stop' })).toMatchObject({ ok: true });
    await refused;
    expect(workers[0]?.terminated).toBe(true);
    expect(stream.at(-1)).toMatchObject({ type: 'status', status: { state: 'failed' } });
    await machine.warm();
    expect(workers).toHaveLength(2);
  });

  it('lets a worker that answers go on', async () => {
    const { machine, workers } = client(echo);
    await machine.warm();
    await machine.command({ type: 'stop' });
    expect(workers[0]?.terminated).toBe(false);
  });

  it('reports a crash and recovers', async () => {
    const { machine, workers, stream, lost: machines } = client((message) => (message.type === 'warm' ? echo(message) : null));
    await machine.warm();
    const lost = machine.command({ type: 'pause' });
    workers[0]?.emit('error', new Error('out of memory'));
    await expect(lost).rejects.toThrow('out of memory');
    expect(machines).toEqual(['lost']);
    expect(stream.at(-1)).toMatchObject({ status: { state: 'failed' } });
    await machine.warm();
    expect(workers).toHaveLength(2);
  });

  it('streams while it lives and not after', async () => {
    const { machine, workers, stream } = client(echo);
    await machine.warm();
    workers[0]?.emit('message', { type: 'stream', message: { type: 'cleared' } });
    await machine.dispose();
    workers[0]?.emit('message', { type: 'stream', message: { type: 'cleared' } });
    expect(stream).toEqual([{ type: 'cleared' }]);
  });

  it('asks for snapshots, and says without a worker that there is nothing to save', async () => {
    const { machine, workers } = client(echo), label = { title: 'a', savedAt: '', picture: null, background: true };
    expect(await machine.saveSnapshot('/a.pagewise', label)).toMatchObject({ ok: false, cancelled: false });
    await machine.cancelSnapshot();
    expect(workers).toHaveLength(0);
    expect(await machine.openSnapshot('/a.pagewise', 64, '/swap')).toBe('open-snapshot');
    expect(await machine.saveSnapshot('/b.pagewise', label)).toBe('save-snapshot');
    await machine.cancelSnapshot();
    expect(workers[0]?.received).toMatchObject([{ type: 'open-snapshot', path: '/a.pagewise', timelineBytes: 64, swapDirectory: '/swap' }, { type: 'save-snapshot', path: '/b.pagewise', label }, { type: 'cancel-snapshot' }]);
  });

  it('has more patience with a stop while a snapshot is saved or opened', async () => {
    const { machine, workers } = client((message) => (message.type === 'warm' ? echo(message) : null));
    await machine.warm();
    const opening = expect(machine.openSnapshot('/a.pagewise', 64, null)).rejects.toThrow(WorkerEnded), from = performance.now();
    const stopping = machine.command({ type: 'stop' });
    await new Promise((resolve) => { setTimeout(resolve, 90); });
    expect(workers[0]?.terminated).toBe(false);
    await Promise.all([stopping, opening]);
    expect([workers[0]?.terminated, performance.now() - from > 500]).toEqual([true, true]);
  });

  it('lets the worker clear up before it ends it, and ends one that does not answer', async () => {
    const polite = client(echo);
    await polite.machine.warm();
    await polite.machine.dispose();
    expect([polite.workers[0]?.received.at(-1)?.type, polite.workers[0]?.terminated]).toEqual(['close', true]);
    const silent = client((message) => (message.type === 'warm' ? echo(message) : null));
    await silent.machine.warm();
    await silent.machine.dispose();
    expect(silent.workers[0]?.terminated).toBe(true);
    const unused = client(echo);
    await unused.machine.dispose();
    expect(unused.workers).toHaveLength(0);
  });
});
