/**
 * The page tables of one address space, in simulated frames: the entries below are what the kernel's walker reads and
 * what the hex view of a table frame shows (Intel SDM vol. 3, 4.5).
 *
 *   | bit   | name | meaning here                                              |
 *   |-------|------|-----------------------------------------------------------|
 *   | 0     | P    | present                                                   |
 *   | 1     | R/W  | writable                                                  |
 *   | 2     | U/S  | user                                                      |
 *   | 5     | A    | accessed; set when a TLB entry is filled                  |
 *   | 6     | D    | dirty; set by the first write through an entry without it |
 *   | 7     | PS   | huge page (levels 2, 3)                                   |
 *   | 8     | G    | with P=0: resident, but PROT_NONE takes the access away   |
 *   | 9     | COW  | software: a write gets a private copy                     |
 *   | 10    | FILE | software: the frame belongs to the page cache             |
 *   | 11    | SWAP | software: P=0, the page is in the swap slot of bits 12–51 |
 *   | 12–51 |      | frame number                                              |
 *   | 63    | NX   | no execution                                              |
 *
 * A table frame comes from the buddy allocator, its descriptor's FD_NEXT counts its entries in use; a table whose last
 * entry goes is given back. Levels are numbered as the SDM's figures: 1 PT, 2 PD, 3 PDPT, 4 PML4, 5 PML5.
 *
 * A leaf is an entry that maps a page: level 1 (4 KiB), or level 2 or 3 with PS set (2 MiB, 1 GiB). `leafEntry` finds any of
 * them; `forEach` tells each visitor how many 4 KiB pages its entry maps. Whoever maps a huge page that may be split later
 * keeps a table for it (`deposit`), so that the split itself never needs memory (as Linux, pgtable_trans_huge_deposit).
 */
import * as layout from '../kernel/memory-layout';
import type { BuddyAllocator } from './buddy';
import { FrameKind } from './frame-table';
import type { FrameTable } from './frame-table';
import type { Pfn, Vpn } from './units';

export const PTE_P = 1;
export const PTE_RW = 2;
export const PTE_US = 4;
export const PTE_A = 0x20;
export const PTE_D = 0x40;
export const PTE_PS = 0x80;
export const PTE_PROTNONE = 0x100;
export const PTE_COW = 0x200;
export const PTE_FILE = 0x400;
export const PTE_SWAP = 0x800;
/** NX in the high word. */
export const PTE_NX_HIGH = 0x80000000;

const ENTRIES = 512;
const TABLE_FLAGS = PTE_P | PTE_RW | PTE_US;

export interface WalkStep { readonly level: number; readonly index: number; readonly tablePfn: Pfn; readonly entry: bigint }

export function entryPfn(low: number, high: number): Pfn {
  return (high & 0xfffff) * 1048576 + (low >>> 12);
}

/** 4 KiB pages that a leaf entry of a level maps: 1, 512, 262,144. */
export function pagesOfLevel(level: number): number {
  return level === 1 ? 1 : level === 2 ? 512 : 262144;
}

/** Visits a leaf entry: its first page, its store address, the number of 4 KiB pages that it maps. */
export type LeafVisitor = (vpn: Vpn, entry: number, pages: number) => void;

/** Slot of a swapped entry (PTE_SWAP is set). */
export function entrySlot(low: number, high: number): number {
  return entryPfn(low, high);
}

export class PageTables {
  readonly root: Pfn;
  private count = 0;
  /** Level of the entry that `leafEntry` found last. */
  leafLevel = 1;
  /** Tables kept for the split of huge pages, by the first page of the huge page. */
  private readonly deposits = new Map<Vpn, Pfn>();

  /** Throws when not even the top table fits: callers make an address space only when frames are left. */
  constructor(private readonly frames: FrameTable, private readonly buddy: BuddyAllocator, readonly levels: 4 | 5, private readonly owner: number) {
    const root = this.newTable();
    if (root < 0) throw new Error('no frame for a top-level page table');
    this.root = root;
  }

  /** Table frames in use, the top one included. */
  get tableCount(): number {
    return this.count;
  }

  /** Store address of the level-1 entry of a page; 0 when a table on the way is missing, or when a huge page maps it. */
  entryAddress(vpn: Vpn): number {
    const at = this.leafEntry(vpn);
    return this.leafLevel === 1 ? at : 0;
  }

  /**
   * Store address of the entry that maps a page or would: a huge page's (`leafLevel` 2 or 3), else the level-1 entry; 0 when
   * a table on the way is missing. Sets `leafLevel` (1 with 0).
   */
  leafEntry(vpn: Vpn): number {
    this.leafLevel = 1;
    if (this.count === 0) return 0;
    let table = this.root;
    for (let level: number = this.levels; level > 1; level--) {
      const at = this.entryIn(table, vpn, level);
      const low = this.frames.store.read32(at);
      if (isHugeLeaf(low, level)) { this.leafLevel = level; return at; }
      if ((low & PTE_P) === 0) return 0;
      table = entryPfn(low, this.frames.store.read32(at + 4));
    }
    return this.entryIn(table, vpn, 1);
  }

  /** The frame that holds a 4 KiB page, also within a huge page; -1 when no entry names one. */
  frameOf(vpn: Vpn): Pfn {
    const at = this.leafEntry(vpn);
    const low = at === 0 ? 0 : this.frames.store.read32(at);
    if ((low & (PTE_P | PTE_PROTNONE)) === 0) return -1;
    return entryPfn(low, this.frames.store.read32(at + 4)) + (vpn % pagesOfLevel(this.leafLevel));
  }

  /**
   * Writes the entry of a page that has none yet, making tables as needed. False: no frame is left for a table. `level` 2, 3:
   * a huge page; vpn and pfn are multiples of its size, `flags` hold PTE_PS, and no table may stand in its place.
   */
  map(vpn: Vpn, pfn: Pfn, flags: number, noExecute: boolean, leaf = 1): boolean {
    let table: Pfn = this.root;
    for (let level: number = this.levels; level > leaf; level--) {
      const at = this.entryIn(table, vpn, level);
      let low = this.frames.store.read32(at);
      if (isHugeLeaf(low, level)) throw new Error(`page 0x${vpn.toString(16)} lies in a huge page`);
      if ((low & PTE_P) === 0) {
        const made = this.newTable();
        if (made < 0) { this.pruneEmpty(vpn); return false; }
        this.writeEntry(at, made, TABLE_FLAGS, false);
        this.countEntry(table, 1);
        low = this.frames.store.read32(at);
      }
      table = entryPfn(low, this.frames.store.read32(at + 4));
    }
    const at = this.entryIn(table, vpn, leaf);
    if (this.frames.store.read32(at) !== 0) throw new Error(`page 0x${vpn.toString(16)} is mapped already`);
    if (vpn % pagesOfLevel(leaf) !== 0 || pfn % pagesOfLevel(leaf) !== 0) throw new Error(`page 0x${vpn.toString(16)}, frame ${String(pfn)}: not aligned to level ${String(leaf)}`);
    this.writeEntry(at, pfn, flags, noExecute);
    this.countEntry(table, 1);
    return true;
  }

  /**
   * As `map` for `count` pages of one page table, none of them in use, that show frames in a row. `flags` and `noExecute` are
   * those of all. False: no frame is left for a table.
   */
  mapRun(vpn: Vpn, pfn: Pfn, count: number, flags: number, noExecute: boolean): boolean {
    if (!this.map(vpn, pfn, flags, noExecute)) return false;
    const first = this.entryAddress(vpn);
    if ((vpn % ENTRIES) + count > ENTRIES) throw new Error('a run of pages that crosses page tables');
    for (let i = 1; i < count; i++) {
      if (this.frames.store.read32(first + 8 * i) !== 0) throw new Error(`page 0x${(vpn + i).toString(16)} is mapped already`);
      this.writeEntry(first + 8 * i, pfn + i, flags, noExecute);
    }
    this.countEntry(this.tableAt(vpn, 1), count - 1);
    return true;
  }

  /** Store address of the level-1 entry of a page, making the tables above it; 0: no frame is left for one. For bulk work: count entries with `countEntries`. */
  entryForWriting(vpn: Vpn): number {
    const at = this.entryAddress(vpn);
    if (at !== 0 || this.leafLevel !== 1) return at;
    if (!this.map(vpn, 0, PTE_P, false)) return 0;
    const made = this.entryAddress(vpn);
    this.frames.store.write32(made, 0);
    this.countEntry(this.tableAt(vpn, 1), -1);
    return made;
  }

  /** Entries of the page table of `vpn` were written directly: its count changes by `by`. */
  countEntries(vpn: Vpn, by: number): void {
    this.countEntry(this.tableAt(vpn, 1), by);
  }

  /** True when a huge page of `level` could stand at `vpn`: no entry of that level and no table is there. */
  isVacant(vpn: Vpn, level: number): boolean {
    const table = this.tableAt(vpn, level);
    return table < 0 || this.frames.store.read32(this.entryIn(table, vpn, level)) === 0;
  }

  /** Keeps a table frame for the later split of the huge page at `vpn`. False: no frame is left. */
  deposit(vpn: Vpn): boolean {
    const pfn = this.newTable();
    if (pfn < 0) return false;
    this.deposits.set(vpn, pfn);
    return true;
  }

  /**
   * Splits the 2 MiB page at `vpn` into 512 entries of the same rights, frames in order, in the table that was deposited
   * for it. A, D and the software bits go to every entry.
   */
  split(vpn: Vpn): void {
    const at = this.leafEntry(vpn);
    if (this.leafLevel !== 2) throw new Error(`page 0x${vpn.toString(16)} is not a 2 MiB page`);
    const { store } = this.frames;
    const [low, high] = [store.read32(at), store.read32(at + 4)];
    const first = vpn - (vpn % 512);
    const table = this.deposits.get(first);
    if (table === undefined) throw new Error(`no table was kept for the split of page 0x${first.toString(16)}`);
    this.deposits.delete(first);
    const pfn = entryPfn(low, high);
    for (let i = 0; i < ENTRIES; i++) this.writeEntry(this.entryIn(table, first + i, 1), pfn + i, low & 0xfff & ~PTE_PS, (high & PTE_NX_HIGH) !== 0);
    this.frames.setField(table, layout.FD_NEXT, ENTRIES);
    this.writeEntry(at, table, TABLE_FLAGS, false);
    store.write32(at, (store.read32(at) | PTE_A) >>> 0);
  }

  /**
   * Puts a 2 MiB page in the place of a page table (collapse): the table, whose entries the caller has dealt with, becomes
   * the huge page's deposit. Any entries left in it are dropped.
   */
  collapse(vpn: Vpn, pfn: Pfn, flags: number, noExecute: boolean): void {
    const parent = this.tableAt(vpn, 2);
    const table = this.tableAt(vpn, 1);
    if (table < 0 || parent < 0) throw new Error(`no page table at page 0x${vpn.toString(16)} to collapse`);
    const slot = this.frames.slot(table);
    this.frames.store.bytes.fill(0, slot, slot + 4096);
    this.frames.setField(table, layout.FD_NEXT, 0);
    this.deposits.set(vpn, table);
    this.writeEntry(this.entryIn(parent, vpn, 2), pfn, flags, noExecute);
  }

  /** Replaces an entry that is in use. */
  rewrite(entry: number, pfn: Pfn, flags: number, noExecute: boolean): void {
    this.writeEntry(entry, pfn, flags, noExecute);
  }

  /** Empties the entry that maps a page (a huge page goes as a whole, with its deposit) and gives tables back that became empty. No effect when there is none. */
  clear(vpn: Vpn): void {
    const at = this.leafEntry(vpn);
    if (at === 0 || this.frames.store.read32(at) === 0) return;
    const level = this.leafLevel;
    this.frames.store.write32(at, 0);
    this.frames.store.write32(at + 4, 0);
    if (level > 1) this.dropDeposit(vpn - (vpn % pagesOfLevel(level)));
    this.dropEntry(vpn, level);
  }

  /** Gives back the table that was kept for the split of a huge page; no effect when there is none. */
  dropDeposit(vpn: Vpn): void {
    const table = this.deposits.get(vpn);
    if (table === undefined) return;
    this.deposits.delete(vpn);
    this.buddy.free(table, 0);
    this.count--;
  }

  /** The walk as the hardware does it, top level first; ends at the first entry that is not present. */
  walk(vpn: Vpn): readonly WalkStep[] {
    const steps: WalkStep[] = [];
    if (this.count === 0) return steps;
    let table = this.root;
    for (let level: number = this.levels; level >= 1; level--) {
      const at = this.entryIn(table, vpn, level);
      const entry = this.frames.store.read64(at);
      steps.push({ level, index: this.index(vpn, level), tablePfn: table, entry });
      if ((entry & 1n) === 0n || isHugeLeaf(Number(entry & 0xfffn), level)) break;
      table = entryPfn(this.frames.store.read32(at), this.frames.store.read32(at + 4));
    }
    return steps;
  }

  /**
   * Visits every leaf entry in use that maps pages of [first, last), ascending. A huge page is visited once, with its own first
   * page, which may lie below `first`.
   */
  forEach(first: Vpn, last: Vpn, visit: LeafVisitor): void {
    if (this.count > 0) this.visitTable(this.root, this.levels, 0, first, last, visit);
  }

  /** Every table frame, the top one first; tables kept for splits come last. */
  forEachTable(visit: (pfn: Pfn, level: number, firstVpn: Vpn) => void): void {
    if (this.count === 0) return;
    this.visitTables(this.root, this.levels, 0, visit);
    for (const [vpn, table] of this.deposits) visit(table, 1, vpn);
  }

  /** Gives all tables back; the leaf entries must have been cleared. */
  destroy(): void {
    if (this.frames.field(this.root, layout.FD_NEXT) !== 0) throw new Error('page tables are still in use');
    this.buddy.free(this.root, 0);
    this.count = 0;
  }

  protected newTable(): Pfn {
    const pfn = this.buddy.allocate(0, FrameKind.PageTable, this.owner);
    if (pfn < 0) return -1;
    this.frames.slot(pfn);
    this.frames.setField(pfn, layout.FD_NEXT, 0);
    this.count++;
    return pfn;
  }

  /** Which entry of its table at `level` a page has. */
  protected index(vpn: Vpn, level: number): number {
    // Shifts see the low 32 bits of a page number, which hold the three lower indices whole.
    switch (level) {
      case 1: return vpn & 511;
      case 2: return (vpn >>> 9) & 511;
      case 3: return (vpn >>> 18) & 511;
      default: return Math.floor(vpn / 2 ** (9 * (level - 1))) & 511;
    }
  }

  private entryIn(table: Pfn, vpn: Vpn, level: number): number {
    return this.frames.slot(table) + 8 * this.index(vpn, level);
  }

  private writeEntry(at: number, pfn: Pfn, flags: number, noExecute: boolean): void {
    this.frames.store.write32(at, ((pfn << 12) | flags) >>> 0);
    this.frames.store.write32(at + 4, (Math.floor(pfn / 1048576) | (noExecute ? PTE_NX_HIGH : 0)) >>> 0);
  }

  private countEntry(table: Pfn, by: number): number {
    const left = this.frames.field(table, layout.FD_NEXT) + by;
    this.frames.setField(table, layout.FD_NEXT, left);
    return left;
  }

  /** The table of `vpn` at `level`, or -1. */
  private tableAt(vpn: Vpn, level: number): Pfn {
    let table = this.root;
    for (let upper: number = this.levels; upper > level; upper--) {
      const at = this.entryIn(table, vpn, upper);
      const low = this.frames.store.read32(at);
      if ((low & PTE_P) === 0 || isHugeLeaf(low, upper)) return -1;
      table = entryPfn(low, this.frames.store.read32(at + 4));
    }
    return table;
  }

  /** An entry of the table at `level` went: count it, and free tables upward as long as they are empty. */
  private dropEntry(vpn: Vpn, level: number): void {
    const table = this.tableAt(vpn, level);
    if (this.countEntry(table, -1) > 0 || level === this.levels) return;
    const parent = this.tableAt(vpn, level + 1);
    const at = this.entryIn(parent, vpn, level + 1);
    this.frames.store.write32(at, 0);
    this.frames.store.write32(at + 4, 0);
    this.frames.setField(table, layout.FD_NEXT, 0);
    this.buddy.free(table, 0);
    this.count--;
    this.dropEntry(vpn, level + 1);
  }

  /** After `map` ran out of frames half-way: gives the empty tables on the path back. */
  private pruneEmpty(vpn: Vpn): void {
    for (let level = 1; level < this.levels; level++) {
      const table = this.tableAt(vpn, level);
      if (table < 0) continue;
      if (this.frames.field(table, layout.FD_NEXT) !== 0) return;
      this.countEntry(table, 1);
      this.dropEntry(vpn, level);
      return;
    }
  }

  private visitTable(table: Pfn, level: number, base: Vpn, first: Vpn, last: Vpn, visit: LeafVisitor): void {
    const span = 2 ** (9 * (level - 1));
    const from = Math.max(0, Math.floor((first - base) / span));
    const to = Math.min(ENTRIES, Math.ceil((last - base) / span));
    const slot = this.frames.slot(table);
    for (let i = from; i < to; i++) {
      const at = slot + 8 * i;
      const low = this.frames.store.read32(at);
      if (low === 0) continue;
      if (level === 1) visit(base + i, at, 1);
      else if (isHugeLeaf(low, level)) visit(base + i * span, at, span);
      else if ((low & PTE_P) !== 0) this.visitTable(entryPfn(low, this.frames.store.read32(at + 4)), level - 1, base + i * span, first, last, visit);
    }
  }

  private visitTables(table: Pfn, level: number, base: Vpn, visit: (pfn: Pfn, level: number, firstVpn: Vpn) => void): void {
    visit(table, level, base);
    if (level === 1) return;
    const slot = this.frames.slot(table);
    for (let i = 0; i < ENTRIES; i++) {
      const low = this.frames.store.read32(slot + 8 * i);
      if ((low & PTE_P) !== 0 && !isHugeLeaf(low, level)) this.visitTables(entryPfn(low, this.frames.store.read32(slot + 8 * i + 4)), level - 1, base + i * 2 ** (9 * (level - 1)), visit);
    }
  }
}

/** An entry of level 2 or 3 that maps a huge page, present or under PROT_NONE. */
function isHugeLeaf(low: number, level: number): boolean {
  return (level === 2 || level === 3) && (low & PTE_PS) !== 0 && (low & (PTE_P | PTE_PROTNONE)) !== 0;
}
