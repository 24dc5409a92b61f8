/** The result of a run as plain data: assembled from the primary process and the machine's counters. */
import { errorTotals } from '../checker/report-common';
import type { LeakCheckResult } from '../checker/checker-api';
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { RunConfig, SystemProfile } from '../../shared/config';
import type { Ending, LossRecord, ProcessResult, RunResult } from '../../shared/report';
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

/** What became of a process, as far as it has come. `records`: loss records with their explanations, once the second pass has made them. */
export function processResult(config: RunConfig, process: Process, leaks: LeakCheckResult | null, records: readonly LossRecord[] | null): ProcessResult {
  const ending: Ending = process.ending ?? { kind: 'stopped', reason: 'not ended yet' };
  const errors = process.heap?.errors() ?? [];
  const finalRecords = records ?? leaks?.records ?? [];
  const totals = errorTotals(errors, finalRecords, config.check);
  return {
    pid: process.pid, programName: process.start.path, args: process.start.args.slice(1), processKey: process.key, tool: config.check.tool,
    endedInstruction: process.endedInstruction, isForked: process.isForked, ending, exitStatus: exitStatusOf(ending), errors,
    leaks: leaks === null ? null : { records: finalRecords, summary: leaks.summary },
    heap: process.heap?.summary() ?? null,
    errorCount: totals.errors, errorContexts: totals.contexts, suppressedErrors: 0, suppressedContexts: 0,
  };
}

/** The result of the run; `others`: of the processes beside the first one that are over. */
export function assembleResult(config: RunConfig, computer: Computer, process: Process | null, records: readonly LossRecord[] | null, others: readonly ProcessResult[]): RunResult {
  const counters = computer.counters();
  const own: ProcessResult = process === null
    ? {
        pid: config.pid, programName: config.programName, args: config.args, tool: config.check.tool, ending: { kind: 'stopped', reason: 'not ended yet' }, exitStatus: OWN_STATUS,
        errors: [], leaks: null, heap: null, errorCount: 0, errorContexts: 0, suppressedErrors: 0, suppressedContexts: 0,
      }
    : processResult(config, process, process.lastLeaks, records);
  return { format: 1, ...own, ...(others.length === 0 ? {} : { others }), counters, simulatedSeconds: counters.cycles / CYCLES_PER_SECOND };
}
