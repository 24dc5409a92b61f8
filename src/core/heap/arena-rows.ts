/** The blocks of an arena (client-arena.ts) as columns of plain numbers: a row each, used again when its block is gone. */

/** No block. */
export const NONE = -1;
const FIRST_ROWS = 64;

/** What the arena knows of its blocks, a row each. */
export class BlockRows {
  /** Address of the leading tag. */
  start = new Float64Array(FIRST_ROWS);
  sizeBytes = new Float64Array(FIRST_ROWS);
  /** Index of the superblock; they are never renumbered. */
  superblock = new Int32Array(FIRST_ROWS);
  /** Free list, NONE for a block in use and for one on its way from a list to another. */
  list = new Int32Array(FIRST_ROWS);
  nextFree = new Int32Array(FIRST_ROWS);
  previousFree = new Int32Array(FIRST_ROWS);
  /** Neighbours in the superblock. */
  before = new Int32Array(FIRST_ROWS);
  after = new Int32Array(FIRST_ROWS);
  inUse = new Uint8Array(FIRST_ROWS);
  /** Rows that were ever used. */
  count = 0;
  /** First row to use again, chained by `after`. */
  private spare = NONE;

  /** A row for a block that is neither in use nor in a list. */
  add(superblock: number, start: number, sizeBytes: number): number {
    let row = this.spare;
    if (row === NONE) {
      row = this.count++;
      if (row === this.start.length) this.grow();
    } else this.spare = this.after[row] as number;
    this.start[row] = start;
    this.sizeBytes[row] = sizeBytes;
    this.superblock[row] = superblock;
    this.list[row] = NONE;
    this.nextFree[row] = row;
    this.previousFree[row] = row;
    this.before[row] = NONE;
    this.after[row] = NONE;
    this.inUse[row] = 0;
    return row;
  }

  remove(row: number): void {
    this.after[row] = this.spare;
    this.spare = row;
  }

  copy(): BlockRows {
    const copy = new BlockRows();
    copy.start = this.start.slice();
    copy.sizeBytes = this.sizeBytes.slice();
    copy.superblock = this.superblock.slice();
    copy.list = this.list.slice();
    copy.nextFree = this.nextFree.slice();
    copy.previousFree = this.previousFree.slice();
    copy.before = this.before.slice();
    copy.after = this.after.slice();
    copy.inUse = this.inUse.slice();
    copy.count = this.count;
    copy.spare = this.spare;
    return copy;
  }

  private grow(): void {
    const rows = 2 * this.start.length;
    const wider = <T extends Float64Array | Int32Array | Uint8Array>(column: T, made: T): T => { made.set(column); return made; };
    this.start = wider(this.start, new Float64Array(rows));
    this.sizeBytes = wider(this.sizeBytes, new Float64Array(rows));
    this.superblock = wider(this.superblock, new Int32Array(rows));
    this.list = wider(this.list, new Int32Array(rows));
    this.nextFree = wider(this.nextFree, new Int32Array(rows));
    this.previousFree = wider(this.previousFree, new Int32Array(rows));
    this.before = wider(this.before, new Int32Array(rows));
    this.after = wider(this.after, new Int32Array(rows));
    this.inUse = wider(this.inUse, new Uint8Array(rows));
  }
}
