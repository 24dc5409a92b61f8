/**
 * Records of heap blocks: who allocated what, where and when. A blockId is never used twice.
 *
 * Adding and removing are warm (every malloc and free), so there is no table by address or number that would have to be
 * hashed anew as blocks come and go: records are listed under the page that their block begins in, where at most some
 * fifty fit, and kept by number in slabs of 1,024 that are dropped when empty. Blocks of more than a page are few and
 * also listed apart.
 */
import type { Placed } from './placement';

export type AllocKind = 'malloc' | 'new' | 'new[]';

export interface Block {
  readonly blockId: number;
  /** First byte of the payload. User addresses are below 2^53. */
  readonly address: number;
  /** Requested size. */
  readonly size: number;
  readonly kind: AllocKind;
  readonly placed: Placed;
  readonly allocStack: number;
  /** Instruction count at the allocation. */
  readonly allocatedAt: number;
  /** Stack of the free, or -1 while the block is live. */
  freeStack: number;
  /** Instruction count at the free, or -1. */
  freedAt: number;
}

/** True if `address` lies in the block or within `margin` bytes of it. */
export function brackets(block: Block, address: number, margin: number): boolean {
  return address >= block.address - margin && address < block.address + block.size + margin;
}

const PAGE = 4096;
const SLAB = 1024;

/** Records by number. */
export class Slabs {
  private readonly slabs = new Map<number, { readonly blocks: (Block | null)[]; count: number }>();
  private newest = -1;

  add(block: Block): void {
    const index = Math.floor(block.blockId / SLAB);
    let slab = this.slabs.get(index);
    if (slab === undefined) {
      if (this.slabs.get(this.newest)?.count === 0) this.slabs.delete(this.newest);
      slab = { blocks: new Array<Block | null>(SLAB).fill(null), count: 0 };
      this.slabs.set(index, slab);
      this.newest = index;
    }
    slab.blocks[block.blockId % SLAB] = block;
    slab.count++;
  }

  delete(block: Block): void {
    const index = Math.floor(block.blockId / SLAB);
    const slab = this.slabs.get(index);
    if (slab === undefined) return;
    slab.blocks[block.blockId % SLAB] = null;
    slab.count--;
    if (slab.count === 0 && index !== this.newest) this.slabs.delete(index);
  }

  get(blockId: number): Block | null {
    return this.slabs.get(Math.floor(blockId / SLAB))?.blocks[blockId % SLAB] ?? null;
  }

  * [Symbol.iterator](): Generator<Block> {
    for (const { blocks } of this.slabs.values()) {
      for (const block of blocks) if (block !== null) yield block;
    }
  }
}

export class BlockTable {
  private readonly byId = new Slabs();
  private readonly byPage = new Map<number, Block[]>();
  private readonly large = new Set<Block>();
  private nextId = 1;
  liveBytes = 0;
  liveBlocks = 0;

  add(placed: Placed, size: number, kind: AllocKind, allocStack: number, allocatedAt: number): Block {
    const block: Block = { blockId: this.nextId++, address: placed.payload, size, kind, placed, allocStack, allocatedAt, freeStack: -1, freedAt: -1 };
    this.byId.add(block);
    const page = Math.floor(block.address / PAGE);
    const listed = this.byPage.get(page);
    if (listed === undefined) this.byPage.set(page, [block]); else listed.push(block);
    if (size > PAGE) this.large.add(block);
    this.liveBytes += size;
    this.liveBlocks++;
    return block;
  }

  /** The table of a forked process: the same numbers, and which block is the counterpart of each of these. */
  fork(placed: (original: Placed) => Placed): { readonly table: BlockTable; readonly counterparts: ReadonlyMap<Block, Block> } {
    const table = new BlockTable();
    const counterparts = new Map<Block, Block>();
    for (const block of this.byId) {
      const copy: Block = { ...block, placed: placed(block.placed) };
      counterparts.set(block, copy);
      table.byId.add(copy);
    }
    const of = (block: Block): Block => counterparts.get(block) as Block;
    for (const [page, listed] of this.byPage) table.byPage.set(page, listed.map(of));
    for (const block of this.large) table.large.add(of(block));
    table.nextId = this.nextId;
    table.liveBytes = this.liveBytes;
    table.liveBlocks = this.liveBlocks;
    return { table, counterparts };
  }

  /** The live block that begins at `address`. */
  at(address: number): Block | undefined {
    const listed = this.byPage.get(Math.floor(address / PAGE));
    if (listed === undefined) return undefined;
    for (let index = listed.length - 1; index >= 0; index--) {
      const block = listed[index] as Block;
      if (block.address === address && block.freeStack < 0) return block;
    }
    return undefined;
  }

  /** A live block becomes a freed one; its record stays until `forget`. */
  free(block: Block, freeStack: number, freedAt: number): void {
    this.liveBytes -= block.size;
    this.liveBlocks--;
    block.freeStack = freeStack;
    block.freedAt = freedAt;
  }

  forget(block: Block): void {
    this.byId.delete(block);
    this.large.delete(block);
    const page = Math.floor(block.address / PAGE);
    const listed = this.byPage.get(page);
    if (listed === undefined) return;
    const at = listed.indexOf(block);
    const last = listed.pop();
    if (last !== undefined && last !== block && at >= 0) listed[at] = last;
    if (listed.length === 0) this.byPage.delete(page);
  }

  /** Blocks, live and freed, that bracket `address` within `margin` bytes (at most a page). */
  around(address: number, margin: number): Block[] {
    const found: Block[] = [];
    for (const block of this.large) if (brackets(block, address, margin)) found.push(block);
    const last = Math.floor((address + margin) / PAGE);
    for (let page = Math.floor((address - margin) / PAGE) - 1; page <= last; page++) {
      for (const block of this.byPage.get(page) ?? []) if (block.size <= PAGE && brackets(block, address, margin)) found.push(block);
    }
    return found;
  }

  /** Blocks, live and freed, with a byte on the page that begins at `low`, by ascending address. */
  onPage(low: number): Block[] {
    const touches = (block: Block): boolean => block.address < low + PAGE && block.address + Math.max(block.size, 1) > low;
    const found = [...this.large].filter(touches);
    for (const page of [low / PAGE - 1, low / PAGE]) {
      for (const block of this.byPage.get(page) ?? []) if (block.size <= PAGE && touches(block)) found.push(block);
    }
    return found.sort((a, b) => a.address - b.address || a.blockId - b.blockId);
  }

  get(blockId: number): Block | null { return this.byId.get(blockId); }

  live(): Block[] {
    const found: Block[] = [];
    for (const block of this.byId) if (block.freeStack < 0) found.push(block);
    return found;
  }

  /** Live and freed blocks whose records are kept, in the order of their numbers. */
  all(): Iterable<Block> { return this.byId; }
}
