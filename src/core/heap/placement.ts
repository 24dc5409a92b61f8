/**
 * Where blocks lie: the two ways in which the heap service gets and gives back memory.
 *
 * `MemcheckPlacement` is used when the checker is on (client-arena.ts); `KernelPlacement` passes requests to the
 * allocator of the simulated C library, whose chunk headers lie in simulated memory.
 */
import type { CheckerMachine } from '../checker/checker-api';
import { STATE_NO_ACCESS } from '../checker/checker-api';
import { ArenaBlock, ClientArena } from './client-arena';
import type { ArenaMemory } from './client-arena';

/** A block of the arena as errors describe it, when no block of the program brackets an address. */
export interface ArenaPlace { readonly inUse: boolean; readonly payloadBytes: number; readonly offset: number }

/** Memory of one block, as the placement that gave it knows it. */
export interface Placed {
  /** Address of the first byte for the program. */
  readonly payload: number;
}

export interface Placement {
  /** Null when no memory is left. */
  allocate(size: number): Placed | null;
  /** `alignment` is a power of two. */
  allocateAligned(alignment: number, size: number): Placed | null;
  /** Makes the memory of a block available again. */
  release(placed: Placed): void;
  describe(address: number): ArenaPlace | null;
  /** True for memory that only blocks live in: no root of the leak check. */
  owns(address: number): boolean;
  violations(): readonly string[];
  /** The placement of a forked process, and its counterpart of each piece of memory. */
  fork(machine: CheckerMachine): { readonly placement: Placement; readonly counterpart: (placed: Placed) => Placed };
}

/** Simulated cost of one step of a free-list search: a header read that hits the cache. */
const SEARCH_STEP_CYCLES = 4;
const MINIMUM_ALIGNMENT = 16;

/** The arena's memory: of the program's break, with no byte of it addressable at first. */
export class HeapMemory implements ArenaMemory {
  constructor(private readonly machine: CheckerMachine) {}

  grow(bytes: number): number {
    const start = this.machine.sbrk(bytes);
    if (start === 0n) return 0;
    this.machine.shade(start, bytes, STATE_NO_ACCESS);
    return Number(start);
  }

  release(start: number, bytes: number): void {
    this.machine.unmap(BigInt(start), bytes);
  }
}

export class MemcheckPlacement implements Placement {
  private arena: ClientArena;
  private charged = 0;

  constructor(private readonly machine: CheckerMachine) {
    this.arena = new ClientArena(new HeapMemory(machine));
  }

  fork(machine: CheckerMachine): { readonly placement: MemcheckPlacement; readonly counterpart: (placed: Placed) => Placed } {
    const placement = new MemcheckPlacement(machine);
    const { arena, counterparts } = this.arena.fork(new HeapMemory(machine));
    placement.arena = arena;
    placement.charged = this.charged;
    return { placement, counterpart: (placed) => counterparts.get(placed as ArenaBlock) ?? placed };
  }

  allocate(size: number): Placed | null {
    const block = this.arena.allocate(size);
    this.charge();
    return block;
  }

  allocateAligned(alignment: number, size: number): Placed | null {
    if (alignment <= MINIMUM_ALIGNMENT) return this.allocate(size);
    const block = this.arena.allocateAligned(alignment, size);
    this.charge();
    return block;
  }

  release(placed: Placed): void {
    if (!(placed instanceof ArenaBlock)) throw new Error('memory of another placement');
    this.arena.free(placed);
  }

  describe(address: number): ArenaPlace | null {
    const found = this.arena.find(address);
    return found === null ? null : { inUse: found.block.inUse, payloadBytes: found.block.payloadBytes, offset: found.offset };
  }

  owns(address: number): boolean { return this.arena.contains(address); }

  violations(): readonly string[] { return this.arena.violations(); }

  private charge(): void {
    this.machine.chargeCycles((this.arena.searchSteps - this.charged) * SEARCH_STEP_CYCLES);
    this.charged = this.arena.searchSteps;
  }
}

/** A block of the simulated C library's allocator, which gave it at `start`. */
export class KernelBlock implements Placed {
  constructor(readonly payload: number, readonly start: bigint) {}
}

export class KernelPlacement implements Placement {
  constructor(private readonly machine: CheckerMachine) {}

  fork(machine: CheckerMachine): { readonly placement: KernelPlacement; readonly counterpart: (placed: Placed) => Placed } {
    return { placement: new KernelPlacement(machine), counterpart: (placed) => placed };
  }

  allocate(size: number): Placed | null { return this.allocateAligned(MINIMUM_ALIGNMENT, size); }

  allocateAligned(alignment: number, size: number): Placed | null {
    const slack = alignment <= MINIMUM_ALIGNMENT ? 0 : alignment;
    const start = this.machine.kernelMalloc(size + slack);
    return start === 0n ? null : new KernelBlock(Math.ceil(Number(start) / alignment) * alignment, start);
  }

  release(placed: Placed): void {
    if (!(placed instanceof KernelBlock)) throw new Error('memory of another placement');
    this.machine.kernelFree(placed.start);
  }

  describe(): null { return null; }
  owns(): boolean { return false; }
  violations(): readonly string[] { return []; }
}
