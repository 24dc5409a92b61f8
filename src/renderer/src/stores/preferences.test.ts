import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nextTick } from 'vue';
import { parsePreferences, usePreferences, ZOOM_STEPS } from './preferences';

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
});
afterEach(() => vi.useRealTimers());

test.each([[''], ['{'], ['[]'], ['null'], ['{"theme":"pink","zoom":7,"run":{"tool":"x","optimise":9,"args":3},"document":{"path":5},"views":[1]}']])('whatever is damaged takes its default: %s', (json) => {
  expect(parsePreferences(json)).toEqual({ theme: 'system', zoom: 1, run: { tool: 'memcheck', optimise: 0, args: '', stdin: '', pauseAtMain: false }, layout: null, document: null, views: {} });
});

test('what was stored comes back', () => {
  const stored = { theme: 'dark', zoom: 1.5, run: { tool: 'none', optimise: 2, args: 'a b', stdin: 'x', pauseAtMain: true }, layout: { grid: 1 }, document: { path: '/a.c', exampleId: null, name: 'a.c', draft: 'int x;' }, views: { 'memory.colour': 'residency' } };
  expect(parsePreferences(JSON.stringify(stored))).toEqual(stored);
});

test('changes are saved once, a moment later, and not before loading', async () => {
  const saved: string[] = [];
  const invoke = vi.fn((channel: string, argument: { json: string }) => {
    if (channel === 'app:save-preferences') saved.push(argument.json);
    return Promise.resolve({ json: '{"theme":"dark"}' });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
  const preferences = usePreferences();
  preferences.zoom = 2;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saved).toEqual([]);
  await preferences.load();
  await nextTick();
  expect(preferences.theme).toBe('dark');
  preferences.run.args = '1';
  await nextTick();
  preferences.run.args = '1 2';
  await nextTick();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saved.length).toBe(1);
  expect(JSON.parse(saved[0]!)).toMatchObject({ run: { args: '1 2' } });
});

test('zoom moves in steps and stops at both ends', () => {
  const preferences = usePreferences();
  for (let i = 0; i < 20; i++) preferences.zoomBy(1);
  expect(preferences.zoom).toBe(ZOOM_STEPS.at(-1));
  for (let i = 0; i < 20; i++) preferences.zoomBy(-1);
  expect(preferences.zoom).toBe(ZOOM_STEPS[0]);
});
