/**
 * The present moment in numbers (shared/views-compare.ts). Going to another moment and asking again is all that a comparison
 * needs; nothing here remembers anything. Rows beyond a limit are added up, so that totals stay exact whatever is left out.
 */
import { MOMENT_LINE_LIMIT, MOMENT_ROW_LIMIT, MOMENT_STACK_LIMIT } from '../../shared/views-compare';
import type { MomentMapping, MomentProcess, MomentStack, MomentSummary } from '../../shared/views-compare';
import type { VmaRow } from '../../shared/views';
import { NO_FAULT_WHERE } from '../../shared/views-faults';
import type { Pass } from './pass';
import type { Process } from './process';
import { faultCosts, faultTimeline } from './query-fault-timeline';
import { vmaRows } from './query-memory';
import { framesOf, largest, leaksOf, total, type ReadProcess } from './query-moment-leaks';

const PAGE = 4096;

/** `processes`: all that there are; `read`: reads from a process as if it ran; `thorough`: looks for leaks in larger memories too. */
export function momentSummary(pass: Pass, processes: readonly MomentProcess[], read: ReadProcess, thorough: boolean): MomentSummary {
  const { computer } = pass;
  const { minorFaults, majorFaults } = computer.counters();
  const present = [...computer.processes].filter((process) => process.phase !== 'reclaimed');
  return {
    moment: { instruction: computer.instructions(), cycle: computer.cycles() }, profile: computer.config.machine.profile,
    ...heapOf(pass, present), leaks: leaksOf(pass, present, read, thorough), ...mappingsOf(present, read), ...processesOf(processes), ...faultsOf(pass), minorFaults, majorFaults,
  };
}

function heapOf(pass: Pass, processes: readonly Process[]): Pick<MomentSummary, 'heap' | 'stacks' | 'otherStacks'> {
  const byStack = new Map<number, { bytes: number; blocks: number; processKey: number; blockId: number }>();
  const heap = { bytes: 0, blocks: 0 };
  for (const { key, heap: own } of processes) {
    if (own === null) continue;
    heap.bytes += own.liveBytes();
    heap.blocks += own.liveBlocks();
    for (const [stack, { bytes, blocks, newest }] of own.liveByStack()) {
      const sum = byStack.get(stack) ?? { bytes: 0, blocks: 0, processKey: key, blockId: newest };
      sum.bytes += bytes;
      sum.blocks += blocks;
      byStack.set(stack, sum);
    }
  }
  const { kept, rest } = largest([...byStack], ([, sum]) => sum.bytes, MOMENT_STACK_LIMIT);
  return {
    heap, otherStacks: { stacks: rest.length, bytes: total(rest, ([, sum]) => sum.bytes), blocks: total(rest, ([, sum]) => sum.blocks) },
    stacks: kept.map(([stack, sum]): MomentStack => ({ ...sum, frames: framesOf(pass, stack) })),
  };
}

function mappingsOf(processes: readonly Process[], read: ReadProcess): Pick<MomentSummary, 'mappings' | 'otherMappings'> {
  const none: readonly VmaRow[] = [];
  const all = processes.flatMap((process) => read(process.key, vmaRows, none).map((vma): MomentMapping => ({
    processKey: process.key, pid: process.pid, kind: vma.kind, name: vma.name, low: vma.low, high: vma.high, permissions: vma.permissions,
    bytes: vma.pages * PAGE, residentBytes: vma.residentPages * PAGE, swapBytes: vma.swappedPages * PAGE,
  })));
  const { kept, rest } = largest(all, (row) => row.bytes, MOMENT_ROW_LIMIT);
  return {
    mappings: kept,
    otherMappings: {
      mappings: rest.length, bytes: total(rest, (row) => row.bytes),
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

function faultsOf(pass: Pass): Pick<MomentSummary, 'faults' | 'forgottenFaults' | 'faultLines' | 'otherFaultLines'> {
  const { kindCounts, forgotten } = faultTimeline(pass, NO_FAULT_WHERE, 1);
  const { kept, rest } = largest(faultCosts(pass, NO_FAULT_WHERE, 'line', Infinity).rows, (row) => row.faults, MOMENT_LINE_LIMIT);
  return {
    faults: [...kindCounts], forgottenFaults: forgotten,
    faultLines: kept.map(({ file, line, fn, faults, major }) => ({ file, line, fn, faults, major })),
    otherFaultLines: { lines: rest.length, faults: total(rest, (row) => row.faults), major: total(rest, (row) => row.major) },
  };
}
