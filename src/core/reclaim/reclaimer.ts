/**
 * Memory pressure: who frees frames, when, and how many.
 *
 *   free > low            nothing happens
 *   low ≥ free > min      background reclaim is woken (kswapd): it runs at the beginning of every later fault (so that it never
 *                         takes the page that was just brought), a batch at a time, until `high` frames are free
 *   free ≤ min            the allocating process frees a batch itself and waits for what must be written (direct reclaim)
 *   nothing left to free  the caller has no memory: the out-of-memory killer
 *
 * All of this happens at points of the trace (faults, slices), so that a replay frees the same frames at the same moments. The
 * clock is charged for what is scanned and unmapped; background work is counted as the kernel's own time.
 *
 * Called by paging-system.ts (frames come and go), by the machine after faults and slices, by configuration changes.
 */
import type { MemoryConfig, ReplacementPolicy } from '../../shared/config';
import * as layout from '../kernel/memory-layout';
import { FLAG_ACTIVE, FLAG_AGE, FLAG_LRU, FLAG_REFERENCED } from '../paging/frame-table';
import { HUGE_PAGES } from '../paging/huge-pages';
import type { PagingSystem } from '../paging/paging-system';
import type { Pfn } from '../paging/units';
import { Evictor } from './evictor';
import { LinuxEngine } from './linux-engine';
import { QueueEngine } from './policies';
import type { ReplacementEngine } from './policies';
import { watermarksFor } from './watermarks';
import type { Watermarks } from './watermarks';
import { WorkingSet } from './working-set';

/** Frames that one turn of reclaim frees (SWAP_CLUSTER_MAX). */
const BATCH = 32;
/** What looking at a frame costs (its reverse map, its A bits), and taking it out. */
const SCAN_CYCLES = 150;
const FREE_CYCLES = 900;
/** Frames that a process may hold so: an instruction needs its code page and up to two pages of data. */
const AWAITED = 3;
/** Direct reclaim gives up after this many turns without a frame. */
const TURNS = 4;

export interface ReclaimStatistics {
  /** Turns, frames looked at and frames freed, in the background and by processes themselves. */
  backgroundTurns: number; directTurns: number;
  scannedBackground: number; scannedDirect: number;
  freedBackground: number; freedDirect: number;
  backgroundCycles: number; directCycles: number; waitCycles: number;
}

export class Reclaimer {
  settings: MemoryConfig;
  marks: Watermarks;
  readonly evictor: Evictor;
  readonly workingSet = new WorkingSet();
  engine: ReplacementEngine;
  /** Time between two samples of A bits (nru, aging): 1 ms. */
  tickCycles = 3_000_000;
  readonly statistics: ReclaimStatistics = {
    backgroundTurns: 0, directTurns: 0, scannedBackground: 0, scannedDirect: 0, freedBackground: 0, freedDirect: 0, backgroundCycles: 0, directCycles: 0, waitCycles: 0,
  };
  /** The last frames that each process waited for, and how many processes wait for a frame. */
  private readonly awaitedBy = new Map<number, Pfn[]>();
  private readonly awaitedFrames = new Map<Pfn, number>();
  private respectsAwaited = true;
  private wanted = false;
  private running = false;
  /** Small pages looked at since a huge page was. */
  private hugeLooks = 0;
  private nextTick = 0;
  /** Eviction times of file pages, by file and page. */
  private readonly fileShadows = new Map<number, Map<number, number>>();

  constructor(private readonly system: PagingSystem, settings: MemoryConfig, private readonly seed: number) {
    this.settings = settings;
    this.marks = watermarksFor(system.managedFrames, settings.watermarkScale);
    this.evictor = new Evictor(system);
    this.engine = this.makeEngine(settings.policy);
  }

  /** Changes policy, swappiness or watermarks while the machine runs. Frames stay in the order in which they would have left. */
  configure(settings: MemoryConfig): void {
    const before = this.settings;
    this.settings = settings;
    this.marks = watermarksFor(this.system.managedFrames, settings.watermarkScale);
    if (before.policy !== settings.policy) this.changePolicy(settings.policy);
  }

  // ---- Frames come and go -------------------------------------------------------------------------------------------------

  /** A frame of kind Anonymous or File may be evicted from now on. `activate`: it belongs to the working set. */
  added(pfn: Pfn, activate = false): void {
    this.engine.added(pfn, activate);
  }

  /** Before a frame is given back. */
  removed(pfn: Pfn): void {
    if ((this.system.frames.field(pfn, layout.FD_FLAGS) & FLAG_LRU) !== 0) this.engine.removed(pfn);
  }

  /** A cached page was used by a system call. */
  used(pfn: Pfn): void {
    if ((this.system.frames.field(pfn, layout.FD_FLAGS) & FLAG_LRU) !== 0) this.engine.used(pfn);
  }

  // ---- Pages that somebody waits for --------------------------------------------------------------------------------------

  /** Process `key` sleeps until a device has brought frame `pfn`, and others run meanwhile: the page stays until the process has used it. */
  awaited(key: number, pfn: Pfn): void {
    const held = this.awaitedBy.get(key);
    if (held === undefined) this.awaitedBy.set(key, [pfn]);
    else {
      if (held.length === AWAITED) this.countAwaited(held.shift() as Pfn, -1);
      held.push(pfn);
    }
    this.countAwaited(pfn, 1);
  }

  /** The process is over. */
  forgetAwaited(key: number): void {
    for (const pfn of this.awaitedBy.get(key) ?? []) this.countAwaited(pfn, -1);
    this.awaitedBy.delete(key);
  }

  isAwaited(pfn: Pfn): boolean {
    return this.respectsAwaited && this.awaitedFrames.has(pfn);
  }

  private countAwaited(pfn: Pfn, by: number): void {
    const count = (this.awaitedFrames.get(pfn) ?? 0) + by;
    if (count > 0) this.awaitedFrames.set(pfn, count); else this.awaitedFrames.delete(pfn);
  }

  // ---- Pressure ---------------------------------------------------------------------------------------------------------

  /** Whether a process may take a frame now; wakes background reclaim when few are left. */
  mayTake(): boolean {
    const free = this.system.buddy.freeFrames;
    if (free <= this.marks.low && this.marks.high > 0) this.wanted = true;
    return free > this.marks.min;
  }

  /** The running process frees frames itself; answers how many. */
  direct(): number {
    if (this.running) return 0;
    const { clock } = this.system;
    const began = clock.now();
    const wanted = this.marks.high === 0 ? 1 : Math.min(BATCH, Math.max(1, this.marks.high - this.marks.min));
    let freed = 0;
    for (let turn = 0; turn < TURNS && freed === 0; turn++) {
      // When nothing else can go, pages go that somebody waits for.
      this.respectsAwaited = turn < TURNS - 1;
      freed = this.turn(wanted, true);
    }
    this.respectsAwaited = true;
    this.statistics.directTurns++;
    const wait = Math.max(0, this.evictor.writesDone - clock.now());
    if (wait > 0) {
      clock.wait(wait);
      this.statistics.waitCycles += wait;
    }
    this.statistics.directCycles += clock.now() - began;
    this.workingSet.stalled(clock.now() - began);
    return freed;
  }

  /** The background's turn: to be called when a fault begins, before it is handled. Cheap when there is nothing to do. */
  background(): void {
    if (this.workingSet.tick(this.system.clock.now())) this.system.observer.thrashing(this.workingSet.verdict);
    this.sample();
    if (!this.wanted || this.running) return;
    const free = this.system.buddy.freeFrames;
    if (free >= this.marks.high) { this.wanted = false; return; }
    const began = this.system.clock.now();
    const freed = this.turn(Math.min(BATCH, this.marks.high - free), false);
    this.statistics.backgroundTurns++;
    this.statistics.backgroundCycles += this.system.clock.now() - began;
    if (freed === 0) this.wanted = false;
  }

  /** Frees until `target` frames are free, as when RAM shrinks; answers whether it came so far. */
  freeUntil(target: number): boolean {
    while (this.system.buddy.freeFrames < target) if (this.turn(Math.min(BATCH, target - this.system.buddy.freeFrames), true) === 0) return false;
    return true;
  }

  // ---- Pages that come back ---------------------------------------------------------------------------------------------

  /** A page with this shadow was read in again. True: it is part of the working set. */
  refaulted(shadow: number, file: boolean): boolean {
    if (shadow === 0) return false;
    const { engine } = this;
    const isWorkingSet = this.workingSet.refault(shadow, file, engine.size);
    if (isWorkingSet && engine instanceof LinuxEngine && (shadow & 1) !== 0) engine.noteCost(file, 1);
    return isWorkingSet;
  }

  noteFileEviction(fileId: number, page: number, wasWorkingSet: boolean): void {
    let pages = this.fileShadows.get(fileId);
    if (pages === undefined) {
      pages = new Map();
      this.fileShadows.set(fileId, pages);
    }
    pages.set(page, this.workingSet.shadow(wasWorkingSet));
  }

  /** Eviction time of a file page, taken out; 0: it was never evicted. */
  takeFileShadow(fileId: number, page: number): number {
    const pages = this.fileShadows.get(fileId);
    const shadow = pages?.get(page) ?? 0;
    if (shadow !== 0) pages?.delete(page);
    return shadow;
  }

  /** One turn: frees up to `wanted` frames and charges for the work. */
  private turn(wanted: number, direct: boolean): number {
    const { system, engine, statistics } = this;
    const scannedBefore = engine.scanned;
    this.running = true;
    let freed = 0;
    try {
      freed = engine.reclaim(wanted);
      // Nothing small is left to take: the oldest transparent huge page becomes 512 small ones.
      if (freed === 0 && system.huge.relieve()) freed = engine.reclaim(wanted);
    } finally {
      this.running = false;
    }
    const scanned = engine.scanned - scannedBefore;
    for (this.hugeLooks += scanned; this.hugeLooks >= HUGE_PAGES; this.hugeLooks -= HUGE_PAGES) system.huge.look();
    system.clock.charge(scanned * SCAN_CYCLES + freed * FREE_CYCLES);
    if (direct) {
      statistics.scannedDirect += scanned;
      statistics.freedDirect += freed;
    } else {
      statistics.scannedBackground += scanned;
      statistics.freedBackground += freed;
    }
    if (scanned > 0) system.observer.reclaimed(direct, freed, scanned);
    return freed;
  }

  private sample(): void {
    const now = this.system.clock.now();
    if (now < this.nextTick) return;
    const isFirst = this.nextTick === 0;
    this.nextTick = (Math.floor(now / this.tickCycles) + 1) * this.tickCycles;
    if (!isFirst) this.engine.tick();
  }

  private makeEngine(policy: ReplacementPolicy): ReplacementEngine {
    return policy === 'linux' ? new LinuxEngine(this.system) : new QueueEngine(this.system, policy, this.seed);
  }

  private changePolicy(policy: ReplacementPolicy): void {
    const old = this.engine;
    const order: Pfn[] = [];
    old.forEach((pfn) => order.push(pfn));
    for (const pfn of order) old.removed(pfn);
    this.engine = this.makeEngine(policy);
    for (const pfn of order) {
      this.system.frames.changeFlags(pfn, 0, FLAG_ACTIVE | FLAG_REFERENCED | FLAG_AGE);
      this.engine.added(pfn, false);
    }
  }
}
