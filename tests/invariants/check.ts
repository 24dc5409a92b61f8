/** The invariants I1–I4 and I8 over a whole paging system, counted anew from its tables; written apart from machine/sanity.ts. */
import * as layout from '../../src/core/kernel/memory-layout';
import type { AddressSpace } from '../../src/core/paging/address-space';
import { FLAG_PINNED, FLAG_SWAP_CACHE, FrameKind } from '../../src/core/paging/frame-table';
import { PTE_COW, PTE_FILE, PTE_P, PTE_PROTNONE, PTE_RW, PTE_SWAP, entryPfn } from '../../src/core/paging/page-tables';
import type { PagingSystem } from '../../src/core/paging/paging-system';

/** Violations as text; empty when all is sound. */
export function violations(system: PagingSystem, spaces: readonly AddressSpace[]): string[] {
  const found: string[] = [...system.buddy.check(), ...system.swap.slots.check()];
  const references = new Map<number, number>();
  const slots = new Map<number, number>();
  const refer = (map: Map<number, number>, key: number): void => { map.set(key, (map.get(key) ?? 0) + 1); };
  for (const space of spaces) found.push(...spaceViolations(system, space, (pfn) => { refer(references, pfn); }, (slot) => { refer(slots, slot); }));
  for (const file of system.pageCache.all()) {
    for (const [page, pfn] of file.pages) {
      refer(references, pfn);
      if (system.frames.kind(pfn) !== FrameKind.File) found.push(`I2 frame ${String(pfn)} holds page ${String(page)} of ${file.file.path} and is of kind ${String(system.frames.kind(pfn))}`);
    }
  }
  for (let pfn = 0; pfn < system.frames.frameCount; pfn++) found.push(...frameViolations(system, pfn, references, slots));
  for (const [slot, count] of slots) {
    if (system.swap.slots.references(slot) !== count) found.push(`I2 slot ${String(slot)} has ${String(system.swap.slots.references(slot))} references, ${String(count)} entries name it`);
  }
  return found;
}

function spaceViolations(system: PagingSystem, space: AddressSpace, frame: (pfn: number) => void, slot: (slot: number) => void): string[] {
  const found = [...space.vmas.check()].map((text) => `I3 ${text}`);
  let resident = 0;
  let swapped = 0;
  space.tables.forEachTable((pfn) => { frame(pfn); });
  space.tables.forEach(0, space.userEnd, (vpn, entry) => {
    const low = system.store.read32(entry);
    const number = entryPfn(low, system.store.read32(entry + 4));
    const states = [(low & PTE_P) !== 0, (low & PTE_PROTNONE) !== 0, (low & PTE_SWAP) !== 0].filter(Boolean).length;
    if (states !== 1) found.push(`I1 entry 0x${low.toString(16)} of page 0x${vpn.toString(16)} is in ${String(states)} states`);
    const vma = space.vmas.find(vpn);
    if (vma === null) found.push(`I3 page 0x${vpn.toString(16)} is mapped outside all areas`);
    if ((low & PTE_SWAP) !== 0) {
      swapped++;
      slot(number);
      return;
    }
    frame(number);
    if (number !== system.zeroPfn) resident++;
    const kind = system.frames.kind(number);
    if (number !== system.zeroPfn && kind !== FrameKind.Anonymous && kind !== FrameKind.File) found.push(`I8 page 0x${vpn.toString(16)} shows frame ${String(number)} of kind ${String(kind)}`);
    if ((low & PTE_RW) === 0 || vma === null) return;
    if ((low & PTE_COW) !== 0 || number === system.zeroPfn) found.push(`I8 page 0x${vpn.toString(16)} is writable and waits for a copy`);
    if (!vma.shared && (low & PTE_FILE) !== 0) found.push(`I8 page 0x${vpn.toString(16)} writes into a file privately mapped`);
  });
  if (resident !== space.residentPages) found.push(`I2 ${String(space.residentPages)} resident pages are counted, there are ${String(resident)}`);
  if (swapped !== space.swappedPages) found.push(`I2 ${String(space.swappedPages)} swapped pages are counted, there are ${String(swapped)}`);
  return found;
}

function frameViolations(system: PagingSystem, pfn: number, references: ReadonlyMap<number, number>, slots: ReadonlyMap<number, number>): string[] {
  const { frames, swap } = system;
  const flags = frames.field(pfn, layout.FD_FLAGS);
  const kind = flags & 15;
  if (kind === FrameKind.Free) return references.has(pfn) ? [`I2 frame ${String(pfn)} is free and in use`] : [];
  const found: string[] = [];
  const cached = (flags & FLAG_SWAP_CACHE) !== 0;
  const pinned = (flags & FLAG_PINNED) !== 0 ? 1 : 0;
  const expected = (references.get(pfn) ?? 0) + pinned + (cached ? 1 : 0);
  if (frames.references(pfn) !== expected) found.push(`I2 frame ${String(pfn)} (kind ${String(kind)}) has ${String(frames.references(pfn))} references, ${String(expected)} are known`);
  if (cached && swap.slotOf(pfn) < 0) found.push(`I2 frame ${String(pfn)} is in the swap cache and has no slot`);
  if (cached && swap.slots.references(swap.slotOf(pfn)) !== (slots.get(swap.slotOf(pfn)) ?? 0)) found.push(`I2 the slot of frame ${String(pfn)} is counted wrongly`);
  if (!cached && !pinned && kind === FrameKind.Anonymous && (references.get(pfn) ?? 0) === 0) found.push(`I2 anonymous frame ${String(pfn)} belongs to nobody`);
  return found;
}
