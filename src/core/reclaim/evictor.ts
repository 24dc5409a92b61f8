/**
 * Takes pages out of RAM: out of every page table, to their slot or file, and their frames back to the allocator.
 *
 *   chosen ─ not evictable (pinned, held by the running instruction, shared with somebody unknown) ─▶ kept
 *     │
 *     ├─ anonymous, dirty or never written ─ a slot, then one request per run of neighbouring slots ─ failed ─▶ kept
 *     ├─ file, dirty ─ written back (write-back.ts) ─ failed ─▶ kept
 *     ▼
 *   unmapped everywhere ─▶ freed
 *
 * The write comes before the unmapping: what cannot be saved stays where it is (invariant I4). Nothing else runs in between.
 */
import * as layout from '../kernel/memory-layout';
import { FLAG_DIRTY, FLAG_HUGE_HEAD, FLAG_HUGE_TAIL, FLAG_PINNED, FLAG_SWAP_CACHE, FLAG_WORKING_SET, FLAG_WRITE_BACK, FrameKind } from '../paging/frame-table';
import { PTE_D, PTE_SWAP } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import type { AddressSpace } from '../paging/address-space';
import type { Pfn, Vpn } from '../paging/units';
import { REQUEST_PAGES } from '../swap/swap-area';
import { DeviceStatus } from '../swap/swap-device';
import { cacheReferences, flushTranslation, forEachMapping } from './reverse-map';

export interface EvictionStatistics {
  /** Frames freed: anonymous, and pages of files. */
  anonymous: number; file: number;
  /** Of these, how many were clean copies that nobody had to write. */
  clean: number;
  kept: number; writeFailures: number;
}

export class Evictor {
  readonly statistics: EvictionStatistics = { anonymous: 0, file: 0, clean: 0, kept: 0, writeFailures: 0 };
  /** Completion cycle of the last write that was asked for. */
  writesDone = 0;
  private dirty = false;

  constructor(private readonly system: PagingSystem) {}

  /**
   * Evicts frames that are on no list. Answers how many were freed; the others go to `keep`, in order.
   */
  evict(pfns: readonly Pfn[], keep: (pfn: Pfn) => void): number {
    const { frames } = this.system;
    let freed = 0;
    const toWrite: Pfn[] = [];
    const fail = (pfn: Pfn): void => { this.statistics.kept++; keep(pfn); };
    for (const pfn of pfns) {
      const flags = frames.field(pfn, layout.FD_FLAGS);
      if (!this.isEvictable(pfn, flags) || !this.isWhollyMapped(pfn, flags)) { fail(pfn); continue; }
      if ((flags & 15) === FrameKind.File) {
        if (this.evictFile(pfn)) freed++; else fail(pfn);
      } else if ((flags & FLAG_SWAP_CACHE) !== 0 && (flags & FLAG_DIRTY) === 0 && !this.dirty) {
        this.statistics.clean++;
        this.unmapAnonymous(pfn);
        freed++;
      } else if (this.canWrite(pfn, flags)) toWrite.push(pfn);
      else fail(pfn);
    }
    for (let i = 0; i < toWrite.length;) {
      const run = this.runFrom(toWrite, i);
      freed += this.writeRun(run, fail);
      i += run.length;
    }
    return freed;
  }

  /** Nobody but its mappings and its cache has a hand on the frame. */
  isEvictable(pfn: Pfn, flags: number): boolean {
    if ((flags & (FLAG_PINNED | FLAG_HUGE_HEAD | FLAG_HUGE_TAIL | FLAG_WRITE_BACK)) !== 0) return false;
    const { frames, store } = this.system;
    if (this.system.reclaim.isAwaited(pfn)) return false;
    const slot = frames.field(pfn, layout.FD_SLOT);
    return slot === 0 || slot !== store.read32(layout.ST_HELD);
  }

  /**
   * Every mapping is known: references that the reverse map does not find are pins. Leaves in `dirty` whether one of the
   * mappings is.
   */
  private isWhollyMapped(pfn: Pfn, flags: number): boolean {
    const { frames, store } = this.system;
    this.dirty = false;
    const mappings = forEachMapping(this.system, pfn, (_space, _vpn, entry) => { if ((store.read32(entry) & PTE_D) !== 0) this.dirty = true; });
    return mappings + cacheReferences(flags) === frames.references(pfn);
  }

  private canWrite(pfn: Pfn, flags: number): boolean {
    const { swap } = this.system;
    if (!swap.isOn) return false;
    return (flags & FLAG_SWAP_CACHE) !== 0 || swap.assign(pfn);
  }

  /** Frames from `first` on whose slots are neighbours, at most one request. */
  private runFrom(pfns: readonly Pfn[], first: number): readonly Pfn[] {
    const { swap } = this.system;
    const run: Pfn[] = [];
    for (let i = first; i < pfns.length && run.length < REQUEST_PAGES; i++) {
      const pfn = pfns[i] as Pfn;
      if (run.length > 0 && swap.slotOf(pfn) !== swap.slotOf(run[run.length - 1] as Pfn) + 1) break;
      run.push(pfn);
    }
    return run;
  }

  private writeRun(run: readonly Pfn[], fail: (pfn: Pfn) => void): number {
    const { swap, clock, frames } = this.system;
    const status = swap.write(run);
    this.writesDone = swap.timeline.request(clock.now(), run.length);
    if (status === DeviceStatus.Ok) {
      for (const pfn of run) {
        frames.changeFlags(pfn, 0, FLAG_DIRTY);
        this.unmapAnonymous(pfn);
      }
      return run.length;
    }
    if (run.length > 1) return run.reduce((freed, pfn) => freed + this.writeRun([pfn], fail), 0);
    this.writeFailed(run[0] as Pfn, status);
    fail(run[0] as Pfn);
    return 0;
  }

  /** The page stays in RAM; its slot is not used again, unless the disk was merely full. */
  private writeFailed(pfn: Pfn, status: DeviceStatus): void {
    const { swap, observer } = this.system;
    const slot = swap.slotOf(pfn);
    this.statistics.writeFailures++;
    observer.deviceFailed(status, true, slot, pfn);
    if (swap.slots.references(slot) > 0) throw new Error(`slot ${String(slot)} is named by other processes and its page is dirty`);
    if (status === DeviceStatus.Full) swap.detach(pfn); else swap.abandon(pfn);
  }

  private unmapAnonymous(pfn: Pfn): void {
    const { system } = this;
    const { frames, swap } = system;
    const slot = swap.slotOf(pfn);
    const wasWorkingSet = (frames.field(pfn, layout.FD_FLAGS) & FLAG_WORKING_SET) !== 0;
    let first = true;
    forEachMapping(system, pfn, (space, vpn, entry) => {
      swap.slots.addReference(slot);
      space.tables.rewrite(entry, slot, PTE_SWAP, false);
      space.residentPages--;
      space.swappedPages++;
      flushTranslation(system, space, vpn);
      frames.dropReference(pfn);
      if (!first) return;
      first = false;
      swap.slots.setOwner(slot, space.processKey, vpn);
      system.observer.evicted(space.processKey, vpn, slot + 1, pfn);
    });
    swap.slots.setShadow(slot, system.reclaim.workingSet.shadow(wasWorkingSet));
    swap.detach(pfn);
    if (frames.references(pfn) !== 0) throw new Error(`frame ${String(pfn)} was evicted and has references left`);
    frames.addReference(pfn);
    system.buddy.free(pfn, 0);
    this.statistics.anonymous++;
  }

  private evictFile(pfn: Pfn): boolean {
    const { system } = this;
    const { frames, pageCache, clock } = system;
    const known = pageCache.fileOf(pfn);
    if (known === null || pageCache.of(known.file).isInMemoryOnly) return false;
    if (this.dirty) pageCache.markDirty(pfn);
    if (pageCache.isDirty(pfn)) {
      this.writesDone = clock.now() + system.writeBack.writeFrame(pfn);
      if (pageCache.isDirty(pfn)) return false;
    } else this.statistics.clean++;
    const shown: { readonly space: AddressSpace; readonly vpn: Vpn }[] = [];
    forEachMapping(system, pfn, (space, vpn) => { shown.push({ space, vpn }); });
    for (const { space, vpn } of shown) {
      space.tables.clear(vpn);
      space.residentPages--;
      frames.dropReference(pfn);
      flushTranslation(system, space, vpn);
    }
    const wasWorkingSet = (frames.field(pfn, layout.FD_FLAGS) & FLAG_WORKING_SET) !== 0;
    system.reclaim.noteFileEviction(known.file.fileId, known.page, wasWorkingSet);
    system.observer.evicted(shown[0]?.space.processKey ?? 0, shown[0]?.vpn ?? 0, 0, pfn);
    pageCache.drop(pfn);
    this.statistics.file++;
    return true;
  }
}

