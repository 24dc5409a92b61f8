import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { useMessages } from './messages';
import { MOMENTS_LIMIT, useMoments } from './moments';

const invoke = vi.fn();
beforeEach(() => {
  setActivePinia(createPinia());
  invoke.mockReset();
  Object.defineProperty(window, 'pagewise', { value: { invoke, onCommand: () => () => undefined }, configurable: true });
});

test('remembers what the machine says, at most so many; the oldest gives way and is named', async () => {
  const moments = useMoments();
  for (let i = 1; i <= MOMENTS_LIMIT + 1; i++) {
    invoke.mockResolvedValueOnce({ epoch: i, value: { moment: { instruction: i, cycle: i } } });
    await moments.remember();
  }
  expect(invoke).toHaveBeenLastCalledWith('machine:query', { name: 'momentSummary', arg: null });
  expect(moments.list.map(({ summary }) => summary.moment.instruction)).toEqual(Array.from({ length: MOMENTS_LIMIT }, (_, i) => i + 2));
  expect(useMessages().list.at(-1)?.text).toContain('“1: between lines”, gave way');
  moments.forget(5);
  expect(moments.byId.has(5)).toBe(false);
  expect(moments.list).toHaveLength(MOMENTS_LIMIT - 1);
});

test('says why nothing was remembered', async () => {
  const moments = useMoments();
  invoke.mockResolvedValueOnce({ epoch: 0, value: null });
  expect(await moments.remember()).toBeNull();
  invoke.mockRejectedValueOnce(new Error('gone'));
  expect(await moments.remember()).toBeNull();
  expect(useMessages().list.map(({ tone, text }) => [tone, text])).toEqual([
    ['info', 'Nothing has run yet: there is no moment to remember.'], ['error', 'The moment could not be remembered: gone'],
  ]);
  expect(moments.list).toEqual([]);
});
