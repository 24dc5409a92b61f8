import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StreamBatch, StreamMessage } from '../shared/ipc';
import type { StatusSnapshot } from '../shared/views';
import { BACKLOG_CHARACTERS, BATCH_CHARACTERS, StreamHub } from './stream';

const status = (epoch: number): StreamMessage => ({ type: 'status', status: { epoch } as StatusSnapshot });
const output = (text: string): StreamMessage => ({ type: 'output', stream: 'stdout', text, droppedBytes: 0, pid: 1000, name: 'a' });

let sent: StreamBatch[];
let hub: StreamHub;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  hub = new StreamHub();
  hub.attach({ postMessage: (batch) => sent.push(batch) });
});
afterEach(() => vi.useRealTimers());

test('the newest status wins while the window has not answered', () => {
  hub.push(status(1));
  vi.advanceTimersByTime(20);
  hub.push(status(2));
  hub.push(status(3));
  vi.advanceTimersByTime(500);
  expect(sent.length).toBe(1);
  hub.acknowledge({ batch: 1 });
  vi.advanceTimersByTime(20);
  expect(sent[1]?.messages).toEqual([status(3)]);
});

test('output is joined, whole and in order, and comes before the status', () => {
  hub.push(output('a'));
  hub.push(status(1));
  hub.push(output('b'));
  vi.advanceTimersByTime(20);
  expect(sent[0]?.messages).toEqual([output('ab'), status(1)]);
});

test('of work on snapshots the newest word is sent, its end too', () => {
  const saving = (doneBytes: number): StreamMessage => ({ type: 'snapshot', activity: { stage: 'saving', doneBytes, totalBytes: 9 } });
  hub.push(saving(1));
  hub.push(saving(2));
  vi.advanceTimersByTime(20);
  hub.acknowledge({ batch: 1 });
  hub.push(saving(3));
  hub.push({ type: 'snapshot', activity: null });
  vi.advanceTimersByTime(20);
  hub.acknowledge({ batch: 2 });
  vi.advanceTimersByTime(200);
  expect(sent.map(({ messages }) => messages)).toEqual([[saving(2)], [{ type: 'snapshot', activity: null }]]);
});

test('after a rest a message leaves at once; the next one keeps its distance', () => {
  hub.push(status(1));
  vi.advanceTimersByTime(1);
  hub.acknowledge({ batch: 1 });
  hub.push(status(2));
  vi.advanceTimersByTime(10);
  expect(sent.map(({ messages }) => messages)).toEqual([[status(1)]]);
  vi.advanceTimersByTime(10);
  expect(sent.map(({ messages }) => messages)).toEqual([[status(1)], [status(2)]]);
});

test('a batch is bounded; the rest follows after the answer', () => {
  for (let i = 0; i < 4; i++) hub.push(output('x'.repeat(BATCH_CHARACTERS)));
  vi.advanceTimersByTime(20);
  expect(sent[0]?.messages.length).toBe(1);
  hub.acknowledge({ batch: 1 });
  vi.advanceTimersByTime(20);
  expect(sent.length).toBe(2);
});

test('output beyond the backlog is dropped from its old end and counted', () => {
  const pieces = BACKLOG_CHARACTERS / BATCH_CHARACTERS + 3;
  for (let i = 0; i < pieces; i++) hub.push(output('x'.repeat(BATCH_CHARACTERS)));
  vi.advanceTimersByTime(20);
  const first = sent[0]?.messages[0];
  expect(first?.type === 'output' && first.droppedBytes).toBe(3 * BATCH_CHARACTERS);
});

test('clearing forgets queued output; a new window gets the last status', () => {
  hub.push(output('old'));
  hub.push({ type: 'cleared' });
  hub.push(status(7));
  vi.advanceTimersByTime(20);
  expect(sent[0]?.messages).toEqual([{ type: 'cleared' }, status(7)]);
  hub.detach();
  hub.attach({ postMessage: (batch) => sent.push(batch) });
  vi.advanceTimersByTime(20);
  expect(sent[1]?.messages).toEqual([status(7)]);
});
