/** Moments for tests: everything that is not said is empty. */
import { CYCLES_PER_SECOND, type LeakKind } from './config';
import type { MomentLoss, MomentMapping, MomentProcess, MomentStack, MomentSummary } from './views-compare';

/** malloc, called by `fn` at `line` of nodes.c, called by main at line 30. Its newest block is number 4 of process 1. */
export const stackOf = (fn: string, line: number, bytes: number, blocks: number, folder = '/home/a/'): MomentStack => ({
  bytes, blocks, processKey: 1, blockId: 4,
  frames: [{ fn: 'malloc', file: '', line: 0, library: true }, { fn, file: `${folder}nodes.c`, line, library: false }, { fn: 'main', file: `${folder}nodes.c`, line: 30, library: false }],
});
export const lossOf = (kind: LeakKind, fn: string, line: number, bytes: number, blocks: number): MomentLoss => ({ ...stackOf(fn, line, bytes, blocks), kind });
export const processOf = (pid: number, state: MomentProcess['state'] = 'ready', minorFaults = 0): MomentProcess => ({
  processKey: pid - 999, pid, name: 'a', state, rssBytes: 4096, swapBytes: 0, minorFaults, majorFaults: 0,
});
export const mappingOf = (kind: MomentMapping['kind'], name: string, low: string, high: string, pid = 1000): MomentMapping => ({
  processKey: pid - 999, pid, kind, name, low, high, permissions: 'rw-p', bytes: Number(BigInt(high) - BigInt(low)), residentBytes: 0, swapBytes: 0,
});

const NONE = { bytes: 0, blocks: 0 };

export function momentOf({ seconds = 0, ...more }: Partial<MomentSummary> & { readonly seconds?: number }): MomentSummary {
  const stacks = more.stacks ?? [];
  const otherStacks = more.otherStacks ?? { ...NONE, stacks: 0 };
  const sum = (of: 'bytes' | 'blocks'): number => stacks.reduce((total, one) => total + one[of], otherStacks[of]);
  return {
    moment: { instruction: seconds * 1e6, cycle: seconds * CYCLES_PER_SECOND }, profile: 'linux', heap: { bytes: sum('bytes'), blocks: sum('blocks') }, stacks, otherStacks,
    leaks: { definite: NONE, indirect: NONE, possible: NONE, reachable: NONE, records: [], otherRecords: { ...NONE, records: 0 } },
    mappings: [], otherMappings: { mappings: 0, bytes: 0, residentBytes: 0, swapBytes: 0 },
    processes: [], otherProcesses: { processes: 0, rssBytes: 0, swapBytes: 0, minorFaults: 0, majorFaults: 0 }, minorFaults: 0, majorFaults: 0,
    faults: [], forgottenFaults: 0, faultLines: [], otherFaultLines: { lines: 0, faults: 0, major: 0 }, ...more,
  };
}

export const emptyMoment = (seconds: number): MomentSummary => momentOf({ seconds });
