/**
 * Where blocks lie: the two ways in which the heap service gets and gives back memory.
 *
 * `MemcheckPlacement` is used when the checker is on (client-arena.ts); `KernelPlacement` passes requests to the
 * allocator of the simulated C library, whose chunk headers lie in simulated memory.
 */
import type { CheckerMachine } from '../checker/checker-api';
import { STATE_NO_ACCESS } from '../checker/checker-api';
import { NONE } from './arena-rows';
import { ClientArena } from './client-arena';
import type { ArenaMemory } from './client-arena';

/** A block of the arena as errors describe it, when no block of the program brackets an address. */
export interface ArenaPlace { readonly inUse: boolean; readonly payloadBytes: number; readonly offset: number }

export interface Placement {
  /** Address of the first byte for the program; 0: no memory is left. `handle` is then that of this memory. */
  allocate(size: number): number;
  /** `alignment` is a power of two. */
  allocateAligned(alignment: number, size: number): number;
  /** What `release` wants to hear for the memory that was given last. */
  readonly handle: number;
  /** Makes the memory of a block available again. */
  release(handle: number): void;
  describe(address: number): ArenaPlace | null;
  /** True for memory that only blocks live in: no root of the leak check. */
  owns(address: number): boolean;
  violations(): readonly string[];
  /** The placement of a forked process; handles stay. */
  fork(machine: CheckerMachine): Placement;
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
  /** Number of a block of the arena. */
  handle = NONE;

  constructor(private readonly machine: CheckerMachine) {
    this.arena = new ClientArena(new HeapMemory(machine));
  }

  fork(machine: CheckerMachine): MemcheckPlacement {
    const placement = new MemcheckPlacement(machine);
    placement.arena = this.arena.fork(new HeapMemory(machine));
    placement.charged = this.charged;
    return placement;
  }

  allocate(size: number): number {
    return this.given(this.arena.allocate(size));
  }

  allocateAligned(alignment: number, size: number): number {
    return alignment <= MINIMUM_ALIGNMENT ? this.allocate(size) : this.given(this.arena.allocateAligned(alignment, size));
  }

  release(handle: number): void {
    this.arena.free(handle);
  }

  describe(address: number): ArenaPlace | null {
    return this.arena.find(address);
  }

  owns(address: number): boolean { return this.arena.contains(address); }

  violations(): readonly string[] { return this.arena.violations(); }

  private given(block: number): number {
    this.handle = block;
    this.charge();
    return block === NONE ? 0 : this.arena.payloadOf(block);
  }

  private charge(): void {
    this.machine.chargeCycles((this.arena.searchSteps - this.charged) * SEARCH_STEP_CYCLES);
    this.charged = this.arena.searchSteps;
  }
}

export class KernelPlacement implements Placement {
  /** Where the simulated C library's allocator gave the block. */
  handle = 0;

  constructor(private readonly machine: CheckerMachine) {}

  fork(machine: CheckerMachine): KernelPlacement {
    return new KernelPlacement(machine);
  }

  allocate(size: number): number { return this.allocateAligned(MINIMUM_ALIGNMENT, size); }

  allocateAligned(alignment: number, size: number): number {
    const slack = alignment <= MINIMUM_ALIGNMENT ? 0 : alignment;
    this.handle = Number(this.machine.kernelMalloc(size + slack));
    return Math.ceil(this.handle / alignment) * alignment;
  }

  release(handle: number): void {
    this.machine.kernelFree(BigInt(handle));
  }

  describe(): null { return null; }
  owns(): boolean { return false; }
  violations(): readonly string[] { return []; }
}
