/** Results of the processes that are over, beside the first one's, which is the result of the run. */
import type { ProcessResult } from '../../shared/report';
import type { Pass } from './pass';
import type { Process } from './process';
import { processResult } from './run-result';

/** More are only counted. */
const MOST = 10_000;

export class EndedProcesses {
  private readonly results: ProcessResult[] = [];

  constructor(private readonly pass: Pass) {}

  get all(): readonly ProcessResult[] {
    return this.results;
  }

  /** A process has just ended, for the first time; nothing of it is reclaimed yet. */
  note(process: Process): void {
    if (this.results.length < MOST) this.results.push(processResult(this.pass.config, process, process.lastLeaks, null));
  }

  /** Those that are over at the present moment, which may lie behind the head of the recording. */
  soFar(): readonly ProcessResult[] {
    const { processes } = this.pass.computer, now = this.pass.computer.instructions();
    return this.results.filter(({ processKey, endedInstruction }) => processes.key(processKey ?? 0)?.isOver ?? (endedInstruction ?? 0) <= now);
  }

  replace(results: readonly ProcessResult[]): void {
    this.results.splice(0, Infinity, ...results);
  }
}
