/**
 * Which frame holds which page of a file: a map from page to frame, in leaves of 512 pages. As quick as an array and four
 * bytes a page, because a large machine caches millions. Iteration is by ascending page.
 */
import type { Pfn } from './units';

const LEAF_SHIFT = 9;
const LEAF_PAGES = 1 << LEAF_SHIFT;

export class CachedPages implements Iterable<readonly [number, Pfn]> {
  /** pfn + 1; 0: not here. */
  private readonly leaves: (Int32Array | undefined)[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(page: number): Pfn | undefined {
    const entry = this.leaves[page >>> LEAF_SHIFT]?.[page & (LEAF_PAGES - 1)] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  has(page: number): boolean {
    return (this.leaves[page >>> LEAF_SHIFT]?.[page & (LEAF_PAGES - 1)] ?? 0) !== 0;
  }

  set(page: number, pfn: Pfn): void {
    let leaf = this.leaves[page >>> LEAF_SHIFT];
    if (leaf === undefined) {
      leaf = new Int32Array(LEAF_PAGES);
      this.leaves[page >>> LEAF_SHIFT] = leaf;
    }
    const at = page & (LEAF_PAGES - 1);
    if (leaf[at] === 0) this.count++;
    leaf[at] = pfn + 1;
  }

  delete(page: number): boolean {
    const leaf = this.leaves[page >>> LEAF_SHIFT];
    const at = page & (LEAF_PAGES - 1);
    if (leaf === undefined || leaf[at] === 0) return false;
    leaf[at] = 0;
    this.count--;
    return true;
  }

  *[Symbol.iterator](): Generator<readonly [number, Pfn]> {
    for (const key of Object.keys(this.leaves)) {
      const number = Number(key);
      const leaf = this.leaves[number];
      if (leaf === undefined) continue;
      for (let i = 0; i < LEAF_PAGES; i++) {
        const entry = leaf[i] ?? 0;
        if (entry !== 0) yield [number * LEAF_PAGES + i, entry - 1];
      }
    }
  }

  *values(): Generator<Pfn> {
    for (const [, pfn] of this) yield pfn;
  }

  *keys(): Generator<number> {
    for (const [page] of this) yield page;
  }
}
