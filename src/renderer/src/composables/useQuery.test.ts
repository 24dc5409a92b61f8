import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { useSession } from '@/stores/session';
import { useQuery } from './useQuery';

interface Call { readonly arg: unknown; answer(value: unknown): Promise<void>; fail(message: string): Promise<void> }
let calls: Call[];
let scope: ReturnType<typeof effectScope>;

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  calls = [];
  scope = effectScope();
  const invoke = (_channel: string, payload: { name: string; arg: unknown }) => new Promise((resolve, reject) => {
    if (payload.name === 'processes' || payload.name === 'result') return;
    const settle = async (): Promise<void> => { await vi.advanceTimersByTimeAsync(0); await nextTick(); };
    calls.push({
      arg: payload.arg,
      answer: (value) => { resolve({ epoch: 1, value }); return settle(); },
      fail: (message) => { reject(new Error(message)); return settle(); },
    });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke, onCommand: () => () => undefined }, configurable: true });
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});
const setStatus = async (epoch: number, state: 'running' | 'paused'): Promise<void> => {
  const session = useSession();
  session.onStream({ type: 'status', status: { ...session.status, epoch, state } });
  await nextTick();
};

test('one question under way; changes meanwhile lead to one more', async () => {
  const query = scope.run(() => useQuery('vmas', () => ({ processKey: 1 })))!;
  expect(calls.length).toBe(1);
  const session = useSession();
  for (const epoch of [1, 2, 3]) {
    session.status = { ...session.status, epoch };
    await nextTick();
  }
  expect(calls.length).toBe(1);
  await calls[0]!.answer([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(query.value.value).toEqual([]);
  expect(calls.length).toBe(2);
});

test('while the program runs, questions are spaced out', async () => {
  await setStatus(1, 'running');
  scope.run(() => useQuery('vmas', () => ({ processKey: 1 })));
  await calls[0]!.answer([]);
  const session = useSession();
  session.status = { ...session.status, epoch: 2 };
  await nextTick();
  await vi.advanceTimersByTimeAsync(50);
  expect(calls.length).toBe(1);
  await vi.advanceTimersByTimeAsync(150);
  expect(calls.length).toBe(2);
});

test('nothing to ask: nothing is asked, and the old answer goes', async () => {
  const id = ref<number | null>(1);
  const query = scope.run(() => useQuery('frame', () => (id.value === null ? undefined : { pfn: id.value })))!;
  await calls[0]!.answer({ pfn: 1 });
  expect(query.value.value).toEqual({ pfn: 1 });
  id.value = null;
  await nextTick();
  await vi.advanceTimersByTimeAsync(1);
  expect(query.value.value).toBeNull();
  expect(calls.length).toBe(1);
});

test('a failure is said and a slow answer is shown as slow', async () => {
  const query = scope.run(() => useQuery('vmas', () => ({ processKey: 1 })))!;
  await vi.advanceTimersByTimeAsync(600);
  expect(query.slow.value).toBe(true);
  await calls[0]!.fail('the machine stopped');
  expect(query.error.value).toBe('the machine stopped');
  expect(query.slow.value).toBe(false);
});
