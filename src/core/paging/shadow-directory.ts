/**
 * Shadows of one address space: which V-bit page belongs to each virtual page, resident or not.
 *
 * A shadow page is one pool page of V bits (1 = undefined); its A bits (1 = addressable) lie at (pool address >>> 3), 512
 * bytes. Three pages are shared constants: no access, undefined, defined. A private copy is made on the first write to
 * part of a page, and given back when the whole page becomes one constant again.
 *
 * After a fork parent and child show the same private pages, which are counted; the first of them that writes to one gets
 * a copy, so that a fork copies no shadow.
 *
 * The kernel caches what it was told: whoever changes the directory outside a shadowPage call out must clear its fast
 * tables (`KernelExports.clearFast`).
 */
import * as layout from '../kernel/memory-layout';
import { PAGE_BYTES } from '../store/store';
import type { Store } from '../store/store';
import { StoreExhausted } from './frame-table';
import { PageMap } from './page-map';
import type { Vpn } from './units';

const A_BYTES = PAGE_BYTES / 8;

/** The three shared pages, made once per machine; index = ShadeState. */
export function makeConstantShadows(store: Store): readonly [number, number, number] {
  const make = (v: number, a: number): number => {
    const page = store.pool.allocatePage();
    if (page === 0) throw new StoreExhausted();
    store.bytes.fill(v, page, page + PAGE_BYTES);
    store.bytes.fill(a, page >>> 3, (page >>> 3) + A_BYTES);
    return page;
  };
  const shadows = [make(0xff, 0), make(0xff, 0xff), make(0, 0xff)] as const;
  store.write32(layout.ST_SHADOW_NOACCESS, shadows[0]);
  store.write32(layout.ST_SHADOW_UNDEFINED, shadows[1]);
  store.write32(layout.ST_SHADOW_DEFINED, shadows[2]);
  return shadows;
}

export class ShadowDirectory {
  private readonly pages: PageMap;
  /** Private pages that several directories show, and how many do; one map for a family of forks. */
  private shared: Map<number, number> = new Map<number, number>();

  constructor(private readonly store: Store, private readonly constants: readonly [number, number, number]) {
    this.pages = new PageMap(constants[0]);
  }

  /**
   * Becomes equal to `parent`, of which this is a fork. The caller clears the kernel's fast tables: what it takes for
   * private in the parent is so no more.
   */
  copyFrom(parent: ShadowDirectory): void {
    this.shared = parent.shared;
    this.pages.copyFrom(parent.pages, (page) => {
      if (!this.isConstant(page)) this.shared.set(page, (this.shared.get(page) ?? 1) + 1);
      return page;
    });
  }

  /** A private page is shown here no more. */
  private give(old: number): void {
    if (!this.isConstant(old) && !this.unshare(old)) this.store.pool.freePage(old);
  }

  /** One directory fewer shows the page; false: it was this one's own. */
  private unshare(page: number): boolean {
    const count = this.shared.get(page);
    if (count === undefined) return false;
    if (count > 2) this.shared.set(page, count - 1); else this.shared.delete(page);
    return true;
  }

  /** Shadow page of a virtual page for reading. */
  page(vpn: Vpn): number {
    return this.pages.get(vpn);
  }

  /** Shadow page of a virtual page for writing: private to it. */
  writablePage(vpn: Vpn): number {
    const old = this.pages.get(vpn);
    const isShared = this.shared.size > 0 && this.shared.has(old);
    if (!isShared && !this.isConstant(old)) return old;
    const page = this.store.pool.allocatePage();
    if (page === 0) throw new StoreExhausted();
    if (isShared) this.unshare(old);
    this.store.bytes.copyWithin(page, old, old + PAGE_BYTES);
    this.store.bytes.copyWithin(page >>> 3, old >>> 3, (old >>> 3) + A_BYTES);
    this.pages.set(vpn, page);
    return page;
  }

  /** Whole pages [first, last) become no access (0), undefined (1) or defined (2). */
  setPages(first: Vpn, last: Vpn, state: 0 | 1 | 2): void {
    this.pages.setRange(first, last, this.constants[state], (old) => { this.give(old); });
  }

  isConstant(page: number): boolean {
    return page === this.constants[0] || page === this.constants[1] || page === this.constants[2];
  }

  /** Gives all private pages back. */
  destroy(): void {
    this.pages.forEachMixed((old) => { this.give(old); });
  }

  get privatePages(): number {
    let count = 0;
    this.pages.forEachMixed((page) => { if (!this.isConstant(page)) count++; });
    return count;
  }
}
