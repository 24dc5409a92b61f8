/**
 * The invariants of memory pressure, counted anew from the page tables: references of swap slots, the swap cache in both
 * directions, the counts of each space, what is on the lists (I1, I2 and I4 of ARCHITECTURE.md). Called by the sanity pass and
 * by tests.
 */
import * as layout from '../kernel/memory-layout';
import type { AddressSpace } from '../paging/address-space';
import { FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_LRU, FLAG_PINNED, FLAG_SWAP_CACHE, FrameKind } from '../paging/frame-table';
import { PTE_P, PTE_PROTNONE, PTE_SWAP, entryPfn, entrySlot } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import type { Pfn } from '../paging/units';

/** Violations as text; empty when sound. `spaces`: all that live. */
export function pressureViolations(system: PagingSystem, spaces: Iterable<AddressSpace>): readonly string[] {
  const found: string[] = [];
  const named = new Map<number, number>();
  let committed = 0;
  for (const space of spaces) {
    let swapped = 0;
    let promised = 0;
    space.tables.forEach(0, space.userEnd, (vpn, entry) => {
      const low = system.store.read32(entry);
      if ((low & PTE_SWAP) === 0) return;
      swapped++;
      const slot = entrySlot(low, system.store.read32(entry + 4));
      named.set(slot, (named.get(slot) ?? 0) + 1);
      if ((low & (PTE_P | PTE_PROTNONE)) !== 0) found.push(`I1 page 0x${vpn.toString(16)} is both resident and swapped`);
      if (!system.swap.slots.isInUse(slot)) found.push(`I4 page 0x${vpn.toString(16)} names slot ${String(slot)}, which is free`);
    });
    for (const vma of space.vmas.all()) if (vma.accounted === true) promised += vma.last - vma.first;
    if (swapped !== space.swappedPages) found.push(`process ${String(space.processKey)} counts ${String(space.swappedPages)} swapped pages and has ${String(swapped)}`);
    if (promised !== space.committedPages) found.push(`process ${String(space.processKey)} counts ${String(space.committedPages)} promised pages and has ${String(promised)}`);
    committed += promised;
  }
  if (committed !== system.commit.committed) found.push(`Committed_AS is ${String(system.commit.committed)} pages, the spaces have ${String(committed)}`);
  checkSlots(system, named, found);
  checkLists(system, found);
  return found;
}

function checkSlots(system: PagingSystem, named: ReadonlyMap<number, number>, found: string[]): void {
  const { swap, frames } = system;
  for (let slot = 0; slot < swap.slots.slotCount; slot++) {
    if (swap.slots.usedInCluster(slot >>> 8) === 0) { slot |= 255; continue; }
    if (!swap.slots.isInUse(slot)) continue;
    const expected = named.get(slot) ?? 0;
    if (swap.slots.references(slot) !== expected) found.push(`slot ${String(slot)} counts ${String(swap.slots.references(slot))} entries and has ${String(expected)}`);
    const pfn = swap.slots.cached(slot);
    if (pfn < 0) continue;
    if (swap.slotOf(pfn) !== slot) found.push(`slot ${String(slot)} is cached in frame ${String(pfn)}, which caches ${String(swap.slotOf(pfn))}`);
    if ((frames.field(pfn, layout.FD_FLAGS) & FLAG_SWAP_CACHE) === 0) found.push(`frame ${String(pfn)} caches slot ${String(slot)} without saying so`);
  }
}

function checkLists(system: PagingSystem, found: string[]): void {
  const { frames, reclaim, pageCache } = system;
  // A column, not a set: 64 GiB have 16 million frames.
  const listed = new Uint8Array(frames.frameCount);
  let listedCount = 0;
  reclaim.engine.forEach((pfn) => {
    if (listed[pfn] === 1) found.push(`frame ${String(pfn)} is on the lists twice`);
    else listedCount++;
    listed[pfn] = 1;
    if ((frames.field(pfn, layout.FD_FLAGS) & FLAG_LRU) === 0) found.push(`frame ${String(pfn)} is on a list without saying so`);
  });
  if (listedCount !== reclaim.engine.size) found.push(`the lists count ${String(reclaim.engine.size)} frames and have ${String(listedCount)}`);
  for (let first = 0; first < frames.frameCount; first += frames.sectionFrames) {
    if (!frames.hasSection(first)) continue;
    for (let pfn = first; pfn < Math.min(first + frames.sectionFrames, frames.frameCount); pfn++) {
      const flags = frames.field(pfn, layout.FD_FLAGS);
      const kind = flags & 15;
      const shown = pageCache.fileOf(pfn);
      const isListable = (kind === FrameKind.Anonymous || kind === FrameKind.File) && (flags & (FLAG_PINNED | FLAG_HUGE_HEAD | FLAG_HUGE_TAIL)) === 0 && !(shown !== null && pageCache.of(shown.file).isInMemoryOnly);
      if (isListable !== (listed[pfn] === 1)) found.push(`frame ${String(pfn)} of kind ${String(kind)} is ${isListable ? 'on no list' : 'on a list'}`);
    }
  }
}

/** Frames that entries of `spaces` name, for tests. */
export function mappedFrames(system: PagingSystem, space: AddressSpace): ReadonlyMap<number, Pfn> {
  const frames = new Map<number, Pfn>();
  space.tables.forEach(0, space.userEnd, (vpn, entry) => {
    const low = system.store.read32(entry);
    if ((low & (PTE_P | PTE_PROTNONE)) !== 0) frames.set(vpn, entryPfn(low, system.store.read32(entry + 4)));
  });
  return frames;
}
