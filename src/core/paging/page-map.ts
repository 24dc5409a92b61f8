/**
 * A sparse array over virtual page numbers: one number per page, in leaves of 512 pages (2 MiB of address space), leaves
 * in nodes of 512 (1 GiB).
 *
 * A leaf or node that holds one value throughout is kept as that value alone, so that setting a range of 100 GB to a
 * constant costs an entry per GiB and nothing per page.
 */
import type { Vpn } from './units';

const LEAF_PAGES = 512;
const NODE_LEAVES = 512;
const NODE_PAGES = LEAF_PAGES * NODE_LEAVES;

type Leaf = Float64Array | number;
type Node = Leaf[] | number;

export class PageMap {
  private readonly nodes = new Map<number, Node>();

  /** `absent`: the value of pages never set. */
  constructor(private readonly absent: number) {}

  /** Becomes equal to `source`; `keep` sees every value of a mixed leaf of it and answers what this map holds. */
  copyFrom(source: PageMap, keep?: (value: number) => number): void {
    this.nodes.clear();
    for (const [key, node] of source.nodes) {
      this.nodes.set(key, typeof node === 'number' ? node : node.map((leaf) => (typeof leaf === 'number' ? leaf : keep === undefined ? leaf.slice() : leaf.map(keep))));
    }
  }

  get(vpn: Vpn): number {
    const node = this.nodes.get(Math.floor(vpn / NODE_PAGES));
    if (node === undefined) return this.absent;
    if (typeof node === 'number') return node;
    const leaf = node[Math.floor(vpn / LEAF_PAGES) % NODE_LEAVES] ?? this.absent;
    return typeof leaf === 'number' ? leaf : leaf[vpn % LEAF_PAGES] ?? this.absent;
  }

  set(vpn: Vpn, value: number): void {
    this.setRange(vpn, vpn + 1, value);
  }

  /** Sets pages [first, last) to one value. `drop` sees the old value of every page that lies in a mixed leaf. */
  setRange(first: Vpn, last: Vpn, value: number, drop?: (old: number, vpn: Vpn) => void): void {
    let vpn = first;
    while (vpn < last) {
      const key = Math.floor(vpn / NODE_PAGES);
      const end = Math.min(last, (key + 1) * NODE_PAGES);
      const node = this.nodes.get(key) ?? this.absent;
      if (typeof node === 'number') {
        if (node !== value) this.setInNode(key, this.expand(key, node), vpn, end, value, undefined);
      } else this.setInNode(key, node, vpn, end, value, drop);
      vpn = end;
    }
  }

  /** Every page of a mixed leaf, by ascending page within a node; uniform leaves are skipped. */
  forEachMixed(visit: (value: number, vpn: Vpn) => void): void {
    for (const [key, node] of this.nodes) {
      if (typeof node === 'number') continue;
      node.forEach((leaf, index) => {
        if (typeof leaf === 'number') return;
        const first = key * NODE_PAGES + index * LEAF_PAGES;
        for (let i = 0; i < LEAF_PAGES; i++) visit(leaf[i] ?? this.absent, first + i);
      });
    }
  }

  private expand(key: number, uniform: number): Leaf[] {
    const node = new Array<Leaf>(NODE_LEAVES).fill(uniform);
    this.nodes.set(key, node);
    return node;
  }

  private setInNode(key: number, node: Leaf[], first: Vpn, last: Vpn, value: number, drop?: (old: number, vpn: Vpn) => void): void {
    const whole = last - first === NODE_PAGES;
    let vpn = first;
    while (vpn < last) {
      const index = Math.floor(vpn / LEAF_PAGES) % NODE_LEAVES;
      const end = Math.min(last, vpn - (vpn % LEAF_PAGES) + LEAF_PAGES);
      const leaf = node[index] ?? this.absent;
      if (drop !== undefined && typeof leaf !== 'number') {
        for (let page = vpn; page < end; page++) drop(leaf[page % LEAF_PAGES] ?? this.absent, page);
      }
      if (end - vpn === LEAF_PAGES) node[index] = value;
      else if (typeof leaf !== 'number') leaf.fill(value, vpn % LEAF_PAGES, (end - 1) % LEAF_PAGES + 1);
      else if (leaf !== value) {
        node[index] = new Float64Array(LEAF_PAGES).fill(leaf).fill(value, vpn % LEAF_PAGES, (end - 1) % LEAF_PAGES + 1);
      }
      vpn = end;
    }
    if (whole) {
      if (value === this.absent) this.nodes.delete(key); else this.nodes.set(key, value);
    }
  }
}
