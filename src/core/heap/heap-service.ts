/**
 * The heap of the running process as the machine sees it: placement, block records, errors, leak check.
 */
import type { CheckConfig, CheckerMachine, HeapService } from '../checker/checker-api';
import type { Block } from './block-table';

/** Told of every change of the set of blocks, after it was made and before the program goes on. */
export interface HeapObserver {
  allocated(block: Block): void;
  /** `block` was freed; its content is still readable. */
  freed(block: Block): void;
  /** The heap itself wrote [va, va + length) (realloc's copy, calloc's zeros). */
  written(va: bigint, length: number): void;
}

export interface ObservableHeap extends HeapService {
  /** At most one observer; null removes it. */
  observe(observer: HeapObserver | null): void;
  /** The block record with this number, freed ones too as long as they are kept. */
  record(blockId: number): Block | null;
  /** Live block that contains `va`, by its requested size (a block of size 0 contains its start). */
  liveAt(va: bigint): Block | null;
}

export function createHeapService(machine: CheckerMachine, check: CheckConfig): ObservableHeap {
  throw new Error(`not built yet: ${check.tool} ${String(machine.instructions())}`);
}
