/**
 * The sanity pass over the invariants of ARCHITECTURE.md that concern the machine (I1–I5, I8), and the
 * hash of RAM by which two runs are compared.
 */
import * as layout from '../kernel/memory-layout';
import { FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_PINNED, FLAG_SWAP_CACHE, FrameKind } from '../paging/frame-table';
import { entryPfn, PTE_COW, PTE_P, PTE_PROTNONE, PTE_RW, PTE_SWAP, PTE_US } from '../paging/page-tables';
import { pressureViolations } from '../reclaim/violations';
import type { AddressSpace } from '../paging/address-space';
import type { Pfn, Vpn } from '../paging/units';
import type { Vma } from '../paging/vma';
import type { Computer } from './computer';
import type { Process } from './process';

const LIMIT = 100;

/** Violations as text, at most 100; empty when all is sound. */
export function sanityCheck(computer: Computer): readonly string[] {
  const found: string[] = [...computer.system.buddy.check(), ...computer.system.pageCache.check()];
  // A column, not a map: 64 GiB have 16 million frames.
  const { frameCount } = computer.system.frames, references = new Uint32Array(frameCount);
  const count = (pfn: Pfn): void => {
    if (pfn < frameCount) references[pfn] = (references[pfn] ?? 0) + 1;
    else found.push(`I2 frame ${String(pfn)} is named, and there are ${String(frameCount)}`);
  };
  for (const process of computer.processes) {
    if (process.phase === 'reclaimed') continue;
    checkSpace(computer, process, count, found);
    const isRunning = computer.current?.process === process;
    if (isRunning && process.heap !== null) found.push(...process.heap.violations().map((text) => `I5 ${text}`));
  }
  checkReferences(computer, references, found);
  const isPaged = computer.config.machine.translation === 'paging';
  if (isPaged) found.push(...pressureViolations(computer.system, livingSpaces(computer)));
  return found.slice(0, LIMIT);
}

function checkSpace(computer: Computer, process: Process, count: (pfn: Pfn) => void, found: string[]): void {
  const { space } = process;
  const { store, frames, zeroPfn } = computer.system;
  found.push(...space.vmas.check().map((text) => `I3 ${process.name}: ${text}`));
  let tables = 0;
  space.tables.forEachTable((pfn) => {
    tables++;
    count(pfn);
    if (frames.kind(pfn) !== FrameKind.PageTable) found.push(`I2 table frame ${String(pfn)} is not marked as one`);
  });
  if (tables !== space.tables.tableCount) found.push(`I2 ${process.name} counts ${String(space.tables.tableCount)} tables and has ${String(tables)}`);
  let resident = 0;
  space.forEachOwnFrame((pfn) => {
    count(pfn);
    resident++;
  });
  space.tables.forEach(0, space.userEnd, (vpn, entry, pages) => {
    const low = store.read32(entry);
    const vma = space.vmas.find(vpn);
    if ((low & PTE_SWAP) !== 0) {
      if (vma === null) found.push(`I3 swapped page 0x${vpn.toString(16)} of ${process.name} lies outside all VMAs`);
      return;
    }
    const pfn = entryPfn(low, store.read32(entry + 4));
    for (let k = 0; k < pages; k++) count(pfn + k);
    if (pages > 1) found.push(...hugeViolations(process, vma, vpn, pfn, pages));
    const isPool = pages > 1 && vma?.hugeLevel !== undefined;
    if (pfn !== zeroPfn && !isPool) resident += pages;
    if (vma === null) found.push(`I3 page 0x${vpn.toString(16)} of ${process.name} is mapped outside all VMAs`);
    if (((low & PTE_P) !== 0) === ((low & PTE_PROTNONE) !== 0)) found.push(`I1 entry 0x${low.toString(16)} of page 0x${vpn.toString(16)} is neither present nor PROT_NONE`);
    if ((low & PTE_P) !== 0 && (low & PTE_US) === 0) found.push(`I8 page 0x${vpn.toString(16)} is not a user page`);
    const kind = frames.kind(pfn);
    if (kind !== FrameKind.Anonymous && kind !== FrameKind.File && kind !== FrameKind.Zero) found.push(`I8 page 0x${vpn.toString(16)} of ${process.name} shows frame ${String(pfn)} of kind ${String(kind)}`);
    if ((low & PTE_RW) !== 0 && ((isPool ? frames.references(pfn) > 2 : !computer.system.isExclusive(pfn)) || (low & PTE_COW) !== 0) && vma?.shared !== true) found.push(`I8 page 0x${vpn.toString(16)} of ${process.name} is writable and shared`);
    const owner = frames.field(pfn, layout.FD_OWNER);
    if (kind === FrameKind.Anonymous && owner !== process.key && computer.system.families[owner] !== space.family) found.push(`I8 page 0x${vpn.toString(16)} of ${process.name} shows a frame of process ${String(owner)}, which is no relative`);
  });
  // Without translation memory belongs to nobody: what a process calls its own is in RAM, and so is everybody else's.
  if (resident !== space.residentPages && computer.config.machine.translation !== 'none') found.push(`I2 ${process.name} counts ${String(space.residentPages)} resident pages and has ${String(resident)}`);
}

/** A huge page lies within one area, on frames that are marked as its own. */
function hugeViolations(process: Process, vma: Vma | null, vpn: Vpn, pfn: Pfn, pages: number): readonly string[] {
  const { frames } = process.space.system;
  const found: string[] = [];
  const name = `huge page 0x${vpn.toString(16)} of ${process.name}`;
  if (vma === null || vpn < vma.first || vpn + pages > vma.last) found.push(`I3 ${name} does not lie within one area`);
  for (let k = 0; k < pages; k++) {
    const expected = k === 0 ? FLAG_HUGE_HEAD : FLAG_HUGE_TAIL;
    if ((frames.field(pfn + k, layout.FD_FLAGS) & (FLAG_HUGE_HEAD | FLAG_HUGE_TAIL)) !== expected) found.push(`I2 frame ${String(pfn + k)} of ${name} is not marked as a part of it`);
    if (frames.extra(pfn + k) !== vpn + k) found.push(`I2 frame ${String(pfn + k)} of ${name} is remembered at page 0x${frames.extra(pfn + k).toString(16)}`);
  }
  return found;
}

function* livingSpaces(computer: Computer): Generator<AddressSpace> {
  for (const process of computer.processes) if (process.phase !== 'reclaimed') yield process.space;
}

/** I2: entries + page cache + swap cache + tables + pins = the reference count of every frame in use. */
function checkReferences(computer: Computer, references: Uint32Array, found: string[]): void {
  const { frames, pageCache } = computer.system;
  forEachUsedFrame(computer, (pfn, flags) => {
    const pins = (flags & FLAG_PINNED) !== 0 ? 1 : 0;
    const cached = pageCache.fileOf(pfn) !== null || (flags & FLAG_SWAP_CACHE) !== 0 ? 1 : 0;
    const expected = (references[pfn] ?? 0) + pins + cached;
    if (frames.references(pfn) !== expected) found.push(`I2 frame ${String(pfn)} has ${String(frames.references(pfn))} references, ${String(expected)} are known`);
  });
}

/** Every allocated frame, ascending. */
export function forEachUsedFrame(computer: Computer, visit: (pfn: Pfn, flags: number) => void): void {
  const { frames } = computer.system;
  for (let first = 0; first < frames.frameCount; first += frames.sectionFrames) {
    if (!frames.hasSection(first)) continue;
    const end = Math.min(first + frames.sectionFrames, frames.frameCount);
    for (let pfn = first; pfn < end; pfn++) {
      const flags = frames.field(pfn, layout.FD_FLAGS);
      if ((flags & 15) !== FrameKind.Free) visit(pfn, flags);
    }
  }
}

/** 64-bit hash of all allocated frames (number, kind, content) and of the counters, as 16 hex digits. */
export function ramHash(computer: Computer): string {
  const { kernel, store } = computer;
  const { frames } = computer.system;
  let hash = 0xcbf29ce484222325n;
  const mix = (value: bigint): void => { hash = BigInt.asUintN(64, (hash ^ value) * 0x100000001b3n); };
  forEachUsedFrame(computer, (pfn, flags) => {
    mix(BigInt(pfn) * 16n + BigInt(flags & 15));
    const slot = frames.field(pfn, layout.FD_SLOT);
    if (slot === 0) return;
    if ((slot & 1) !== 0) { mix(BigInt(slot)); return; }
    kernel.hash(slot, 4096);
    mix(store.read64(layout.ST_ARG0));
  });
  const counters = computer.counters();
  for (const value of [counters.instructions, counters.cycles, counters.accesses, counters.fetches, counters.l1dMisses, counters.l1iMisses, counters.l2Hits, counters.l2Misses, counters.walks, counters.walkReads, counters.calls, counters.minorFaults]) mix(BigInt(value));
  return hash.toString(16).padStart(16, '0');
}
