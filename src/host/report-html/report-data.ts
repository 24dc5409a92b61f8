/**
 * What a report in HTML is made of, as plain data, and how it is asked of a machine. The same for the command line, which
 * has the machine at hand, and the window, whose machine answers from its own thread.
 */
import type { RunConfig } from '../../shared/config';
import type { CompileOptions } from '../../shared/diagnostics';
import type { RunResult } from '../../shared/report';
import type { Answer, QueryMap, QueryName } from '../../shared/views';
import { NO_FAULT_WHERE, type FaultTimeline } from '../../shared/views-faults';
import type { HeapTimeline } from '../../shared/views-heap';
import type { ProcessTable } from '../../shared/views-processes';
import type { OutputExcerpt } from './output-record';

/** What is known without the machine. */
export interface ReportSetting {
  /** Files of the program as they were compiled, C files first. */
  readonly sources: readonly (readonly [path: string, text: string])[];
  readonly config: RunConfig;
  readonly compile: CompileOptions;
  readonly output: OutputExcerpt;
}

export interface ReportData extends ReportSetting {
  readonly result: RunResult;
  /** False: the program had not ended when the report was made. */
  readonly ended: boolean;
  readonly faults: FaultTimeline;
  readonly heap: HeapTimeline;
  readonly processes: ProcessTable;
}

/** Parts of simulated time in the charts. */
export const CHART_PARTS = 160;
/** Rows of the table of processes. */
export const PROCESS_ROWS = 200;

export type Ask = <N extends QueryName>(name: N, argument: QueryMap[N][0]) => Answer<QueryMap[N][1]> | Promise<Answer<QueryMap[N][1]>>;

/** Null: there is no run to report on. `result`: in place of the machine's own, e.g. with suppressions applied. */
export async function gatherReport(ask: Ask, setting: ReportSetting, result: RunResult | null = null): Promise<ReportData | null> {
  const status = (await ask('status', null)).value;
  const found = result ?? (await ask('result', null)).value;
  if (found === null) return null;
  const where = { ...NO_FAULT_WHERE, toCycle: Math.max(1, status.counters.cycles) };
  return {
    ...setting, result: found, ended: status.state === 'exited',
    faults: (await ask('faultTimeline', { where, buckets: CHART_PARTS })).value,
    heap: (await ask('heapTimeline', { processKey: 0, buckets: CHART_PARTS })).value,
    processes: (await ask('processTable', { sort: 'pid', descending: false, filter: '', tree: true, scope: 'all', from: 0, count: PROCESS_ROWS, find: 0 })).value,
  };
}
