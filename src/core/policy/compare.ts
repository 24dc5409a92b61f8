/**
 * The bench itself: runs the asked policies over one trace at the asked numbers of frames and makes the report that the
 * command line prints and the window draws. Called by src/cli/policy.ts and by the worker of src/host.
 */
import { LONGEST_STEP_TABLE, MOST_STEP_FRAMES, type Anomaly, type MissCurve, type PolicyName, type PolicyReport, type PolicyRequest, type PolicyRun, type PolicySettings, type StepTable } from '../../shared/policy';
import { createPolicy } from './policies';
import { stepTable } from './steps';
import { lruFaultsByFrames, optFaultsByFrames } from './stack-distance';
import type { ReferenceTrace } from './trace';

/** Called between pieces of work with the part that is done, 0 .. 1. Whoever wants to stop throws from it. */
export type ReportProgress = (part: number) => void;

const CHUNK = 1 << 20;
const CURVE_RUNS = 24;
const CURVE_POINTS = 400;

/** One policy, one number of frames. */
export function runPolicy(name: PolicyName, trace: ReferenceTrace, frames: number, settings: PolicySettings, progress: (references: number) => void = () => {}): PolicyRun {
  const policy = createPolicy(name, trace, frames, settings);
  const total = trace.references.length;
  for (let from = 0; from < total; from += CHUNK) {
    progress(from);
    policy.serve(from, Math.min(total, from + CHUNK));
  }
  const { faults, evictions, writeBacks } = policy;
  return { policy: name, frames, faults, coldMisses: trace.pageCount, evictions, writeBacks: trace.storesKnown ? writeBacks : null };
}

export function comparePolicies(trace: ReferenceTrace, request: PolicyRequest, progress: ReportProgress = () => {}): PolicyReport {
  const { policies, frameCounts, settings } = request;
  const work = new Work(trace.references.length, jobCount(trace, request), progress);
  const runs = policies.flatMap((policy) => frameCounts.map((frames) => work.job((at) => runPolicy(policy, trace, frames, settings, at))));
  const curves = request.curves ? policies.map((policy) => curveOf(policy, trace, settings, runs, work)) : [];
  return {
    trace: { references: trace.references.length, pages: trace.pageCount, stores: trace.storesKnown ? trace.storeCount : null },
    settings, runs, curves,
    anomalies: policies.flatMap((policy) => anomaliesOf(runs.filter((run) => run.policy === policy))),
    steps: request.steps ? stepTables(trace, request) : [],
  };
}

/** Where the next number of frames has more faults. `runs`: of one policy, in ascending order of frames. */
export function anomaliesOf(runs: readonly PolicyRun[]): readonly Anomaly[] {
  return runs.slice(1).flatMap((more, k) => {
    const fewer = runs[k];
    return more.faults <= fewer.faults ? [] : [{ policy: more.policy, fewerFrames: fewer.frames, moreFrames: more.frames, faultsWithFewer: fewer.faults, faultsWithMore: more.faults }];
  });
}

function stepTables(trace: ReferenceTrace, { policies, frameCounts, settings }: PolicyRequest): readonly StepTable[] {
  if (trace.references.length > LONGEST_STEP_TABLE) return [];
  const few = frameCounts.filter((frames) => frames <= MOST_STEP_FRAMES);
  return policies.flatMap((policy) => few.map((frames) => stepTable(policy, trace, frames, settings)));
}

const isStackPolicy = (policy: PolicyName): boolean => policy === 'lru' || policy === 'opt';

function curveOf(policy: PolicyName, trace: ReferenceTrace, settings: PolicySettings, runs: readonly PolicyRun[], work: Work): MissCurve {
  if (isStackPolicy(policy)) {
    const all = work.job((at) => (policy === 'lru' ? lruFaultsByFrames(trace, at) : optFaultsByFrames(trace, at)));
    // The points of the other policies too, so that curves can be compared point by point.
    const frames = [...new Set([...curvePoints(trace.pageCount, CURVE_POINTS), ...curvePoints(trace.pageCount, CURVE_RUNS)])].sort((a, b) => a - b);
    return { policy, frames, faults: frames.map((n) => all[n]), method: 'stack' };
  }
  const frames = curvePoints(trace.pageCount, CURVE_RUNS);
  const known = new Map(runs.filter((run) => run.policy === policy).map((run) => [run.frames, run.faults]));
  const faults = frames.map((n) => known.get(n) ?? work.job((at) => runPolicy(policy, trace, n, settings, at)).faults);
  return { policy, frames, faults, method: 'runs' };
}

/** At most about `most` numbers from 1 to `last`, both included: all of them, or evenly spread on a logarithmic scale. */
export function curvePoints(last: number, most: number): readonly number[] {
  if (last <= most) return Array.from({ length: last }, (_, k) => k + 1);
  const spread = Array.from({ length: most }, (_, k) => Math.round(last ** (k / (most - 1))));
  return [...new Set(spread)];
}

function jobCount(trace: ReferenceTrace, { policies, frameCounts, curves }: PolicyRequest): number {
  const ofCurves = !curves ? 0 : policies.reduce((sum, policy) => {
    if (isStackPolicy(policy)) return sum + 1;
    return sum + curvePoints(trace.pageCount, CURVE_RUNS).filter((n) => !frameCounts.includes(n)).length;
  }, 0);
  return policies.length * frameCounts.length + ofCurves;
}

/** Counts jobs of equal length, for the progress. */
class Work {
  private done = 0;
  constructor(private readonly references: number, private readonly jobs: number, private readonly progress: ReportProgress) {}

  job<T>(run: (at: (references: number) => void) => T): T {
    const result = run((at) => { this.progress((this.done + at / this.references) / this.jobs); });
    this.done++;
    return result;
  }
}
