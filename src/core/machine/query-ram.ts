/**
 * Physical memory as a whole, for the view RAM & swap: sums, a map of all frames, one frame, the swap slots. A map of many
 * frames is read from sums per block of 512 frames (paging/frame-table.ts), so that 16 million frames cost what a few
 * thousand do.
 */
import { RAM_KINDS, RamKind, RamMark } from '../../shared/views-ram';
import type { FrameDetail, FrameMap, FrameMapQuery, ListSize, MemoryStatus, SlotDetail, SlotMapCells, SwapStatus } from '../../shared/views-ram';
import * as layout from '../kernel/memory-layout';
import { MAX_ORDER } from '../paging/buddy';
import {
  AGE_SHIFT, BLOCK_FRAMES, FLAG_ACTIVE, FLAG_AGE, FLAG_DIRTY, FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_LRU, FLAG_PINNED, FLAG_REFERENCED, FLAG_SWAP_CACHE, FLAG_WRITE_BACK,
  FRAME_KINDS, FrameKind,
} from '../paging/frame-table';
import type { PagingSystem } from '../paging/paging-system';
import { hex, vaOf } from '../paging/units';
import type { Pfn } from '../paging/units';
import { LinuxEngine } from '../reclaim/linux-engine';
import { cacheReferences } from '../reclaim/reverse-map';
import { CLUSTER_SLOTS } from '../swap/slot-map';
import { thrashingSentence } from '../reclaim/working-set';
import type { Computer } from './computer';
import { frameOwners } from './frame-owners';

/** Maps of at most this many frames read every descriptor. */
const EXACT_FRAMES = 65_536;
const CELLS_LIMIT = 65_536;
const LIST_NAMES = ['inactive anonymous', 'active anonymous', 'inactive file', 'active file'];

export function memoryStatus(computer: Computer): MemoryStatus {
  const { system } = computer;
  const { buddy, frames, reclaim, commit } = system;
  const { workingSet, statistics, settings } = reclaim;
  const kinds = new Array<number>(RAM_KINDS).fill(0);
  for (let kind = 0; kind < FRAME_KINDS; kind++) kinds[kind] = frames.kindTotals[kind] ?? 0;
  return {
    frameCount: frames.frameCount, managedFrames: system.managedFrames, freeFrames: buddy.freeFrames, absentFrames: buddy.takenAway, kinds,
    marks: reclaim.marks, policy: settings.policy, lists: listSizes(system), swappiness: settings.swappiness, swap: swapStatus(system),
    reclaim: {
      ...statistics,
      refaultsAnonymous: workingSet.refaults[0] ?? 0, refaultsFile: workingSet.refaults[1] ?? 0,
      activationsAnonymous: workingSet.activations[0] ?? 0, activationsFile: workingSet.activations[1] ?? 0,
    },
    commit: { mode: settings.overcommit, committedPages: commit.committed, limitPages: commit.limit, refused: commit.refused },
    thrashing: { ...workingSet.verdict, sentence: thrashingSentence(workingSet.verdict, reclaim.engine.size) },
    cache: { frames: system.pageCache.frameCount, dirty: system.pageCache.dirtyCount },
    freeBlocks: Array.from({ length: MAX_ORDER + 1 }, (_, order) => buddy.freeBlocks(order)),
    cycles: computer.cycles(),
  };
}

function listSizes(system: PagingSystem): readonly ListSize[] {
  const { engine } = system.reclaim;
  if (engine instanceof LinuxEngine) return engine.lists.map((list, i) => ({ name: LIST_NAMES[i] ?? '', frames: list.size }));
  return [{ name: 'queue', frames: engine.size }];
}

function swapStatus({ swap }: PagingSystem): SwapStatus {
  const { slots, timeline, statistics, device } = swap;
  return { slotCount: slots.slotCount, usedSlots: slots.usedSlots, badSlots: slots.badSlots, device: timeline.model, place: device.description, notices: [...device.notices ?? []], busyCycles: timeline.busyCycles, ...statistics };
}

/** The map of frames at a resolution; ranges are cut to the machine, cells are never smaller than a frame. */
export function frameMap(computer: Computer, query: FrameMapQuery): FrameMap {
  const { frames } = computer.system;
  const from = Math.min(query.from, frames.frameCount);
  const count = Math.min(query.count, frames.frameCount - from);
  const wanted = Math.max(1, Math.min(query.cells, CELLS_LIMIT));
  let framesPerCell = Math.max(1, Math.ceil(count / wanted));
  const isExact = count <= EXACT_FRAMES || framesPerCell < BLOCK_FRAMES && count <= 8 * EXACT_FRAMES;
  const start = isExact ? from : from - (from % BLOCK_FRAMES);
  if (!isExact) framesPerCell = Math.ceil(framesPerCell / BLOCK_FRAMES) * BLOCK_FRAMES;
  const cells = Math.ceil((from + count - start) / framesPerCell);
  const map: FrameMap = { from: start, count: from + count - start, framesPerCell, kind: new Uint8Array(cells), used: new Uint8Array(cells), marks: new Uint8Array(cells), isExact };
  if (isExact) fillExactly(computer.system, map, cells); else fillFromBlocks(computer.system, map, cells);
  return map;
}

/** Absent frames of each cell, and how many of them their descriptors call Kernel. */
function absentByCell(system: PagingSystem, map: FrameMap, cells: number): { readonly absent: Uint32Array; readonly marked: Uint32Array } {
  const absent = new Uint32Array(cells);
  const marked = new Uint32Array(cells);
  const end = map.from + map.count;
  for (const range of system.buddy.absentRanges()) {
    for (let pfn = Math.max(range.first, map.from); pfn < Math.min(range.end, end);) {
      const cell = Math.floor((pfn - map.from) / map.framesPerCell);
      const next = Math.min(range.end, end, map.from + (cell + 1) * map.framesPerCell);
      absent[cell] = (absent[cell] ?? 0) + next - pfn;
      if (range.marked) marked[cell] = (marked[cell] ?? 0) + next - pfn;
      pfn = next;
    }
  }
  return { absent, marked };
}

function fillExactly(system: PagingSystem, map: FrameMap, cells: number): void {
  const { frames } = system;
  const { absent, marked } = absentByCell(system, map, cells);
  const counts = new Uint32Array(RAM_KINDS);
  for (let cell = 0; cell < cells; cell++) {
    counts.fill(0);
    const first = map.from + cell * map.framesPerCell;
    const last = Math.min(first + map.framesPerCell, map.from + map.count);
    let marks = 0;
    for (let pfn = first; pfn < last; pfn++) {
      const flags = frames.hasSection(pfn) ? frames.field(pfn, layout.FD_FLAGS) : 0;
      const kind = kindOf(system, pfn, flags);
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (kind !== RamKind.Free) marks |= marksOf(flags) | (kind === RamKind.Shared ? RamMark.Shared : 0);
    }
    counts[RamKind.Kernel] = (counts[RamKind.Kernel] ?? 0) - (marked[cell] ?? 0);
    counts[RamKind.Absent] = absent[cell] ?? 0;
    settle(map, cell, counts, last - first, marks);
  }
}

function fillFromBlocks(system: PagingSystem, map: FrameMap, cells: number): void {
  const { frames } = system;
  const { absent, marked } = absentByCell(system, map, cells);
  const counts = new Uint32Array(RAM_KINDS);
  for (let cell = 0; cell < cells; cell++) {
    counts.fill(0);
    const first = map.from + cell * map.framesPerCell;
    const last = Math.min(first + map.framesPerCell, map.from + map.count);
    for (let block = Math.floor(first / BLOCK_FRAMES); block * BLOCK_FRAMES < last; block++) {
      for (let kind = 1; kind < FRAME_KINDS; kind++) counts[kind] = (counts[kind] ?? 0) + (frames.blockKinds[block * FRAME_KINDS + kind] ?? 0);
    }
    counts[RamKind.Kernel] = (counts[RamKind.Kernel] ?? 0) - (marked[cell] ?? 0);
    counts[RamKind.Absent] = absent[cell] ?? 0;
    settle(map, cell, counts, last - first, 0);
  }
}

/** Writes one cell: the commonest kind in use, and the share in use. */
function settle(map: FrameMap, cell: number, counts: Uint32Array, frames: number, marks: number): void {
  let used = 0;
  let best = RamKind.Free;
  let most = 0;
  for (let kind = 1; kind < RAM_KINDS; kind++) {
    const count = counts[kind] ?? 0;
    if (kind !== (RamKind.Absent as number)) used += count;
    if (count > most) { most = count; best = kind; }
  }
  map.kind[cell] = best;
  map.used[cell] = used === 0 ? 0 : Math.max(1, Math.round((used / frames) * 255));
  map.marks[cell] = marks;
}

function kindOf(system: PagingSystem, pfn: Pfn, flags: number): RamKind {
  const kind = flags & 15;
  if ((kind === FrameKind.Anonymous || kind === FrameKind.File) && system.frames.references(pfn) - cacheReferences(flags) > 1) return RamKind.Shared;
  return kind;
}

function marksOf(flags: number): number {
  return ((flags & FLAG_ACTIVE) !== 0 ? RamMark.Active : 0) | ((flags & FLAG_SWAP_CACHE) !== 0 ? RamMark.SwapCache : 0) | ((flags & FLAG_DIRTY) !== 0 ? RamMark.Dirty : 0)
    | ((flags & (FLAG_HUGE_HEAD | FLAG_HUGE_TAIL)) !== 0 ? RamMark.Huge : 0) | ((flags & FLAG_WRITE_BACK) !== 0 ? RamMark.WriteBack : 0);
}

/** One frame with its mappings by the reverse map; null: the machine has no such frame. */
export function frameDetail(computer: Computer, pfn: Pfn): FrameDetail | null {
  const { system } = computer;
  const { frames, pageCache, reclaim } = system;
  if (pfn < 0 || pfn >= frames.frameCount) return null;
  const flags = frames.hasSection(pfn) ? frames.field(pfn, layout.FD_FLAGS) : 0;
  const isAbsent = system.buddy.absentRanges().some(({ first, end }) => first <= pfn && pfn < end);
  const kind = isAbsent ? RamKind.Absent : kindOf(system, pfn, flags);
  const isFree = kind === RamKind.Free || kind === RamKind.Absent;
  const cached = isFree ? null : pageCache.fileOf(pfn);
  const owners = isFree ? { list: [], count: 0 } : frameOwners(computer, pfn);
  const onList = (flags & FLAG_LRU) !== 0;
  return {
    pfn, kind, references: isFree ? 0 : frames.references(pfn),
    list: !onList ? 'none' : reclaim.engine instanceof LinuxEngine ? ((flags & FLAG_ACTIVE) !== 0 ? 'active' : 'inactive') : 'queue',
    referenced: (flags & FLAG_REFERENCED) !== 0, dirty: (flags & FLAG_DIRTY) !== 0, huge: (flags & (FLAG_HUGE_HEAD | FLAG_HUGE_TAIL)) !== 0,
    pinned: (flags & FLAG_PINNED) !== 0, writeBack: (flags & FLAG_WRITE_BACK) !== 0,
    age: reclaim.settings.policy === 'aging' && onList ? (flags & FLAG_AGE) >>> AGE_SHIFT : 0,
    swapSlot: isFree || (flags & FLAG_SWAP_CACHE) === 0 ? -1 : system.swap.slotOf(pfn),
    file: cached?.file.path ?? '', filePage: cached?.page ?? 0,
    content: isFree || frames.field(pfn, layout.FD_SLOT) === 0 ? 'zeros' : frames.patternOf(pfn) >= 0 ? 'pattern' : 'bytes',
    owners: owners.list, ownerCount: owners.count,
  };
}

/** The map of swap slots at a resolution; coarse cells are whole clusters of 256. */
export function slotMapCells(computer: Computer, query: FrameMapQuery): SlotMapCells {
  const { slots } = computer.system.swap;
  const from = Math.min(query.from, slots.slotCount);
  const count = Math.min(query.count, slots.slotCount - from);
  let slotsPerCell = Math.max(1, Math.ceil(count / Math.max(1, Math.min(query.cells, CELLS_LIMIT))));
  const start = slotsPerCell > 1 ? from - (from % CLUSTER_SLOTS) : from;
  if (slotsPerCell > 1) slotsPerCell = Math.ceil(slotsPerCell / CLUSTER_SLOTS) * CLUSTER_SLOTS;
  const cells = Math.ceil((from + count - start) / slotsPerCell);
  const map: SlotMapCells = { from: start, count: from + count - start, slotsPerCell, used: new Uint8Array(cells), marks: new Uint8Array(cells) };
  for (let cell = 0; cell < cells; cell++) {
    const first = start + cell * slotsPerCell;
    if (slotsPerCell === 1) {
      map.used[cell] = slots.isInUse(first) ? 255 : 0;
      map.marks[cell] = (slots.isBad(first) ? 1 : 0) | (slots.cached(first) >= 0 ? 2 : 0);
      continue;
    }
    const size = Math.min(slotsPerCell, slots.slotCount - first);
    let used = 0;
    for (let cluster = first / CLUSTER_SLOTS; cluster * CLUSTER_SLOTS < first + size; cluster++) used += slots.usedInCluster(cluster);
    map.used[cell] = used === 0 ? 0 : Math.max(1, Math.round((used / size) * 255));
  }
  return map;
}

/** One swap slot; null: there is none of that number. The owner is the process that still has an entry for it at the page it was written for. */
export function slotDetail(computer: Computer, slot: number): SlotDetail | null {
  const { slots } = computer.system.swap;
  if (slot < 0 || slot >= slots.slotCount) return null;
  const isUsed = slots.isInUse(slot);
  const state = slots.isBad(slot) ? 'bad' : isUsed ? 'used' : 'free';
  if (!isUsed) return { slot, state, references: 0, cachedPfn: -1, checksum: '', content: 'bytes', owner: null };
  const process = computer.processByKey(slots.owner(slot));
  return {
    slot, state, references: slots.references(slot), cachedPfn: slots.cached(slot), checksum: slots.checksum(slot).toString(16).padStart(8, '0'),
    content: slots.pattern(slot) >= 0 ? 'pattern' : 'bytes',
    owner: process === null ? null : { pid: process.pid, processKey: process.key, name: process.name, va: hex(vaOf(slots.vpn(slot))) },
  };
}
