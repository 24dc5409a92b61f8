/**
 * Write-back: dirty pages of the page cache go to their device (Linux, mm/page-writeback.c and fs/fs-writeback.c, in
 * outline). Called by msync and fsync, which wait; by reclaim for one page; and by `tick`, the flusher, for which nobody waits:
 *
 *   every 5 s of simulated time pages that have been dirty for 30 s (dirty_writeback_centisecs, dirty_expire_centisecs)
 *   above 10 % of RAM           the oldest until it is half of that (dirty_background_ratio)
 *
 * A page that is written is write-protected first in every address space that shares it, so that the next write is noticed:
 * it makes the page dirty again (FaultKind.WriteNotify).
 */
import { CYCLES_PER_SECOND } from '../../shared/config';
import type { CachedFile, FileObject } from './cached-file';
import { transferCycles } from './device-timing';
import type { PageCache } from './page-cache';
import { PTE_D, PTE_FILE, PTE_RW } from './page-tables';
import { PAGE_SIZE } from './units';
import type { Pfn } from './units';

const WAKE_CYCLES = 5 * CYCLES_PER_SECOND;
const EXPIRE_CYCLES = 30 * CYCLES_PER_SECOND;
const BACKGROUND_SHARE = 10;

export type WriteBackReason = 'sync' | 'flusher' | 'reclaim';

export class WriteBack {
  /** Told of each request: pages [first, first + count) of a file. The machine logs it. */
  written: (file: FileObject, first: number, count: number, reason: WriteBackReason) => void = () => undefined;
  private nextWake = WAKE_CYCLES;

  constructor(private readonly cache: PageCache) {}

  /** Writes the dirty pages of [first, last), neighbours in one request; answers the cycles that the device takes. */
  write(cached: CachedFile, first: number, last: number, reason: WriteBackReason): number {
    const pages = [...cached.dirty.keys()].filter((page) => page >= first && page < last).sort((a, b) => a - b);
    return this.writePages(cached, pages, reason);
  }

  /** Writes one page if it is dirty; answers the cycles that the device takes. Reclaim calls it before it drops the page. */
  writeFrame(pfn: Pfn): number {
    const shown = this.cache.fileOf(pfn);
    if (shown === null || !this.cache.isDirty(pfn)) return 0;
    const cached = this.cache.of(shown.file);
    return cached.isInMemoryOnly ? 0 : this.writePages(cached, [shown.page], 'reclaim');
  }

  /** The flusher's turn: to be called at events of the machine; cheap when nothing is due. */
  tick(): void {
    const now = this.cache.now();
    const limit = Math.floor(this.cache.frames.frameCount / BACKGROUND_SHARE);
    const isDue = now >= this.nextWake;
    if (isDue) this.nextWake = (Math.floor(now / WAKE_CYCLES) + 1) * WAKE_CYCLES;
    if (this.cache.dirtyCount === 0) return;
    if (isDue) this.flush((since) => since + EXPIRE_CYCLES <= now, Infinity);
    if (this.cache.dirtyCount > limit) this.flush(() => true, this.cache.dirtyCount - Math.floor(limit / 2));
  }

  /** Writes at most `most` pages, the oldest of each file first, as long as `wanted` says so. */
  private flush(wanted: (since: number) => boolean, most: number): void {
    let left = most;
    for (const cached of this.cache.all()) {
      const pages: number[] = [];
      for (const [page, since] of cached.dirty) {
        if (left === 0 || !wanted(since)) break;
        pages.push(page);
        left--;
      }
      this.writePages(cached, pages.sort((a, b) => a - b), 'flusher');
    }
  }

  private writePages(cached: CachedFile, pages: readonly number[], reason: WriteBackReason): number {
    let cycles = 0;
    for (let i = 0; i < pages.length;) {
      const first = pages[i] ?? 0;
      let end = i;
      while (pages[end] === first + (end - i)) this.writePage(cached, pages[end++] ?? 0);
      cycles += transferCycles(this.cache.settings.device, end - i);
      this.written(cached.file, first, end - i, reason);
      i = end;
    }
    return cycles;
  }

  private writePage(cached: CachedFile, page: number): void {
    const pfn = cached.pages.get(page);
    const { file } = cached;
    if (pfn === undefined || file.write === undefined) throw new Error(`I4 page ${String(page)} of ${file.path} is dirty and cannot be written`);
    this.protectMappings(cached, page);
    const length = Math.min(PAGE_SIZE, file.size() - page * PAGE_SIZE);
    const slot = this.cache.frames.slot(pfn);
    if (length > 0) file.write(page * PAGE_SIZE, this.cache.frames.store.bytes.slice(slot, slot + length));
    cached.onDevice.add(page);
    this.cache.markClean(cached, page, pfn);
  }

  /** Takes the right to write, and D, from every entry that shows the page. */
  private protectMappings(cached: CachedFile, page: number): void {
    const { store } = this.cache.frames;
    this.cache.forEachMapping(cached, page, (space, _vma, vpn, entry) => {
      const low = store.read32(entry);
      if ((low & PTE_FILE) === 0 || (low & (PTE_RW | PTE_D)) === 0) return;
      store.write32(entry, (low & ~(PTE_RW | PTE_D)) >>> 0);
      space.invalidatePage(vpn);
    });
  }
}
