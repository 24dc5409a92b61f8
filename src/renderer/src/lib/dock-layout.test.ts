import { expect, test } from 'vitest';
import { PANELS } from '@/stores/layout';
import { panelsOfLayout, panelsToAdd } from './dock-layout';

const layout = (...ids: string[]): unknown => ({ grid: {}, panels: Object.fromEntries(ids.map((id) => [id, {}])) });

test.each([null, 7, 'x', {}, { grid: {} }, { grid: {}, panels: null }, layout(), layout('editor', 'oscilloscope')])('no layout that can be taken up: %j', (stored) => {
  expect(panelsOfLayout(stored)).toBeNull();
});

test('a layout names its panels', () => {
  expect(panelsOfLayout(layout('editor', 'leaks'))).toEqual(['editor', 'leaks']);
});

test('a panel that came later is added; one that was closed is not; settings open when they are asked for', () => {
  const all = PANELS.map(({ id }) => id);
  const before = all.filter((id) => id !== 'compare' && id !== 'settings');
  expect(panelsToAdd(before, before)).toEqual(['compare']);
  expect(panelsToAdd(before, all)).toEqual([]);
  expect(panelsToAdd(before.filter((id) => id !== 'ram'), before)).toEqual(['compare']);
});

test('a layout of a version that noted no panels gets all that it lacks', () => {
  expect(panelsToAdd(['editor', 'console'], null)).toEqual(PANELS.map(({ id }) => id).filter((id) => !['editor', 'console', 'settings'].includes(id)));
});
