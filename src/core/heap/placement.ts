/**
 * Where blocks lie: the two ways in which the heap service gets and gives back memory.
 *
 * `MemcheckPlacement` is used when the checker is on (client-arena.ts); `KernelPlacement` passes requests to the
 * allocator of the simulated C library, whose chunk headers lie in simulated memory.
 */
import type { CheckerMachine } from '../checker/checker-api';
import { STATE_NO_ACCESS } from '../checker/checker-api';
import type { ArenaBlock } from './client-arena';
import { ClientArena } from './client-arena';

/** A block of the arena as errors describe it, when no block of the program brackets an address. */
export interface ArenaPlace { readonly inUse: boolean; readonly payloadBytes: number; readonly offset: number }

export interface Placement {
  /** Payload address, 0 when no memory is left. */
  allocate(size: number): number;
  /** `alignment` is a power of two. */
  allocateAligned(alignment: number, size: number): number;
  /** Makes the memory of a block available again. */
  release(address: number): void;
  usableSize(address: number, requested: number): number;
  describe(address: number): ArenaPlace | null;
  /** True for memory that only blocks live in: no root of the leak check. */
  owns(address: number): boolean;
  violations(): readonly string[];
}

/** Simulated cost of one step of a free-list search: a header read that hits the cache. */
const SEARCH_STEP_CYCLES = 4;
const MINIMUM_ALIGNMENT = 16;

export class MemcheckPlacement implements Placement {
  private readonly arena: ClientArena;
  private readonly inUse = new Map<number, ArenaBlock>();
  private charged = 0;

  constructor(private readonly machine: CheckerMachine) {
    this.arena = new ClientArena((bytes) => this.grow(bytes), (start, bytes) => { machine.unmap(BigInt(start), bytes); });
  }

  allocate(size: number): number { return this.take(this.arena.allocate(size)); }

  allocateAligned(alignment: number, size: number): number {
    if (alignment <= MINIMUM_ALIGNMENT) return this.allocate(size);
    return this.take(this.arena.allocateAligned(alignment, size));
  }

  release(address: number): void {
    const block = this.inUse.get(address);
    if (block === undefined) throw new Error(`no block of the arena at 0x${address.toString(16)}`);
    this.inUse.delete(address);
    this.arena.free(block);
  }

  usableSize(_address: number, requested: number): number { return requested; }

  describe(address: number): ArenaPlace | null {
    const found = this.arena.find(address);
    return found === null ? null : { inUse: found.block.inUse, payloadBytes: found.block.payloadBytes, offset: found.offset };
  }

  owns(address: number): boolean { return this.arena.contains(address); }

  violations(): readonly string[] { return this.arena.violations(); }

  private take(block: ArenaBlock | null): number {
    this.machine.chargeCycles((this.arena.searchSteps - this.charged) * SEARCH_STEP_CYCLES);
    this.charged = this.arena.searchSteps;
    if (block === null) return 0;
    this.inUse.set(block.payload, block);
    return block.payload;
  }

  private grow(bytes: number): number {
    const start = this.machine.sbrk(bytes);
    if (start === 0n) return 0;
    this.machine.shade(start, bytes, STATE_NO_ACCESS);
    return Number(start);
  }
}

export class KernelPlacement implements Placement {
  /** Payload address given out → address that the allocator gave, where alignment made them differ. */
  private readonly aligned = new Map<number, bigint>();

  constructor(private readonly machine: CheckerMachine) {}

  allocate(size: number): number { return Number(this.machine.kernelMalloc(size)); }

  allocateAligned(alignment: number, size: number): number {
    if (alignment <= MINIMUM_ALIGNMENT) return this.allocate(size);
    const start = this.machine.kernelMalloc(size + alignment);
    if (start === 0n) return 0;
    const address = Math.ceil(Number(start) / alignment) * alignment;
    if (BigInt(address) !== start) this.aligned.set(address, start);
    return address;
  }

  release(address: number): void {
    const start = this.aligned.get(address) ?? BigInt(address);
    this.aligned.delete(address);
    this.machine.kernelFree(start);
  }

  usableSize(_address: number, requested: number): number { return requested; }
  describe(): null { return null; }
  owns(): boolean { return false; }
  violations(): readonly string[] { return []; }
}
