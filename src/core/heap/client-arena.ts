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
 */

const ALIGNMENT = 16;
const TAG_AND_RED_ZONE = 32;
/** Bytes of a block that are not payload. */
export const BLOCK_OVERHEAD = 2 * TAG_AND_RED_ZONE;
const SUPERBLOCK_HEADER = 32;
const SUPERBLOCK_BYTES = 4 * 1024 * 1024;
const PAGE = 4096;
const SEARCH_LIMIT = 100;
const NEIGHBOURHOOD = 5;

/** Of `block` and the five entries before and after it in its list, the one with the lowest address. */
function lowestNear(block: ArenaBlock): ArenaBlock {
  let lowest = block;
  let forward = block;
  let backward = block;
  for (let step = 0; step < NEIGHBOURHOOD; step++) {
    forward = forward.nextFree;
    backward = backward.previousFree;
    if (forward.start < lowest.start) lowest = forward;
    if (backward.start < lowest.start) lowest = backward;
  }
  return lowest;
}

interface Superblock {
  readonly start: number;
  readonly sizeBytes: number;
  readonly unsplittable: boolean;
  first: ArenaBlock | null;
}

/** A block of the arena, in use or free. `start` is the address of its leading tag. */
export class ArenaBlock {
  inUse = false;
  list = -1;
  nextFree: ArenaBlock = this;
  previousFree: ArenaBlock = this;
  before: ArenaBlock | null = null;
  after: ArenaBlock | null = null;
  constructor(public superblock: Superblock, public start: number, public sizeBytes: number) {}
  get payload(): number { return this.start + TAG_AND_RED_ZONE; }
  get payloadBytes(): number { return this.sizeBytes - BLOCK_OVERHEAD; }
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

export interface ArenaAddress { readonly block: ArenaBlock; /** Offset of the address from the block's payload. */ readonly offset: number }

/** Where an arena has its memory from. */
export interface ArenaMemory {
  /** Maps `bytes` (a multiple of 4,096) of new memory and returns its address, 0 when refused. */
  grow(bytes: number): number;
  /** Gives such a range back. */
  release(start: number, bytes: number): void;
}

export class ClientArena {
  private readonly lists: (ArenaBlock | null)[] = new Array<ArenaBlock | null>(FREE_LISTS).fill(null);
  private readonly superblocks: Superblock[] = [];
  /** A superblock that became wholly free; it is given back when the next one does, unless it is used again before. */
  private waiting: Superblock | null = null;
  /** Records of merged blocks, used again: blocks come and go by the million. */
  private readonly spare: ArenaBlock[] = [];
  /** Entries looked at by searches since the arena was made. */
  searchSteps = 0;

  constructor(private readonly memory: ArenaMemory) {}

  /** The arena of a forked process: an equal one, and which of its blocks is the counterpart of each of these. */
  fork(memory: ArenaMemory): { readonly arena: ClientArena; readonly counterparts: ReadonlyMap<ArenaBlock, ArenaBlock> } {
    const arena = new ClientArena(memory);
    const counterparts = new Map<ArenaBlock, ArenaBlock>();
    const of = (block: ArenaBlock): ArenaBlock => counterparts.get(block) as ArenaBlock;
    for (const superblock of this.superblocks) {
      const copy: Superblock = { ...superblock, first: null };
      arena.superblocks.push(copy);
      if (superblock === this.waiting) arena.waiting = copy;
      for (let block = superblock.first; block !== null; block = block.after) counterparts.set(block, new ArenaBlock(copy, block.start, block.sizeBytes));
      copy.first = superblock.first === null ? null : of(superblock.first);
    }
    for (const [block, copy] of counterparts) {
      copy.inUse = block.inUse;
      copy.list = block.list;
      copy.before = block.before === null ? null : of(block.before);
      copy.after = block.after === null ? null : of(block.after);
      if (block.list < 0) continue;
      copy.nextFree = of(block.nextFree);
      copy.previousFree = of(block.previousFree);
    }
    this.lists.forEach((head, list) => { arena.lists[list] = head === null ? null : of(head); });
    arena.searchSteps = this.searchSteps;
    return { arena, counterparts };
  }

  /** A block whose payload holds `bytes`, 16-byte aligned; null when no memory is left. */
  allocate(bytes: number): ArenaBlock | null {
    const need = roundUp(bytes, ALIGNMENT) + BLOCK_OVERHEAD;
    const found = this.search(need) ?? this.newSuperblock(need);
    if (found === null) return null;
    this.unlink(found);
    found.inUse = true;
    if (!found.superblock.unsplittable && found.sizeBytes - need >= BLOCK_OVERHEAD) this.insert(this.split(found, need));
    return found;
  }

  /** As allocate, with the payload at a multiple of `alignment` (a power of two, at least 32). */
  allocateAligned(alignment: number, bytes: number): ArenaBlock | null {
    const payload = roundUp(bytes, ALIGNMENT);
    const whole = this.allocate(payload + BLOCK_OVERHEAD + alignment);
    if (whole === null) return null;
    const aligned = roundUp(whole.start + 2 * TAG_AND_RED_ZONE + TAG_AND_RED_ZONE, alignment);
    const block = this.split(whole, aligned - TAG_AND_RED_ZONE - whole.start);
    block.inUse = true;
    whole.inUse = false;
    this.insert(whole);
    return block;
  }

  /** Takes back a block that `allocate` gave. */
  free(block: ArenaBlock): void {
    if (!block.inUse) throw new Error('arena block freed twice');
    block.inUse = false;
    const superblock = block.superblock;
    this.insert(block);
    let whole = block;
    const after = block.after;
    if (after !== null && !after.inUse) this.merge(block, after, block);
    const before = block.before;
    if (before !== null && !before.inUse) { this.merge(before, block, block); whole = before; }
    if (whole === superblock.first && whole.after === null) this.reclaimLater(superblock);
  }

  /** The block, in use or free, whose tags or payload contain `address`; null outside all superblocks and in their headers. */
  find(address: number): ArenaAddress | null {
    const superblock = this.superblocks.find((each) => address >= each.start && address < each.start + each.sizeBytes);
    if (superblock === undefined) return null;
    for (let block = superblock.first; block !== null; block = block.after) {
      if (address >= block.start && address < block.start + block.sizeBytes) return { block, offset: address - block.payload };
    }
    return null;
  }

  /** True if the address lies in memory that the arena obtained, headers included. */
  contains(address: number): boolean {
    return this.superblocks.some((each) => address >= each.start && address < each.start + each.sizeBytes);
  }

  /** Violations of I5 as text. */
  violations(): string[] {
    const found: string[] = [];
    for (const superblock of this.superblocks) {
      let next = superblock.start + SUPERBLOCK_HEADER;
      for (let block = superblock.first; block !== null; block = block.after) {
        if (block.start !== next) found.push(`arena block at 0x${block.start.toString(16)} where 0x${next.toString(16)} was expected`);
        if (block.inUse !== (block.list < 0)) found.push(`arena block at 0x${block.start.toString(16)} is in list ${block.list} while in use is ${String(block.inUse)}`);
        next = block.start + block.sizeBytes;
      }
      if (next !== superblock.start + superblock.sizeBytes) found.push(`superblock at 0x${superblock.start.toString(16)} is not tiled to its end`);
    }
    return found;
  }

  /** `superblock` is wholly free: gives back the one that waited before, if it is still wholly free. */
  private reclaimLater(superblock: Superblock): void {
    const previous = this.waiting;
    this.waiting = superblock;
    if (previous === null || previous === superblock) return;
    const block = previous.first;
    if (block === null || block.inUse || block.after !== null) return;
    this.unlink(block);
    this.superblocks.splice(this.superblocks.indexOf(previous), 1);
    this.memory.release(previous.start, previous.sizeBytes);
  }

  private search(need: number): ArenaBlock | null {
    for (let list = freeListOf(need - BLOCK_OVERHEAD); list < FREE_LISTS; list++) {
      let block = this.lists[list] as ArenaBlock | null;
      if (block === null) continue;
      const head = block;
      for (let steps = 1; ; steps++) {
        this.searchSteps++;
        if (steps >= SEARCH_LIMIT && list < FREE_LISTS - 1) { this.lists[list] = head.nextFree; break; }
        if (block.sizeBytes >= need) return block;
        block = block.nextFree;
        if (block === head) break;
      }
    }
    return null;
  }

  private newSuperblock(need: number): ArenaBlock | null {
    const sizeBytes = roundUp(Math.max(need + SUPERBLOCK_HEADER, SUPERBLOCK_BYTES), PAGE);
    const start = this.memory.grow(sizeBytes);
    if (start === 0) return null;
    const superblock: Superblock = { start, sizeBytes, unsplittable: sizeBytes > SUPERBLOCK_BYTES, first: null };
    this.superblocks.push(superblock);
    const block = new ArenaBlock(superblock, start + SUPERBLOCK_HEADER, sizeBytes - SUPERBLOCK_HEADER);
    superblock.first = block;
    this.insert(block);
    return block;
  }

  /** Cuts `block` to `sizeBytes`; the rest becomes a block of its own, in no list. */
  private split(block: ArenaBlock, sizeBytes: number): ArenaBlock {
    const rest = this.newBlock(block.superblock, block.start + sizeBytes, block.sizeBytes - sizeBytes);
    block.sizeBytes = sizeBytes;
    rest.before = block;
    rest.after = block.after;
    if (rest.after !== null) rest.after.before = rest;
    block.after = rest;
    return rest;
  }

  /** Both free and listed, `second` right after `first`; the one just freed leaves its list before its neighbour does. */
  private merge(first: ArenaBlock, second: ArenaBlock, justFreed: ArenaBlock): void {
    this.unlink(justFreed);
    this.unlink(justFreed === first ? second : first);
    first.sizeBytes += second.sizeBytes;
    first.after = second.after;
    if (first.after !== null) first.after.before = first;
    second.before = null;
    second.after = null;
    this.spare.push(second);
    this.insert(first);
  }

  private newBlock(superblock: Superblock, start: number, sizeBytes: number): ArenaBlock {
    const block = this.spare.pop();
    if (block === undefined) return new ArenaBlock(superblock, start, sizeBytes);
    block.superblock = superblock;
    block.start = start;
    block.sizeBytes = sizeBytes;
    return block;
  }

  private insert(block: ArenaBlock): void {
    const list = freeListOf(block.payloadBytes);
    block.list = list;
    const head = this.lists[list] as ArenaBlock | null;
    if (head === null) {
      block.nextFree = block;
      block.previousFree = block;
      this.lists[list] = block;
      return;
    }
    const last = head.previousFree;
    last.nextFree = block;
    block.previousFree = last;
    block.nextFree = head;
    head.previousFree = block;
  }

  private unlink(block: ArenaBlock): void {
    const { list, previousFree, nextFree } = block;
    block.list = -1;
    if (previousFree === block) { this.lists[list] = null; return; }
    previousFree.nextFree = nextFree;
    nextFree.previousFree = previousFree;
    this.lists[list] = lowestNear(previousFree);
  }
}
