import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import type { SelectionChain, SelectionQuery } from '@shared/views';
import { facetOf, HISTORY_LIMIT, useSelection } from './selection';

const invoke = vi.fn();
beforeEach(() => {
  setActivePinia(createPinia());
  invoke.mockReset();
  Object.defineProperty(window, 'pagewise', { value: { invoke, onCommand: () => () => undefined }, configurable: true });
});
const chainFor = (findingId: number): SelectionChain => ({ line: null, findingId, block: null, page: null, frame: null, fault: null, faultLine: null, counts: { blocks: 0, pages: 0, faults: 0 } });
const answerAll = (): void => {
  invoke.mockImplementation((_channel, { arg }: { arg: { query: SelectionQuery } }) => Promise.resolve({ epoch: 1, value: chainFor('findingId' in arg.query ? arg.query.findingId : 0) }));
};

test.each([
  [{ findingId: 1 }, 'finding'], [{ blockId: 1 }, 'block'], [{ va: '0x1000' }, 'page'], [{ pfn: 3 }, 'frame'], [{ fault: 4 }, 'fault'], [{ file: 'a.c', line: 2 }, 'line'],
] as const)('%j is a %s', (query, facet) => {
  expect(facetOf(query)).toBe(facet);
});

test('history goes back and forward over selections and looks; a new selection cuts the future', async () => {
  answerAll();
  const selection = useSelection();
  await selection.select({ findingId: 1 }, 1);
  selection.look('block');
  selection.look('page');
  await selection.select({ findingId: 1 }, 1, 'page');
  expect(selection.history.map((place) => place.facet)).toEqual(['finding', 'block', 'page']);
  expect((await selection.travel(-1))?.facet).toBe('block');
  expect((await selection.travel(-1))?.facet).toBe('finding');
  expect(await selection.travel(-1)).toBeNull();
  expect(selection.canGoForward).toBe(true);
  await selection.select({ findingId: 2 }, 1);
  expect(selection.canGoForward).toBe(false);
  expect(selection.chain?.findingId).toBe(2);
});

test('an answer that comes late does not replace a newer selection', async () => {
  const pending: ((value: unknown) => void)[] = [];
  invoke.mockImplementation(() => new Promise((resolve) => pending.push(resolve)));
  const selection = useSelection();
  const first = selection.select({ findingId: 1 }, 1);
  const second = selection.select({ findingId: 2 }, 1);
  pending[1]?.({ epoch: 1, value: chainFor(2) });
  pending[0]?.({ epoch: 1, value: chainFor(1) });
  await Promise.all([first, second]);
  expect(selection.chain?.findingId).toBe(2);
});

test('a failed answer is said, a failed preview is silent', async () => {
  invoke.mockRejectedValue(new Error('no such block'));
  const selection = useSelection();
  await selection.select({ blockId: 9 }, 1);
  expect(selection.problem).toBe('no such block');
  await selection.preview({ blockId: 9 }, 1);
  expect(selection.previewed).toBeNull();
});

test('history is bounded and a new run clears it', async () => {
  answerAll();
  const selection = useSelection();
  for (let i = 0; i < HISTORY_LIMIT + 10; i++) await selection.select({ findingId: i }, 1);
  expect(selection.history.length).toBe(HISTORY_LIMIT);
  expect(selection.current?.query).toEqual({ findingId: HISTORY_LIMIT + 9 });
  selection.clear();
  expect(selection.current).toBeNull();
  expect(selection.canGoBack).toBe(false);
});
