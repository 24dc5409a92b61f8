/**
 * What a leak check finds at the present moment, for a summary of it (query-compare.ts). Unlike the check at the end, or one that the
 * program asks for, it leaves no trace: no event, no finding, no changed state of a block in the views.
 */
import { MOMENT_STACK_LIMIT } from '../../shared/views-compare';
import type { MomentFrame, MomentLeaks, MomentLoss, NoLeakCheck } from '../../shared/views-compare';
import type { LeakKind } from '../../shared/config';
import type { LeakTotals } from '../../shared/report';
import type { LeakScan } from '../checker/leak-check';
import { leakKind, leakSummary } from '../checker/loss-records';
import type { Pass } from './pass';
import type { Process } from './process';

export type ReadProcess = <T>(processKey: number, read: (process: Process) => T, nothing: T) => T;

const PAGE = 4096;
/** What is looked through: a block costs about 1.5 µs. */
interface Bounds { readonly residentBytes: number; readonly mappedBytes: number; readonly blocks: number }
/** While a view waits: a tenth of a second at most. */
const QUICK: Bounds = { residentBytes: 128 * 2 ** 20, mappedBytes: 2 ** 30, blocks: 50_000 };
/** Where somebody asked for this very moment. */
const THOROUGH: Bounds = { residentBytes: 2 ** 30, mappedBytes: 8 * 2 ** 30, blocks: 1_000_000 };

export function leaksOf(pass: Pass, processes: readonly Process[], read: ReadProcess, thorough: boolean): MomentLeaks | NoLeakCheck {
  const { check } = pass.config;
  if (check.tool !== 'memcheck' || check.leakCheck === 'no') return 'off';
  if (!isWithin(processes.filter((process) => !isChecked(process)), thorough ? THOROUGH : QUICK)) return thorough ? 'too-large' : 'skipped';
  const losses = new Losses();
  const totals: Record<LeakKind, LeakTotals> = { definite: NONE, indirect: NONE, possible: NONE, reachable: NONE };
  for (const process of processes) {
    const scan = read(process.key, scanOf, null);
    if (scan === null) continue;
    const found = leakSummary(scan);
    for (const kind of Object.keys(totals) as LeakKind[]) totals[kind] = { bytes: totals[kind].bytes + found[kind].bytes, blocks: totals[kind].blocks + found[kind].blocks };
    losses.add(process.key, scan);
  }
  const { kept, rest } = largest(losses.all(), (one) => one.bytes, MOMENT_STACK_LIMIT);
  return {
    ...totals, records: kept.map(({ stack, ...one }): MomentLoss => ({ ...one, frames: framesOf(pass, stack) })),
    otherRecords: { records: rest.length, bytes: total(rest, (one) => one.bytes), blocks: total(rest, (one) => one.blocks) },
  };
}

const NONE: LeakTotals = { bytes: 0, blocks: 0 };

function isWithin(processes: readonly Process[], most: Bounds): boolean {
  return total(processes, ({ space }) => space.residentPages) * PAGE <= most.residentBytes && total(processes, ({ space }) => space.virtualPages) * PAGE <= most.mappedBytes
    && total(processes, ({ heap }) => heap?.liveBlocks() ?? 0) <= most.blocks;
}

/** At the end of a process a check has run; what it was asked for earlier may be out of date. */
function isChecked({ heap, phase }: Process): boolean {
  return phase === 'ended' && heap?.lastScan() != null;
}

function scanOf(process: Process): LeakScan | null {
  const { heap } = process;
  return heap === null ? null : isChecked(process) ? heap.lastScan() : heap.scanNow();
}

type Loss = { -readonly [K in Exclude<keyof MomentLoss, 'frames'>]: MomentLoss[K] } & { readonly stack: number };

/** Blocks by kind and allocation stack. */
class Losses {
  private readonly byKey = new Map<string, Loss>();

  add(processKey: number, scan: LeakScan): void {
    for (const { block, reach } of scan.blocks) {
      const kind = leakKind(reach), key = `${kind}:${String(block.allocStack)}`;
      let loss = this.byKey.get(key);
      if (loss === undefined) this.byKey.set(key, loss = { kind, stack: block.allocStack, bytes: 0, blocks: 0, processKey, blockId: block.blockId });
      loss.bytes += block.size;
      loss.blocks++;
      if (loss.processKey === processKey) loss.blockId = Math.max(loss.blockId, block.blockId);
    }
  }

  all(): readonly Loss[] {
    return [...this.byKey.values()];
  }
}

export function framesOf(pass: Pass, stack: number): readonly MomentFrame[] {
  return pass.stacks.rowsOf(stack).map(({ fn, file, line, library }) => ({ fn, file, line, library }));
}

/** The first `limit` rows by size, and the others. */
export function largest<T>(rows: readonly T[], by: (row: T) => number, limit: number): { readonly kept: readonly T[]; readonly rest: readonly T[] } {
  const sorted = rows.toSorted((a, b) => by(b) - by(a));
  return { kept: sorted.slice(0, limit), rest: sorted.slice(limit) };
}

export function total<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
