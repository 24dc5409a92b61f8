/**
 * Freed blocks whose memory is not used again yet (Memcheck's freed-blocks list, --freelist-vol and
 * --freelist-big-blocks in the Memcheck manual).
 *
 * Two queues: large blocks leave before any small one; inside a queue the oldest leaves first. A block larger than the
 * whole volume goes to the front: it would leave at once. Blocks leave only at the next allocation, after that has
 * taken its memory, so that even a block larger than the volume rests for a while.
 */
import type { Block } from './block-table';

/** First in, first out, with room at the front. */
export class Queue {
  fork(of: (block: Block) => Block): Queue {
    const queue = new Queue();
    queue.items = this.items.slice(this.head).map(of);
    return queue;
  }
  private items: Block[] = [];
  private head = 0;
  push(block: Block): void { this.items.push(block); }
  pushFront(block: Block): void {
    if (this.head > 0) this.items[--this.head] = block; else this.items.unshift(block);
  }
  shift(): Block | undefined {
    const block = this.items[this.head];
    if (block === undefined) return undefined;
    this.head++;
    if (this.head >= 1024 && this.head * 2 > this.items.length) { this.items = this.items.slice(this.head); this.head = 0; }
    return block;
  }
}

export class Quarantine {
  private big = new Queue();
  private small = new Queue();
  private volume = 0;

  constructor(private readonly volumeBytes: number, private readonly bigBlockBytes: number) {}

  /** The quarantine of a forked process; `of`: its counterpart of a block. */
  fork(of: (block: Block) => Block): Quarantine {
    const quarantine = new Quarantine(this.volumeBytes, this.bigBlockBytes);
    quarantine.big = this.big.fork(of);
    quarantine.small = this.small.fork(of);
    quarantine.volume = this.volume;
    return quarantine;
  }

  add(block: Block): void {
    const queue = block.size >= this.bigBlockBytes ? this.big : this.small;
    if (block.size >= this.volumeBytes) queue.pushFront(block); else queue.push(block);
    this.volume += block.size;
  }

  /** The next block to leave, as long as the volume is exceeded. */
  leaving(): Block | undefined {
    if (this.volume <= this.volumeBytes) return undefined;
    const block = this.big.shift() ?? this.small.shift();
    if (block !== undefined) this.volume -= block.size;
    return block;
  }
}
