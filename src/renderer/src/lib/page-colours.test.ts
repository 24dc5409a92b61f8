import { describe, expect, it } from 'vitest';
import type { PageRow, VmaRow } from '@shared/views';
import { legendOf, PAGE_COLOURS, pageFill, vmaFill } from './page-colours';

const page = (state: PageRow['state'], permissions = 'rw-p'): PageRow => ({ va: '0x1000', mappingId: 1, state, pfn: 1, permissions, accessed: true, dirty: false, cow: false, firstFault: 1, blockCount: 0 });
const vma = (over: Partial<VmaRow>): VmaRow => ({ mappingId: 1, low: '0x1000', high: '0x9000', permissions: 'rw-p', kind: 'heap', name: '', pages: 8, residentPages: 0, zeroPages: 0, dirtyPages: 0, swappedPages: 0, tablePages: 1, ...over });

describe('the fill of a page', () => {
  it.each([
    ['rw-p', 'w'], ['r--p', 'r'], ['r-xp', 'x'], ['rwxp', '!'], ['---p', '–'],
  ])('by permissions %s is marked %s', (permissions, letter) => {
    expect(pageFill(page('resident', permissions), 'heap', 'permissions').letter).toBe(letter);
  });
  it('is an outline for pages never touched, whatever colour means', () => {
    for (const { id } of PAGE_COLOURS) expect(pageFill(page('not-touched'), 'heap', id)).toEqual({ token: '', letter: '' });
  });
  it('tells every residency from every other', () => {
    const fills = (['resident', 'zero-page', 'file', 'swapped'] as const).map((state) => pageFill(page(state), 'heap', 'residency').token);
    expect(new Set(fills).size).toBe(4);
  });
});

it('a mapping shows what most of its touched pages are', () => {
  expect(vmaFill(vma({ residentPages: 1, zeroPages: 3 }), 'residency').letter).toBe('Z');
  expect(vmaFill(vma({ residentPages: 3, zeroPages: 1 }), 'residency').token).toBe('--f-anonymous');
  expect(vmaFill(vma({ kind: 'library', residentPages: 3 }), 'residency').letter).toBe('F');
  expect(vmaFill(vma({}), 'residency').token).toBe('');
});

it('has no two entries of a legend alike', () => {
  for (const { id } of PAGE_COLOURS) {
    const seen = legendOf(id, 'heap').map((entry) => `${entry.fill.token}${entry.fill.letter}${entry.dirty ? 'dirty' : ''}`);
    expect(new Set(seen).size).toBe(seen.length);
  }
});
