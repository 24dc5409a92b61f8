/**
 * The reverse map: from a frame to the page-table entries that show it (Linux, mm/rmap.c; object-based, no list per page).
 *
 *   anonymous  all mappings lie at one page number (FD_EXTRA) in spaces that fork made of one another; the space of FD_OWNER
 *              is looked at first, its family only while mappings are missing
 *   file       the page cache knows which areas map the file
 *
 * The number of mappings is known beforehand (references less those of caches), so that a walk ends with the last one.
 */
import * as layout from '../kernel/memory-layout';
import type { AddressSpace } from '../paging/address-space';
import { FLAG_SWAP_CACHE, FrameKind } from '../paging/frame-table';
import { entryPfn, PTE_A, PTE_D, PTE_P, PTE_PROTNONE } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import { highOf, lowOf } from '../paging/units';
import type { Pfn, Vpn } from '../paging/units';
import { PROT_EXEC } from '../paging/vma';

/** `visit` may change the entry, but not other entries. */
export type MappingVisitor = (space: AddressSpace, vpn: Vpn, entry: number) => void;

/** Visits the entries that show a frame of kind Anonymous or File; answers how many there were. */
export function forEachMapping(system: PagingSystem, pfn: Pfn, visit: MappingVisitor): number {
  const { frames } = system;
  const flags = frames.field(pfn, layout.FD_FLAGS);
  const expected = frames.references(pfn) - cacheReferences(flags);
  if (expected <= 0) return 0;
  if ((flags & 15) === FrameKind.File) return fileMappings(system, pfn, expected, visit);
  if ((flags & 15) !== FrameKind.Anonymous) return 0;
  const owner = frames.field(pfn, layout.FD_OWNER);
  const vpn = frames.extra(pfn);
  const space = system.spaces[owner];
  let found = 0;
  if (space !== undefined && visitIn(system, space, vpn, pfn, visit)) found++;
  if (found === expected) return found;
  for (const member of system.families[owner]?.members ?? []) {
    if (member === space || !visitIn(system, member, vpn, pfn, visit)) continue;
    found++;
    if (found === expected) break;
  }
  return found;
}

/** References that the swap cache or the page cache holds. */
export function cacheReferences(flags: number): number {
  return (flags & FLAG_SWAP_CACHE) !== 0 || (flags & 15) === FrameKind.File ? 1 : 0;
}

/**
 * Reads and clears the A bits of a frame's entries; answers how many were set. Each cleared entry's translation leaves the
 * TLBs, so that the next access sets A again: the generic ptep_clear_flush_young of Linux. (On x86, Linux leaves the TLB
 * alone, because what it covers is small against RAM; here RAM may be smaller than what the TLB covers.)
 */
export function testAndClearAccessed(system: PagingSystem, pfn: Pfn): number {
  const { store } = system;
  let set = 0;
  forEachMapping(system, pfn, (space, vpn, entry) => {
    const low = store.read32(entry);
    if ((low & PTE_A) === 0) return;
    set++;
    store.write32(entry, low & ~PTE_A);
    flushTranslation(system, space, vpn);
  });
  return set;
}

/** One of the frame's entries has its D bit set. */
export function isMappedDirty(system: PagingSystem, pfn: Pfn): boolean {
  let dirty = false;
  forEachMapping(system, pfn, (_space, _vpn, entry) => { if ((system.store.read32(entry) & PTE_D) !== 0) dirty = true; });
  return dirty;
}

/** Some area maps the frame for execution. */
export function isMappedExecutable(system: PagingSystem, pfn: Pfn): boolean {
  let executable = false;
  forEachMapping(system, pfn, (space, vpn) => { if (((space.vmas.find(vpn)?.prot ?? 0) & PROT_EXEC) !== 0) executable = true; });
  return executable;
}

/** The translation of one page of a space leaves the TLBs: INVLPG, or INVPCID of one address for a space that does not run. */
export function flushTranslation(system: PagingSystem, space: AddressSpace, vpn: Vpn): void {
  if (space.isRunning) {
    system.caches.invalidatePage(lowOf(vpn), highOf(vpn));
    return;
  }
  const asid = system.asids.current(space);
  if (asid === 0) return;
  const { store } = system;
  const running = store.read32(layout.ST_ASID);
  store.write32(layout.ST_ASID, asid);
  system.caches.invalidatePage(lowOf(vpn), highOf(vpn));
  store.write32(layout.ST_ASID, running);
  system.asids.invalidated(space, vpn);
}

function visitIn(system: PagingSystem, space: AddressSpace, vpn: Vpn, pfn: Pfn, visit: MappingVisitor): boolean {
  const entry = space.tables.entryAddress(vpn);
  if (entry === 0) return false;
  const low = system.store.read32(entry);
  if ((low & (PTE_P | PTE_PROTNONE)) === 0 || entryPfn(low, system.store.read32(entry + 4)) !== pfn) return false;
  visit(space, vpn, entry);
  return true;
}

/** A library may be mapped by thousands and this page of it by three: the walk ends with the last of those who are known. */
function fileMappings(system: PagingSystem, pfn: Pfn, expected: number, visit: MappingVisitor): number {
  const { pageCache, frames, store } = system;
  const known = pageCache.fileOf(pfn);
  if (known === null) return 0;
  const page = frames.extra(pfn);
  let found = 0;
  for (const [vma, space] of pageCache.of(known.file).mappings) {
    if (page < vma.filePage || page >= vma.filePage + (vma.last - vma.first)) continue;
    const vpn = vma.first + page - vma.filePage;
    const entry = space.tables.entryAddress(vpn);
    const low = entry === 0 ? 0 : store.read32(entry);
    if ((low & (PTE_P | PTE_PROTNONE)) === 0 || entryPfn(low, store.read32(entry + 4)) !== pfn) continue;
    visit(space, vpn, entry);
    if (++found === expected) break;
  }
  return found;
}
