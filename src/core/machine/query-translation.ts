/**
 * Queries of the Translation view: contents of TLBs and paging-structure cache, and the walk of one address. Reads the store
 * only; no statistic and no LRU order changes.
 */
import type { EntryKind, HugeMemoryStatus, TlbColumns, TlbPicture, TlbPlace, TranslationAnswer, TranslationOutcome, TranslationStep } from '../../shared/views-translation';
import { TLB_DIRTY, TLB_NO_EXECUTE, TLB_USER, TLB_WRITABLE } from '../../shared/views-translation';
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import { permissionsText } from '../paging/address-space';
import { fragmentationIndex } from '../paging/compaction';
import { PTE_PROTNONE, PTE_SWAP, entrySlot, pagesOfLevel } from '../paging/page-tables';
import type { WalkStep } from '../paging/page-tables';
import { hex, isCanonical, isKernelHalf, vaOf } from '../paging/units';
import type { Vpn } from '../paging/units';
import type { Vma } from '../paging/vma';
import type { Computer } from './computer';
import type { Process } from './process';

const EMPTY = 0xffffffff;
/** Flags of a TLB entry (kernel/as/walk.ts): bits of the PTE, page size, NX. */
const [ENTRY_RW, ENTRY_US, ENTRY_D, ENTRY_2M, ENTRY_1G] = [2, 4, 0x40, 0x200, 0x400];
const LEVEL_NAME: Readonly<Record<number, string>> = { 1: 'PT', 2: 'PD', 3: 'PDPT', 4: 'PML4', 5: 'PML5' };
const NX = 1n << 63n;

interface Array_ { readonly id: TlbColumns['id']; readonly base: number; readonly sets: number; readonly ways: number; /** Level of a paging-structure entry; 0: a TLB. */ readonly level: number }

function arraysOf(computer: Computer): readonly Array_[] {
  const { tlb, levels } = computer.config.machine;
  const psc = (level: number): Array_ => ({
    id: `psc${String(level)}` as TlbColumns['id'], sets: 1, level,
    base: level === 2 ? layout.PSC : layout.PSC + (layout.PSC_PT_ENTRIES + (level - 3) * layout.PSC_UPPER_ENTRIES) * layout.TLB_ENTRY_BYTES,
    ways: level === 2 ? layout.PSC_PT_ENTRIES : layout.PSC_UPPER_ENTRIES,
  });
  return [
    { id: 'l1d', base: layout.TLB_L1D, sets: tlb.l1dEntries / tlb.l1dWays, ways: tlb.l1dWays, level: 0 },
    { id: 'l1i', base: layout.TLB_L1I, sets: tlb.l1iEntries / tlb.l1iWays, ways: tlb.l1iWays, level: 0 },
    { id: 'l2', base: layout.TLB_L2, sets: tlb.l2Entries / tlb.l2Ways, ways: tlb.l2Ways, level: 0 },
    psc(2), psc(3), psc(4), ...(levels === 5 ? [psc(5)] : []),
  ];
}

/** Everything that the translation caches hold now, with the exact counters. */
export function tlbPicture(computer: Computer): TlbPicture {
  const { costs, levels, tlb } = computer.config.machine;
  const owners = new Map<number, { readonly pid: number; readonly key: number }>();
  for (const space of computer.system.spaces) {
    if (space === undefined) continue;
    const asid = computer.system.asids.current(space);
    const process = asid === 0 ? null : computer.processByKey(space.processKey);
    if (process !== null) owners.set(asid, { pid: process.pid, key: process.key });
  }
  return {
    arrays: arraysOf(computer).map((array) => columnsOf(computer, array, owners)), counters: countersOf(computer),
    l2HitCycles: costs.l2HitCycles, walkReadCycles: costs.walkReadCycles, levels, pcid: tlb.pcid !== false,
  };
}

/** Large free blocks, pools, and what compaction and khugepaged have done. */
export function hugeMemoryStatus(computer: Computer): HugeMemoryStatus {
  const { huge, buddy } = computer.system;
  const freeBlocks = computer.compactor.freeBlocks();
  const { runs, successes, deferred, moved } = computer.compactor.counts;
  return {
    mode: huge.mode, freeFrames: buddy.freeFrames, freeBlocks, fragmentation: freeBlocks.map((_, order) => fragmentationIndex(freeBlocks, order)),
    pools: [huge.pool2M, huge.pool1G].filter((pool) => pool.total > 0).map((pool) => ({ pageBytes: pool.pages * 4096, total: pool.total, free: pool.freeCount, reserved: pool.reserved })),
    ...huge.counts, compaction: { runs, successes, deferred, moved },
  };
}

function countersOf(computer: Computer): TlbPicture['counters'] {
  const counters = computer.counters();
  const { costs } = computer.config.machine;
  const { counts } = computer.system.huge;
  return {
    instructions: counters.instructions, cycles: counters.cycles, accesses: counters.accesses, fetches: counters.fetches,
    l1dMisses: counters.l1dMisses, l1iMisses: counters.l1iMisses, l2Hits: counters.l2Hits, l2Misses: counters.l2Misses,
    walks: counters.walks, walkReads: counters.walkReads, pscHits: computer.store.readCount(layout.CNT_PSC_HIT),
    translationCycles: counters.l2Hits * costs.l2HitCycles + counters.walkReads * costs.walkReadCycles,
    shootdowns: computer.events.totals[EventKind.Shootdown] ?? 0,
    hugeFaults: counts.faults, hugePromotions: counts.promoted + counts.collapsed, hugeSplits: counts.split, hugeFallbacks: counts.fallbacks,
  };
}

function columnsOf(computer: Computer, array: Array_, owners: ReadonlyMap<number, { readonly pid: number; readonly key: number }>): TlbColumns {
  const { store } = computer;
  const used: number[] = [];
  for (let place = 0; place < array.sets * array.ways; place++) if (!isEmpty(computer, entryAt(array, place))) used.push(place);
  const n = used.length;
  const columns = {
    place: Uint16Array.from(used), vpn: new Float64Array(n), pfn: new Float64Array(n), level: new Uint8Array(n), asid: new Uint16Array(n),
    pid: new Float64Array(n), processKey: new Float64Array(n), flags: new Uint8Array(n), rank: new Uint8Array(n),
  };
  used.forEach((place, i) => {
    const at = entryAt(array, place);
    const low = store.read32(at);
    const flags = store.read32(at + 12);
    const owner = owners.get(low & 0xfff);
    columns.vpn[i] = store.read32(at + 4) * 1048576 + (low >>> 12);
    columns.pfn[i] = store.read32(at + 8);
    columns.level[i] = array.level > 0 ? array.level : (flags & ENTRY_1G) !== 0 ? 3 : (flags & ENTRY_2M) !== 0 ? 2 : 1;
    columns.asid[i] = low & 0xfff;
    columns.pid[i] = owner?.pid ?? 0;
    columns.processKey[i] = owner?.key ?? 0;
    columns.flags[i] = ((flags & ENTRY_RW) !== 0 ? TLB_WRITABLE : 0) | ((flags & ENTRY_US) !== 0 ? TLB_USER : 0) | (flags >>> 31 !== 0 ? TLB_NO_EXECUTE : 0) | ((flags & ENTRY_D) !== 0 ? TLB_DIRTY : 0);
    columns.rank[i] = rankOf(computer, array, place);
  });
  return { id: array.id, sets: array.sets, ways: array.ways, ...columns };
}

function entryAt(array: Array_, place: number): number {
  return array.base + place * layout.TLB_ENTRY_BYTES;
}
function isEmpty(computer: Computer, at: number): boolean {
  return computer.store.read32(at) === EMPTY && computer.store.read32(at + 4) === EMPTY;
}
/** How many entries of the set were used after this one. */
function rankOf(computer: Computer, array: Array_, place: number): number {
  const stamp = computer.store.readCount(entryAt(array, place) + 16);
  const first = place - (place % array.ways);
  let rank = 0;
  for (let way = 0; way < array.ways; way++) if (computer.store.readCount(entryAt(array, first + way) + 16) > stamp) rank++;
  return rank;
}

/** How an address of a process is translated, level by level, and who would answer an access to it now. `va` as unsigned 64 bits. */
export function translationOf(computer: Computer, process: Process, va: bigint): TranslationAnswer {
  const { levels, translation } = computer.config.machine;
  const high = Number(va >> 32n) | 0;
  const canonical = isCanonical(high, levels);
  const vpn = Number(va >> 12n);
  const inUser = canonical && !isKernelHalf(high);
  const off = translation === 'none' || translation === 'segmentation';
  const walk = !canonical || off ? [] : process.space.tables.walk(inUser ? vpn : vpn % 2 ** (levels * 9));
  const steps = walk.map((step) => stepOf(computer, step));
  const vma = inUser ? process.space.vmas.find(vpn) : null;
  const last = steps[steps.length - 1];
  const outcome: TranslationOutcome = off ? 'off' : !canonical ? 'not-canonical' : !inUser ? 'kernel'
    : last?.kind === 'page' || last?.kind === 'no-rights' || last?.kind === 'swapped' ? last.kind : vma === null ? 'no-area' : 'absent';
  return {
    va: hex(va), levels, canonical, steps, outcome, reason: reasonOf(outcome, last, vma, va, levels),
    ...pageOf(walk[walk.length - 1], outcome, va), ...rightsOf(walk, outcome), area: areaOf(vma), ...answerOf(computer, process, vpn, outcome, steps),
  };
}

function stepOf(computer: Computer, step: WalkStep): TranslationStep {
  const { frames, store } = computer.system;
  const slot = frames.slot(step.tablePfn);
  const bytes = store.bytes.slice(slot, slot + 4096);
  let used = 0;
  for (let i = 0; i < 512; i++) if (store.read32(slot + 8 * i) !== 0) used++;
  return { level: step.level, index: step.index, tablePfn: step.tablePfn, entryPa: hex(BigInt(step.tablePfn) * 4096n + BigInt(step.index) * 8n), entry: hex(step.entry), kind: kindOf(step), used, bytes };
}

function kindOf(step: WalkStep): EntryKind {
  const low = Number(step.entry & 0xfffn);
  if ((low & 1) !== 0) return step.level === 1 || (step.level <= 3 && (low & 0x80) !== 0) ? 'page' : 'table';
  if ((low & PTE_SWAP) !== 0 && step.level === 1) return 'swapped';
  return (low & PTE_PROTNONE) !== 0 ? 'no-rights' : 'absent';
}

function pageOf(step: WalkStep | undefined, outcome: TranslationOutcome, va: bigint): Pick<TranslationAnswer, 'pa' | 'pfn' | 'pageBytes' | 'pagePfn' | 'swapSlot'> {
  if (step === undefined || outcome !== 'page') {
    const swapSlot = outcome === 'swapped' && step !== undefined ? entrySlot(Number(step.entry & 0xffffffffn), Number(step.entry >> 32n)) : -1;
    return { pa: '', pfn: -1, pageBytes: 0, pagePfn: -1, swapSlot };
  }
  const pageBytes = pagesOfLevel(step.level) * 4096;
  const first = (step.entry & 0xffffffffff000n) & ~(BigInt(pageBytes) - 1n);
  const pa = first + (va & (BigInt(pageBytes) - 1n));
  return { pa: hex(pa), pfn: Number(pa >> 12n), pageBytes, pagePfn: Number(first >> 12n), swapSlot: -1 };
}

function rightsOf(walk: readonly WalkStep[], outcome: TranslationOutcome): Pick<TranslationAnswer, 'readable' | 'writable' | 'executable'> {
  const isPage = outcome === 'page';
  const user = isPage && walk.every((step) => (step.entry & 4n) !== 0n);
  return { readable: user, writable: user && walk.every((step) => (step.entry & 2n) !== 0n), executable: user && walk.every((step) => (step.entry & NX) === 0n) };
}

function areaOf(vma: Vma | null): TranslationAnswer['area'] {
  return vma === null ? null : { mappingId: vma.mappingId, low: hex(vaOf(vma.first)), high: hex(vaOf(vma.last)), permissions: permissionsText(vma.prot, vma.shared), kind: vma.kind, name: vma.name };
}

function answerOf(computer: Computer, process: Process, vpn: Vpn, outcome: TranslationOutcome, steps: readonly TranslationStep[]): Pick<TranslationAnswer, 'l1d' | 'l1i' | 'l2' | 'pscLevel' | 'answeredBy' | 'costCycles' | 'fullWalkCycles' | 'walkReadsNow'> {
  const { costs, levels } = computer.config.machine;
  const asid = computer.system.asids.current(process.space);
  const [l1dArray, l1iArray, l2Array, ...psc] = arraysOf(computer);
  const find = (array: Array_ | undefined): TlbPlace | null => (array === undefined || asid === 0 || outcome === 'off' ? null : findPlace(computer, array, vpn, asid));
  const [l1d, l1i, l2] = [find(l1dArray), find(l1iArray), find(l2Array)];
  const pscLevel = psc.find((array) => find(array) !== null)?.level ?? 0;
  const walkReadsNow = pscLevel === 0 ? steps.length : steps.filter((step) => step.level < pscLevel).length;
  const isPage = outcome === 'page';
  const answeredBy = !isPage ? 'nobody' : l1d !== null ? 'L1' : l2 !== null ? 'L2' : 'walk';
  const costCycles = answeredBy === 'L2' ? costs.l2HitCycles : answeredBy === 'walk' ? walkReadsNow * costs.walkReadCycles : 0;
  return { l1d, l1i, l2, pscLevel, answeredBy, costCycles, fullWalkCycles: (isPage ? steps.length : levels) * costs.walkReadCycles, walkReadsNow };
}

/** Which TLB holds the translation of a page now (data or instruction side of L1). */
export function tlbLevel(computer: Computer, process: Process, vpn: Vpn): 'L1' | 'L2' | 'no' {
  const asid = computer.system.asids.current(process.space);
  const [l1d, l1i, l2] = arraysOf(computer).map((array) => (asid === 0 ? null : findPlace(computer, array, vpn, asid)));
  return (l1d ?? l1i ?? null) !== null ? 'L1' : (l2 ?? null) !== null ? 'L2' : 'no';
}

/** The entry of an array that translates a page: of 4 KiB, 2 MiB, 1 GiB, each in the set that its own number selects. */
function findPlace(computer: Computer, array: Array_, vpn: Vpn, asid: number): TlbPlace | null {
  for (const level of array.level > 0 ? [array.level] : [1, 2, 3]) {
    const pages = array.level > 0 ? 512 ** (level - 1) : pagesOfLevel(level);
    const first = vpn - (vpn % pages);
    const set = (first / pages) % array.sets;
    for (let way = 0; way < array.ways; way++) {
      const at = entryAt(array, set * array.ways + way);
      const low = computer.store.read32(at);
      if (isEmpty(computer, at) || (low & 0xfff) !== asid || computer.store.read32(at + 4) * 1048576 + (low >>> 12) !== first) continue;
      const flags = computer.store.read32(at + 12);
      const size = (flags & ENTRY_1G) !== 0 ? 3 : (flags & ENTRY_2M) !== 0 ? 2 : 1;
      if (array.level === 0 && size !== level) continue;
      return { set, way, rank: rankOf(computer, array, set * array.ways + way) };
    }
  }
  return null;
}

function reasonOf(outcome: TranslationOutcome, last: TranslationStep | undefined, vma: Vma | null, va: bigint, levels: 4 | 5): string {
  const table = LEVEL_NAME[last?.level ?? 0] ?? 'table';
  switch (outcome) {
    case 'off': return 'Translation by pages is switched off on this machine: no page tables exist.';
    case 'not-canonical': return `Not canonical: with ${String(levels)} levels, bits 63 to ${levels === 5 ? '56' : '47'} of an address must be equal. The processor raises #GP before any walk.`;
    case 'kernel': return `The kernel's half of the address space (bit ${levels === 5 ? '56' : '47'} is 1). A program that touches it gets SIGSEGV; the kernel of this machine maps nothing there.`;
    case 'page': return last?.level === 1 ? 'The walk found a 4 KiB page.' : `The walk ended early: PS is set in the ${table} entry, which maps ${last?.level === 2 ? '2 MiB' : '1 GiB'} at once.`;
    case 'no-rights': return `P is clear in the ${table} entry because the page has no rights (PROT_NONE). Its frame is kept: mprotect can give the rights back.`;
    case 'swapped': return 'P is clear: the page was moved to a swap slot, whose number stands in bits 12 to 51. The next access is a major fault that reads it back.';
    case 'no-area': return `No mapping covers ${hex(va)}: P is clear in the ${table} entry, and an access ends in SIGSEGV.`;
    case 'absent': return `P is clear in the ${table} entry: ${vma?.file === null ? 'the page was never touched, and the first access is a minor fault that gives it a frame' : 'the page was not touched here yet; a fault will show the frame of the page cache'}.`;
  }
}
