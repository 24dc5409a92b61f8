/**
 * The textbook policies over one queue of frames: which page leaves next. Frames enter at the head; the hand looks at the tail.
 *
 *   fifo    the oldest
 *   clock   the oldest whose A bit is clear; a set one is cleared and its frame goes to the head (second chance)
 *   nru     the oldest of the lowest class: neither A nor D, D, A, both; A bits are cleared at every tick
 *   aging   the oldest of the smallest age; at every tick ages shift right and take the A bit on top (8 bits); a page that comes
 *           counts as used in this tick
 *   random  any, by a seeded generator
 *
 * nru and aging look at the `WINDOW` oldest frames when they choose a batch, and at as many at a tick: all of a classroom
 * machine, and a bounded cost on a server (at a tick the window moves on).
 */
import type { ReplacementPolicy } from '../../shared/config';
import * as layout from '../kernel/memory-layout';
import { AGE_SHIFT, FLAG_AGE, FLAG_DIRTY, FLAG_LRU, FLAG_SWAP_CACHE, FrameKind } from '../paging/frame-table';
import { PTE_A, PTE_D } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import type { Pfn } from '../paging/units';
import { FrameList } from './frame-list';
import { forEachMapping, testAndClearAccessed } from './reverse-map';

/** Frames that one choice or one tick looks at. */
export const WINDOW = 256;
/** Victims that leave in one go, so that their writes are neighbours. */
const BATCH = 32;
/** Draws of the random policy before it takes the oldest. */
const DRAWS = 1024;

/** One way to choose victims; all frames that may leave are known to it. */
export interface ReplacementEngine {
  readonly policy: ReplacementPolicy;
  readonly size: number;
  /** A frame may be chosen from now on. `activate`: a page of the working set comes back. */
  added(pfn: Pfn, activate: boolean): void;
  removed(pfn: Pfn): void;
  /** A page was used by a system call (its A bits say nothing of that). */
  used(pfn: Pfn): void;
  /** Frees at least `wanted` frames if it can; answers how many were freed. */
  reclaim(wanted: number): number;
  /** Simulated time passes: the sampling policies look at A bits. */
  tick(): void;
  /** All frames, those that leave first before the others. */
  forEach(visit: (pfn: Pfn) => void): void;
  /** Frames looked at, and freed, in all. */
  readonly scanned: number;
}

type QueuePolicy = Exclude<ReplacementPolicy, 'linux'>;

export class QueueEngine implements ReplacementEngine {
  private readonly queue: FrameList;
  private random: number;
  /** Victims that one look at the window has found, the last one first. */
  private readonly chosen: Pfn[] = [];
  /** Frames that could not leave in this turn. */
  private readonly refused = new Set<Pfn>();
  scanned = 0;

  constructor(private readonly system: PagingSystem, readonly policy: QueuePolicy, seed: number) {
    this.queue = new FrameList(system.frames);
    this.random = seed >>> 0 === 0 ? 0x9e3779b9 : seed >>> 0;
  }

  get size(): number {
    return this.queue.size;
  }

  added(pfn: Pfn): void {
    this.system.frames.changeFlags(pfn, 0x80 << AGE_SHIFT, FLAG_AGE);
    this.queue.addHead(pfn);
  }

  removed(pfn: Pfn): void {
    this.queue.remove(pfn);
  }

  used(pfn: Pfn): void {
    if (this.policy === 'aging') this.system.frames.changeFlags(pfn, 0x80 << AGE_SHIFT, 0);
    else if (this.policy === 'clock') this.rotate(pfn);
  }

  reclaim(wanted: number): number {
    let freed = 0;
    let tries = this.queue.size;
    this.refused.clear();
    while (freed < wanted && tries > 0) {
      const victims: Pfn[] = [];
      const batch = Math.min(wanted - freed, BATCH);
      this.chosen.length = 0;
      while (victims.length < batch && tries-- > 0) {
        const pfn = this.choose(batch);
        if (pfn < 0) break;
        this.queue.remove(pfn);
        victims.push(pfn);
      }
      freed += this.system.reclaim.evictor.evict(victims, (kept) => {
        this.queue.addHead(kept);
        this.refused.add(kept);
      });
    }
    return freed;
  }

  tick(): void {
    if (this.policy !== 'nru' && this.policy !== 'aging') return;
    let pfn = this.queue.tail;
    for (let n = Math.min(WINDOW, this.queue.size); n > 0; n--) {
      const next = this.queue.before(pfn);
      const accessed = testAndClearAccessed(this.system, pfn) > 0;
      if (this.policy === 'aging') {
        const age = (this.ageOf(pfn) >>> 1) | (accessed ? 0x80 : 0);
        this.system.frames.changeFlags(pfn, age << AGE_SHIFT, FLAG_AGE);
      }
      if (this.queue.size > WINDOW) this.rotate(pfn);
      pfn = next;
    }
  }

  forEach(visit: (pfn: Pfn) => void): void {
    for (const pfn of this.queue.fromTail()) visit(pfn);
  }

  /** Age of a frame, 0–255 (aging). */
  ageOf(pfn: Pfn): number {
    return (this.system.frames.field(pfn, layout.FD_FLAGS) & FLAG_AGE) >>> AGE_SHIFT;
  }

  /** `batch`: so many will be chosen in a row, with nothing in between. */
  private choose(batch: number): Pfn {
    switch (this.policy) {
      case 'fifo': this.scanned++; return this.queue.tail;
      case 'clock': return this.secondChance();
      case 'nru': return this.least(batch, (pfn) => this.classOf(pfn));
      case 'aging': return this.least(batch, (pfn) => this.ageOf(pfn));
      case 'random': return this.draw();
    }
  }

  private secondChance(): Pfn {
    for (let n = this.queue.size; n > 0; n--) {
      const pfn = this.queue.tail;
      this.scanned++;
      if (testAndClearAccessed(this.system, pfn) === 0) return pfn;
      this.rotate(pfn);
    }
    return this.queue.tail;
  }

  /** The first frame from the tail with the smallest value; for a batch, the next ones after it are kept. */
  private least(batch: number, valueOf: (pfn: Pfn) => number): Pfn {
    const kept = this.chosen.pop();
    if (kept !== undefined) return kept;
    const found: { readonly pfn: Pfn; readonly value: number }[] = [];
    let enough = 0;
    let pfn = this.queue.tail;
    for (let n = Math.min(WINDOW, this.queue.size); n > 0 && enough < batch; n--) {
      this.scanned++;
      if (this.refused.size === 0 || !this.refused.has(pfn)) {
        const value = valueOf(pfn);
        if (value === 0) enough++;
        found.push({ pfn, value });
      }
      pfn = this.queue.before(pfn);
    }
    found.sort((a, b) => a.value - b.value);
    for (let i = Math.min(batch, found.length) - 1; i >= 0; i--) this.chosen.push((found[i] as { readonly pfn: Pfn }).pfn);
    return this.chosen.pop() ?? -1;
  }

  /** 2·A + D. */
  private classOf(pfn: Pfn): number {
    const { system } = this;
    const flags = system.frames.field(pfn, layout.FD_FLAGS);
    const neverWritten = (flags & 15) === FrameKind.Anonymous && (flags & FLAG_SWAP_CACHE) === 0;
    let bits = neverWritten || (flags & FLAG_DIRTY) !== 0 ? PTE_D : 0;
    forEachMapping(system, pfn, (_space, _vpn, entry) => { bits |= system.store.read32(entry); });
    return ((bits & PTE_A) !== 0 ? 2 : 0) + ((bits & PTE_D) !== 0 ? 1 : 0);
  }

  /** Frame numbers are drawn until one can leave. */
  private draw(): Pfn {
    const { frames } = this.system;
    for (let n = 0; n < DRAWS; n++) {
      this.scanned++;
      const pfn = this.nextRandom() % frames.frameCount;
      if (frames.hasSection(pfn) && (frames.field(pfn, layout.FD_FLAGS) & FLAG_LRU) !== 0) return pfn;
    }
    return this.queue.tail;
  }

  private rotate(pfn: Pfn): void {
    this.queue.remove(pfn);
    this.queue.addHead(pfn);
  }

  /** xorshift32. */
  private nextRandom(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x >>> 0;
    return this.random;
  }
}
