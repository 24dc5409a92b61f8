/**
 * Which lines lost the leaked blocks: found by a second pass (second-pass.ts) once the program has ended.
 *
 *   nothing ── begin ──▶ running ── run, to its end ──▶ records
 *                           └────── giveUp ───────────▶ nothing: leaks stay without explanation
 */
import { watchPlan, type WatchPlan } from '../checker/explain';
import type { LeakCheckResult } from '../checker/checker-api';
import type { Program } from '../lir/lir';
import type { LossRecord } from '../../shared/report';
import type { InputEntry } from './input-log';
import type { Pass } from './pass';
import type { Process } from './process';
import { SecondPass } from './second-pass';
import { switchTo } from './switching';

export class LeakExplanation {
  /** Loss records with their explanations; null: not made. */
  records: readonly LossRecord[] | null = null;
  private second: SecondPass | null = null;

  constructor(private readonly pass: Pass, private readonly kernel: WebAssembly.Module) {}

  get isRunning(): boolean {
    return this.second !== null;
  }

  /** Plans the second pass; false: there is nothing to explain. `programs`: what was loaded before anything ran. */
  begin(process: Process, leaks: LeakCheckResult, programs: readonly Program[], entries: readonly InputEntry[]): boolean {
    const { config, computer } = this.pass;
    const { port, heap, ending } = process;
    if (!config.check.explainLeaks || config.check.leakCheck !== 'full' || port === null || heap === null) return false;
    if (!leaks.records.some(({ kind }) => kind !== 'reachable')) return false;
    const plan = (): WatchPlan => {
      const thread = process.threads[0];
      if (thread !== undefined) switchTo(computer, thread);
      return watchPlan(port, heap);
    };
    const cut = ending?.kind === 'stopped' || (ending?.kind === 'limit' && ending.limit === 'instructions');
    this.second = new SecondPass(config, this.kernel, programs, { entries, stoppedAt: cut ? computer.instructions() : -1 }, plan, leaks.records);
    return true;
  }

  /** Runs on; true when all is explained. */
  run(instructions: number): boolean {
    if (this.second === null) throw new Error('nothing to explain');
    if (!this.second.run(instructions)) return false;
    this.records = this.second.explained();
    this.second = null;
    return true;
  }

  giveUp(): void {
    this.second = null;
  }
}
