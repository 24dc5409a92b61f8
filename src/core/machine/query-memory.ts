/** Views of memory: areas, pages, one page with its walk, frames. */
import type { FrameRow, PageDetail, PageRow, VmaRow } from '../../shared/views';
import { isNoExecute, permissionsText } from '../paging/address-space';
import { FrameKind } from '../paging/frame-table';
import { entryPfn, PTE_A, PTE_COW, PTE_D, PTE_P, PTE_PROTNONE, PTE_RW, PTE_SWAP } from '../paging/page-tables';
import { hex, highOf, lowOf, vaOf, vpnOfVa } from '../paging/units';
import type { Pfn, Vpn } from '../paging/units';
import type { Vma } from '../paging/vma';
import type { Computer } from './computer';
import { frameOwners } from './frame-owners';
import type { Process } from './process';
import { tlbLevel } from './query-translation';

const PAGE_ROWS_LIMIT = 4096;

export function vmaRows(process: Process): readonly VmaRow[] {
  const { space } = process;
  const { store, zeroPfn } = space.system;
  return space.vmas.all().map((vma) => {
    const isDirect = space.directFrame(vma.first) >= 0;
    let residentPages = isDirect ? vma.last - vma.first : 0;
    let zeroPages = 0;
    let dirtyPages = 0;
    let swappedPages = 0;
    const tables = new Set<number>();
    space.tables.forEach(vma.first, vma.last, (vpn, entry, pages) => {
      const low = store.read32(entry);
      if (pages === 1) tables.add(Math.floor(vpn / 512));
      if ((low & PTE_SWAP) !== 0) { swappedPages++; return; }
      if (entryPfn(low, store.read32(entry + 4)) === zeroPfn) zeroPages++; else residentPages += pages;
      if ((low & PTE_D) !== 0) dirtyPages += pages;
    });
    return {
      mappingId: vma.mappingId, low: hex(vaOf(vma.first)), high: hex(vaOf(vma.last)), permissions: permissionsText(vma.prot, vma.shared),
      kind: vma.kind, name: vma.name, pages: vma.last - vma.first, residentPages, zeroPages, dirtyPages, swappedPages, tablePages: tables.size,
    };
  });
}

/** Pages of one area, `from` counted from its first. */
export function pageRows(process: Process, mappingId: number, from: number, count: number): readonly PageRow[] {
  const vma = process.space.vmas.all().find((each) => each.mappingId === mappingId);
  if (vma === undefined) return [];
  const first = vma.first + Math.max(0, from);
  const last = Math.min(vma.last, first + Math.min(count, PAGE_ROWS_LIMIT));
  const rows: PageRow[] = [];
  for (let vpn = first; vpn < last; vpn++) rows.push(pageRow(process, vma, vpn));
  return rows;
}

function pageRow(process: Process, vma: Vma, vpn: Vpn): PageRow {
  const { space } = process;
  const { store, zeroPfn, frames } = space.system;
  const direct = space.directFrame(vpn);
  if (direct >= 0) return directRow(process, vma, vpn, direct);
  const entry = space.tables.leafEntry(vpn);
  const low = entry === 0 ? 0 : store.read32(entry);
  const high = entry === 0 ? 0 : store.read32(entry + 4);
  const isSwapped = low !== 0 && (low & (PTE_P | PTE_PROTNONE)) === 0;
  const pfn = low === 0 || isSwapped ? -1 : space.tables.frameOf(vpn);
  const state = low === 0 ? 'not-touched' : isSwapped ? 'swapped' : pfn === zeroPfn ? 'zero-page' : frames.kind(pfn) === FrameKind.File ? 'file' : 'resident';
  const isHeap = low !== 0 && (vma.kind === 'heap' || vma.kind === 'mmap');
  return {
    va: hex(vaOf(vpn)), mappingId: vma.mappingId, state, pfn,
    permissions: low === 0 ? permissionsText(vma.prot, vma.shared) : `r${(low & PTE_RW) !== 0 ? 'w' : '-'}${isNoExecute(high) ? '-' : 'x'}${vma.shared ? 's' : 'p'}`,
    accessed: (low & PTE_A) !== 0, dirty: (low & PTE_D) !== 0, cow: (low & PTE_COW) !== 0,
    firstFault: space.firstFaults.get(vpn), blockCount: isHeap ? process.heap?.blocksOnPage(vaOf(vpn)).length ?? 0 : 0,
  };
}

/** A page that is where its segment is: no entry says anything about it. */
function directRow(process: Process, vma: Vma, vpn: Vpn, pfn: Pfn): PageRow {
  const isHeap = vma.kind === 'heap' || vma.kind === 'mmap';
  return {
    va: hex(vaOf(vpn)), mappingId: vma.mappingId, state: 'resident', pfn, permissions: permissionsText(vma.prot, vma.shared), accessed: false, dirty: false, cow: false,
    firstFault: 0, blockCount: isHeap ? process.heap?.blocksOnPage(vaOf(vpn)).length ?? 0 : 0,
  };
}

/** A page with its walk, bytes and shadow; null outside every area. */
export function pageDetail(computer: Computer, process: Process, va: bigint): PageDetail | null {
  const { space } = process;
  const vpn = vpnOfVa(va);
  const vma = space.vmas.find(vpn);
  if (vma === null) return null;
  const address = space.peek(lowOf(vpn), highOf(vpn));
  const { bytes } = computer.store;
  return {
    ...pageRow(process, vma, vpn),
    walk: space.tables.walk(vpn).map((step) => ({ level: step.level, index: step.index, tablePfn: step.tablePfn, entry: hex(step.entry) })),
    inTlb: tlbLevel(computer, process, vpn),
    bytes: address === 0 ? new Uint8Array(0) : bytes.slice(address, address + 4096),
    shadow: computer.checking ? shadowStates(computer, space.shadows.page(vpn)) : new Uint8Array(0),
    blocks: process.heap?.blocksOnPage(vaOf(vpn)) ?? [],
  };
}

function shadowStates(computer: Computer, shadow: number): Uint8Array {
  const { bytes } = computer.store;
  const states = new Uint8Array(4096);
  for (let i = 0; i < 4096; i++) {
    const addressable = (((bytes[(shadow + i) >>> 3] ?? 0) >>> ((shadow + i) & 7)) & 1) === 1;
    states[i] = !addressable ? 0 : bytes[shadow + i] === 0 ? 2 : 1;
  }
  return states;
}

export function frameRow(computer: Computer, pfn: Pfn): FrameRow {
  const { frames } = computer.system;
  if (pfn < 0 || pfn >= frames.frameCount || frames.kind(pfn) === FrameKind.Free) return { pfn, kind: 'free', references: 0, owners: [], ownerCount: 0 };
  const owners = frameOwners(computer, pfn);
  const kind = frames.kind(pfn);
  const words = { [FrameKind.Free]: 'free', [FrameKind.Kernel]: 'kernel', [FrameKind.PageTable]: 'page-table', [FrameKind.Anonymous]: 'anonymous', [FrameKind.File]: 'file', [FrameKind.Zero]: 'zero' } as const;
  const isShared = owners.count > 1 && (kind === FrameKind.Anonymous || kind === FrameKind.File);
  return { pfn, kind: isShared ? 'shared' : words[kind], references: frames.references(pfn), owners: owners.list, ownerCount: owners.count };
}
