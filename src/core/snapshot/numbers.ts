/** A list of u32 that grows: four bytes a number, however many there are. */
export class NumberList {
  private items = new Uint32Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  at(index: number): number {
    return this.items[index] ?? 0;
  }

  push(value: number): void {
    if (this.count === this.items.length) {
      const larger = new Uint32Array(this.count * 2);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.count++] = value;
  }

  /** The numbers so far, without a copy: valid until the next push. */
  view(): Uint32Array {
    return this.items.subarray(0, this.count);
  }
}
