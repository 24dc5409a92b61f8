/**
 * Records of heap blocks: who allocated what, where and when. A blockId is never used twice.
 *
 * Live blocks are found by their first byte in constant time (free and realloc are warm). Blocks near an arbitrary
 * address (an error's description, a view, the second pass) are found by page: a block of at most a page is listed under
 * the page that it begins in; larger blocks are few and walked.
 */
export type AllocKind = 'malloc' | 'new' | 'new[]';

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
  freeStack: number;
  /** Instruction count at the free, or -1. */
  freedAt: number;
}

/** True if `address` lies in the block or within `margin` bytes of it. */
export function brackets(block: Block, address: number, margin: number): boolean {
  return address >= block.address - margin && address < block.address + block.size + margin;
}

const PAGE = 4096;

export class BlockTable {
  private readonly liveByAddress = new Map<number, Block>();
  private readonly kept = new Map<number, Block>();
  private readonly byPage = new Map<number, Block[]>();
  private readonly large = new Set<Block>();
  private nextId = 1;
  liveBytes = 0;

  get liveBlocks(): number { return this.liveByAddress.size; }

  add(address: number, size: number, kind: AllocKind, allocStack: number, allocatedAt: number): Block {
    const block: Block = { blockId: this.nextId++, address, size, kind, allocStack, allocatedAt, freeStack: -1, freedAt: -1 };
    this.liveByAddress.set(address, block);
    this.kept.set(block.blockId, block);
    this.liveBytes += size;
    this.list(block);
    return block;
  }

  /** The live block that begins at `address`. */
  at(address: number): Block | undefined { return this.liveByAddress.get(address); }

  /** A live block becomes a freed one; its record stays until `forget`. */
  free(block: Block, freeStack: number, freedAt: number): void {
    this.liveByAddress.delete(block.address);
    this.liveBytes -= block.size;
    block.freeStack = freeStack;
    block.freedAt = freedAt;
  }

  forget(block: Block): void {
    this.kept.delete(block.blockId);
    if (block.size > PAGE) { this.large.delete(block); return; }
    const page = Math.floor(block.address / PAGE);
    const listed = this.byPage.get(page);
    if (listed === undefined) return;
    const at = listed.indexOf(block);
    const last = listed.pop();
    if (last !== undefined && last !== block && at >= 0) listed[at] = last;
    if (listed.length === 0) this.byPage.delete(page);
  }

  private list(block: Block): void {
    if (block.size > PAGE) { this.large.add(block); return; }
    const page = Math.floor(block.address / PAGE);
    const listed = this.byPage.get(page);
    if (listed === undefined) this.byPage.set(page, [block]); else listed.push(block);
  }

  /** Blocks, live and freed, that bracket `address` within `margin` bytes (at most a page). */
  around(address: number, margin: number): Block[] {
    const found: Block[] = [];
    for (const block of this.large) if (brackets(block, address, margin)) found.push(block);
    const last = Math.floor((address + margin) / PAGE);
    for (let page = Math.floor((address - margin) / PAGE) - 1; page <= last; page++) {
      for (const block of this.byPage.get(page) ?? []) if (brackets(block, address, margin)) found.push(block);
    }
    return found;
  }

  byId(blockId: number): Block | null { return this.kept.get(blockId) ?? null; }

  live(): IterableIterator<Block> { return this.liveByAddress.values(); }

  /** Live and freed blocks whose records are kept, in the order of their numbers. */
  all(): IterableIterator<Block> { return this.kept.values(); }

  get keptCount(): number { return this.kept.size; }
}
