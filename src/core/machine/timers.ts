/**
 * Things that will happen at a moment of the simulated clock: sleepers that wake, alarms, devices that have finished.
 * A binary heap by cycle, then by the order of setting; setting and cancelling cost O(log n).
 *
 * The scheduler looks at it at the timer interrupt (every 0.25 ms of instructions while a timer is set), and jumps to the
 * next one when no thread is ready. What a timer does when it goes off is data, so that a checkpoint can keep it; timer-work.ts
 * does it.
 */
import type { Process, Thread } from './process';

export type TimerWork =
  /** A device has finished, or a pause is over: the thread goes on. */
  | { readonly kind: 'wake'; readonly thread: Thread }
  /** sleep(3): as wake, unless a signal ended the sleep before. */
  | { readonly kind: 'sleep'; readonly thread: Thread }
  /** alarm(2) and setitimer(2): SIGALRM, and the next one of an interval. */
  | { readonly kind: 'alarm'; readonly process: Process }
  /** A scan of khugepaged is due. */
  | { readonly kind: 'khugepaged' };

export interface Timer {
  readonly cycle: number;
  readonly order: number;
  readonly work: TimerWork;
  cancelled: boolean;
}

export class Timers {
  private readonly heap: Timer[] = [];
  private order = 0;

  /** `work` is done once the clock has reached `cycle`. */
  set(cycle: number, work: TimerWork): Timer {
    const timer: Timer = { cycle, order: ++this.order, work, cancelled: false };
    this.heap.push(timer);
    this.up(this.heap.length - 1);
    return timer;
  }

  /** The next moment at which something happens; Infinity: never. */
  get next(): number {
    while (this.heap[0]?.cancelled === true) this.pop();
    return this.heap[0]?.cycle ?? Infinity;
  }

  /** Takes out the first timer that is due at `cycle`; null: none is. */
  due(cycle: number): Timer | null {
    return this.next <= cycle ? this.pop() ?? null : null;
  }

  private pop(): Timer | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) {
      this.heap[0] = last;
      this.down(0);
    }
    return first;
  }

  private isBefore(a: number, b: number): boolean {
    const [x, y] = [this.heap[a], this.heap[b]];
    if (x === undefined || y === undefined) return x !== undefined;
    return x.cycle < y.cycle || (x.cycle === y.cycle && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    const [x, y] = [this.heap[a] as Timer, this.heap[b] as Timer];
    this.heap[a] = y;
    this.heap[b] = x;
  }

  private up(index: number): void {
    for (let at = index; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private down(index: number): void {
    for (let at = index; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < this.heap.length && this.isBefore(child, least)) least = child;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }
}
