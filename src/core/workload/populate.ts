/**
 * Fills pages of a light workload in bulk, as if the process had touched them long ago: the state in which a scene begins.
 * No time passes and no fault is counted; A bits are clear, as when reclaim has looked since. Frames come from the buddy allocator in blocks of 32 (so that virtual neighbours
 * are physical ones here and there, as on a machine that has run for a while), page tables from the process's own.
 */
import * as layout from '../kernel/memory-layout';
import type { AddressSpace } from '../paging/address-space';
import { entryFlags } from '../paging/address-space';
import { FrameKind } from '../paging/frame-table';
import { PTE_D, PTE_FILE, PTE_NX_HIGH, PTE_RW } from '../paging/page-tables';
import type { Vpn } from '../paging/units';
import { PROT_EXEC } from '../paging/vma';
import type { Vma } from '../paging/vma';

const BLOCK_ORDER = 5;
const BLOCK = 1 << BLOCK_ORDER;
const TABLE_PAGES = 512;

/** Makes pages [first, last) of an area resident as far as RAM is free above the watermarks; answers how many became so. */
export function populate(space: AddressSpace, vma: Vma, first: Vpn, last: Vpn): number {
  return vma.file === null ? populateAnonymous(space, vma, first, last) : populateFile(space, vma, first, last);
}

function populateAnonymous(space: AddressSpace, vma: Vma, first: Vpn, last: Vpn): number {
  const { system } = space;
  const flags = entryFlags(vma.prot, false) | PTE_D;
  const noExecute = (vma.prot & PROT_EXEC) === 0;
  let vpn = first;
  while (vpn < last) {
    const count = Math.min(BLOCK, last - vpn, TABLE_PAGES - (vpn % TABLE_PAGES));
    const order = count === BLOCK ? BLOCK_ORDER : 0;
    const pages = order === 0 ? 1 : BLOCK;
    if (system.buddy.freeFrames - pages <= system.reclaim.marks.high) break;
    const pfn = system.buddy.allocate(order, FrameKind.Anonymous, space.processKey);
    if (pfn < 0) break;
    if (!space.tables.mapRun(vpn, pfn, pages, flags, noExecute)) { system.buddy.free(pfn, order); break; }
    for (let i = 0; i < pages; i++) {
      const at = system.frames.descriptor(pfn + i) >>> 2;
      system.store.words[at + (layout.FD_SLOT >>> 2)] = (seedOf(space.processKey, vpn + i) << 1 | 1) >>> 0;
      system.store.words[at + (layout.FD_EXTRA >>> 2)] = (vpn + i) >>> 0;
      system.store.words[at + (layout.FD_EXTRA >>> 2) + 1] = Math.floor((vpn + i) / 4294967296);
      system.reclaim.added(pfn + i);
    }
    vpn += pages;
  }
  space.residentPages += vpn - first;
  return vpn - first;
}

function populateFile(space: AddressSpace, vma: Vma, first: Vpn, last: Vpn): number {
  const { system } = space;
  const { file } = vma;
  if (file === null) return 0;
  const flags = (entryFlags(vma.prot, !vma.shared) | PTE_FILE) & (vma.shared && file.backing !== 'memory' ? ~PTE_RW : ~0);
  const noExecuteHigh = (vma.prot & PROT_EXEC) === 0 ? PTE_NX_HIGH : 0;
  const { words } = system.store;
  let done = 0;
  let vpn = first;
  while (vpn < last) {
    const end = Math.min(last, vpn - (vpn % TABLE_PAGES) + TABLE_PAGES);
    const from = vpn;
    // Room for a page and the tables above it: a page table is not made in vain.
    if (system.buddy.freeFrames <= system.reclaim.marks.high + system.levels) break;
    let at = space.tables.entryForWriting(vpn) >>> 2;
    if (at === 0) break;
    for (; vpn < end && (vpn === from || system.buddy.freeFrames > system.reclaim.marks.high); vpn++, at += 2) {
      const pfn = system.pageCache.obtain(file, vma.filePage + (vpn - vma.first));
      if (pfn < 0) break;
      system.frames.addReference(pfn);
      // Code that several processes run is part of the working set.
      if ((vma.prot & PROT_EXEC) !== 0) system.reclaim.used(pfn);
      words[at] = ((pfn << 12) | flags) >>> 0;
      words[at + 1] = (Math.floor(pfn / 1048576) | noExecuteHigh) >>> 0;
    }
    space.tables.countEntries(from, vpn - from);
    done += vpn - from;
    if (vpn < end) break;
  }
  space.residentPages += done;
  return done;
}

/** Some content that only this page has; never 0. */
function seedOf(processKey: number, vpn: Vpn): number {
  return ((Math.imul(processKey, 0x9e3779b1) ^ Math.imul(vpn | 0, 0x85ebca6b)) >>> 1) || 1;
}
