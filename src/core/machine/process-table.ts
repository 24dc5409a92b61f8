/**
 * The processes of a machine: by key and by process id in one step, and in the order in which they came to be. Those
 * that were waited for leave the table.
 */
import type { Process } from './process';

export class ProcessTable implements Iterable<Process> {
  private readonly byKey = new Map<number, Process>();
  private readonly byPid = new Map<number, Process>();
  private firstOne: Process | null = null;
  /** Processes that have not ended. */
  living = 0;
  /** Programs that have not ended or were not waited for: what RLIMIT_NPROC counts. */
  programs = 0;

  add(process: Process): void {
    if (process.program !== null) this.firstOne ??= process;
    this.byKey.set(process.key, process);
    this.byPid.set(process.pid, process);
    this.living++;
    if (process.program !== null) this.programs++;
  }

  /** A process that was waited for; its id is free again. */
  remove(process: Process): void {
    if (!this.byKey.delete(process.key)) return;
    if (process.program !== null) this.programs--;
    if (this.byPid.get(process.pid) === process) this.byPid.delete(process.pid);
  }

  key(key: number): Process | null {
    return this.byKey.get(key) ?? null;
  }

  pid(pid: number): Process | null {
    return this.byPid.get(pid) ?? null;
  }

  /** The first process of a program, which a run's result is about. */
  get first(): Process | null {
    return this.firstOne;
  }

  get size(): number {
    return this.byKey.size;
  }

  [Symbol.iterator](): IterableIterator<Process> {
    return this.byKey.values();
  }
}
