/**
 * Freed blocks whose memory is not used again yet (Memcheck's freed-blocks list, --freelist-vol and
 * --freelist-big-blocks in the Memcheck manual).
 *
 * Two queues: large blocks leave before any small one; inside a queue the oldest leaves first. A block larger than the
 * whole volume goes to the front: it would leave at once. Blocks leave only at the next allocation, after that has
 * taken its memory, so that even a block larger than the volume rests for a while.
 */

const FIRST_ROOM = 64;

/** Numbers of blocks: first in, first out, with room at the front. A ring whose length is a power of two. */
export class Queue {
  private ring = new Float64Array(FIRST_ROOM);
  private head = 0;
  private count = 0;

  copy(): Queue {
    const queue = new Queue();
    queue.ring = this.ring.slice();
    queue.head = this.head;
    queue.count = this.count;
    return queue;
  }

  push(blockId: number): void {
    if (this.count === this.ring.length) this.grow();
    this.ring[(this.head + this.count++) & (this.ring.length - 1)] = blockId;
  }

  pushFront(blockId: number): void {
    if (this.count === this.ring.length) this.grow();
    this.head = (this.head + this.ring.length - 1) & (this.ring.length - 1);
    this.ring[this.head] = blockId;
    this.count++;
  }

  /** 0: there is none. */
  shift(): number {
    if (this.count === 0) return 0;
    const blockId = this.ring[this.head] as number;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.count--;
    return blockId;
  }

  private grow(): void {
    const ring = new Float64Array(2 * this.ring.length);
    ring.set(this.ring.subarray(this.head));
    ring.set(this.ring.subarray(0, this.head), this.ring.length - this.head);
    this.ring = ring;
    this.head = 0;
  }
}

export class Quarantine {
  private big = new Queue();
  private small = new Queue();
  private volume = 0;

  constructor(private readonly volumeBytes: number, private readonly bigBlockBytes: number) {}

  /** The quarantine of a forked process. */
  fork(): Quarantine {
    const quarantine = new Quarantine(this.volumeBytes, this.bigBlockBytes);
    quarantine.big = this.big.copy();
    quarantine.small = this.small.copy();
    quarantine.volume = this.volume;
    return quarantine;
  }

  add(blockId: number, size: number): void {
    const queue = size >= this.bigBlockBytes ? this.big : this.small;
    if (size >= this.volumeBytes) queue.pushFront(blockId); else queue.push(blockId);
    this.volume += size;
  }

  /** The next block to leave, as long as the volume is exceeded; 0: none. Call `left` then. */
  leaving(): number {
    if (this.volume <= this.volumeBytes) return 0;
    return this.big.shift() || this.small.shift();
  }

  /** A block of so many bytes has left. */
  left(size: number): void {
    this.volume -= size;
  }
}
