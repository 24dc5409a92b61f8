import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_SETTINGS, DEFAULT_TRACE_READING, type PolicyQuestion } from '../shared/policy';
import { PolicyClient } from './policy-client';
import type { RecordableRun } from './policy-record';
import type { FromPolicyWorker, ToPolicyWorker } from './policy-protocol';

const QUESTION: PolicyQuestion = { source: { kind: 'string', text: '1 2' }, reading: DEFAULT_TRACE_READING, policies: ['lru'], frameCounts: [1], settings: DEFAULT_POLICY_SETTINGS };

class FakeWorker extends EventEmitter {
  readonly asked: ToPolicyWorker[] = [];
  ended = false;
  postMessage(message: ToPolicyWorker): void { this.asked.push(message); }
  unref(): void { /* nothing to hold back */ }
  terminate(): Promise<number> {
    this.ended = true;
    return Promise.resolve(1);
  }
  say(message: FromPolicyWorker): void { this.emit('message', message); }
}

let workers: FakeWorker[];
let lastRun: RecordableRun | null;
let client: PolicyClient;
beforeEach(() => {
  workers = [];
  lastRun = null;
  client = new PolicyClient({
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    paths: { root: '/', cache: '/' } as never, lastRun: () => lastRun,
  });
});

describe('PolicyClient', () => {
  it('answers questions in the order of their numbers, with one thread', async () => {
    const first = client.compare(QUESTION), second = client.steps({ ...QUESTION, policy: 'lru', frames: 1 });
    expect(workers.length).toBe(1);
    workers[0]!.say({ type: 'answer', id: 2, value: null });
    workers[0]!.say({ type: 'refused', id: 1, message: 'odd' });
    expect(await second).toBeNull();
    expect(await first).toEqual({ error: 'odd' });
  });

  it('knows the progress while something runs', async () => {
    expect(client.progress()).toBeNull();
    const answer = client.compare(QUESTION);
    workers[0]!.say({ type: 'progress', progress: { phase: 'running', part: 0.5, references: 0 } });
    expect(client.progress()).toEqual({ phase: 'running', part: 0.5, references: 0 });
    workers[0]!.say({ type: 'answer', id: 1, value: null });
    await answer;
    expect(client.progress()).toBeNull();
  });

  it('cancel ends the thread and answers what waits; the next question starts another', async () => {
    const answer = client.compare(QUESTION);
    await client.cancel();
    expect(await answer).toEqual({ error: 'Cancelled.' });
    expect(workers[0]!.ended).toBe(true);
    const next = client.compare(QUESTION);
    workers[0]!.say({ type: 'answer', id: 2, value: null });
    workers[0]!.emit('exit', 1);
    workers[1]!.say({ type: 'refused', id: 2, message: 'from the second' });
    expect(await next).toEqual({ error: 'from the second' });
  });

  it('a thread that runs out of memory is a refusal that says what to do, a bug is an error', async () => {
    const answer = client.compare(QUESTION);
    workers[0]!.emit('error', new Error('Worker terminated due to reaching memory limit: JS heap out of memory'));
    expect(await answer).toEqual({ error: 'The trace does not fit into memory: take a shorter one or fewer frames.' });
    const broken = client.compare(QUESTION);
    workers[1]!.say({ type: 'failed', id: 2, message: 'TypeError' });
    await expect(broken).rejects.toThrow('TypeError');
  });

  it('gives the last run only where it is asked for, with another number for another run', () => {
    const run: RecordableRun = { bitcode: [], sources: [], config: {} as never, stdin: null };
    const ask = (): void => void client.compare({ ...QUESTION, source: { kind: 'run' } });
    ask();
    lastRun = run;
    ask();
    ask();
    lastRun = { ...run };
    ask();
    void client.compare(QUESTION);
    expect(workers[0]!.asked.map((message) => message.run?.number ?? null)).toEqual([null, 1, 1, 2, null]);
  });
});
