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
 *   | 12–51 |      | frame number                                              |
 *   | 63    | NX   | no execution                                              |
 *
 * A table frame comes from the buddy allocator, its descriptor's FD_NEXT counts its entries in use; a table whose last
 * entry goes is given back. Levels are numbered as the SDM's figures: 1 PT, 2 PD, 3 PDPT, 4 PML4, 5 PML5.
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
/** NX in the high word. */
export const PTE_NX_HIGH = 0x80000000;

const ENTRIES = 512;
const TABLE_FLAGS = PTE_P | PTE_RW | PTE_US;

export interface WalkStep { readonly level: number; readonly index: number; readonly tablePfn: Pfn; readonly entry: bigint }

export function entryPfn(low: number, high: number): Pfn {
  return (high & 0xfffff) * 1048576 + (low >>> 12);
}

export class PageTables {
  readonly root: Pfn;
  private count = 0;

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

  /** Store address of the level-1 entry of a page, or 0 when a table on the way is missing. */
  entryAddress(vpn: Vpn): number {
    if (this.count === 0) return 0;
    let table = this.root;
    for (let level = this.levels; level > 1; level--) {
      const at = this.entryIn(table, vpn, level);
      const low = this.frames.store.read32(at);
      if ((low & PTE_P) === 0) return 0;
      table = entryPfn(low, this.frames.store.read32(at + 4));
    }
    return this.entryIn(table, vpn, 1);
  }

  /** Writes the entry of a page that has none yet, making tables as needed. False: no frame is left for a table. */
  map(vpn: Vpn, pfn: Pfn, flags: number, noExecute: boolean): boolean {
    let table: Pfn = this.root;
    for (let level = this.levels; level > 1; level--) {
      const at = this.entryIn(table, vpn, level);
      let low = this.frames.store.read32(at);
      if ((low & PTE_P) === 0) {
        const made = this.newTable();
        if (made < 0) { this.pruneEmpty(vpn); return false; }
        this.writeEntry(at, made, TABLE_FLAGS, false);
        this.countEntry(table, 1);
        low = this.frames.store.read32(at);
      }
      table = entryPfn(low, this.frames.store.read32(at + 4));
    }
    const at = this.entryIn(table, vpn, 1);
    if (this.frames.store.read32(at) !== 0) throw new Error(`page 0x${vpn.toString(16)} is mapped already`);
    this.writeEntry(at, pfn, flags, noExecute);
    this.countEntry(table, 1);
    return true;
  }

  /** Replaces an entry that is in use. */
  rewrite(entry: number, pfn: Pfn, flags: number, noExecute: boolean): void {
    this.writeEntry(entry, pfn, flags, noExecute);
  }

  /** Empties the entry of a page and gives tables back that became empty. No effect when there is none. */
  clear(vpn: Vpn): void {
    const at = this.entryAddress(vpn);
    if (at === 0 || this.frames.store.read32(at) === 0) return;
    this.frames.store.write32(at, 0);
    this.frames.store.write32(at + 4, 0);
    this.dropEntry(vpn, 1);
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
      if ((entry & 1n) === 0n) break;
      table = entryPfn(this.frames.store.read32(at), this.frames.store.read32(at + 4));
    }
    return steps;
  }

  /** Visits every level-1 entry in use of pages [first, last), ascending: its page and store address. */
  forEach(first: Vpn, last: Vpn, visit: (vpn: Vpn, entry: number) => void): void {
    if (this.count > 0) this.visitTable(this.root, this.levels, 0, first, last, visit);
  }

  /** Every table frame, the top one first. */
  forEachTable(visit: (pfn: Pfn, level: number, firstVpn: Vpn) => void): void {
    if (this.count > 0) this.visitTables(this.root, this.levels, 0, visit);
  }

  /** Gives all tables back; the leaf entries must have been cleared. */
  destroy(): void {
    if (this.frames.field(this.root, layout.FD_NEXT) !== 0) throw new Error('page tables are still in use');
    this.buddy.free(this.root, 0);
    this.count = 0;
  }

  private newTable(): Pfn {
    const pfn = this.buddy.allocate(0, FrameKind.PageTable, this.owner);
    if (pfn < 0) return -1;
    this.frames.slot(pfn);
    this.frames.setField(pfn, layout.FD_NEXT, 0);
    this.count++;
    return pfn;
  }

  private index(vpn: Vpn, level: number): number {
    return Math.floor(vpn / 2 ** (9 * (level - 1))) % ENTRIES;
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
      if ((low & PTE_P) === 0) return -1;
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

  private visitTable(table: Pfn, level: number, base: Vpn, first: Vpn, last: Vpn, visit: (vpn: Vpn, entry: number) => void): void {
    const span = 2 ** (9 * (level - 1));
    const from = Math.max(0, Math.floor((first - base) / span));
    const to = Math.min(ENTRIES, Math.ceil((last - base) / span));
    const slot = this.frames.slot(table);
    for (let i = from; i < to; i++) {
      const at = slot + 8 * i;
      const low = this.frames.store.read32(at);
      if (low === 0) continue;
      if (level === 1) visit(base + i, at);
      else if ((low & PTE_P) !== 0) this.visitTable(entryPfn(low, this.frames.store.read32(at + 4)), level - 1, base + i * span, first, last, visit);
    }
  }

  private visitTables(table: Pfn, level: number, base: Vpn, visit: (pfn: Pfn, level: number, firstVpn: Vpn) => void): void {
    visit(table, level, base);
    if (level === 1) return;
    const slot = this.frames.slot(table);
    for (let i = 0; i < ENTRIES; i++) {
      const low = this.frames.store.read32(slot + 8 * i);
      if ((low & PTE_P) !== 0) this.visitTables(entryPfn(low, this.frames.store.read32(slot + 8 * i + 4)), level - 1, base + i * 2 ** (9 * (level - 1)), visit);
    }
  }
}
