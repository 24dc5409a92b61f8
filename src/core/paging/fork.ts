/**
 * fork(2) of an address space (Linux, mm/memory.c copy_page_range, in outline): the child gets the parent's areas and, of
 * their entries, those that it could not fill again by itself.
 *
 *   anonymous, or private with pages of one's own   → the entry is copied; where the area may be written to, both entries
 *                                                     lose R/W and get COW, and the first write copies
 *   swapped out                                     → the entry is copied, its slot has one reference more
 *   shared, or private file pages only              → nothing: the child faults them in from the page cache
 *
 * The parent's translations go (its writable pages are write-protected now), as the flush of a real fork does.
 */
import { AddressSpace } from './address-space';
import { PTE_COW, PTE_D, PTE_FILE, PTE_NX_HIGH, PTE_PS, PTE_RW, PTE_SWAP, entryPfn, entrySlot } from './page-tables';
import { PROT_WRITE } from './vma';
import type { Vma } from './vma';

/**
 * The child's address space; null when the frames for its tables did not suffice, and then nothing has changed but COW marks.
 * `duplicateSlot`: a swap slot is named by one entry more.
 */
export function forkSpace(parent: AddressSpace, processKey: number, newMappingId: () => number, duplicateSlot: (slot: number) => void): AddressSpace | null {
  const { system } = parent;
  if (!system.commit.allows(parent.committedPages) || !hasRoom(parent)) return null;
  const child = new AddressSpace(system, processKey, newMappingId);
  child.joinFamily(parent);
  child.hasPatterns = parent.hasPatterns;
  child.brkStart = parent.brkStart;
  child.brk = parent.brk;
  let complete = true;
  for (const vma of parent.vmas.all()) {
    const { mappingId: _own, hugeReserved: _promise, ...template } = vma;
    child.vmas.insert(template);
    if (complete && !isRefilled(parent, vma)) complete = copyEntries(parent, child, vma, duplicateSlot);
  }
  child.promiseAll();
  system.asids.flush(parent);
  if (!complete) { child.destroy(); return null; }
  child.shadows.copyFrom(parent.shadows);
  child.firstFaults.copyFrom(parent.firstFaults);
  system.caches.clearFast();
  return child;
}

/** Frees frames for as many tables as the parent has, before entries are copied: what is copied must not leave RAM meanwhile. */
function hasRoom(parent: AddressSpace): boolean {
  const { system } = parent;
  while (system.buddy.freeFrames < parent.tables.tableCount) if (!system.makeRoom()) return false;
  return true;
}

/** Every page of the area can be had again from its file, so its entries need no copy. */
function isRefilled(parent: AddressSpace, vma: Vma): boolean {
  if (vma.file === null) return false;
  if (vma.shared) return true;
  let own = false;
  parent.tables.forEach(vma.first, vma.last, (_vpn, entry) => { own ||= (parent.system.store.read32(entry) & PTE_FILE) === 0; });
  return !own;
}

function copyEntries(parent: AddressSpace, child: AddressSpace, vma: Vma, duplicateSlot: (slot: number) => void): boolean {
  const { system } = parent;
  const { store, frames, zeroPfn } = system;
  let complete = true;
  parent.tables.forEach(vma.first, vma.last, (vpn, entry, pages) => {
    if (!complete) return;
    if (pages > 1) { complete = system.huge.copyEntry(parent, child, vma, vpn, entry, pages); return; }
    let low = store.read32(entry);
    const high = store.read32(entry + 4);
    const isSwapped = (low & PTE_SWAP) !== 0;
    if (!isSwapped && !vma.shared && (vma.prot & PROT_WRITE) !== 0 && (low & PTE_RW) !== 0) {
      low = ((low & ~PTE_RW) | PTE_COW) >>> 0;
      store.write32(entry, low);
    }
    const level = (low & PTE_PS) === 0 || isSwapped ? 1 : pages === 512 ? 2 : 3;
    const pfn = isSwapped ? entrySlot(low, high) : entryPfn(low, high);
    const flags = (low & 0xfff & ~PTE_D) | (isSwapped ? low & PTE_D : 0);
    if (!child.tables.map(vpn, pfn, flags, (high & PTE_NX_HIGH) !== 0, level)) { complete = false; return; }
    if (isSwapped) {
      duplicateSlot(pfn);
      child.swappedPages++;
    } else {
      frames.addReference(pfn);
      if (pfn !== zeroPfn) child.residentPages += pages;
    }
  });
  return complete;
}
