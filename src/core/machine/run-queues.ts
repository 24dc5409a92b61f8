/**
 * Who runs next, in time that does not depend on how many are ready (the scheme of Linux 2.6's O(1) scheduler).
 *
 * Two arrays of 40 queues, one queue per nice value from −20 to 19. Threads with time left of their slice wait in the
 * active array, threads that have used it up in the expired one with a new slice. The first thread of the first queue
 * that is not empty runs next; when the active array is empty, the arrays change places. So within a round every ready
 * thread runs, those of better priority first, and nobody starves. A bit per queue says whether it holds somebody.
 *
 * Slices follow weights: 1,024 · 1.25^−nice, as in Linux's fair scheduler, so that in each round a thread gets processor
 * time in proportion to its weight, and a step of nice is worth about 10 per cent of the processor between two threads.
 * A slice at nice 0 is 3,000,000 instructions (1 ms); with more than 8 ready threads it shrinks, so that a round of equal
 * threads lasts about 8 ms, down to 750,000.
 *
 * Called by scheduler.ts only. A thread is in at most one queue; the running one is in none.
 */
import type { Thread } from './process';

export const NICE_MIN = -20;
export const NICE_MAX = 19;
const QUEUES = NICE_MAX - NICE_MIN + 1;
/** 1 ms at one instruction per cycle. */
export const SLICE_INSTRUCTIONS = 3_000_000;
const SLICE_MIN = 750_000;
const ROUND_INSTRUCTIONS = 8 * SLICE_INSTRUCTIONS;
const SMALLEST = 30_000;

const WEIGHTS = Float64Array.from({ length: QUEUES }, (_, i) => Math.round(1024 / 1.25 ** (i + NICE_MIN)));

/** Weight of a nice value; 1,024 at nice 0. */
export function weightOf(nice: number): number {
  return WEIGHTS[nice - NICE_MIN] ?? 1024;
}

/** Instructions of a whole slice at this nice value while `ready` threads want the processor. */
export function sliceOf(nice: number, ready: number): number {
  const base = Math.min(SLICE_INSTRUCTIONS, Math.max(SLICE_MIN, Math.floor(ROUND_INSTRUCTIONS / Math.max(1, ready))));
  return Math.max(SMALLEST, Math.round((base * weightOf(nice)) / 1024));
}

/** One array of 40 queues. */
export class PriorityArray {
  private readonly heads = new Array<Thread | null>(QUEUES).fill(null);
  private readonly tails = new Array<Thread | null>(QUEUES).fill(null);
  /** Bit i of word i >> 5: queue i is not empty. */
  private readonly occupied = new Uint32Array(2);
  count = 0;

  append(thread: Thread, priority: number): void {
    const tail = this.tails[priority] ?? null;
    thread.previous = tail;
    thread.next = null;
    if (tail === null) this.heads[priority] = thread; else tail.next = thread;
    this.tails[priority] = thread;
    this.entered(thread, priority);
  }

  prepend(thread: Thread, priority: number): void {
    const head = this.heads[priority] ?? null;
    thread.next = head;
    thread.previous = null;
    if (head === null) this.tails[priority] = thread; else head.previous = thread;
    this.heads[priority] = thread;
    this.entered(thread, priority);
  }

  remove(thread: Thread): void {
    const priority = thread.queuePriority;
    if (thread.previous === null) this.heads[priority] = thread.next; else thread.previous.next = thread.next;
    if (thread.next === null) this.tails[priority] = thread.previous; else thread.next.previous = thread.previous;
    thread.next = null;
    thread.previous = null;
    thread.queue = -1;
    this.count--;
    if ((this.heads[priority] ?? null) === null) {
      const word = priority >>> 5;
      this.occupied[word] = (this.occupied[word] ?? 0) & ~(1 << (priority & 31));
    }
  }

  /** Number of the first queue that is not empty; QUEUES when all are. */
  best(): number {
    const low = this.occupied[0] ?? 0;
    if (low !== 0) return 31 - Math.clz32(low & -low);
    const high = this.occupied[1] ?? 0;
    return high === 0 ? QUEUES : 63 - Math.clz32(high & -high);
  }

  first(): Thread | null {
    return this.heads[this.best()] ?? null;
  }

  private entered(thread: Thread, priority: number): void {
    thread.queuePriority = priority;
    this.count++;
    const word = priority >>> 5;
    this.occupied[word] = (this.occupied[word] ?? 0) | (1 << (priority & 31));
  }
}

export class RunQueues {
  private readonly arrays: readonly [PriorityArray, PriorityArray] = [new PriorityArray(), new PriorityArray()];
  private active: 0 | 1 = 0;

  /** Threads that wait for the processor. */
  get waiting(): number {
    return this.arrays[0].count + this.arrays[1].count;
  }

  /** A thread became ready: it goes to the end of its queue, with a new slice if it has none left. */
  enqueue(thread: Thread): void {
    if (thread.queue !== -1) return;
    if (thread.slice <= 0) thread.slice = sliceOf(thread.process.nice, this.waiting + 1);
    this.arrays[this.active].append(thread, thread.process.nice - NICE_MIN);
    thread.queue = this.active;
  }

  /** The running thread must give way to a better one: it goes on with the rest of its slice when its turn comes. */
  putBack(thread: Thread): void {
    this.arrays[this.active].prepend(thread, thread.process.nice - NICE_MIN);
    thread.queue = this.active;
  }

  /** The running thread has used its slice up: it waits for the next round. */
  expire(thread: Thread): void {
    thread.slice = sliceOf(thread.process.nice, this.waiting + 1);
    const expired = this.active === 0 ? 1 : 0;
    this.arrays[expired].append(thread, thread.process.nice - NICE_MIN);
    thread.queue = expired;
  }

  remove(thread: Thread): void {
    if (thread.queue !== -1) this.arrays[thread.queue].remove(thread);
  }

  /** Takes out the thread that runs next; null: nobody is ready. */
  take(): Thread | null {
    if (this.arrays[this.active].count === 0) this.active = this.active === 0 ? 1 : 0;
    const array = this.arrays[this.active];
    const thread = array.first();
    if (thread !== null) array.remove(thread);
    return thread;
  }

  /** True when somebody of this round has a better priority than `thread`. */
  hasBetterThan(thread: Thread): boolean {
    return this.arrays[this.active].best() < thread.process.nice - NICE_MIN;
  }

  /** After a change of a process's nice value: its waiting threads move to their new queues. */
  requeue(thread: Thread): void {
    const { queue } = thread;
    if (queue === -1) return;
    this.arrays[queue].remove(thread);
    this.arrays[queue].append(thread, thread.process.nice - NICE_MIN);
    thread.queue = queue;
  }
}
