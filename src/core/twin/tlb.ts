/**
 * TLBs and the paging-structure cache of the twin: plain lists in order of use, the least recently used first. True LRU
 * is then "take the first, put it last"; there is no stamp, no fast table, no shortcut.
 */

/** What a TLB remembers of a page: its rights when the translation was made. */
export interface Translation { readonly vpn: number; readonly writable: boolean; readonly executable: boolean }

export class Tlb {
  private readonly sets: Translation[][];

  constructor(entries: number, private readonly ways: number) {
    this.sets = Array.from({ length: entries / ways }, () => []);
  }

  private setOf(vpn: number): Translation[] { return this.sets[vpn % this.sets.length]!; }

  /** Changes nothing. */
  find(vpn: number): Translation | undefined { return this.setOf(vpn).find((entry) => entry.vpn === vpn); }

  /** Makes the page the most recently used of its set, taking the place of the least recently used one if it is new. */
  use(entry: Translation): void {
    const set = this.setOf(entry.vpn), at = set.findIndex((other) => other.vpn === entry.vpn);
    if (at >= 0) set.splice(at, 1);
    else if (set.length === this.ways) set.shift();
    set.push(entry);
  }

  remove(vpn: number): void {
    const set = this.setOf(vpn), at = set.findIndex((entry) => entry.vpn === vpn);
    if (at >= 0) set.splice(at, 1);
  }

  clear(): void {
    for (const set of this.sets) set.length = 0;
  }
}

/** Entries that skip to the page table, and to each table above it. */
const PT_ENTRIES = 32, UPPER_ENTRIES = 4;

/**
 * A list per level ≥ 2 of the address prefixes whose entry at that level is known, so that a walk starts below it.
 * `walk` answers how many table entries the processor reads (Intel SDM volume 3, 4.10.3).
 */
export class PagingStructureCache {
  private readonly known = new Map<number, number[]>();

  constructor(private readonly levels: number) {
    for (let level = 2; level <= levels; level++) this.known.set(level, []);
  }

  private static prefix(vpn: number, level: number): number { return Math.floor(vpn / 512 ** (level - 1)); }

  walk(vpn: number): number {
    let start = this.levels;
    for (let level = 2; level <= this.levels; level++) {
      const list = this.known.get(level)!, at = list.indexOf(PagingStructureCache.prefix(vpn, level));
      if (at < 0) continue;
      list.push(...list.splice(at, 1));
      start = level - 1;
      break;
    }
    for (let level = start; level >= 2; level--) {
      const list = this.known.get(level)!;
      if (list.length === (level === 2 ? PT_ENTRIES : UPPER_ENTRIES)) list.shift();
      list.push(PagingStructureCache.prefix(vpn, level));
    }
    return start;
  }

  /** Forgets what a walk of this page would use. */
  forget(vpn: number): void {
    for (const [level, list] of this.known) {
      const at = list.indexOf(PagingStructureCache.prefix(vpn, level));
      if (at >= 0) list.splice(at, 1);
    }
  }

  clear(): void {
    for (const list of this.known.values()) list.length = 0;
  }
}
