/**
 * The present moment in numbers (shared/views-compare.ts). Going to another moment and asking again is all that a comparison
 * needs; nothing here remembers anything. Rows beyond a limit are added up, so that totals stay exact whatever is left out.
 */
import { MOMENT_ROW_LIMIT, MOMENT_STACK_LIMIT } from '../../shared/views-compare';
import type { MomentLeaks, MomentMapping, MomentProcess, MomentStack, MomentSummary } from '../../shared/views-compare';
import type { LeakTotals } from '../../shared/report';
import type { VmaRow } from '../../shared/views';
import { NO_FAULT_WHERE } from '../../shared/views-faults';
import type { Pass } from './pass';
import type { Process } from './process';
import { faultTimeline } from './query-fault-timeline';

const PAGE = 4096;

/** `vmas`: the mappings of a process, none once it was reclaimed; `processes`: all that there are. */
export function momentSummary(pass: Pass, processes: readonly MomentProcess[], vmas: (processKey: number) => readonly VmaRow[]): MomentSummary {
  const { computer } = pass;
  const present = [...computer.processes].filter((process) => process.phase !== 'reclaimed');
  const faults = faultTimeline(pass, NO_FAULT_WHERE, 1);
  return {
    moment: { instruction: computer.instructions(), cycle: computer.cycles() },
    ...heapOf(pass, present), leaks: leaksOf(present), ...mappingsOf(present, vmas), ...processesOf(processes),
    faults: [...faults.kindCounts], forgottenFaults: faults.forgotten,
  };
}

function heapOf(pass: Pass, processes: readonly Process[]): Pick<MomentSummary, 'heap' | 'stacks' | 'otherStacks'> {
  const byStack = new Map<number, { bytes: number; blocks: number }>();
  const heap = { bytes: 0, blocks: 0 };
  for (const { heap: own } of processes) {
    if (own === null) continue;
    heap.bytes += own.liveBytes();
    heap.blocks += own.liveBlocks();
    for (const [stack, { bytes, blocks }] of own.liveByStack()) {
      const sum = byStack.get(stack) ?? { bytes: 0, blocks: 0 };
      sum.bytes += bytes;
      sum.blocks += blocks;
      byStack.set(stack, sum);
    }
  }
  const { kept, rest } = largest([...byStack], ([, sum]) => sum.bytes, MOMENT_STACK_LIMIT);
  return {
    heap, otherStacks: { stacks: rest.length, bytes: total(rest, ([, sum]) => sum.bytes), blocks: total(rest, ([, sum]) => sum.blocks) },
    stacks: kept.map(([stack, { bytes, blocks }]): MomentStack => ({
      bytes, blocks, frames: pass.stacks.rowsOf(stack).map(({ fn, file, line, library }) => ({ fn, file, line, library })),
    })),
  };
}

/** Sums over the last leak check of each process that had one. */
function leaksOf(processes: readonly Process[]): MomentLeaks | null {
  const checks = processes.flatMap(({ lastLeaks }) => (lastLeaks === null ? [] : [lastLeaks.summary]));
  if (checks.length === 0) return null;
  const sum = (kind: keyof MomentLeaks): LeakTotals => ({ bytes: total(checks, (one) => one[kind].bytes), blocks: total(checks, (one) => one[kind].blocks) });
  return { definite: sum('definite'), indirect: sum('indirect'), possible: sum('possible'), reachable: sum('reachable') };
}

function mappingsOf(processes: readonly Process[], vmas: (processKey: number) => readonly VmaRow[]): Pick<MomentSummary, 'mappings' | 'otherMappings'> {
  const all = processes.flatMap((process) => {
    const groups = new Map<string, MomentMapping>();
    for (const vma of vmas(process.key)) {
      const key = `${vma.kind}\n${vma.name}`;
      const sum = groups.get(key);
      groups.set(key, {
        processKey: process.key, pid: process.pid, kind: vma.kind, name: vma.name, mappings: (sum?.mappings ?? 0) + 1, bytes: (sum?.bytes ?? 0) + vma.pages * PAGE,
        residentBytes: (sum?.residentBytes ?? 0) + vma.residentPages * PAGE, swapBytes: (sum?.swapBytes ?? 0) + vma.swappedPages * PAGE,
      });
    }
    return [...groups.values()];
  });
  const { kept, rest } = largest(all, (row) => row.bytes, MOMENT_ROW_LIMIT);
  return {
    mappings: kept,
    otherMappings: {
      mappings: total(rest, (row) => row.mappings), bytes: total(rest, (row) => row.bytes),
      residentBytes: total(rest, (row) => row.residentBytes), swapBytes: total(rest, (row) => row.swapBytes),
    },
  };
}

function processesOf(all: readonly MomentProcess[]): Pick<MomentSummary, 'processes' | 'otherProcesses'> {
  const { kept, rest } = largest(all, (row) => row.rssBytes, MOMENT_ROW_LIMIT);
  return {
    processes: kept.map(({ processKey, pid, name, state, rssBytes, swapBytes, minorFaults, majorFaults }) => ({ processKey, pid, name, state, rssBytes, swapBytes, minorFaults, majorFaults })),
    otherProcesses: {
      processes: rest.length, rssBytes: total(rest, (row) => row.rssBytes), swapBytes: total(rest, (row) => row.swapBytes),
      minorFaults: total(rest, (row) => row.minorFaults), majorFaults: total(rest, (row) => row.majorFaults),
    },
  };
}

function largest<T>(rows: readonly T[], by: (row: T) => number, limit: number): { readonly kept: readonly T[]; readonly rest: readonly T[] } {
  const sorted = rows.toSorted((a, b) => by(b) - by(a));
  return { kept: sorted.slice(0, limit), rest: sorted.slice(limit) };
}

function total<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
