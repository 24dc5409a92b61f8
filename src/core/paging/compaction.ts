/**
 * Compaction: moves frames together so that a large block becomes free (Linux, mm/compaction.c, in outline).
 *
 *      migrate scanner ──▶                                   ◀── free scanner
 *      |■■·■·■■|■·■■··■|········· pageblocks of 512 ·········|■·······|···■····|
 *
 * From the bottom of a zone, movable frames (anonymous pages and pages of files) are collected; from its top, free frames
 * are taken for them. A page moves by giving its content, its references and all its page-table entries (reverse map) to
 * the new frame; translations of it are invalidated. It ends when a block of the wanted order is free, or when the scanners
 * meet. Page tables, pinned frames and frames of huge pages stay where they are.
 *
 * It runs only where fragmentation is the trouble: twice the block is free above the min watermark, and the fragmentation
 * index of the order is above `EXTFRAG_THRESHOLD` (Linux, vm.extfrag_threshold). A failure defers the next attempts, twice as many each time, up to 64.
 */
import * as layout from '../kernel/memory-layout';
import { cacheReferences, flushTranslation, forEachMapping } from '../reclaim/reverse-map';
import { MAX_ORDER } from './buddy';
import { FLAG_ACTIVE, FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_LRU, FLAG_PINNED, FLAG_SWAP_CACHE, FLAG_WRITE_BACK, FrameKind } from './frame-table';
import type { AddressSpace } from './address-space';
import type { PagingSystem } from './paging-system';
import { PTE_NX_HIGH } from './page-tables';
import type { Pfn, Vpn } from './units';

/** Index, in thousandths, up to which a failed allocation is for want of memory. */
export const EXTFRAG_THRESHOLD = 500;
const DEFER_MAX = 6;
const UNMOVABLE = FLAG_PINNED | FLAG_HUGE_HEAD | FLAG_HUGE_TAIL | FLAG_SWAP_CACHE | FLAG_WRITE_BACK;

export interface CompactionRun { readonly order: number; readonly moved: number; readonly scanned: number; readonly success: boolean }
export interface CompactionCounts { runs: number; successes: number; deferred: number; moved: number; failedMoves: number; scannedMigrate: number; scannedFree: number }

interface Zone { readonly first: Pfn; readonly end: Pfn; readonly free: number }

/**
 * Fragmentation index of an order in thousandths (Linux, mm/vmstat.c fragmentation_index): near 0, allocations of this order
 * would fail for want of memory; near 1000, because what is free is in pieces; −1000: a block is free. 0 when nothing is free.
 */
export function fragmentationIndex(freeBlocks: readonly number[], order: number): number {
  let pages = 0;
  let blocks = 0;
  let suitable = 0;
  freeBlocks.forEach((count, size) => {
    blocks += count;
    pages += count * 2 ** size;
    if (size >= order) suitable += count;
  });
  if (blocks === 0) return 0;
  if (suitable > 0) return -1000;
  return 1000 - Math.floor((1000 + Math.floor((pages * 1000) / 2 ** order)) / blocks);
}

export class Compactor {
  readonly counts: CompactionCounts = { runs: 0, successes: 0, deferred: 0, moved: 0, failedMoves: 0, scannedMigrate: 0, scannedFree: 0 };
  /** Told of every run; the machine logs it and charges its copies. */
  report: (run: CompactionRun) => void = () => undefined;
  /** Frames enter and leave the lists of reclaim. */
  lists: { added(pfn: Pfn, active: boolean): void; removed(pfn: Pfn): void } | null = null;
  private deferShift = 0;
  private considered = 0;

  constructor(private readonly system: PagingSystem) {}

  /** Free blocks by order, all zones together. */
  freeBlocks(): readonly number[] {
    return Array.from({ length: MAX_ORDER + 1 }, (_, order) => this.system.buddy.freeBlocks(order));
  }

  index(order: number): number {
    return fragmentationIndex(this.freeBlocks(), order);
  }

  /** Tries to make a free block of an order; true: there is one now. `force`: also where memory is short, or an attempt was deferred. */
  compact(order: number, force = false): boolean {
    const index = this.index(order);
    if (index === -1000) return true;
    const isShort = this.system.buddy.freeFrames <= this.system.reclaim.marks.min + 2 ** (order + 1);
    if (!force && (isShort || index <= EXTFRAG_THRESHOLD || this.isDeferred())) { this.counts.deferred++; return false; }
    this.counts.runs++;
    let moved = 0;
    let scanned = 0;
    let success = false;
    for (let i = this.system.buddy.zones.length - 1; i >= 0 && !success; i--) {
      const zone = this.system.buddy.zones[i];
      if (zone === undefined || zone.free < 2 ** order) continue;
      const run = this.compactZone(zone, order);
      moved += run.moved;
      scanned += run.scanned;
      success = this.hasBlock(order);
    }
    if (success) { this.deferShift = 0; this.counts.successes++; } else this.deferShift = Math.min(this.deferShift + 1, DEFER_MAX);
    this.considered = 0;
    this.counts.moved += moved;
    this.report({ order, moved, scanned, success });
    return success;
  }

  /** After failures, only each 2^n-th request is tried. */
  private isDeferred(): boolean {
    this.considered++;
    return this.considered < 2 ** this.deferShift;
  }

  private hasBlock(order: number): boolean {
    for (let size = order; size <= MAX_ORDER; size++) if (this.system.buddy.freeBlocks(size) > 0) return true;
    return false;
  }

  private compactZone(zone: Zone, order: number): { readonly moved: number; readonly scanned: number } {
    const { buddy, frames } = this.system;
    const block = 2 ** order;
    let free = zone.end - 1;
    let moved = 0;
    let scanned = 0;
    for (let pfn = zone.first; pfn < free; pfn++) {
      scanned++;
      this.counts.scannedMigrate++;
      if (pfn % block === 0 && this.hasBlock(order)) break;
      if (!frames.hasSection(pfn) || !this.isMovable(pfn)) continue;
      while (free > pfn && !buddy.isListed(free)) { free--; this.counts.scannedFree++; }
      if (free <= pfn) break;
      if (this.move(pfn, free)) moved++; else this.counts.failedMoves++;
      free--;
    }
    return { moved, scanned };
  }

  private isMovable(pfn: Pfn): boolean {
    const flags = this.system.frames.field(pfn, layout.FD_FLAGS);
    const kind: FrameKind = flags & 15;
    return (kind === FrameKind.Anonymous || kind === FrameKind.File) && (flags & UNMOVABLE) === 0;
  }

  /** Moves a page to a free frame. False: not all who map it are known. */
  move(from: Pfn, to: Pfn): boolean {
    const { frames, buddy, store, pageCache } = this.system;
    const flags = frames.field(from, layout.FD_FLAGS);
    const kind: FrameKind = flags & 15;
    const entries: { readonly space: AddressSpace; readonly vpn: Vpn; readonly entry: number }[] = [];
    forEachMapping(this.system, from, (space, vpn, entry) => { entries.push({ space, vpn, entry }); });
    if (entries.length !== frames.references(from) - cacheReferences(flags)) return false;
    const active = (flags & FLAG_ACTIVE) !== 0;
    const listed = (flags & FLAG_LRU) !== 0;
    if (listed) this.system.reclaim.removed(from);
    buddy.take(to, kind, frames.field(from, layout.FD_OWNER));
    frames.setField(to, layout.FD_FLAGS, frames.field(from, layout.FD_FLAGS));
    frames.setField(to, layout.FD_REFERENCES, frames.references(from));
    frames.setExtra(to, frames.extra(from));
    frames.moveContent(to, from);
    for (const { space, vpn, entry } of entries) {
      const high = store.read32(entry + 4);
      space.tables.rewrite(entry, to, store.read32(entry) & 0xfff, (high & PTE_NX_HIGH) !== 0);
      flushTranslation(this.system, space, vpn);
    }
    if (kind === FrameKind.File) pageCache.relocate(from, to);
    frames.setFlags(from, FrameKind.Anonymous);
    frames.setField(from, layout.FD_REFERENCES, 1);
    buddy.free(from, 0);
    if (listed) this.system.reclaim.added(to, active);
    return true;
  }
}
