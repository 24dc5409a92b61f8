/**
 * Pages of the store's pool, one by one (slots of frames, shadow pages) or in runs (register stacks, descriptor sections).
 *
 * Free single pages are a stack; free runs are a list sorted by address whose neighbours are merged. What is handed out
 * is always zero: fresh pages are so by birth, returned ones are emptied when they are handed out again. `allocate`
 * answers 0 when the capacity is used up: the machine then stops with its own message (limit "store"), because a guest's
 * out-of-memory must never depend on the host.
 */
const PAGE_BYTES = 4096;

interface Run { address: number; pages: number }

export class PagePool {
  private next: number;
  private readonly singles: number[] = [];
  private runs: Run[] = [];
  private used = 0;

  constructor(private readonly bytes: Uint8Array, private readonly base: number, readonly capacityPages: number) {
    this.next = base;
  }

  get usedPages(): number {
    return this.used;
  }

  /** Store address beyond the highest page that was ever handed out: from here on all is zero. */
  get highWater(): number {
    return this.next;
  }

  /** One page of zeros: its store address, or 0 when the capacity is used up. */
  allocatePage(): number {
    const single = this.singles.pop();
    if (single !== undefined) {
      this.used++;
      this.bytes.fill(0, single, single + PAGE_BYTES);
      return single;
    }
    return this.allocateRun(1);
  }

  /** As allocatePage, but the content is whatever it was: for a page that is overwritten whole at once. */
  allocateUncleared(): number {
    const single = this.singles.pop();
    if (single === undefined) return this.allocateRun(1);
    this.used++;
    return single;
  }

  freePage(address: number): void {
    this.assertOwned(address, 1);
    this.used--;
    this.singles.push(address);
  }

  /** `pages` contiguous pages of zeros: store address of the first, or 0. */
  allocateRun(pages: number): number {
    if (pages <= 0 || !Number.isInteger(pages)) throw new Error(`page pool: a run of ${String(pages)} pages`);
    const fresh = this.takeFresh(pages);
    if (fresh !== 0) return fresh;
    const index = this.runs.findIndex((run) => run.pages >= pages);
    const run = this.runs[index];
    if (run === undefined) return this.allocateMerged(pages);
    const address = run.address;
    run.address += pages * PAGE_BYTES;
    run.pages -= pages;
    if (run.pages === 0) this.runs.splice(index, 1);
    this.used += pages;
    this.bytes.fill(0, address, address + pages * PAGE_BYTES);
    return address;
  }

  freeRun(address: number, pages: number): void {
    if (pages === 1) { this.freePage(address); return; }
    this.assertOwned(address, pages);
    this.used -= pages;
    this.insertRun(address, pages);
  }

  private takeFresh(pages: number): number {
    const limit = this.base + this.capacityPages * PAGE_BYTES;
    if (this.next + pages * PAGE_BYTES > limit) return 0;
    const address = this.next;
    this.next += pages * PAGE_BYTES;
    this.used += pages;
    return address;
  }

  /** Last resort: turns the free single pages into runs, which merge, and tries once more. */
  private allocateMerged(pages: number): number {
    if (this.singles.length === 0) return 0;
    for (const single of this.singles) this.insertRun(single, 1);
    this.singles.length = 0;
    return this.runs.some((run) => run.pages >= pages) ? this.allocateRun(pages) : 0;
  }

  private insertRun(address: number, pages: number): void {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.runs[middle]?.address ?? 0) < address) low = middle + 1; else high = middle;
    }
    const before = this.runs[low - 1];
    const after = this.runs[low];
    const joinsBefore = before !== undefined && before.address + before.pages * PAGE_BYTES === address;
    const joinsAfter = after !== undefined && address + pages * PAGE_BYTES === after.address;
    if (joinsBefore && joinsAfter) {
      before.pages += pages + after.pages;
      this.runs.splice(low, 1);
    } else if (joinsBefore) before.pages += pages;
    else if (joinsAfter) { after.address = address; after.pages += pages; }
    else this.runs.splice(low, 0, { address, pages });
  }

  private assertOwned(address: number, pages: number): void {
    if (address < this.base || address + pages * PAGE_BYTES > this.next || (address & (PAGE_BYTES - 1)) !== 0) {
      throw new Error(`page pool: 0x${address.toString(16)} is not a page of the pool`);
    }
  }
}
