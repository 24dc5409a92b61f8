import { describe, expect, it } from 'vitest';
import { constantFile } from './cached-file';
import { PROT_READ, PROT_WRITE, VmaList } from './vma';
import type { VmaTemplate } from './vma';

const SPACE = 400;

function list(): VmaList {
  let id = 0;
  return new VmaList(() => ++id);
}
function area(first: number, last: number, prot = PROT_READ | PROT_WRITE, more: Partial<VmaTemplate> = {}): VmaTemplate {
  return { first, last, prot, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared: false, ...more };
}

/** The naive model: one cell per page. */
class Cells {
  readonly cells = new Array<string>(SPACE).fill('');
  set(first: number, last: number, value: string): void { this.cells.fill(value, first, last); }
  isFree(first: number, last: number): boolean { return this.cells.slice(first, last).every((cell) => cell === ''); }
  covers(first: number, last: number): boolean { return this.cells.slice(first, last).every((cell) => cell !== ''); }
  highestGap(pages: number): number {
    for (let first = SPACE - pages; first >= 0; first--) if (this.isFree(first, first + pages)) return first;
    return -1;
  }
}

describe('VMAs', () => {
  it.each([[1], [2], [3], [4]])('agree with a cell-per-page model (seed %i)', (seed) => {
    const vmas = list();
    const model = new Cells();
    const file = constantFile(1, '/bin/x', new Uint8Array(0));
    let state = seed;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let step = 0; step < 3000; step++) {
      const first = next(SPACE - 1);
      const last = Math.min(SPACE, first + 1 + next(30));
      const prot = next(4);
      switch (next(4)) {
        case 0: case 1:
          expect(vmas.isFree(first, last)).toBe(model.isFree(first, last));
          if (!model.isFree(first, last)) break;
          if (next(3) === 0) {
            vmas.insert(area(first, last, prot, { file, filePage: first }));
            model.set(first, last, `f${String(prot)}`);
          } else {
            vmas.insert(area(first, last, prot));
            model.set(first, last, `a${String(prot)}`);
          }
          break;
        case 2:
          vmas.remove(first, last);
          model.set(first, last, '');
          break;
        default:
          expect(vmas.covers(first, last)).toBe(model.covers(first, last));
          if (!model.covers(first, last)) break;
          vmas.protect(first, last, prot);
          for (let page = first; page < last; page++) model.cells[page] = (model.cells[page] as string).slice(0, 1) + String(prot);
      }
      const pages = 1 + next(20);
      expect(vmas.findGap(pages, 0, SPACE)).toBe(model.highestGap(pages));
      const page = next(SPACE);
      const found = vmas.find(page);
      expect(found === null ? '' : (found.file === null ? 'a' : 'f') + String(found.prot)).toBe(model.cells[page]);
      expect(vmas.check()).toEqual([]);
    }
  });

  it('keep the file offset right when split', () => {
    const vmas = list();
    const file = constantFile(1, '/lib', new Uint8Array(0));
    vmas.insert(area(10, 20, PROT_READ, { file, filePage: 3 }));
    vmas.remove(12, 15);
    expect(vmas.all().map((vma) => [vma.first, vma.last, vma.filePage])).toEqual([[10, 12, 3], [15, 20, 8]]);
  });

  it('never give a mapping id twice', () => {
    const vmas = list();
    const ids = new Set<number>();
    for (let i = 0; i < 20; i++) {
      ids.add(vmas.insert(area(i * 10, i * 10 + 5)).mappingId);
      vmas.remove(i * 10, i * 10 + 5);
    }
    expect(ids.size).toBe(20);
  });
});
