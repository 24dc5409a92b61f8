import { createPinia, setActivePinia } from 'pinia';
import { nextTick } from 'vue';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CYCLES_PER_SECOND, DEFAULT_MACHINE } from '@shared/config';
import { momentOf } from '@shared/moment.fixture';
import { savedMoments, savedText } from '@/lib/saved-moments';
import { useLayout } from './layout';
import { useMessages } from './messages';
import { MOMENTS_LIMIT, NOW, useMoments } from './moments';
import { useSession } from './session';

/** What main answers, by channel. */
let answers: Record<string, (argument: never) => unknown>;
const summary = (seconds: number) => momentOf({ seconds });
beforeEach(() => {
  setActivePinia(createPinia());
  answers = { 'compare:remembered': () => ({ json: '' }), 'compare:progress': () => null };
  const invoke = (channel: string, argument: never): Promise<unknown> => new Promise((resolve) => { resolve(answers[channel]?.(argument) ?? null); });
  Object.defineProperty(window, 'pagewise', { value: { invoke, onCommand: () => () => undefined }, configurable: true });
});
// What still waits to be written is written now: a page that is gone cannot.
afterEach(() => { useMoments().flush(); });
const texts = (): unknown[] => useMessages().list.map(({ tone, text }) => [tone, text]);

test('remembers what the machine says, at most so many; the oldest gives way and is named', async () => {
  const moments = useMoments();
  let seconds = 0;
  answers['machine:query'] = () => ({ epoch: ++seconds, value: summary(seconds) });
  for (let i = 1; i <= MOMENTS_LIMIT + 1; i++) await moments.remember();
  expect(moments.list.map((one) => one.summary.moment.instruction)).toEqual(Array.from({ length: MOMENTS_LIMIT }, (_, i) => (i + 2) * 1e6));
  expect(useMessages().list.at(-1)?.text).toContain('“1: between lines”, gave way');
  moments.forget(5);
  expect(moments.byId.has(5)).toBe(false);
  expect(moments.list).toHaveLength(MOMENTS_LIMIT - 1);
});

test('says why nothing was remembered', async () => {
  const moments = useMoments();
  answers['machine:query'] = () => ({ epoch: 0, value: null });
  expect(await moments.remember()).toBeNull();
  answers['machine:query'] = () => { throw new Error('gone'); };
  expect(await moments.remember()).toBeNull();
  expect(texts()).toEqual([['info', 'Nothing has run yet: there is no moment to remember.'], ['error', 'The moment could not be remembered: gone']]);
  expect(moments.list).toEqual([]);
});

test('a moment has the name that the user gives it; an empty one is none', async () => {
  const moments = useMoments();
  answers['machine:query'] = () => ({ epoch: 1, value: summary(1) });
  const { id = 0 } = await moments.remember() ?? {};
  moments.rename(id, '  before the loop ');
  moments.rename(id, '   ');
  expect(moments.byId.get(id)?.name).toBe('before the loop');
});

test('files become the sides; without a machine the second one is B; a refusal and a cancelled dialog change nothing', async () => {
  const moments = useMoments();
  const file = (name: string, seconds: number) => ({ path: `/x/${name}`, name, title: 't', savedAt: '', program: './server', summary: summary(seconds), notices: name === 'late' ? ['It was made by another version.'] : [] });
  answers['compare:open'] = () => file('early', 1);
  await moments.addFile();
  await nextTick();
  expect([moments.byId.get(moments.a)?.name, moments.b, moments.list[0]?.program]).toEqual(['early', NOW, 'server']);
  answers['compare:open'] = () => file('late', 2);
  await moments.addFile();
  await nextTick();
  expect([moments.byId.get(moments.a)?.name, moments.byId.get(moments.b)?.name]).toEqual(['early', 'late']);
  moments.swap();
  expect(moments.byId.get(moments.a)?.name).toBe('late');
  answers['compare:open'] = () => ({ error: 'x: The snapshot is damaged.' });
  await moments.addFile();
  answers['compare:open'] = () => null;
  await moments.addFile();
  expect(moments.list).toHaveLength(2);
  expect(texts()).toEqual([['info', 'Added early.'], ['info', 'Added late. It was made by another version.'], ['error', 'x: The snapshot is damaged.']]);
});

test('only a moment of the run at hand, where the machine stands, is here', async () => {
  const moments = useMoments(), session = useSession();
  session.status = { ...session.status, state: 'paused', counters: { ...session.status.counters, instructions: 1e6, cycles: CYCLES_PER_SECOND } };
  answers['machine:query'] = () => ({ epoch: 1, value: summary(1) });
  const { id = 0 } = await moments.remember() ?? {};
  expect([moments.isHere(id), moments.isHere(NOW)]).toEqual([true, true]);
  session.status = { ...session.status, counters: { ...session.status.counters, instructions: 5 } };
  expect(moments.isHere(id)).toBe(false);
  session.status = { ...session.status, counters: { ...session.status.counters, instructions: 1e6, cycles: 7 } };
  expect(moments.isHere(id)).toBe(false);
  session.status = { ...session.status, counters: { ...session.status.counters, cycles: CYCLES_PER_SECOND } };
  expect(moments.isHere(id)).toBe(true);
  session.runNumber++;
  expect(moments.isHere(id)).toBe(false);
});

test('moments outlive the window; those of an earlier session say so', async () => {
  vi.useFakeTimers();
  const moments = useMoments();
  let saved = '';
  answers['compare:remembered'] = () => ({ json: savedText([{ name: 'old', program: 'a.c', note: '', summary: summary(1) }]) });
  answers['compare:remember'] = ({ json }: { json: string }) => { saved = json; return null; };
  answers['machine:query'] = () => ({ epoch: 1, value: summary(2) });
  await moments.load();
  await moments.remember();
  await nextTick();
  vi.runAllTimers();
  vi.useRealTimers();
  expect(moments.list.map(({ name, note, run }) => [name, note, run])).toEqual([['old', 'of an earlier session', null], ['2: between lines', '', 0]]);
  expect(savedMoments(saved).map(({ name }) => name)).toEqual(['old', '2: between lines']);
});

test('a file that is opened leaves Compare in front, also when the machine was heard to stand before the file was shown', async () => {
  const moments = useMoments(), session = useSession(), shown: string[] = [];
  useLayout().area = { show: (id) => shown.push(id), visible: () => [], reset: () => undefined };
  answers['compare:open'] = () => ({ path: '/x/late', name: 'late', title: 't', savedAt: '', program: './server', summary: summary(2), notices: [] });
  await moments.addFile();
  answers['snapshot:open'] = () => {
    const { instruction, cycle } = summary(2).moment;
    session.onStream({ type: 'status', status: { ...session.status, epoch: 7, state: 'paused', counters: { ...session.status.counters, instructions: instruction, cycles: cycle } } });
    return { path: '/x/late', name: 'late', notices: [], session: { config: { machine: DEFAULT_MACHINE }, program: null, breakpoints: [], inputEnded: true } };
  };
  await moments.openFile(moments.list[0]?.id ?? 0);
  await nextTick();
  expect(moments.isHere(moments.list[0]?.id ?? 0)).toBe(true);
  expect(shown).toEqual(['compare']);
});
