/** Starts the processes of a mix one after the other, in slices: a scene of thousands takes its time. Used by machine-runner.ts. */
import type { Machine } from '../core/machine/machine-api';
import type { WorkloadScript } from '../core/workload/script';
import { STARTING_PROCESSES } from './machine-protocol';

export class MixStart {
  private readonly scripts: ReadonlyMap<string, WorkloadScript>;
  private next = 0;
  /** For the status line; '' once all are there. */
  message = '';

  /** @param order names of scripts, one for each process */
  constructor(scripts: readonly WorkloadScript[], private readonly order: readonly string[]) {
    this.scripts = new Map(scripts.map((script) => [script.name, script]));
  }

  /** Starts at least one and goes on while `hasTime`; true: all are there, or no more find room in RAM. */
  advance(machine: Machine, hasTime: () => boolean): boolean {
    const { order } = this;
    do {
      const script = this.scripts.get(order[this.next] ?? '');
      if (!script) throw new Error('a process without a script');
      if (machine.startWorkloads(script, 1) === 0) {
        this.message = `RAM has room for ${String(this.next)} of ${String(order.length)} processes.`;
        return true;
      }
      this.next++;
    } while (this.next < order.length && hasTime());
    const isDone = this.next >= order.length;
    this.message = isDone ? '' : `${STARTING_PROCESSES}: ${String(this.next)} of ${String(order.length)}`;
    return isDone;
  }
}
