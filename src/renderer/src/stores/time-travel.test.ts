import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { nextTick } from 'vue';
import type { RunAccepted, RunCommand } from '@shared/ipc';
import type { TimelineInfo } from '@shared/timeline';
import type { MachineState } from '@shared/views';
import { useMessages } from './messages';
import { useSession } from './session';
import { useTimeTravel } from './time-travel';

let sent: RunCommand[];
let queries: string[];
let accepts: RunAccepted;
beforeEach(() => {
  setActivePinia(createPinia());
  sent = [];
  queries = [];
  accepts = { ok: true, diagnostics: [], message: '' };
  const invoke = vi.fn((channel: string, payload: RunCommand & { name?: string }) => {
    if (channel === 'machine:command') {
      sent.push(payload);
      return Promise.resolve(accepts);
    }
    queries.push(payload.name ?? '');
    return Promise.resolve({ epoch: 1, value: payload.name === 'processes' ? [] : null });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
});
const END = { instruction: 100, cycle: 5000 };
const timeline = (more: Partial<TimelineInfo>): TimelineInfo => ({ enabled: true, message: '', start: { instruction: 0, cycle: 0 }, now: END, head: END, atHead: true, travelling: false, outcome: null, checkpoints: 1, usedBytes: 0, budgetBytes: 1, ...more });
async function status(state: MachineState, epoch: number, more: Partial<TimelineInfo> | null = {}): Promise<void> {
  const session = useSession();
  session.onStream({ type: 'status', status: { ...session.status, state, epoch, timeline: more === null ? null : timeline(more) } });
  await nextTick();
}
const targets = (): unknown[] => sent.map((command) => (command.type === 'travel' ? command.target : command.type));
const said = (): string[] => useMessages().list.map((message) => message.text);
const past = (instruction: number): Partial<TimelineInfo> => ({ now: { instruction, cycle: instruction * 50 }, atHead: false, outcome: { found: true, message: '' } });

test('where nobody can travel, a journey is not sent and the reason is said', async () => {
  const travel = useTimeTravel();
  await travel.go({ kind: 'start' });
  await status('running', 1);
  await travel.go({ kind: 'start' });
  await status('paused', 2, null);
  await travel.go({ kind: 'start' });
  expect(sent).toEqual([]);
  expect(said()).toEqual([expect.stringContaining('Run a program first'), expect.stringContaining('pause it'), expect.stringContaining('does not record')]);
});

test('at the ends only the other direction is possible', async () => {
  const travel = useTimeTravel();
  await status('exited', 1);
  expect([travel.blockedBack, travel.blockedForward]).toEqual(['', 'This is the end: the program has ended here.']);
  await status('paused', 2, past(0));
  expect([travel.blockedBack, travel.blockedForward]).toEqual(['This is the start of the recording.', '']);
});

test('on the way the window stands still: no view asks, and arrival is seen even when the statuses between were left out', async () => {
  const session = useSession();
  const travel = useTimeTravel();
  await status('exited', 1);
  await travel.step('back', 'line', true);
  expect(targets()).toEqual([{ kind: 'step', direction: 'back', unit: 'line', over: true }]);
  queries.length = 0;
  await status('running', 2, { ...past(50), travelling: true });
  expect([session.state, session.travelling, session.canStep, travel.underway, queries]).toEqual(['paused', true, false, true, []]);
  await status('paused', 3, past(40));
  expect([session.travelling, session.isPast, session.canStep, travel.underway]).toEqual([false, true, true, false]);
  expect(queries).toContain('result');
  await travel.go({ kind: 'head' });
  await status('exited', 4);
  expect([travel.underway, session.isPast]).toEqual([false, false]);
});

test('a status of before the journey does not end it', async () => {
  const travel = useTimeTravel();
  await status('exited', 1);
  await travel.go({ kind: 'start' });
  await status('exited', 1);
  expect(travel.underway).toBe(true);
});

test('dragging sends one journey at a time, then the newest wish', async () => {
  const travel = useTimeTravel();
  await status('exited', 1);
  travel.scrub({ kind: 'cycle', cycle: 400 });
  travel.scrub({ kind: 'cycle', cycle: 300 });
  travel.scrub({ kind: 'cycle', cycle: 200 });
  await status('paused', 2, past(8));
  await status('paused', 3, past(4));
  expect(targets()).toEqual([{ kind: 'cycle', cycle: 400 }, { kind: 'cycle', cycle: 200 }]);
});

test('what was not found is said; what was found only when asked for; a refusal ends the journey', async () => {
  const travel = useTimeTravel();
  await status('exited', 1);
  await travel.lastWrite('0x1000', 4, 'total');
  await status('exited', 2, { outcome: { found: false, message: 'No store wrote 0x1000.' } });
  expect(said()).toEqual(['No store wrote 0x1000.']);
  await travel.lastWrite('0x2000', 4, 'total');
  await status('paused', 3, past(9));
  expect(said()[1]).toContain('where total was written last');
  await travel.step('back', 'fault');
  await status('paused', 4, past(5));
  expect(said()).toHaveLength(2);
  accepts = { ok: false, diagnostics: [], message: 'no' };
  await travel.go({ kind: 'start' });
  expect(travel.underway).toBe(false);
});
