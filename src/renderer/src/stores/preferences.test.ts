import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nextTick } from 'vue';
import { parsePreferences, usePreferences, ZOOM_STEPS } from './preferences';

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
});
afterEach(() => vi.useRealTimers());

test.each([[''], ['{'], ['[]'], ['null'], ['{"theme":"pink","zoom":7,"run":{"tool":"x","optimise":9,"args":3},"document":{"path":5},"views":[1],"settings":{"recordingBytes":12,"autosave":7,"autosaveSeconds":0.1},"panels":{}}']])('whatever is damaged takes its default: %s', (json) => {
  expect(parsePreferences(json)).toEqual({ theme: 'system', zoom: 1, run: { tool: 'memcheck', optimise: 0, args: '', stdin: '', pauseAtMain: false }, settings: { recordingBytes: 512 * 2 ** 20, autosave: true, autosaveSeconds: 30, reopenMachine: false }, layout: null, panels: null, document: null, views: {} });
});

test('what was stored comes back', () => {
  const stored = { theme: 'dark', zoom: 1.5, run: { tool: 'none', optimise: 2, args: 'a b', stdin: 'x', pauseAtMain: true }, settings: { recordingBytes: 0, autosave: false, autosaveSeconds: 60, reopenMachine: true }, layout: { grid: 1 }, panels: ['editor'], document: { path: '/a.c', exampleId: null, name: 'a.c', draft: 'int x;', breakpoints: [3], cursor: { anchor: 2, head: 6 }, topLine: 9 }, views: { 'memory.colour': 'residency' } };
  expect(parsePreferences(JSON.stringify(stored))).toEqual(stored);
});

test('a document of an older version opens at its beginning; places that are none are left out', () => {
  expect(parsePreferences('{"document":{"name":"a.c"}}').document).toEqual({ path: null, exampleId: null, name: 'a.c', draft: null, breakpoints: [], cursor: { anchor: 0, head: 0 }, topLine: 1 });
  expect(parsePreferences('{"document":{"name":"a.c","breakpoints":[0,2,"x",7.5,3],"cursor":{"anchor":-1,"head":4},"topLine":"7"}}').document)
    .toMatchObject({ breakpoints: [2, 3], cursor: { anchor: 0, head: 4 }, topLine: 1 });
});

test('typing on does not put saving off', async () => {
  const saved: string[] = [];
  const invoke = vi.fn((channel: string, argument: { json: string }) => {
    if (channel === 'app:save-preferences') saved.push(argument.json);
    return Promise.resolve({ json: '', notice: '' });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
  const preferences = usePreferences();
  await preferences.load();
  for (let i = 0; i < 20; i++) {
    preferences.run.args = String(i);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(saved.length).toBeGreaterThan(4);
});

test('changes are saved once, a moment later, and not before loading', async () => {
  const saved: string[] = [];
  const invoke = vi.fn((channel: string, argument: { json: string }) => {
    if (channel === 'app:save-preferences') saved.push(argument.json);
    return Promise.resolve({ json: '{"theme":"dark"}', notice: 'odd' });
  });
  Object.defineProperty(window, 'pagewise', { value: { invoke }, configurable: true });
  const preferences = usePreferences();
  preferences.zoom = 2;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saved).toEqual([]);
  await preferences.load();
  await nextTick();
  expect(preferences.theme).toBe('dark');
  expect(preferences.loadNotice).toBe('odd');
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
