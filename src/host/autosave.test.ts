import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AutosaveState } from '../shared/autosave';
import type { SnapshotInfo, SnapshotOpened, SnapshotSaved } from '../shared/snapshot-info';
import type { StatusSnapshot } from '../shared/views';
import { Autosave, SETTLE_MS } from './autosave';
import { AutosaveFolder } from './autosave-folder';
import { emptyStatus } from './empty-answers';

const INFO: SnapshotInfo = { title: 'a.c', savedAt: '2026-11-29T10:00:00.000Z', programs: ['./a'], processCount: 1, instructions: 5, ramBytes: 0, residentBytes: 0, swappedBytes: 0 };
const ON = { enabled: true, seconds: 30, keep: false };

let folder: string;
let states: AutosaveState[];
let errors: unknown[];
/** What saving answers, and how long it takes. */
let answer: SnapshotSaved;
let costMs: number;
let saves: number;
let cancelled: boolean;
let giveUp: () => void;
let opened: SnapshotOpened;
let stamp: number;
let now: number;
let autosave: Autosave;

function make(): Autosave {
  const files = new AutosaveFolder(folder, (path) => {
    const text = readFileSync(path, 'utf8');
    return text.startsWith('sound') ? { ok: true, about: { formatVersion: 1, engineVersion: '', isOwnEngine: true, info: { ...INFO, savedAt: text.slice(6) || INFO.savedAt }, picture: null, notices: [] } } : { ok: false, reason: 'damaged', message: 'The file is damaged.' };
  }, () => `2026-11-29T10-00-0${String(stamp++)}Z`);
  return new Autosave({
    folder: files, onState: (state) => states.push(state), onError: (error) => errors.push(error), now: () => now, date: () => INFO.savedAt,
    save: async (path) => {
      saves++;
      if (costMs > 0) await Promise.race([wait(costMs), new Promise<void>((resolve) => { giveUp = resolve; })]);
      if (cancelled) return { ok: false, cancelled: true, message: 'Cancelled.' };
      if (answer.ok) writeFileSync(path, 'sound');
      return answer;
    },
    cancel: () => { cancelled = true; giveUp(); return Promise.resolve(); },
    open: () => Promise.resolve(opened),
  });
}
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
/** Time passes for timers and for the clock; disk work takes place in between. */
async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 100) {
    now += Math.min(100, left);
    await vi.advanceTimersByTimeAsync(Math.min(100, left));
  }
}
const status = (state: StatusSnapshot['state'], more: Partial<StatusSnapshot> = {}): void => { autosave.hear({ type: 'status', status: { ...emptyStatus(state, ''), ...more } }); };
const running = (instructions: number): void => { status('running', { counters: { ...emptyStatus('running', '').counters, instructions } }); };
const names = (): string[] => readdirSync(folder).sort();
const TIMELINE = { enabled: true, start: { instruction: 0, cycle: 0 }, now: { instruction: 0, cycle: 0 }, head: { instruction: 9, cycle: 0 }, atHead: false, travelling: false, outcome: null, checkpoints: 1, usedBytes: 0, budgetBytes: 1, message: '' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'pagewise-autosave-'));
  states = [];
  errors = [];
  answer = { ok: true, fileBytes: 5 };
  opened = { ok: false, cancelled: false, message: 'The file is damaged.' };
  costMs = saves = now = stamp = 0;
  cancelled = false;
  giveUp = () => undefined;
  autosave = make();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

describe('when the machine is saved', () => {
  it('saves one that stands still for a moment, once', async () => {
    autosave.configure(ON);
    for (let line = 0; line < 20; line++) {
      status('paused', { epoch: line });
      await pass(400);
    }
    expect(saves).toBe(0);
    await pass(SETTLE_MS);
    expect([saves, names()]).toEqual([1, ['machine.pagewise']]);
    status('paused', { epoch: 19 });
    await pass(60_000);
    expect(saves).toBe(1);
    status('exited', { epoch: 20 });
    await pass(SETTLE_MS);
    expect(saves).toBe(2);
    expect(states.at(-1)).toMatchObject({ last: { savedAt: INFO.savedAt, fileBytes: 5 }, refusal: '', failed: false });
  });

  it('saves one that runs now and then, and less often when it is dear', async () => {
    autosave.configure({ ...ON, seconds: 10 });
    costMs = 1_000;
    for (let i = 1; i < 100; i++) {
      running(i);
      await pass(1_000);
    }
    // At 10 s; then saving has taken a second, and the next comes 20 later.
    expect(saves).toBeGreaterThanOrEqual(4);
    expect(saves).toBeLessThanOrEqual(6);
  });

  it('does not save again while a program waits for input', async () => {
    autosave.configure({ ...ON, seconds: 5 });
    running(7);
    await pass(120_000);
    expect(saves).toBe(1);
  });

  it.each([
    ['what is switched off', { ...ON, enabled: false }, () => { status('paused'); }],
    ['a moment of the past', ON, () => { status('paused', { timeline: TIMELINE }); }],
    ['a machine on its way', ON, () => { status('running', { timeline: { ...TIMELINE, atHead: true, travelling: true } }); }],
    ['a machine whose processes are still being made', ON, () => { status('running', { message: 'Starting processes: 7 of 5000' }); }],
    ['nothing', ON, () => { status('empty'); }],
    ['a failure', ON, () => { status('failed'); }],
  ] as const)('does not save %s', async (_what, settings, happen) => {
    autosave.configure(settings);
    happen();
    await pass(60_000);
    expect(saves).toBe(0);
  });

  it('gives up what takes too long, and says so; the next machine is tried again', async () => {
    autosave.configure({ ...ON, seconds: 5 });
    costMs = 3_000;
    for (let i = 1; i < 20; i++) {
      running(i);
      await pass(1_000);
    }
    expect([saves, states.at(-1)?.refusal]).toEqual([1, expect.stringContaining('only when it has paused or ended')]);
    cancelled = false;
    status('paused', { epoch: 1 });
    await pass(5_000);
    expect([saves, names()]).toEqual([2, ['machine.pagewise']]);
    costMs = 6_000;
    status('paused', { epoch: 2 });
    await pass(20_000);
    status('paused', { epoch: 3 });
    await pass(20_000);
    expect([saves, states.at(-1)?.refusal]).toEqual([3, expect.stringContaining('it is not saved by itself')]);
    autosave.hear({ type: 'cleared' });
    cancelled = false;
    costMs = 0;
    status('paused', { epoch: 4 });
    await pass(SETTLE_MS);
    expect([saves, states.at(-1)?.refusal]).toEqual([4, '']);
  });

  it('tries again after giving way, and after a failure, which is said when it lasts', async () => {
    autosave.configure(ON);
    cancelled = true;
    status('paused');
    await pass(SETTLE_MS);
    cancelled = false;
    answer = { ok: false, cancelled: false, message: 'The disk is full.' };
    await pass(SETTLE_MS);
    expect(states.at(-1)).toMatchObject({ failed: false, refusal: 'The machine could not be saved by itself: The disk is full.' });
    await pass(31_000);
    expect(states.at(-1)?.failed).toBe(true);
    answer = { ok: true, fileBytes: 1 };
    await pass(31_000);
    expect([saves, states.at(-1)?.failed, states.at(-1)?.refusal]).toEqual([4, false, '']);
  });
});

describe('what an earlier session left', () => {
  it('is offered, newest first; a damaged one is set aside and said', async () => {
    writeFileSync(join(folder, 'machine.pagewise'), 'sound 2026-11-29T12');
    writeFileSync(join(folder, 'lost-2026-11-28T10-00-00Z.pagewise'), 'sound 2026-11-28T12');
    writeFileSync(join(folder, 'last.pagewise'), 'cut off');
    await autosave.begin();
    const state = states.at(-1)!;
    expect(state.lost.map(({ info, kept }) => [info.savedAt, kept])).toEqual([['2026-11-29T12', false], ['2026-11-28T12', false]]);
    expect(state.notices).toEqual([expect.stringMatching(/cannot be opened: The file is damaged\. Its file is kept as .*damaged-.*last\.pagewise/)]);
    expect(names().filter((name) => name.startsWith('damaged-'))).toHaveLength(1);
  });

  it('recovered, it is the machine at hand; discarded, it is gone; a name of another file is none', async () => {
    for (const name of ['lost-1T.pagewise', 'lost-2T.pagewise', 'other']) writeFileSync(join(folder, name), 'sound');
    await autosave.begin();
    opened = { ok: true, info: INFO, notices: [], session: {} as never };
    expect(await autosave.recover('lost-1T.pagewise', 0)).toMatchObject({ ok: true });
    expect(names()).toEqual(['lost-2T.pagewise', 'machine.pagewise', 'other']);
    await autosave.discard('lost-2T.pagewise');
    await autosave.discard('other');
    expect(await autosave.recover('../other', 0)).toMatchObject({ ok: false, message: 'This machine is not there any more.' });
    expect([names(), states.at(-1)?.lost]).toEqual([['machine.pagewise', 'other'], []]);
  });

  it('that cannot be opened is kept and not asked for again; one that was cancelled waits on', async () => {
    writeFileSync(join(folder, 'machine.pagewise'), 'sound');
    await autosave.begin();
    const id = states.at(-1)!.lost[0]!.id;
    opened = { ok: false, cancelled: true, message: 'Cancelled.' };
    await autosave.recover(id, 0);
    expect(states.at(-1)?.lost).toHaveLength(1);
    opened = { ok: false, cancelled: false, message: 'There is no memory.' };
    await autosave.recover(id, 0);
    expect(states.at(-1)).toMatchObject({ lost: [], notices: [expect.stringContaining('There is no memory.') as string] });
    expect(names()).toEqual([expect.stringMatching(/^damaged-/)]);
  });

  it('is also what a thread left that ended by itself', async () => {
    await autosave.machineLost();
    expect(states).toEqual([]);
    autosave.configure(ON);
    status('paused');
    await pass(SETTLE_MS);
    await autosave.machineLost();
    expect(states.at(-1)?.lost).toMatchObject([{ kept: false, info: { title: 'a.c' } }]);
  });
});

describe('at the end', () => {
  it('nothing is left', async () => {
    autosave.configure(ON);
    status('paused');
    await pass(SETTLE_MS);
    await autosave.close();
    expect(names()).toEqual([]);
  });

  it('a save under way is given up', async () => {
    autosave.configure(ON);
    costMs = 60_000;
    status('paused');
    await pass(SETTLE_MS);
    const closed = autosave.close();
    await pass(60_000);
    await closed;
    expect([cancelled, names()]).toEqual([true, []]);
  });

  it('the machine is kept as it stands, when it shall be reopened', async () => {
    autosave.configure({ ...ON, keep: true });
    status('paused');
    const closed = autosave.close();
    await pass(100);
    await closed;
    expect([saves, names()]).toEqual([1, ['last.pagewise']]);
    const next = make();
    await next.begin();
    expect(next.state.lost).toMatchObject([{ id: 'last.pagewise', kept: true }]);
  });
});
