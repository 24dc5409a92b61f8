/**
 * The buddy allocator over guest frames (Linux, Documentation/mm/physical_memory: zones, orders 0–10).
 *
 * A free block of order k is 2^k frames that begin at a multiple of 2^k; its buddy is the block at pfn XOR 2^k. Freeing
 * joins a block with its buddy as long as that is free and of the same order; allocating splits the smallest block that
 * is large enough and puts the upper halves back. Free blocks of one order and zone are a doubly linked list through
 * FD_NEXT / FD_PREVIOUS of their first frame (pfn + 1; 0 ends the list).
 *
 * Frames never used yet are not in the lists: each zone has a `fresh` mark, everything from there to the zone's end is
 * free in blocks of the highest order. A machine of 64 GiB therefore needs no descriptors for memory it never touches.
 *
 * Larger blocks than the highest order exist only from the start: `reserve` takes them out of memory never used yet
 * (hugetlb pools). `take` isolates one free frame out of the block that holds it (compaction's free scanner).
 *
 * Zones as on x86-64: DMA below 16 MiB, DMA32 below 4 GiB, Normal above. Allocation starts in the highest zone.
 */
import * as layout from '../kernel/memory-layout';
import { FLAG_FREE_HEAD, FLAG_PINNED, FrameKind } from './frame-table';
import type { FrameTable } from './frame-table';
import type { Pfn } from './units';

export const MAX_ORDER = 10;
const ORDERS = MAX_ORDER + 1;
const TOP_BLOCK = 1 << MAX_ORDER;
const DMA_END = 4096;
const DMA32_END = 1048576;
/** The first MiB belongs to firmware and kernel: it is never given to programs. */
export const RESERVED_FRAMES = 256;

interface Zone {
  readonly name: 'DMA' | 'DMA32' | 'Normal';
  readonly first: Pfn;
  end: Pfn;
  fresh: Pfn;
  free: number;
  readonly heads: Int32Array;
  /** Blocks in the list of each order. */
  readonly counts: Int32Array;
}

export class BuddyAllocator {
  readonly zones: readonly Zone[];
  /**
   * Page tables, which cannot be moved, come from the lowest zone that has room, so that they do not stand in the way of
   * large blocks. (Linux groups pageblocks by mobility; here a zone of 16 MiB does for tables of 8 GiB.)
   */
  keepsTablesLow = false;
  /** Reserved frames from which page tables come (`keepTablesApart`); null: they come from the zones. */
  private tablePool: Pfn[] | null = null;
  /** Memory that was taken away while the machine runs: blocks, and never used memory at the ends of zones. */
  private readonly taken: { readonly pfn: Pfn; readonly order: number }[] = [];
  private readonly trimmed: { readonly zone: Zone; readonly frames: number }[] = [];
  /** Frames that were taken away. */
  takenAway = 0;

  constructor(private readonly frames: FrameTable) {
    const count = frames.frameCount;
    const bounds: readonly (readonly [Zone['name'], number, number])[] = [['DMA', 0, DMA_END], ['DMA32', DMA_END, DMA32_END], ['Normal', DMA32_END, Infinity]];
    this.zones = bounds
      .filter(([, first]) => first < count)
      .map(([name, first, end]) => ({ name, first, end: Math.min(end, count), fresh: first, free: Math.min(end, count) - first, heads: new Int32Array(ORDERS), counts: new Int32Array(ORDERS) }));
    for (let pfn = 0; pfn < Math.min(RESERVED_FRAMES, count); pfn++) {
      frames.setFlags(pfn, FrameKind.Kernel | FLAG_PINNED);
      frames.setField(pfn, layout.FD_REFERENCES, 1);
    }
    const dma = this.zones[0];
    if (dma !== undefined) {
      const reserved = Math.min(RESERVED_FRAMES, count);
      const firstEnd = Math.min(TOP_BLOCK, dma.end);
      dma.fresh = firstEnd;
      dma.free -= reserved;
      this.insertRange(dma, reserved, firstEnd);
    }
  }

  get freeFrames(): number {
    let free = 0;
    for (const zone of this.zones) free += zone.free;
    return free;
  }

  get usedFrames(): number {
    return this.frames.frameCount - this.freeFrames - this.takenAway;
  }

  /** First frame of a block of 2^order frames, marked `kind` and owned by `owner`, one reference each; -1 when no memory is left. */
  allocate(order: number, kind: FrameKind, owner: number): Pfn {
    if (this.tablePool !== null && kind === FrameKind.PageTable && order === 0) {
      const table = this.takeTable(owner);
      if (table >= 0) return table;
    }
    const lowFirst = this.keepsTablesLow && kind === FrameKind.PageTable;
    for (let i = 0; i < this.zones.length; i++) {
      const zone = this.zones[lowFirst ? i : this.zones.length - 1 - i];
      if (zone === undefined || zone.free < 1 << order) continue;
      const pfn = this.takeBlock(zone, order);
      if (pfn < 0) continue;
      zone.free -= 1 << order;
      this.mark(pfn, 1 << order, kind, owner);
      return pfn;
    }
    return -1;
  }

  /** At start only: page tables come from the kernel's reserved frames as long as there are some, the lower half being its code and data. */
  keepTablesApart(): void {
    this.tablePool = Array.from({ length: Math.min(RESERVED_FRAMES, this.frames.frameCount) / 2 }, (_, i) => RESERVED_FRAMES - 1 - i).reverse();
  }

  /** `count` free frames are no longer there: first memory that was never used, then free blocks, the largest first. */
  takeAway(count: number): void {
    if (count > this.freeFrames) throw new Error(`${String(count)} frames are to be taken away, ${String(this.freeFrames)} are free`);
    this.takenAway += count;
    let left = count;
    for (const zone of [...this.zones].reverse()) {
      const cut = Math.min(left, zone.end - zone.fresh);
      if (cut <= 0) continue;
      zone.end -= cut;
      zone.free -= cut;
      left -= cut;
      this.trimmed.push({ zone, frames: cut });
    }
    for (let order = MAX_ORDER; left > 0 && order >= 0; order--) {
      while (left >= 1 << order) {
        const pfn = this.allocate(order, FrameKind.Kernel, 0);
        if (pfn < 0) break;
        for (let frame = pfn; frame < pfn + (1 << order); frame++) this.frames.setFlags(frame, FrameKind.Kernel | FLAG_PINNED);
        this.taken.push({ pfn, order });
        left -= 1 << order;
      }
    }
  }

  /** `count` of the frames that were taken away come back. */
  giveBack(count: number): void {
    let left = Math.min(count, this.takenAway);
    this.takenAway -= left;
    for (let block = this.taken.pop(); block !== undefined; block = this.taken.pop()) {
      const frames = 1 << block.order;
      if (left === 0) { this.taken.push(block); break; }
      if (frames > left) {
        // Halves of it: one stays away, the other is looked at again.
        this.taken.push({ pfn: block.pfn, order: block.order - 1 }, { pfn: block.pfn + frames / 2, order: block.order - 1 });
        continue;
      }
      for (let frame = block.pfn; frame < block.pfn + frames; frame++) this.frames.setFlags(frame, FrameKind.Kernel);
      this.free(block.pfn, block.order);
      left -= frames;
    }
    for (let cut = this.trimmed.pop(); cut !== undefined; cut = this.trimmed.pop()) {
      const frames = Math.min(left, cut.frames);
      cut.zone.end += frames;
      cut.zone.free += frames;
      left -= frames;
      if (frames < cut.frames) { this.trimmed.push({ zone: cut.zone, frames: cut.frames - frames }); break; }
    }
  }

  /** Frames that are not there now, as ranges [first, end); `marked`: their descriptors say Kernel. */
  absentRanges(): readonly { readonly first: Pfn; readonly end: Pfn; readonly marked: boolean }[] {
    const ends = new Map<Zone, number>();
    for (const { zone, frames } of this.trimmed) ends.set(zone, (ends.get(zone) ?? 0) + frames);
    return [
      ...[...ends].map(([zone, frames]) => ({ first: zone.end, end: zone.end + frames, marked: false })),
      ...this.taken.map(({ pfn, order }) => ({ first: pfn, end: pfn + (1 << order), marked: true })),
    ];
  }

  private takeTable(owner: number): Pfn {
    const pfn = this.tablePool?.pop() ?? -1;
    if (pfn >= 0) this.mark(pfn, 1, FrameKind.PageTable, owner);
    return pfn;
  }

  /** A page table's frame is the kernel's again. */
  private giveTable(pfn: Pfn): void {
    this.frames.dropSlot(pfn);
    this.mark(pfn, 1, FrameKind.Kernel, 0);
    this.frames.setFlags(pfn, FrameKind.Kernel | FLAG_PINNED);
    this.tablePool?.push(pfn);
  }

  /**
   * At start only: a block of 2^order frames (any order) from memory that was never used, in the highest zone that has one;
   * marked as `allocate` does. -1 when no zone has room.
   */
  reserve(order: number, kind: FrameKind, owner: number): Pfn {
    const count = 2 ** order;
    for (let i = this.zones.length - 1; i >= 0; i--) {
      const zone = this.zones[i];
      if (zone === undefined) continue;
      const first = Math.ceil(zone.fresh / count) * count;
      if (first + count > zone.end) continue;
      this.insertRange(zone, zone.fresh, first);
      zone.fresh = first + count;
      zone.free -= count;
      this.mark(first, count, kind, owner);
      return first;
    }
    return -1;
  }

  /** At start: all free memory from frame `from` on leaves the allocator, for a machine that places segments instead of pages. */
  handOver(from: Pfn): void {
    for (const zone of this.zones.filter(({ end }) => end > from)) {
      const kept: [number, number][] = [[zone.fresh, Math.max(zone.fresh, from)]];
      for (let order = 0; order < ORDERS; order++) {
        while ((zone.heads[order] ?? 0) !== 0) {
          const pfn = (zone.heads[order] ?? 0) - 1;
          this.unlink(zone, pfn, order);
          kept.push([pfn, Math.max(pfn, Math.min(from, pfn + (1 << order)))]);
        }
      }
      zone.fresh = zone.end;
      zone.free = 0;
      for (const [first, end] of kept) {
        this.insertRange(zone, first, end);
        zone.free += end - first;
      }
    }
  }

  /** True when the frame lies in a block of the free lists (memory never used yet is not in them). */
  isListed(pfn: Pfn): boolean {
    return this.frames.hasSection(pfn) && this.orderAround(pfn) >= 0;
  }

  /** Takes one free frame (`isListed`) out of the block that holds it; marked as `allocate` does. */
  take(pfn: Pfn, kind: FrameKind, owner: number): void {
    const zone = this.zoneOf(pfn);
    let order = this.orderAround(pfn);
    if (order < 0) throw new Error(`frame ${String(pfn)} is not free`);
    let block = pfn - (pfn % (1 << order));
    this.unlink(zone, block, order);
    while (order > 0) {
      order--;
      const upper = block + (1 << order);
      this.link(zone, pfn < upper ? upper : block, order);
      if (pfn >= upper) block = upper;
    }
    zone.free--;
    this.mark(pfn, 1, kind, owner);
  }

  private mark(first: Pfn, count: number, kind: FrameKind, owner: number): void {
    const { words } = this.frames.store;
    for (let frame = first; frame < first + count; frame++) {
      this.frames.setFlags(frame, kind);
      const at = this.frames.descriptor(frame) >>> 2;
      words[at + (layout.FD_REFERENCES >>> 2)] = 1;
      words[at + (layout.FD_OWNER >>> 2)] = owner;
      words[at + (layout.FD_EXTRA >>> 2)] = 0;
      words[at + (layout.FD_EXTRA >>> 2) + 1] = 0;
    }
  }

  /** Order of the free block that holds a frame; -1: it is not free. */
  private orderAround(pfn: Pfn): number {
    for (let order = 0; order < ORDERS; order++) {
      if (this.isFreeBlock(pfn - (pfn % (1 << order)), order)) return order;
    }
    return -1;
  }

  /** Gives a block back; its frames' slots go back to the store. */
  free(pfn: Pfn, order: number): void {
    if (this.tablePool !== null && pfn < RESERVED_FRAMES) { this.giveTable(pfn); return; }
    const zone = this.zoneOf(pfn);
    for (let frame = pfn; frame < pfn + (1 << order); frame++) {
      const flags = this.frames.field(frame, layout.FD_FLAGS);
      if ((flags & 15) === FrameKind.Free || (flags & FLAG_PINNED) !== 0) throw new Error(`frame ${String(frame)} is not allocated`);
      this.frames.dropSlot(frame);
      this.frames.setFlags(frame, 0);
      this.frames.setField(frame, layout.FD_REFERENCES, 0);
      this.frames.setField(frame, layout.FD_OWNER, 0);
      this.frames.setExtra(frame, 0);
    }
    zone.free += 1 << order;
    let block = pfn;
    let size = order;
    while (size < MAX_ORDER) {
      const buddy = block ^ (1 << size);
      if (buddy < zone.first || buddy + (1 << size) > zone.fresh || !this.isFreeBlock(buddy, size)) break;
      this.unlink(zone, buddy, size);
      block = Math.min(block, buddy);
      size++;
    }
    this.link(zone, block, size);
  }

  /** Free blocks of an order over all zones, the untouched memory counted in. */
  freeBlocks(order: number): number {
    let count = 0;
    for (const zone of this.zones) {
      count += zone.counts[order] ?? 0;
      if (order === MAX_ORDER) count += Math.floor((zone.end - zone.fresh) / TOP_BLOCK);
    }
    return count;
  }

  /** Violations of the allocator's own invariants, as text; empty when sound. */
  check(): readonly string[] {
    const found: string[] = [];
    for (const zone of this.zones) {
      let free = zone.end - zone.fresh;
      for (let order = 0; order < ORDERS; order++) {
        let listed = 0;
        for (let pfn = (zone.heads[order] ?? 0) - 1; pfn >= 0; pfn = this.frames.field(pfn, layout.FD_NEXT) - 1) {
          free += 1 << order;
          listed++;
          if (pfn % (1 << order) !== 0) found.push(`free block ${String(pfn)} of order ${String(order)} is not aligned`);
          if (!this.isFreeBlock(pfn, order)) found.push(`free block ${String(pfn)} of order ${String(order)} is not marked so`);
          for (let frame = pfn; frame < pfn + (1 << order); frame++) {
            if (this.frames.references(frame) !== 0) found.push(`free frame ${String(frame)} has references`);
          }
          const buddy = pfn ^ (1 << order);
          if (order < MAX_ORDER && buddy < zone.fresh && buddy >= zone.first && this.isFreeBlock(buddy, order)) found.push(`free buddies ${String(pfn)} and ${String(buddy)} of order ${String(order)} were not joined`);
        }
        if (listed !== zone.counts[order]) found.push(`zone ${zone.name}: ${String(listed)} blocks of order ${String(order)}, ${String(zone.counts[order])} counted`);
      }
      if (free !== zone.free) found.push(`zone ${zone.name}: ${String(free)} frames in the lists, ${String(zone.free)} counted`);
    }
    return found;
  }

  private zoneOf(pfn: Pfn): Zone {
    const zone = this.zones.find((candidate) => pfn >= candidate.first && pfn < candidate.end);
    if (zone === undefined) throw new Error(`frame ${String(pfn)} lies in no zone`);
    return zone;
  }

  private takeBlock(zone: Zone, order: number): Pfn {
    let size = order;
    while (size < ORDERS && zone.heads[size] === 0) size++;
    let pfn: Pfn;
    if (size < ORDERS) {
      pfn = (zone.heads[size] ?? 0) - 1;
      this.unlink(zone, pfn, size);
    } else {
      if (zone.fresh >= zone.end) return -1;
      const end = Math.min(zone.fresh + TOP_BLOCK, zone.end);
      pfn = zone.fresh;
      zone.fresh = end;
      if (end - pfn < TOP_BLOCK) {
        this.insertRange(zone, pfn, end);
        return this.takeBlock(zone, order);
      }
      size = MAX_ORDER;
    }
    while (size > order) {
      size--;
      this.link(zone, pfn + (1 << size), size);
    }
    return pfn;
  }

  /** Puts [first, end) into the lists as the largest aligned blocks. */
  private insertRange(zone: Zone, first: Pfn, end: Pfn): void {
    let pfn = first;
    while (pfn < end) {
      let order = 0;
      while (order < MAX_ORDER && pfn % (2 << order) === 0 && pfn + (2 << order) <= end) order++;
      this.link(zone, pfn, order);
      pfn += 1 << order;
    }
  }

  private isFreeBlock(pfn: Pfn, order: number): boolean {
    const flags = this.frames.field(pfn, layout.FD_FLAGS);
    return (flags & FLAG_FREE_HEAD) !== 0 && ((flags >> 4) & 15) === order;
  }

  private link(zone: Zone, pfn: Pfn, order: number): void {
    const head = zone.heads[order] ?? 0;
    this.frames.setField(pfn, layout.FD_FLAGS, FLAG_FREE_HEAD | (order << 4));
    this.frames.setField(pfn, layout.FD_NEXT, head);
    this.frames.setField(pfn, layout.FD_PREVIOUS, 0);
    if (head !== 0) this.frames.setField(head - 1, layout.FD_PREVIOUS, pfn + 1);
    zone.heads[order] = pfn + 1;
    zone.counts[order] = (zone.counts[order] ?? 0) + 1;
  }

  private unlink(zone: Zone, pfn: Pfn, order: number): void {
    const next = this.frames.field(pfn, layout.FD_NEXT);
    const previous = this.frames.field(pfn, layout.FD_PREVIOUS);
    if (previous !== 0) this.frames.setField(previous - 1, layout.FD_NEXT, next); else zone.heads[order] = next;
    zone.counts[order] = (zone.counts[order] ?? 0) - 1;
    if (next !== 0) this.frames.setField(next - 1, layout.FD_PREVIOUS, previous);
    this.frames.setField(pfn, layout.FD_FLAGS, 0);
    this.frames.setField(pfn, layout.FD_NEXT, 0);
    this.frames.setField(pfn, layout.FD_PREVIOUS, 0);
  }
}
