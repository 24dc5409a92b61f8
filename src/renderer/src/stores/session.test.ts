import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { nextTick } from 'vue';
import type { RunAccepted } from '@shared/ipc';
import type { MachineState } from '@shared/views';
import { useConsole } from './console';
import { useSession, type RunRequest } from './session';

const request: RunRequest = {
  type: 'run', file: 'a.c', text: 'int main(void){}', options: { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] },
  config: { tool: 'memcheck' }, breakpoints: [], stdin: null, pauseAtMain: false, timelineBytes: 2 ** 26,
};
let answer: (value: RunAccepted) => void;
const queries: string[] = [];

beforeEach(() => {
  setActivePinia(createPinia());
  queries.length = 0;
  const invoke = vi.fn((channel: string, payload: { name?: string }) => {
    if (channel === 'machine:command') return new Promise((resolve) => { answer = resolve; });
    queries.push(payload.name ?? channel);
    return Promise.resolve({ epoch: 1, value: payload.name === 'processes' ? [{ processKey: 7 }] : null });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
});
const status = (state: MachineState, epoch: number): void => {
  const session = useSession();
  session.onStream({ type: 'status', status: { ...session.status, state, epoch } });
};

test('a run is compiling until the machine has it; only one at a time', async () => {
  const session = useSession();
  const run = session.run(request);
  expect(session.state).toBe('compiling');
  expect(await session.run(request)).toEqual([]);
  status('running', 1);
  expect(session.state).toBe('running');
  answer({ ok: true, diagnostics: [], message: '' });
  await run;
  expect(session.runNumber).toBe(1);
  expect(session.refusal).toBeNull();
});

test('a refused run says why and leaves the old number', async () => {
  const session = useSession();
  const run = session.run(request);
  answer({ ok: false, diagnostics: [], message: 'The program does not compile.' });
  await run;
  expect(session.runNumber).toBe(0);
  expect(session.refusal?.message).toBe('The program does not compile.');
});

test('processes and result are read at a stop, once for each moment', async () => {
  const session = useSession();
  status('paused', 3);
  await nextTick();
  expect(queries).toEqual(['processes', 'result']);
  await vi.waitFor(() => expect(session.processKey).toBe(7));
  status('paused', 3);
  await nextTick();
  expect(queries.length).toBe(2);
  status('paused', 4);
  await nextTick();
  expect(queries.length).toBe(4);
});

test('output goes to the console, typed lines too; clearing clears', async () => {
  const session = useSession();
  const log = useConsole();
  session.onStream({ type: 'output', stream: 'stdout', text: 'hi\n', droppedBytes: 0, pid: 1000, name: 'a' });
  void session.sendLine('yes');
  expect(log.plainText()).toBe('hi\nyes');
  session.onStream({ type: 'cleared' });
  expect(log.lines).toEqual([]);
});
