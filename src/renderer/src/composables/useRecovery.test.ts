import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { effectScope, nextTick, type EffectScope } from 'vue';
import type { AutosaveState, LostMachine } from '@shared/autosave';
import { useAutosave } from '@/stores/autosave';
import { useMessages } from '@/stores/messages';
import { usePreferences } from '@/stores/preferences';
import { useRecovery } from './useRecovery';

const info = { title: 'a.c', savedAt: '2026-11-29T10:00:00.000Z', programs: ['a'], processCount: 1, instructions: 1, ramBytes: 0, residentBytes: 0, swappedBytes: 0 };
const lost = (id: string, kept = false): LostMachine => ({ id, info, kept });
const found = (...machines: LostMachine[]): AutosaveState => ({ folder: '/x', last: null, refusal: '', failed: false, lost: machines, notices: [] });

let calls: string[];
let scope: EffectScope;

function begin(): void {
  scope = effectScope();
  scope.run(() => useRecovery());
}
const settle = async (): Promise<void> => { for (let i = 0; i < 6; i++) await nextTick(); };

beforeEach(() => {
  setActivePinia(createPinia());
  calls = [];
  const invoke = vi.fn((channel: string, argument: { id?: string; keep?: boolean }) => {
    if (channel.startsWith('autosave:')) calls.push(`${channel.slice(9)} ${argument.id ?? String(argument.keep)}`);
    return Promise.resolve({ ok: false, cancelled: false, message: 'no' });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
});
afterEach(() => scope.stop());

test('asks about each machine once, one after the other, and does what the user says', async () => {
  const messages = useMessages(), autosave = useAutosave();
  autosave.take(found(lost('1'), lost('2'), lost('3')));
  begin();
  await settle();
  expect(messages.question?.title).toContain('a.c');
  autosave.take(found(lost('1'), lost('2'), lost('3')));
  messages.answer('discard');
  await settle();
  messages.answer('cancel');
  await settle();
  messages.answer('recover');
  await settle();
  expect(messages.question).toBeNull();
  autosave.take(found(lost('2')));
  await settle();
  expect(messages.question).toBeNull();
  expect(calls).toEqual(['configure false', 'discard 1', 'recover 3']);
});

test('a machine that was kept comes back without a question, if that is still wanted', async () => {
  const autosave = useAutosave(), preferences = usePreferences();
  preferences.settings.reopenMachine = true;
  begin();
  autosave.take(found(lost('last', true)));
  await settle();
  preferences.settings.reopenMachine = false;
  autosave.take(found(lost('other', true)));
  await settle();
  expect(useMessages().question).toBeNull();
  expect(calls).toEqual(['configure true', 'recover last', 'configure false', 'discard other']);
});

test('what was set aside is said once, and what cannot be saved too', async () => {
  const autosave = useAutosave(), messages = useMessages();
  autosave.take({ ...found(), notices: ['one'] });
  begin();
  await settle();
  autosave.take({ ...found(), notices: ['one', 'two'], refusal: 'the disk is full', failed: true });
  await settle();
  autosave.take({ ...found(), notices: ['one', 'two'], refusal: 'the disk is full', failed: true });
  await settle();
  expect(messages.list.map(({ text }) => text)).toEqual(['one', 'two', expect.stringContaining('the disk is full')]);
});
