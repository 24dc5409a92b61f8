/**
 * The second pass: why was the last pointer to each leaked block lost?
 *
 * How the machine drives it
 *   1. First pass: run to the end, `const leaks = heap.leakCheck()`.
 *   2. `const plan = watchPlan(heap, leaks)`; nothing to watch when `plan.targets` is empty.
 *   3. Second pass: a fresh machine of the same configuration and input log, with its own heap service `heap2`;
 *      `const watcher = createWatcher(machine2, heap2, plan)`. Write plan.low / plan.high to ST_WATCH_LOW / ST_WATCH_HIGH
 *      and run with runPrecise. Block numbers and addresses are those of the first pass (the machine is deterministic).
 *   4. Each `watch` call out of the kernel becomes one call of `stored`, `rangeWritten` or `framePopped`; after each, and
 *      after each allocation call, write `watcher.lowestStackLocation()` to ST_WATCH_STACK.
 *   5. At the end `explainRecords(leaks.records, watcher.outcomes())` gives the records with explanation and sentence.
 */
import type { LossRecord } from '../../shared/report';
import type { LossExplanation } from '../../shared/report';
import type { ObservableHeap } from '../heap/heap-service';
import type { CheckerMachine, LeakCheckResult, WatchRequest } from './checker-api';

export interface WatchTarget extends WatchRequest {
  readonly findingId: number;
  /** Indirectly lost blocks are not watched: they are explained by this holder's record (0: watched itself). */
  readonly holderFindingId: number;
  /** Only pointers to the block's first byte count (possibly lost: some interior pointer is still there). */
  readonly startOnly: boolean;
}

export interface WatchPlan {
  readonly targets: readonly WatchTarget[];
  /** Hull of the watched blocks: [low, high). */
  readonly low: bigint;
  readonly high: bigint;
}

export interface WatchOutcome extends LossExplanation {
  readonly blockId: number;
  /** The pointer that vanished with a call frame was the function's return value, and nobody stored it. */
  readonly returnIgnored: boolean;
}

export interface Watcher {
  /** The eight bytes at `va` (any alignment) were stored; call after the store. */
  stored(va: bigint): void;
  /** [va, va + length) was written (memcpy, memset, narrow stores, system calls); call after the write. */
  rangeWritten(va: bigint, length: number): void;
  /** The call frame [low, low + length) is popped; `returned` is the value it hands back, null for none. Call before the caller goes on. */
  framePopped(low: bigint, length: number, returned: bigint | null): void;
  /** Lowest stack address that holds a watched pointer; 0n: none. */
  lowestStackLocation(): bigint;
  /** By blockId. */
  outcomes(): ReadonlyMap<number, WatchOutcome>;
}

export function watchPlan(heap: ObservableHeap, leaks: LeakCheckResult): WatchPlan {
  throw new Error(`not built yet: ${String(heap.liveBlocks())} ${String(leaks.records.length)}`);
}
export function createWatcher(machine: CheckerMachine, heap: ObservableHeap, plan: WatchPlan): Watcher {
  throw new Error(`not built yet: ${String(heap.liveBlocks())} ${String(plan.targets.length)} ${String(machine.instructions())}`);
}
export function explainRecords(records: readonly LossRecord[], outcomes: ReadonlyMap<number, WatchOutcome>): readonly LossRecord[] {
  throw new Error(`not built yet: ${String(records.length)} ${String(outcomes.size)}`);
}
