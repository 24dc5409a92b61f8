/**
 * Processes that are gone altogether: what the Processes view still shows of them. The newest 10,000 are kept; how many
 * there were in all is exact.
 */
import type { Ending } from '../../shared/report';
import type { ExitFigures, Process } from './process';

const KEPT = 10_000;

export interface PastProcess {
  readonly key: number; readonly pid: number; readonly parent: number; readonly name: string; readonly command: string;
  readonly nice: number; readonly threads: number; readonly minorFaults: number; readonly majorFaults: number;
  readonly cycles: number; readonly instructions: number; readonly startCycle: number; readonly isProgram: boolean;
  readonly ending: Ending | null; readonly exitFigures: ExitFigures | null;
}

export class PastProcesses {
  private list: PastProcess[] = [];
  private head = 0;
  total = 0;

  add(process: Process): void {
    this.total++;
    const { key, pid, parent, name, command, nice, minorFaults, majorFaults, cycles, instructions, startCycle, ending, exitFigures } = process;
    this.list.push({ key, pid, parent, name, command, nice, threads: process.threads.length, minorFaults, majorFaults, cycles, instructions, startCycle, isProgram: process.program !== null, ending, exitFigures });
    if (this.list.length - this.head <= KEPT) return;
    this.head++;
    if (this.head >= KEPT) { this.list = this.list.slice(this.head); this.head = 0; }
  }

  /** Oldest first. */
  all(): readonly PastProcess[] {
    return this.head === 0 ? this.list : this.list.slice(this.head);
  }

  key(key: number): PastProcess | null {
    for (let i = this.list.length - 1; i >= this.head; i--) if (this.list[i]?.key === key) return this.list[i] ?? null;
    return null;
  }
}
