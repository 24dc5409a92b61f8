/** Records of heap blocks by number, in slabs of 1,024 rows of plain numbers; a slab goes when its last record does. */

export const SLAB_BLOCKS = 1024;

/** Columns; a row is in use while its address is not 0. */
export class Slab {
  address = new Float64Array(SLAB_BLOCKS);
  size = new Float64Array(SLAB_BLOCKS);
  /** What the placement calls its memory. */
  handle = new Float64Array(SLAB_BLOCKS);
  /** Instruction counts; freedAt is of use only once freeStack is there. */
  allocatedAt = new Float64Array(SLAB_BLOCKS);
  freedAt = new Float64Array(SLAB_BLOCKS);
  allocStack = new Int32Array(SLAB_BLOCKS);
  /** -1 while the block is live. */
  freeStack = new Int32Array(SLAB_BLOCKS);
  kind = new Uint8Array(SLAB_BLOCKS);
  count = 0;

  copy(): Slab {
    const copy = new Slab();
    copy.address.set(this.address);
    copy.size.set(this.size);
    copy.handle.set(this.handle);
    copy.allocatedAt.set(this.allocatedAt);
    copy.freedAt.set(this.freedAt);
    copy.allocStack.set(this.allocStack);
    copy.freeStack.set(this.freeStack);
    copy.kind.set(this.kind);
    copy.count = this.count;
    return copy;
  }
}

export class Slabs {
  /** By number of the first block / 1,024, ascending. */
  private readonly slabs = new Map<number, Slab>();
  private newest = -1;
  /** The slab that was asked for last: neighbours in memory mostly have neighbouring numbers. */
  private lastIndex = -1;
  private last: Slab | null = null;

  /** The slab with the row of a new block, which is not in use yet: numbers ascend. */
  add(blockId: number): Slab {
    const index = Math.floor(blockId / SLAB_BLOCKS);
    let slab = this.of(blockId);
    if (slab === null) {
      const before = this.slabs.get(this.newest);
      if (before?.count === 0) this.drop(this.newest);
      slab = new Slab();
      this.slabs.set(index, slab);
      this.newest = index;
      this.lastIndex = index;
      this.last = slab;
    }
    slab.count++;
    return slab;
  }

  delete(blockId: number): void {
    const slab = this.of(blockId);
    if (slab === null) return;
    slab.address[blockId % SLAB_BLOCKS] = 0;
    slab.count--;
    const index = Math.floor(blockId / SLAB_BLOCKS);
    if (slab.count === 0 && index !== this.newest) this.drop(index);
  }

  /** The slab with the row of a block; null: none of its blocks has a record. */
  of(blockId: number): Slab | null {
    const index = Math.floor(blockId / SLAB_BLOCKS);
    if (index === this.lastIndex) return this.last;
    const slab = this.slabs.get(index) ?? null;
    if (slab === null) return null;
    this.lastIndex = index;
    this.last = slab;
    return slab;
  }

  copy(): Slabs {
    const copy = new Slabs();
    for (const [index, slab] of this.slabs) copy.slabs.set(index, slab.copy());
    copy.newest = this.newest;
    return copy;
  }

  /** Visits the records in the order of their numbers. */
  each(visit: (blockId: number, slab: Slab, row: number) => void): void {
    for (const [index, slab] of this.slabs) {
      for (let row = 0; row < SLAB_BLOCKS; row++) if (slab.address[row] !== 0) visit(index * SLAB_BLOCKS + row, slab, row);
    }
  }

  private drop(index: number): void {
    this.slabs.delete(index);
    if (index !== this.lastIndex) return;
    this.lastIndex = -1;
    this.last = null;
  }
}
