/**
 * The heap of the running process as the machine sees it: malloc and its relatives, block records, errors, leak check.
 *
 * The machine calls `malloc` … `free` from the allocator intrinsics, `onInvalidAccess` and `onInvalidJump` from the
 * kernel's call outs, and everything else between quanta. The base cost of an allocator call is charged by the machine;
 * search steps are charged by the placement.
 *
 * Rules of Memcheck's replacement functions (Memcheck manual, 4.5) that are kept here:
 *   - a size that is negative as a signed number is a "fishy" argument: reported, and nothing is allocated;
 *   - realloc always moves: new block, copy, old block freed at realloc's stack;
 *   - freed memory rests in quarantine until the next allocation after its volume is exceeded;
 *   - frees are counted whether or not they were valid.
 */
import type { LeakKind } from '../../shared/config';
import type { AddressDescription, ErrorKind, ErrorRecord, HeapSummary, LeakTotals, Stack } from '../../shared/report';
import type { BlockRow, HeapPicture } from '../../shared/views';
import type { CheckConfig, CheckerMachine, HeapService, LeakCheckResult } from '../checker/checker-api';
import { STATE_DEFINED, STATE_NO_ACCESS, STATE_UNDEFINED } from '../checker/checker-api';
import { copySite } from '../checker/copy-sites';
import { bracketingBlock, describeAddress } from '../checker/describe';
import { ErrorLog, FindingNumbers } from '../checker/error-log';
import type { BlockReach, LeakScan } from '../checker/leak-check';
import { findBlock, scanForLeaks } from '../checker/leak-check';
import { leakKind, leakSummary, lossRecords } from '../checker/loss-records';
import type { ErrorFacts } from '../checker/sentences';
import { libraryOwner } from '../checker/wording';
import type { Block } from './block-table';
import { BlockTable } from './block-table';
import { heapPicture } from './heap-picture';
import type { Placement } from './placement';
import { KernelPlacement, MemcheckPlacement } from './placement';
import { Quarantine } from './quarantine';

/** Told of every change of the set of blocks, after it was made and before the program goes on. */
export interface HeapObserver {
  allocated(blockId: number): void;
  /** The block at `address` was freed; its content is still readable. */
  freed(address: number, size: number): void;
  /** The heap itself wrote [va, va + length) (realloc's copy, calloc's zeros). */
  written(va: bigint, length: number): void;
}

export interface ObservableHeap extends HeapService {
  /**
   * The heap of a forked process, equal to this one: blocks keep their numbers, counters and errors go on from here, as
   * in Memcheck. `machine`: the machine as the child sees it.
   */
  fork(machine: CheckerMachine): ObservableHeap;
  /** At most one observer; null removes it. */
  observe(observer: HeapObserver | null): void;
  /** The block record with this number, freed ones too as long as they are kept. */
  record(blockId: number): Block | null;
  /** What the last leak check found, null before the first. */
  lastScan(): LeakScan | null;
  /** What a leak check would find now; nothing remembers it. */
  scanNow(): LeakScan;
  /** Bytes and blocks in use by allocation stack, and the newest of the blocks. */
  liveByStack(): ReadonlyMap<number, LeakTotals & { readonly newest: number }>;
  /** Violations of I5 as text. */
  violations(): readonly string[];
}

/** Larger requests exceed the user half of the address space. */
const ADDRESS_SPACE_BYTES = 2n ** 47n;
const MINIMUM_ALIGNMENT = 16n;
const PAGE_LIMIT = 4096;
const BLOCK_STATES: Readonly<Record<LeakKind, BlockRow['state']>> = {
  definite: 'lost-definite', indirect: 'lost-indirect', possible: 'lost-possible', reachable: 'reachable',
};

export class ProcessHeap implements ObservableHeap {
  private table = new BlockTable();
  private placement: Placement;
  private quarantine: Quarantine;
  private log: ErrorLog;
  private findings = new FindingNumbers();
  /** Bytes allocated ever, by allocation stack. */
  private bytesByStack = new Map<number, number>();
  private observer: HeapObserver | null = null;
  private scan: LeakScan | null = null;
  private recentlyFreed: number[] = [];
  private allocs = 0;
  private frees = 0;
  private allocatedBytes = 0;

  constructor(private readonly machine: CheckerMachine, private readonly check: CheckConfig) {
    const checked = check.tool === 'memcheck';
    this.placement = checked ? new MemcheckPlacement(machine) : new KernelPlacement(machine);
    this.quarantine = new Quarantine(checked ? check.freelistVolBytes : 0, check.freelistBigBlocksBytes);
    this.log = new ErrorLog(machine, check.numCallers, this.findings, check.errorLimit);
  }

  fork(machine: CheckerMachine): ObservableHeap {
    const heap = new ProcessHeap(machine, this.check);
    heap.placement = this.placement.fork(machine);
    heap.table = this.table.fork();
    heap.quarantine = this.quarantine.fork();
    heap.recentlyFreed = this.recentlyFreed.slice();
    heap.findings = this.findings.fork();
    heap.log = this.log.fork(machine, heap.findings);
    heap.bytesByStack = new Map(this.bytesByStack);
    heap.allocs = this.allocs;
    heap.frees = this.frees;
    heap.allocatedBytes = this.allocatedBytes;
    return heap;
  }

  // ---- What programs call -------------------------------------------------------------------------------------------

  malloc(size: bigint): bigint {
    if (this.isFishy('malloc', 'size', size)) return 0n;
    return this.allocate(size, 0n, false);
  }

  calloc(count: bigint, size: bigint): bigint {
    if (this.isFishy('calloc', 'nmemb', count) || this.isFishy('calloc', 'size', size)) return 0n;
    return this.allocate(count * size, 0n, true);
  }

  memalign(alignment: bigint, size: bigint): bigint {
    if (this.isFishy('memalign', 'size', size)) return 0n;
    return this.allocate(size, alignment < MINIMUM_ALIGNMENT ? MINIMUM_ALIGNMENT : alignment, false);
  }

  realloc(va: bigint, size: bigint): bigint {
    if (va === 0n) return this.malloc(size);
    if (size === 0n) { this.free(va); return 0n; }
    if (this.isFishy('realloc', 'size', size)) return 0n;
    this.allocs++;
    this.frees++;
    this.allocatedBytes += Number(size);
    const old = this.table.at(Number(va));
    if (old === 0) { this.invalidFree(va); return 0n; }
    const length = Number(size);
    const address = size >= ADDRESS_SPACE_BYTES ? 0 : this.placement.allocate(length);
    if (address === 0) return 0n;
    const blockId = this.remember(address, length);
    const oldSize = this.table.sizeOf(old), kept = Math.min(oldSize, length);
    this.shade(address, length, STATE_UNDEFINED);
    if (!this.machine.copyMemory(BigInt(address), va, kept)) return 0n;
    if (this.check.tool === 'memcheck') this.machine.copyShadow(BigInt(address), va, kept);
    this.observer?.allocated(blockId);
    this.observer?.written(BigInt(address), kept);
    this.machine.event('realloc', BigInt(address), blockId, length, this.table.liveBytes - oldSize);
    this.retire(old);
    this.drainQuarantine();
    return BigInt(address);
  }

  free(va: bigint): void {
    if (va === 0n) return;
    this.frees++;
    const blockId = this.table.at(Number(va));
    if (blockId === 0) { this.invalidFree(va); return; }
    const size = this.table.sizeOf(blockId);
    this.machine.event('free', va, blockId, size, this.table.liveBytes - size);
    this.retire(blockId);
  }

  usableSize(va: bigint): bigint {
    const blockId = this.table.at(Number(va));
    return blockId === 0 ? 0n : BigInt(this.table.sizeOf(blockId));
  }

  private allocate(size: bigint, alignment: bigint, zeroed: boolean): bigint {
    if (size >= ADDRESS_SPACE_BYTES || alignment >= ADDRESS_SPACE_BYTES) return 0n;
    const length = Number(size);
    const address = alignment === 0n ? this.placement.allocate(length) : this.placement.allocateAligned(Number(alignment), length);
    if (address === 0) return 0n;
    const va = BigInt(address);
    this.allocs++;
    this.allocatedBytes += length;
    const blockId = this.remember(address, length);
    this.shade(address, length, zeroed ? STATE_DEFINED : STATE_UNDEFINED);
    if (zeroed && length > 0 && !this.machine.fillMemory(va, 0, length)) return 0n;
    this.observer?.allocated(blockId);
    if (zeroed) this.observer?.written(va, length);
    this.machine.event('malloc', va, blockId, length, this.table.liveBytes);
    this.drainQuarantine();
    return va;
  }

  /** Makes the record of memory that the placement gave just now. */
  private remember(address: number, length: number): number {
    const stack = this.machine.captureStack(this.check.numCallers);
    this.bytesByStack.set(stack, (this.bytesByStack.get(stack) ?? 0) + length);
    return this.table.add(this.placement.handle, address, length, 'malloc', stack, this.machine.instructions());
  }

  private retire(blockId: number): void {
    const { table } = this, address = table.addressOf(blockId), size = table.sizeOf(blockId);
    table.free(blockId, this.machine.captureStack(this.check.numCallers), this.machine.instructions());
    this.shade(address, size, STATE_NO_ACCESS);
    this.observer?.freed(address, size);
    if (this.check.tool === 'none') this.releaseNow(blockId); else this.quarantine.add(blockId, size);
  }

  /** Without a checker memory is free at once; a few thousand records stay for the views. */
  private releaseNow(blockId: number): void {
    this.placement.release(this.table.handleOf(blockId));
    this.recentlyFreed.push(blockId);
    if (this.recentlyFreed.length <= 2 * PAGE_LIMIT) return;
    for (const old of this.recentlyFreed.splice(0, PAGE_LIMIT)) this.table.forget(old);
  }

  private drainQuarantine(): void {
    if (this.check.tool === 'none') return;
    const { table, quarantine } = this;
    for (let blockId = quarantine.leaving(); blockId !== 0; blockId = quarantine.leaving()) {
      quarantine.left(table.sizeOf(blockId));
      this.placement.release(table.handleOf(blockId));
      table.forget(blockId);
    }
  }

  private shade(address: number, length: number, state: 0 | 1 | 2): void {
    if (length > 0 && this.check.tool === 'memcheck') this.machine.shade(BigInt(address), length, state);
  }

  // ---- Errors -------------------------------------------------------------------------------------------------------

  /** Memcheck's slow path counts a two-byte store to an even address twice; so do we, or totals would differ. */
  onInvalidAccess(va: bigint, size: number, write: boolean): void {
    const times = write && size === 2 && va % 2n === 0n ? 2 : 1;
    const copy = this.machine.runningCopy();
    const site = copy === null ? '' : copySite(copy, va, size, write);
    for (let n = 0; n < times; n++) this.report(write ? 'InvalidWrite' : 'InvalidRead', `Invalid ${write ? 'write' : 'read'} of size ${size}`, size, va, site);
  }

  /** A target that can be read but not executed is no error of its own: the signal says it. */
  onInvalidJump(va: bigint): void {
    if (va < ADDRESS_SPACE_BYTES && this.machine.isAddressable(va)) return;
    this.report('InvalidJump', 'Jump to the invalid address stated on the next line', 0, va);
  }

  private invalidFree(va: bigint): void {
    if (this.check.tool === 'none') { this.machine.event('error', va, 0, 0); return; }
    this.report('InvalidFree', 'Invalid free() / delete / delete[] / realloc()', 0, va);
  }

  private isFishy(fn: string, argument: string, value: bigint): boolean {
    const signed = BigInt.asIntN(64, value);
    if (signed >= 0n) return false;
    if (this.check.tool === 'memcheck') {
      this.report('FishyValue', `Argument '${argument}' of function ${fn} has a fishy (possibly negative) value: ${String(signed)}`, 0, 0n, `${fn}.${argument}`);
    }
    return true;
  }

  private report(kind: ErrorKind, what: string, size: number, va: bigint, detail = ''): void {
    const recorded = this.log.report({ kind, what, size, address: va, detail }, (stack) => {
      const description = kind === 'FishyValue' ? null : this.describe(va);
      return { description, facts: this.facts(kind, size, va, stack, description) };
    });
    if (recorded !== null) this.machine.event('error', va, recorded.findingId, size);
  }

  private facts(kind: ErrorKind, size: number, va: bigint, stack: Stack, description: AddressDescription | null): ErrorFacts {
    const block = description?.blockId === undefined ? null : bracketingBlock(this.table, Number(va));
    return {
      kind, size, address: va, stack,
      block: block === null ? null : {
        block, offset: Number(va) - block.address, allocatedAt: this.machine.stackOf(block.allocStack),
        freedAt: block.freeStack < 0 ? null : this.machine.stackOf(block.freeStack),
      },
      variable: block !== null ? '' : this.machine.describeVariable(va)?.name ?? '',
      onStack: description?.kind === 'stack',
      betweenBlocks: description?.kind === 'arena',
      belowStackPointer: description?.text.endsWith('below stack pointer') ?? false,
    };
  }

  describe(va: bigint): AddressDescription {
    return describeAddress({ machine: this.machine, placement: this.placement, table: this.table }, va);
  }

  errors(): readonly ErrorRecord[] { return this.log.records(); }

  // ---- Leaks --------------------------------------------------------------------------------------------------------

  summary(): HeapSummary {
    let libraryBytes = 0;
    for (const [stack, bytes] of this.bytesByStack) {
      if (libraryOwner(this.machine.stackOf(stack)) !== null) libraryBytes += bytes;
    }
    return {
      inUseBytes: this.table.liveBytes, inUseBlocks: this.table.liveBlocks,
      allocs: this.allocs, frees: this.frees, allocatedBytes: this.allocatedBytes, libraryBytes,
    };
  }

  leakCheck(): LeakCheckResult {
    this.machine.event('leak-check', 0n, this.table.liveBlocks, this.table.liveBytes);
    const scan = this.scanNow();
    const records = lossRecords(scan, this.machine, this.check, this.log.occurrences, (key) => this.findings.of(key));
    this.scan = scan;
    return { records, summary: leakSummary(scan) };
  }

  scanNow(): LeakScan {
    return scanForLeaks({
      machine: this.machine, blocks: this.table.live(), heuristics: this.check.leakCheckHeuristics,
      checked: this.check.tool === 'memcheck', isHeap: (address) => this.placement.owns(address),
    });
  }

  /** What the last leak check found of this block, undefined if it did not exist then. */
  private reachOf(block: Block): BlockReach | undefined {
    const blocks = this.scan?.blocks ?? [];
    const found = blocks[findBlock(blocks, block.address)];
    return found?.block.blockId === block.blockId ? found : undefined;
  }

  lastScan(): LeakScan | null { return this.scan; }

  // ---- Views --------------------------------------------------------------------------------------------------------

  observe(observer: HeapObserver | null): void { this.observer = observer; }
  record(blockId: number): Block | null { return this.table.get(blockId); }
  liveBytes(): number { return this.table.liveBytes; }
  liveBlocks(): number { return this.table.liveBlocks; }
  liveByStack(): ReadonlyMap<number, LeakTotals & { readonly newest: number }> {
    const sums = new Map<number, { bytes: number; blocks: number; newest: number }>();
    this.table.eachLive((blockId, size, allocStack) => {
      const sum = sums.get(allocStack);
      if (sum === undefined) { sums.set(allocStack, { bytes: size, blocks: 1, newest: blockId }); return; }
      sum.bytes += size;
      sum.blocks++;
      sum.newest = blockId;
    });
    return sums;
  }
  violations(): readonly string[] { return this.placement.violations(); }

  private row(block: Block): BlockRow {
    const isFreed = block.freeStack >= 0;
    const found = isFreed ? undefined : this.reachOf(block);
    return {
      blockId: block.blockId, va: `0x${block.address.toString(16)}`, size: block.size,
      state: isFreed ? 'freed' : found === undefined ? 'live' : BLOCK_STATES[leakKind(found.reach)],
      allocatedAt: this.machine.stackOf(block.allocStack), freedAt: isFreed ? this.machine.stackOf(block.freeStack) : null,
      allocatedInstruction: block.allocatedAt, freedInstruction: isFreed ? block.freedAt : null, findingId: found?.findingId ?? 0,
    };
  }

  blockById(blockId: number): BlockRow | null {
    const block = this.table.get(blockId);
    return block === null ? null : this.row(block);
  }

  blockAt(va: bigint): BlockRow | null {
    const address = Number(va);
    const found = this.table.around(address, 1).filter((block) => address >= block.address && address < block.address + Math.max(block.size, 1));
    const block = found.find((each) => each.freeStack < 0) ?? found[found.length - 1];
    return block === undefined ? null : this.row(block);
  }

  /** @param state '' for all, 'live', 'freed', or a state of the last leak check */
  blocks(from: number, count: number, state: string): { readonly total: number; readonly rows: readonly BlockRow[] } {
    const chosen = this.table.all().filter((block) => this.isIn(block, state));
    return { total: chosen.length, rows: chosen.slice(from, from + count).map((block) => this.row(block)) };
  }

  private isIn(block: Block, state: string): boolean {
    if (state === '' || state === 'all') return true;
    if (block.freeStack >= 0) return state === 'freed';
    if (state === 'live') return true;
    const found = this.reachOf(block);
    return found !== undefined && BLOCK_STATES[leakKind(found.reach)] === state;
  }

  blocksOnPage(va: bigint): readonly BlockRow[] {
    return this.table.onPage(Number(va) - Number(va) % PAGE_LIMIT).map((block) => this.row(block));
  }

  picture(limit: number, around: number | null): HeapPicture {
    return heapPicture({
      machine: this.machine, live: this.table.live(), row: (block) => this.row(block),
      isHeap: (address) => this.placement.owns(address), checked: this.check.tool === 'memcheck',
    }, limit, around);
  }
}

export function createHeapService(machine: CheckerMachine, check: CheckConfig): ObservableHeap {
  return new ProcessHeap(machine, check);
}
