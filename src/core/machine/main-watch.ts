/** Watches for the entry of main, so that views can tell what happened before it. Used by scheduler.ts. */
import * as layout from '../kernel/memory-layout';
import type { Breakpoints } from './breakpoints';
import type { Computer } from './computer';
import type { Process } from './process';

export class MainWatch {
  /** Processes that have not come to their main yet, by its code index. */
  private readonly before = new Map<number, number>();

  constructor(private readonly computer: Computer, private readonly breakpoints: Breakpoints) {}

  watch(process: Process): void {
    const index = mainIndex(process);
    this.before.set(index, (this.before.get(index) ?? 0) + 1);
    this.breakpoints.add(index, 'main');
  }

  /** The running process is about to execute an instruction: notes the moment when it is the first of its main. */
  note(process: Process): void {
    if (process.program === null || process.mainEntered >= 0 || this.computer.store.read32(layout.ST_PC) !== mainIndex(process)) return;
    process.mainEntered = this.computer.instructions();
    this.forget(process);
  }

  /** The process has come to its main, or ended before. */
  forget(process: Process): void {
    const index = mainIndex(process);
    const left = (this.before.get(index) ?? 1) - 1;
    this.before.set(index, left);
    if (left === 0) this.breakpoints.remove(index, 'main');
  }
}

function mainIndex(process: Process): number {
  const main = process.program?.image.functions[process.program.main];
  if (main === undefined) throw new Error('the program has no main');
  return process.image.codeBase + main.first;
}
