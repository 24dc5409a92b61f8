/** The result of a run as plain data: assembled from the primary process and the machine's counters. */
import { errorTotals } from '../checker/report-common';
import type { LeakCheckResult } from '../checker/checker-api';
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { RunConfig, SystemProfile } from '../../shared/config';
import type { Ending, LossRecord, RunResult } from '../../shared/report';
import type { Computer } from './computer';
import type { Process } from './process';

/** Exit status of a run that Pagewise itself ended (as timeout(1) and env(1) have it). */
const OWN_STATUS = 125;

/** What a shell sees: the status, or 128 + signal; 125 where Pagewise ended the program. */
export function exitStatusOf(ending: Ending): number {
  if (ending.kind === 'exit') return ending.status;
  return ending.kind === 'signal' ? 128 + ending.signal : OWN_STATUS;
}

/** How the program ended, in one line. */
export function endingText(ending: Ending, profile: SystemProfile = 'linux'): string {
  switch (ending.kind) {
    case 'exit': return `Exited with status ${String(ending.status)}`;
    case 'signal':
      if (profile === 'windows' && ending.code !== '') return `Ended by an exception: ${ending.explanation ?? ''}`;
      return `Ended by ${ending.name}${(ending.explanation ?? '') === '' ? '' : `: ${ending.explanation ?? ''}`}`;
    case 'stopped': return `Stopped: ${ending.reason}`;
    case 'limit': return `Stopped by a limit: ${ending.reason}`;
  }
}

/** `records`: loss records with their explanations, once the second pass has made them. */
export function assembleResult(config: RunConfig, computer: Computer, process: Process | null, leaks: LeakCheckResult | null, records: readonly LossRecord[] | null): RunResult {
  const ending: Ending = process?.ending ?? { kind: 'stopped', reason: 'not ended yet' };
  const errors = process?.heap?.errors() ?? [];
  const finalRecords = records ?? leaks?.records ?? [];
  const totals = errorTotals(errors, finalRecords, config.check);
  const counters = computer.counters();
  return {
    format: 1, pid: process?.pid ?? config.pid, programName: config.programName, args: config.args, tool: config.check.tool,
    ending, exitStatus: exitStatusOf(ending), errors,
    leaks: leaks === null ? null : { records: finalRecords, summary: leaks.summary },
    heap: process?.heap?.summary() ?? null,
    errorCount: totals.errors, errorContexts: totals.contexts, suppressedErrors: 0, suppressedContexts: 0,
    counters, simulatedSeconds: counters.cycles / CYCLES_PER_SECOND,
  };
}
