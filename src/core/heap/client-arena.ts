/**
 * Where Memcheck puts heap blocks: the "client" arena of Valgrind 3.19. Relative placement agrees with the real tool, so
 * that overruns hit the same neighbours and addresses are described in the same words.
 *
 * Called by memcheck-placement.ts only. The arena's own records are kept here, outside simulated memory: the real tool
 * keeps tags in bytes that the program may not touch either.
 *
 *   superblock:  | header 32 | block | block | … |
 *   block:       | 8 size, 24 red zone | payload, a multiple of 16 | 24 red zone, 8 size |
 *
 * The red zone asked for is 16 bytes; size tag + 16 is 24, which the arena rounds up to a multiple of 16, hence 24.
 * Superblocks come from `grow` in steps of 4 MiB; a request that needs a larger one gets a superblock of its own, which
 * is never split.
 *
 * Free blocks hang in 112 circular lists by payload size: one for each multiple of 16 below 1,024, then classes that grow
 * by 5, 10 and 20 per cent. A search begins in the list of the wanted size and takes the first block that is large
 * enough, walking at most 100 entries of a list (a list cut short begins one entry further next time). What is left of
 * the block becomes a free block when it can hold its own tags. A freed block joins the end of its list, then merges with
 * its free successor, then with its free predecessor. Taking a block out of a list makes the list begin at its
 * predecessor, or at one of the five entries around that whose address is lower.
 *
 * Invariant (I5): the blocks of a superblock tile it without gap or overlap, and no two free ones are neighbours, save
 * the fragment in front of an aligned block.
 *
 * Blocks are numbers: rows of columns of plain numbers, so that a checkpoint of a heap with hundreds of thousands of blocks is a
 * copy of a few arrays. The number of a block stays the same as long as it is in use.
 */

import { BlockRows, NONE } from './arena-rows';

const ALIGNMENT = 16;
const TAG_AND_RED_ZONE = 32;
/** Bytes of a block that are not payload. */
export const BLOCK_OVERHEAD = 2 * TAG_AND_RED_ZONE;
const SUPERBLOCK_HEADER = 32;
const SUPERBLOCK_BYTES = 4 * 1024 * 1024;
const PAGE = 4096;
const SEARCH_LIMIT = 100;
const NEIGHBOURHOOD = 5;

interface Superblock {
  readonly start: number;
  readonly sizeBytes: number;
  readonly unsplittable: boolean;
  first: number;
}

/** Payload units (of 16 bytes) at which each list from the 64th on ends. */
const CLASS_ENDS: readonly number[] = ((): number[] => {
  const ends: number[] = [];
  let units = 64;
  for (const [lists, factor] of [[16, 1.05], [16, 1.1], [15, 1.2]] as const) {
    for (let list = 0; list < lists; list++) { units *= factor; ends.push(Math.floor(units)); }
  }
  return ends;
})();
export const FREE_LISTS = 64 + CLASS_ENDS.length + 1;

/** Number of the free list for blocks of this payload size. */
export function freeListOf(payloadBytes: number): number {
  const units = payloadBytes / ALIGNMENT;
  if (units < 64) return units;
  let low = 0;
  let high = CLASS_ENDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (units < (CLASS_ENDS[middle] as number)) high = middle; else low = middle + 1;
  }
  return 64 + low;
}

function roundUp(value: number, unit: number): number { return Math.ceil(value / unit) * unit; }

/** The block around an address; `offset`: of the address from the block's payload. */
export interface ArenaAddress { readonly inUse: boolean; readonly payloadBytes: number; readonly offset: number }

/** Where an arena has its memory from. */
export interface ArenaMemory {
  /** Maps `bytes` (a multiple of 4,096) of new memory and returns its address, 0 when refused. */
  grow(bytes: number): number;
  /** Gives such a range back. */
  release(start: number, bytes: number): void;
}

export class ClientArena {
  private lists = new Int32Array(FREE_LISTS).fill(NONE);
  /** By index; null: given back. */
  private superblocks: (Superblock | null)[] = [];
  /** Index of a superblock that became wholly free; it is given back when the next one does, unless it is used again before. */
  private waiting = NONE;
  private rows = new BlockRows();
  /** Entries looked at by searches since the arena was made. */
  searchSteps = 0;

  constructor(private readonly memory: ArenaMemory) {}

  /** The arena of a forked process: an equal one, in which blocks have the same numbers. */
  fork(memory: ArenaMemory): ClientArena {
    const arena = new ClientArena(memory);
    arena.lists = this.lists.slice();
    arena.superblocks = this.superblocks.map((superblock) => (superblock === null ? null : { ...superblock }));
    arena.waiting = this.waiting;
    arena.rows = this.rows.copy();
    arena.searchSteps = this.searchSteps;
    return arena;
  }

  /** Address of a block's payload. */
  payloadOf(block: number): number {
    return (this.rows.start[block] as number) + TAG_AND_RED_ZONE;
  }

  /** A block whose payload holds `bytes`, 16-byte aligned; NONE when no memory is left. */
  allocate(bytes: number): number {
    const { rows } = this;
    const need = roundUp(bytes, ALIGNMENT) + BLOCK_OVERHEAD;
    let found = this.search(need);
    if (found === NONE) found = this.newSuperblock(need);
    if (found === NONE) return NONE;
    this.unlink(found);
    rows.inUse[found] = 1;
    if (!this.superblockOf(found).unsplittable && (rows.sizeBytes[found] as number) - need >= BLOCK_OVERHEAD) this.insert(this.split(found, need));
    return found;
  }

  /** As allocate, with the payload at a multiple of `alignment` (a power of two, at least 32). */
  allocateAligned(alignment: number, bytes: number): number {
    const { rows } = this;
    const payload = roundUp(bytes, ALIGNMENT);
    const whole = this.allocate(payload + BLOCK_OVERHEAD + alignment);
    if (whole === NONE) return NONE;
    const start = rows.start[whole] as number;
    const aligned = roundUp(start + 2 * TAG_AND_RED_ZONE + TAG_AND_RED_ZONE, alignment);
    const block = this.split(whole, aligned - TAG_AND_RED_ZONE - start);
    rows.inUse[block] = 1;
    rows.inUse[whole] = 0;
    this.insert(whole);
    return block;
  }

  /** Takes back a block that `allocate` gave. */
  free(block: number): void {
    const { rows } = this;
    if (rows.inUse[block] !== 1) throw new Error('arena block freed twice');
    rows.inUse[block] = 0;
    const index = rows.superblock[block] as number;
    this.insert(block);
    let whole = block;
    const after = rows.after[block] as number;
    if (after !== NONE && rows.inUse[after] === 0) this.merge(block, after, block);
    const before = rows.before[block] as number;
    if (before !== NONE && rows.inUse[before] === 0) { this.merge(before, block, block); whole = before; }
    if (rows.after[whole] === NONE && whole === this.superblockOf(whole).first) this.reclaimLater(index);
  }

  /** The block, in use or free, whose tags or payload contain `address`; null outside all superblocks and in their headers. */
  find(address: number): ArenaAddress | null {
    const { rows } = this;
    const superblock = this.superblocks.find((each) => each !== null && address >= each.start && address < each.start + each.sizeBytes) ?? null;
    if (superblock === null) return null;
    for (let block = superblock.first; block !== NONE; block = rows.after[block] as number) {
      const start = rows.start[block] as number, sizeBytes = rows.sizeBytes[block] as number;
      if (address >= start && address < start + sizeBytes) return { inUse: rows.inUse[block] === 1, payloadBytes: sizeBytes - BLOCK_OVERHEAD, offset: address - start - TAG_AND_RED_ZONE };
    }
    return null;
  }

  /** True if the address lies in memory that the arena obtained, headers included. */
  contains(address: number): boolean {
    return this.superblocks.some((each) => each !== null && address >= each.start && address < each.start + each.sizeBytes);
  }

  /** Violations of I5 as text. */
  violations(): string[] {
    const { rows } = this;
    const found: string[] = [];
    for (const superblock of this.superblocks) {
      if (superblock === null) continue;
      let next = superblock.start + SUPERBLOCK_HEADER;
      for (let block = superblock.first; block !== NONE; block = rows.after[block] as number) {
        const start = rows.start[block] as number, list = rows.list[block] as number, inUse = rows.inUse[block] === 1;
        if (start !== next) found.push(`arena block at 0x${start.toString(16)} where 0x${next.toString(16)} was expected`);
        if (inUse !== (list < 0)) found.push(`arena block at 0x${start.toString(16)} is in list ${list} while in use is ${String(inUse)}`);
        next = start + (rows.sizeBytes[block] as number);
      }
      if (next !== superblock.start + superblock.sizeBytes) found.push(`superblock at 0x${superblock.start.toString(16)} is not tiled to its end`);
    }
    return found;
  }

  private superblockOf(block: number): Superblock {
    const superblock = this.superblocks[this.rows.superblock[block] as number];
    if (superblock == null) throw new Error('an arena block of a superblock that was given back');
    return superblock;
  }

  /** This superblock is wholly free: gives back the one that waited before, if it is still wholly free. */
  private reclaimLater(index: number): void {
    const { rows } = this;
    const previous = this.waiting;
    this.waiting = index;
    const superblock = this.superblocks[previous] ?? null;
    if (superblock === null || previous === index) return;
    const block = superblock.first;
    if (block === NONE || rows.inUse[block] === 1 || rows.after[block] !== NONE) return;
    this.unlink(block);
    rows.remove(block);
    this.superblocks[previous] = null;
    this.memory.release(superblock.start, superblock.sizeBytes);
  }

  private search(need: number): number {
    const { rows, lists } = this;
    for (let list = freeListOf(need - BLOCK_OVERHEAD); list < FREE_LISTS; list++) {
      const head = lists[list] as number;
      if (head === NONE) continue;
      let block = head;
      for (let steps = 1; ; steps++) {
        this.searchSteps++;
        if (steps >= SEARCH_LIMIT && list < FREE_LISTS - 1) { lists[list] = rows.nextFree[head] as number; break; }
        if ((rows.sizeBytes[block] as number) >= need) return block;
        block = rows.nextFree[block] as number;
        if (block === head) break;
      }
    }
    return NONE;
  }

  private newSuperblock(need: number): number {
    const sizeBytes = roundUp(Math.max(need + SUPERBLOCK_HEADER, SUPERBLOCK_BYTES), PAGE);
    const start = this.memory.grow(sizeBytes);
    if (start === 0) return NONE;
    const unused = this.superblocks.indexOf(null), index = unused < 0 ? this.superblocks.length : unused;
    const first = this.rows.add(index, start + SUPERBLOCK_HEADER, sizeBytes - SUPERBLOCK_HEADER);
    this.superblocks[index] = { start, sizeBytes, unsplittable: sizeBytes > SUPERBLOCK_BYTES, first };
    this.insert(first);
    return first;
  }

  /** Cuts `block` to `sizeBytes`; the rest becomes a block of its own, in no list. */
  private split(block: number, sizeBytes: number): number {
    const { rows } = this;
    const rest = rows.add(rows.superblock[block] as number, (rows.start[block] as number) + sizeBytes, (rows.sizeBytes[block] as number) - sizeBytes);
    const after = rows.after[block] as number;
    rows.sizeBytes[block] = sizeBytes;
    rows.before[rest] = block;
    rows.after[rest] = after;
    if (after !== NONE) rows.before[after] = rest;
    rows.after[block] = rest;
    return rest;
  }

  /** Both free and listed, `second` right after `first`; the one just freed leaves its list before its neighbour does. */
  private merge(first: number, second: number, justFreed: number): void {
    const { rows } = this;
    this.unlink(justFreed);
    this.unlink(justFreed === first ? second : first);
    rows.sizeBytes[first] = (rows.sizeBytes[first] as number) + (rows.sizeBytes[second] as number);
    const after = rows.after[second] as number;
    rows.after[first] = after;
    if (after !== NONE) rows.before[after] = first;
    rows.remove(second);
    this.insert(first);
  }

  private insert(block: number): void {
    const { rows, lists } = this;
    const list = freeListOf((rows.sizeBytes[block] as number) - BLOCK_OVERHEAD);
    rows.list[block] = list;
    const head = lists[list] as number;
    if (head === NONE) {
      rows.nextFree[block] = block;
      rows.previousFree[block] = block;
      lists[list] = block;
      return;
    }
    const last = rows.previousFree[head] as number;
    rows.nextFree[last] = block;
    rows.previousFree[block] = last;
    rows.nextFree[block] = head;
    rows.previousFree[head] = block;
  }

  private unlink(block: number): void {
    const { rows, lists } = this;
    const list = rows.list[block] as number, previous = rows.previousFree[block] as number, next = rows.nextFree[block] as number;
    rows.list[block] = NONE;
    if (previous === block) { lists[list] = NONE; return; }
    rows.nextFree[previous] = next;
    rows.previousFree[next] = previous;
    lists[list] = this.lowestNear(previous);
  }

  /** Of `block` and the five entries before and after it in its list, the one with the lowest address. */
  private lowestNear(block: number): number {
    const { start, nextFree, previousFree } = this.rows;
    let lowest = block;
    let forward = block;
    let backward = block;
    for (let step = 0; step < NEIGHBOURHOOD; step++) {
      forward = nextFree[forward] as number;
      backward = previousFree[backward] as number;
      if ((start[forward] as number) < (start[lowest] as number)) lowest = forward;
      if ((start[backward] as number) < (start[lowest] as number)) lowest = backward;
    }
    return lowest;
  }
}
