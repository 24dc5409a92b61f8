/**
 * Several doubly linked circular lists over the same items in two flat arrays. Item numbers are 0 .. itemCount - 1; each list has a sentinel
 * after them. An item is in one list at most; the caller remembers which. Used by LRU, LFU, 2Q, ARC and S3-FIFO.
 */
export class LinkedLists {
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(private readonly itemCount: number, listCount: number) {
    this.next = new Int32Array(itemCount + listCount);
    this.previous = new Int32Array(itemCount + listCount);
    for (let list = 0; list < listCount; list++) this.next[itemCount + list] = this.previous[itemCount + list] = itemCount + list;
  }

  pushFront(list: number, item: number): void {
    const { next, previous } = this;
    const sentinel = this.itemCount + list, first = next[sentinel];
    next[item] = first;
    previous[item] = sentinel;
    previous[first] = item;
    next[sentinel] = item;
  }

  remove(item: number): void {
    const { next, previous } = this;
    const before = previous[item], after = next[item];
    next[before] = after;
    previous[after] = before;
  }

  /** The item at the back; not to be asked of an empty list. */
  back(list: number): number {
    return this.previous[this.itemCount + list];
  }

  isAlone(list: number, item: number): boolean {
    return this.next[item] === this.itemCount + list && this.previous[item] === this.itemCount + list;
  }

  isEmpty(list: number): boolean {
    return this.next[this.itemCount + list] === this.itemCount + list;
  }
}
