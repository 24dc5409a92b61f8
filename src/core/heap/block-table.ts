/**
 * Records of heap blocks: who allocated what, where and when. A blockId is never used twice; 0 is no block.
 *
 * Adding and removing are warm (every malloc and free), so there is no table by address that would have to be hashed anew as blocks
 * come and go: numbers are listed under the page that their block begins in, where at most some fifty fit. Blocks of more
 * than a page are few and also listed apart. Records are rows of plain numbers (block-slabs.ts); a `Block` is a copy of one.
 */
import { SLAB_BLOCKS, Slabs } from './block-slabs';
import type { Slab } from './block-slabs';

export type AllocKind = 'malloc' | 'new' | 'new[]';
const KINDS: readonly AllocKind[] = ['malloc', 'new', 'new[]'];

/** A record as it is at the moment at which it is asked for. */
export interface Block {
  readonly blockId: number;
  /** First byte of the payload. User addresses are below 2^53. */
  readonly address: number;
  /** Requested size. */
  readonly size: number;
  readonly kind: AllocKind;
  readonly allocStack: number;
  /** Instruction count at the allocation. */
  readonly allocatedAt: number;
  /** Stack of the free, or -1 while the block is live. */
  readonly freeStack: number;
  /** Instruction count at the free, or -1. */
  readonly freedAt: number;
}

/** True if `address` lies in the block or within `margin` bytes of it. */
export function brackets(block: Block, address: number, margin: number): boolean {
  return address >= block.address - margin && address < block.address + block.size + margin;
}

const PAGE = 4096;

function blockOf(blockId: number, slab: Slab, row: number): Block {
  const freeStack = slab.freeStack[row] as number;
  return {
    blockId, address: slab.address[row] as number, size: slab.size[row] as number, kind: KINDS[slab.kind[row] as number] as AllocKind,
    allocStack: slab.allocStack[row] as number, allocatedAt: slab.allocatedAt[row] as number, freeStack, freedAt: freeStack < 0 ? -1 : slab.freedAt[row] as number,
  };
}

export class BlockTable {
  private slabs = new Slabs();
  private readonly byPage = new Map<number, number[]>();
  private readonly large = new Set<number>();
  private nextId = 1;
  liveBytes = 0;
  liveBlocks = 0;

  /** Answers the number of the new record. `handle`: what the placement calls the memory. */
  add(handle: number, address: number, size: number, kind: AllocKind, allocStack: number, allocatedAt: number): number {
    const blockId = this.nextId++, slab = this.slabs.add(blockId), row = blockId % SLAB_BLOCKS;
    slab.address[row] = address;
    slab.size[row] = size;
    slab.handle[row] = handle;
    slab.allocatedAt[row] = allocatedAt;
    slab.allocStack[row] = allocStack;
    slab.freeStack[row] = -1;
    slab.kind[row] = KINDS.indexOf(kind);
    const page = Math.floor(address / PAGE);
    const listed = this.byPage.get(page);
    if (listed === undefined) this.byPage.set(page, [blockId]); else listed.push(blockId);
    if (size > PAGE) this.large.add(blockId);
    this.liveBytes += size;
    this.liveBlocks++;
    return blockId;
  }

  /** The table of a forked process: an equal one, with the same numbers. */
  fork(): BlockTable {
    const table = new BlockTable();
    table.slabs = this.slabs.copy();
    for (const [page, listed] of this.byPage) table.byPage.set(page, listed.slice());
    for (const blockId of this.large) table.large.add(blockId);
    table.nextId = this.nextId;
    table.liveBytes = this.liveBytes;
    table.liveBlocks = this.liveBlocks;
    return table;
  }

  /** The live block that begins at `address`; 0: none does. */
  at(address: number): number {
    const listed = this.byPage.get(Math.floor(address / PAGE));
    if (listed === undefined) return 0;
    for (let index = listed.length - 1; index >= 0; index--) {
      const blockId = listed[index] as number, slab = this.slabOf(blockId), row = blockId % SLAB_BLOCKS;
      if (slab.address[row] === address && (slab.freeStack[row] as number) < 0) return blockId;
    }
    return 0;
  }

  sizeOf(blockId: number): number {
    return this.slabOf(blockId).size[blockId % SLAB_BLOCKS] as number;
  }

  addressOf(blockId: number): number {
    return this.slabOf(blockId).address[blockId % SLAB_BLOCKS] as number;
  }

  handleOf(blockId: number): number {
    return this.slabOf(blockId).handle[blockId % SLAB_BLOCKS] as number;
  }

  /** A live block becomes a freed one; its record stays until `forget`. */
  free(blockId: number, freeStack: number, freedAt: number): void {
    const slab = this.slabOf(blockId), row = blockId % SLAB_BLOCKS;
    this.liveBytes -= slab.size[row] as number;
    this.liveBlocks--;
    slab.freeStack[row] = freeStack;
    slab.freedAt[row] = freedAt;
  }

  forget(blockId: number): void {
    const page = Math.floor(this.addressOf(blockId) / PAGE);
    this.slabs.delete(blockId);
    this.large.delete(blockId);
    const listed = this.byPage.get(page);
    if (listed === undefined) return;
    const at = listed.indexOf(blockId);
    const last = listed.pop();
    if (last !== undefined && last !== blockId && at >= 0) listed[at] = last;
    if (listed.length === 0) this.byPage.delete(page);
  }

  /** Blocks, live and freed, that bracket `address` within `margin` bytes (at most a page). */
  around(address: number, margin: number): Block[] {
    const found: Block[] = [];
    for (const blockId of this.large) {
      const block = this.known(blockId);
      if (brackets(block, address, margin)) found.push(block);
    }
    const last = Math.floor((address + margin) / PAGE);
    for (let page = Math.floor((address - margin) / PAGE) - 1; page <= last; page++) {
      for (const block of this.listedOn(page)) if (block.size <= PAGE && brackets(block, address, margin)) found.push(block);
    }
    return found;
  }

  /** Blocks, live and freed, with a byte on the page that begins at `low`, by ascending address. */
  onPage(low: number): Block[] {
    const touches = (block: Block): boolean => block.address < low + PAGE && block.address + Math.max(block.size, 1) > low;
    const found = [...this.large].map((blockId) => this.known(blockId)).filter(touches);
    for (const page of [low / PAGE - 1, low / PAGE]) {
      for (const block of this.listedOn(page)) if (block.size <= PAGE && touches(block)) found.push(block);
    }
    return found.sort((a, b) => a.address - b.address || a.blockId - b.blockId);
  }

  get(blockId: number): Block | null {
    const slab = this.slabs.of(blockId), row = blockId % SLAB_BLOCKS;
    return slab === null || slab.address[row] === 0 ? null : blockOf(blockId, slab, row);
  }

  live(): Block[] {
    const found: Block[] = [];
    this.slabs.each((blockId, slab, row) => { if ((slab.freeStack[row] as number) < 0) found.push(blockOf(blockId, slab, row)); });
    return found;
  }

  /** Live and freed blocks whose records are kept, in the order of their numbers. */
  all(): Block[] {
    const found: Block[] = [];
    this.slabs.each((blockId, slab, row) => { found.push(blockOf(blockId, slab, row)); });
    return found;
  }

  /** Visits the live blocks in the order of their numbers. */
  eachLive(visit: (blockId: number, size: number, allocStack: number) => void): void {
    this.slabs.each((blockId, slab, row) => { if ((slab.freeStack[row] as number) < 0) visit(blockId, slab.size[row] as number, slab.allocStack[row] as number); });
  }

  private listedOn(page: number): readonly Block[] {
    return (this.byPage.get(page) ?? []).map((blockId) => this.known(blockId));
  }

  private known(blockId: number): Block {
    return blockOf(blockId, this.slabOf(blockId), blockId % SLAB_BLOCKS);
  }

  private slabOf(blockId: number): Slab {
    const slab = this.slabs.of(blockId);
    if (slab === null) throw new Error(`there is no record of block ${String(blockId)}`);
    return slab;
  }
}
