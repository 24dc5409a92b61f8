import { expect, it } from 'vitest';
import { PageMap } from './page-map';

it('a page map agrees with a plain array under random ranges', () => {
  const pages = 512 * 512 + 3000;
  const map = new PageMap(-1);
  const model = new Float64Array(pages).fill(-1);
  let state = 3;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  for (let step = 0; step < 300; step++) {
    const first = next(pages);
    const last = Math.min(pages, first + (next(4) === 0 ? next(pages) : next(1500)));
    const value = next(3) === 0 ? -1 : next(5);
    map.setRange(first, last, value);
    model.fill(value, first, last);
    if (step % 30 === 0) for (let page = 0; page < pages; page += 7) if (map.get(page) !== model[page]) throw new Error(`page ${String(page)}: ${String(map.get(page))}, not ${String(model[page])}`);
  }
  for (let page = 0; page < pages; page++) if (map.get(page) !== model[page]) throw new Error(`page ${String(page)}`);
});

it('a page map reports what it gives up in mixed leaves', () => {
  const map = new PageMap(0);
  map.set(600, 42);
  map.set(601, 43);
  const dropped: number[] = [];
  map.setRange(512, 1024, 7, (old) => { if (old !== 0) dropped.push(old); });
  expect(dropped).toEqual([42, 43]);
  expect(map.get(600)).toBe(7);
});

it('a range of 100 TB is cheap', () => {
  const map = new PageMap(0);
  map.setRange(1, 1 + 100 * 2 ** 28, 2);
  expect(map.get(50 * 2 ** 28)).toBe(2);
  expect(map.get(0)).toBe(0);
});
