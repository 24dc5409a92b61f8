/**
 * Threads that wait for the same thing: input, a child's end, room in a pipe. A thread that is woken runs its system call
 * again and looks for itself, as under Linux. Order of waking is the order of coming.
 */
import type { Thread } from './process';

export class WaitQueue {
  private readonly threads = new Set<Thread>();

  get size(): number {
    return this.threads.size;
  }

  add(thread: Thread): void {
    this.threads.add(thread);
    thread.waitQueue = this;
  }

  remove(thread: Thread): void {
    this.threads.delete(thread);
    thread.waitQueue = null;
  }

  all(): readonly Thread[] {
    return [...this.threads];
  }
}
