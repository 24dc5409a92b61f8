/**
 * Replacement as Linux does it without multi-generational lists (mm/vmscan.c): active and inactive lists of anonymous and of
 * file pages, each a second chance for the other.
 *
 *                       referenced twice, or file + executable
 *      new page ──▶ inactive ────────────────────────────────▶ active
 *                    │    ▲ ▲ referenced once: another round    │
 *      not referenced│    └─┘                                   │ inactive list is short: the oldest go back,
 *                    ▼                       ◀──────────────────┘ whether referenced or not (but executable file pages)
 *                 evicted ── comes back within the working set ──▶ active
 *
 * How much each kind is scanned follows swappiness and what either kind cost lately (get_scan_count): pages that come back, and
 * pages that had to be written, make their kind dearer.
 */
import * as layout from '../kernel/memory-layout';
import { FLAG_ACTIVE, FLAG_REFERENCED, FLAG_WORKING_SET, FrameKind } from '../paging/frame-table';
import type { PagingSystem } from '../paging/paging-system';
import type { Pfn } from '../paging/units';
import { FrameList } from './frame-list';
import type { ReplacementEngine } from './policies';
import { isMappedExecutable, testAndClearAccessed } from './reverse-map';

const DEF_PRIORITY = 12;
/** Pages isolated at a time (SWAP_CLUSTER_MAX). */
const CLUSTER = 32;
const FRAMES_PER_GIB = 262_144;
/** Lists by index: inactive and active anonymous, inactive and active file. */
export const enum List { InactiveAnonymous, ActiveAnonymous, InactiveFile, ActiveFile }
const LISTS = 4;

export interface LinuxStatistics { activated: number; deactivated: number; rotated: number }

export class LinuxEngine implements ReplacementEngine {
  readonly policy = 'linux';
  readonly lists: readonly FrameList[];
  readonly statistics: LinuxStatistics = { activated: 0, deactivated: 0, rotated: 0 };
  scanned = 0;
  /** What anonymous and file pages cost lately (lru_note_cost). */
  private readonly cost = [0, 0];

  constructor(private readonly system: PagingSystem) {
    this.lists = Array.from({ length: LISTS }, () => new FrameList(system.frames));
  }

  get size(): number {
    return this.lists.reduce((sum, list) => sum + list.size, 0);
  }

  list(which: List): FrameList {
    return this.lists[which] as FrameList;
  }

  added(pfn: Pfn, activate: boolean): void {
    this.system.frames.changeFlags(pfn, activate ? FLAG_ACTIVE | FLAG_WORKING_SET : 0, activate ? FLAG_REFERENCED : FLAG_ACTIVE | FLAG_REFERENCED);
    this.listOf(pfn).addHead(pfn);
  }

  removed(pfn: Pfn): void {
    this.listOf(pfn).remove(pfn);
    this.system.frames.changeFlags(pfn, 0, FLAG_ACTIVE | FLAG_REFERENCED);
  }

  /** mark_page_accessed: the second use of an inactive page activates it. */
  used(pfn: Pfn): void {
    const flags = this.system.frames.field(pfn, layout.FD_FLAGS);
    if ((flags & FLAG_REFERENCED) === 0) this.system.frames.changeFlags(pfn, FLAG_REFERENCED, 0);
    else if ((flags & FLAG_ACTIVE) === 0) this.activate(pfn);
  }

  reclaim(wanted: number): number {
    let freed = 0;
    for (let priority = DEF_PRIORITY; priority >= 0 && freed < wanted; priority--) freed += this.shrink(priority, wanted - freed);
    return freed;
  }

  tick(): void {
    // A bits are read when a page is considered, not sampled.
  }

  /** A page that was evicted came back within the working set, or one had to be written: its kind is dearer. */
  noteCost(file: boolean, pages: number): void {
    const at = file ? 1 : 0;
    this.cost[at] = (this.cost[at] ?? 0) + pages;
    if (((this.cost[0] ?? 0) + (this.cost[1] ?? 0)) * 4 > this.size) {
      this.cost[0] = Math.floor((this.cost[0] ?? 0) / 2);
      this.cost[1] = Math.floor((this.cost[1] ?? 0) / 2);
    }
  }

  forEach(visit: (pfn: Pfn) => void): void {
    for (const list of this.lists) for (const pfn of list.fromTail()) visit(pfn);
  }

  private listOf(pfn: Pfn): FrameList {
    const flags = this.system.frames.field(pfn, layout.FD_FLAGS);
    return this.list(((flags & 15) === FrameKind.File ? List.InactiveFile : List.InactiveAnonymous) + ((flags & FLAG_ACTIVE) !== 0 ? 1 : 0));
  }

  /** One pass over the lists at a priority: a 2^-priority part of each is scanned. */
  private shrink(priority: number, wanted: number): number {
    const share = this.scanShares(priority);
    const left = share.map((part, i) => Math.min(this.list(i).size, part));
    let freed = 0;
    while (freed < wanted && left.some((count, i) => count > 0 && (i % 2 === 1 || this.list(i).size > 0))) {
      for (let i = 0; i < LISTS; i++) {
        const batch = Math.min(left[i] ?? 0, CLUSTER);
        if (batch === 0) continue;
        if (i === List.ActiveAnonymous || i === List.ActiveFile) {
          left[i] = (left[i] ?? 0) - batch;
          if (this.inactiveIsLow(i - 1)) this.shrinkActive(i, batch);
          continue;
        }
        const scannedBefore = this.scanned;
        freed += this.shrinkInactive(i, batch, wanted - freed);
        left[i] = (left[i] ?? 0) - (this.scanned - scannedBefore);
        if (freed >= wanted) break;
      }
    }
    if (this.mayAgeAnonymous() && this.inactiveIsLow(List.InactiveAnonymous)) this.shrinkActive(List.ActiveAnonymous, CLUSTER);
    return freed;
  }

  private mayAgeAnonymous(): boolean {
    return this.system.swap.slots.freeSlots > 0;
  }

  /** Frames to scan of each list (get_scan_count). */
  private scanShares(priority: number): readonly number[] {
    const { swap, reclaim } = this.system;
    const { swappiness } = reclaim.settings;
    const size = (i: List): number => this.list(i).size;
    const scan = (i: List, numerator: number, denominator: number): number => (numerator === 0 ? 0 : Math.ceil((Math.floor(size(i) / 2 ** priority) * numerator) / denominator));
    const all = (anonymous: number, file: number, of: number): readonly number[] => [
      scan(List.InactiveAnonymous, anonymous, of), scan(List.ActiveAnonymous, anonymous, of), scan(List.InactiveFile, file, of), scan(List.ActiveFile, file, of),
    ];
    if (swap.slots.freeSlots === 0 && !this.hasCleanAnonymous()) return all(0, 1, 1);
    const fileFrames = size(List.InactiveFile) + size(List.ActiveFile);
    if (swappiness === 0) return fileFrames === 0 && priority === 0 ? all(1, 1, 1) : all(0, 1, 1);
    if (priority === 0) return all(1, 1, 1);
    // Enough file pages that nobody used twice: they go first (cache_trim_mode).
    if (size(List.InactiveFile) >> priority > 0 && !this.inactiveIsLow(List.InactiveFile)) return all(0, 1, 1);
    const total = (this.cost[0] ?? 0) + (this.cost[1] ?? 0);
    const anonymous = Math.floor((swappiness * (2 * total + 1)) / (total + (this.cost[0] ?? 0) + 1));
    const file = Math.floor(((200 - swappiness) * (2 * total + 1)) / (total + (this.cost[1] ?? 0) + 1));
    return anonymous + file === 0 ? all(1, 1, 1) : all(anonymous, file, anonymous + file);
  }

  /** Swap is full, but copies of resident pages stand in it: those pages can still go. */
  private hasCleanAnonymous(): boolean {
    const { slots } = this.system.swap;
    return slots.slotCount > 0 && slots.usedSlots > 0;
  }

  /** The inactive list is short against the active one (inactive_is_low): by the square root of ten times the GiB. */
  private inactiveIsLow(inactive: List): boolean {
    const small = this.list(inactive).size;
    const large = this.list(inactive + 1).size;
    const gib = Math.floor((small + large) / FRAMES_PER_GIB);
    const ratio = gib > 0 ? Math.floor(Math.sqrt(10 * gib)) : 1;
    return small * ratio < large;
  }

  /** The oldest of an active list become inactive. */
  private shrinkActive(which: List, count: number): void {
    const { system } = this;
    const active = this.list(which);
    const inactive = this.list(which - 1);
    for (let n = Math.min(count, active.size); n > 0; n--) {
      const pfn = active.tail;
      this.scanned++;
      active.remove(pfn);
      const referenced = testAndClearAccessed(system, pfn) > 0;
      if (referenced && which === List.ActiveFile && isMappedExecutable(system, pfn)) {
        this.statistics.rotated++;
        active.addHead(pfn);
        continue;
      }
      system.frames.changeFlags(pfn, FLAG_WORKING_SET, FLAG_ACTIVE | FLAG_REFERENCED);
      this.statistics.deactivated++;
      inactive.addHead(pfn);
    }
  }

  /** The oldest of an inactive list leave, unless they were used: looks at up to `count`, until `wanted` can go. */
  private shrinkInactive(which: List, count: number, wanted: number): number {
    const { system } = this;
    const list = this.list(which);
    const file = which === List.InactiveFile;
    const victims: Pfn[] = [];
    for (let n = Math.min(count, list.size); n > 0 && victims.length < wanted; n--) {
      const pfn = list.tail;
      this.scanned++;
      list.remove(pfn);
      const use = this.useOf(pfn, file);
      if (use === 'activate') {
        system.frames.changeFlags(pfn, FLAG_ACTIVE, FLAG_REFERENCED);
        this.list(which + 1).addHead(pfn);
        this.statistics.activated++;
        system.reclaim.workingSet.age++;
        this.noteCost(file, 1);
      } else if (use === 'keep') {
        list.addHead(pfn);
        this.statistics.rotated++;
      } else victims.push(pfn);
    }
    const writesBefore = system.swap.statistics.pagesOut;
    const freed = system.reclaim.evictor.evict(victims, (kept) => { this.keep(kept); });
    this.noteCost(file, system.swap.statistics.pagesOut - writesBefore);
    return freed;
  }

  /** What to do with an inactive page (folio_check_references). */
  private useOf(pfn: Pfn, file: boolean): 'activate' | 'keep' | 'evict' {
    const { frames } = this.system;
    const references = testAndClearAccessed(this.system, pfn);
    const wasReferenced = (frames.field(pfn, layout.FD_FLAGS) & FLAG_REFERENCED) !== 0;
    frames.changeFlags(pfn, 0, FLAG_REFERENCED);
    if (references === 0) return 'evict';
    frames.changeFlags(pfn, FLAG_REFERENCED, 0);
    if (wasReferenced || references > 1 || (file && isMappedExecutable(this.system, pfn))) return 'activate';
    return 'keep';
  }

  /** A page that could not leave: away from the tail, so that the next scan does not meet it at once. */
  private keep(pfn: Pfn): void {
    this.system.frames.changeFlags(pfn, FLAG_ACTIVE, 0);
    this.listOf(pfn).addHead(pfn);
  }

  private activate(pfn: Pfn): void {
    this.listOf(pfn).remove(pfn);
    this.system.frames.changeFlags(pfn, FLAG_ACTIVE, FLAG_REFERENCED);
    this.listOf(pfn).addHead(pfn);
    this.statistics.activated++;
    this.system.reclaim.workingSet.age++;
  }
}
