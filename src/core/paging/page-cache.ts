/**
 * The page cache: one frame per page of a file that somebody mapped, read or wrote, shared by all (Linux, mm/filemap.c, in
 * outline). Files are the images of programs and of the C library, and files of the machine's private file system.
 *
 * A cached frame holds one reference of the cache's own, plus one per page-table entry that shows it; FD_OWNER is its file's
 * number, FD_EXTRA its page. What the program sees of a file is always the cached page; the device gets it when the page is
 * written back (write-back.ts), and until then the page is dirty and must not be dropped (invariant I4).
 *
 *   miss ─obtain─▶ clean ─markDirty─▶ dirty ─writeBack─▶ clean ─drop─▶ on the device only ─obtain: a read that waits─▶ clean
 *
 * By default the images of programs count as cached already: their first touch waits for nobody. With `coldFiles` it does, and
 * a page that was dropped is always read again from its device.
 */
import * as layout from '../kernel/memory-layout';
import type { SwapDeviceModel } from '../../shared/config';
import type { AddressSpace } from './address-space';
import type { BuddyAllocator } from './buddy';
import { CachedFile } from './cached-file';
import type { FileObject, ReadAdvice } from './cached-file';
import { transferCycles } from './device-timing';
import { FLAG_DIRTY, FrameKind } from './frame-table';
import type { FrameTable } from './frame-table';
import { PTE_FILE, PTE_RW } from './page-tables';
import { windowFor } from './read-ahead';
import { PAGE_SIZE } from './units';
import type { Pfn, Vpn } from './units';
import type { Vma } from './vma';

export { constantFile } from './cached-file';
export type { FileObject } from './cached-file';

/** Share of RAM that readahead leaves free: 1/64. */
const AHEAD_RESERVE = 64;

export interface FileSettings {
  /** Images of programs are on their device at the start, not in the cache. */
  readonly coldFiles: boolean;
  readonly readAheadPages: number;
  readonly faultAroundPages: number;
  readonly device: SwapDeviceModel;
}

/** Told of frames that enter and leave the cache: the LRU lists of reclaim. */
export interface PageCacheListener {
  added(pfn: Pfn): void;
  /** Before the frame is given back. */
  removed(pfn: Pfn): void;
  /** A cached page was read or written by a system call. */
  used(pfn: Pfn): void;
}

export class PageCache {
  settings: FileSettings = { coldFiles: false, readAheadPages: 1, faultAroundPages: 1, device: 'hdd' };
  /** Simulated time; the machine sets it. */
  now: () => number = () => 0;
  listener: PageCacheListener | null = null;
  /** Cycles that the last `obtain` has to wait for the device; 0: the page was in RAM. */
  waitCycles = 0;
  /** Pages that the last `obtain` read from the device. */
  pagesRead = 0;
  private readonly files = new Map<number, CachedFile>();
  private frameTotal = 0;
  private dirtyTotal = 0;

  /** `allocate`: a frame of kind File for an owner, freed by reclaim when need be; -1: none. */
  constructor(readonly frames: FrameTable, private readonly buddy: BuddyAllocator, private readonly allocate: (owner: number) => Pfn) {}

  /** Frames in the cache. */
  get frameCount(): number {
    return this.frameTotal;
  }

  /** Of these, how many differ from their device. */
  get dirtyCount(): number {
    return this.dirtyTotal;
  }

  of(file: FileObject): CachedFile {
    let cached = this.files.get(file.fileId);
    if (cached === undefined) {
      cached = new CachedFile(file);
      this.files.set(file.fileId, cached);
    }
    return cached;
  }

  all(): Iterable<CachedFile> {
    return this.files.values();
  }

  /** The frame that holds a page of a file if it is in RAM; -1 otherwise. */
  find(file: FileObject, page: number): Pfn {
    return this.files.get(file.fileId)?.pages.get(page) ?? -1;
  }

  /**
   * The frame that holds a page of a file, read in when it is not there yet, with its readahead window; -1: no frame is left.
   * `waitCycles` and `pagesRead` say what the device had to do.
   */
  obtain(file: FileObject, page: number, advice: ReadAdvice = 'normal'): Pfn {
    this.waitCycles = 0;
    this.pagesRead = 0;
    const cached = this.of(file);
    const found = cached.pages.get(page);
    if (found !== undefined) return found;
    const waits = this.isOnDevice(cached, page);
    const pfn = this.insert(cached, page, this.allocate(file.fileId));
    if (pfn < 0) return -1;
    this.fill(cached, page, pfn);
    if (waits) {
      this.frames.addReference(pfn);
      this.pagesRead = 1 + this.readAhead(cached, page, advice);
      this.frames.dropReference(pfn);
      this.waitCycles = transferCycles(this.settings.device, this.pagesRead);
    }
    return pfn;
  }

  /** A page that need not wait for the device: cached, or of an image that counts as cached; -1 otherwise and when frames are short. */
  obtainWithoutWaiting(file: FileObject, page: number): Pfn {
    const cached = this.of(file);
    const found = cached.pages.get(page);
    if (found !== undefined) return found;
    return file.write !== undefined || cached.isInMemoryOnly || this.isOnDevice(cached, page) ? -1 : this.insertAhead(cached, page);
  }

  /** A frame of zeros for a page that is about to be written whole, or that never existed; -1: no frame is left. */
  obtainBlank(file: FileObject, page: number): Pfn {
    const cached = this.of(file);
    const found = cached.pages.get(page);
    if (found !== undefined) return found;
    const pfn = this.insert(cached, page, this.allocate(file.fileId));
    if (pfn >= 0) this.frames.slot(pfn);
    return pfn;
  }

  /** Reads pages [first, last) that are not in RAM yet, in clusters; answers the cycles that the device takes. */
  readIn(file: FileObject, first: number, last: number): number {
    const cached = this.of(file);
    let cycles = 0;
    let run = 0;
    const end = Math.min(last, Math.ceil(file.size() / PAGE_SIZE));
    for (let page = first; page <= end; page++) {
      const missing = page < end && !cached.pages.has(page);
      const waits = missing && this.isOnDevice(cached, page);
      if (missing && this.insertAhead(cached, page) < 0) break;
      if (waits) run++;
      else if (run > 0) { cycles += transferCycles(this.settings.device, run); run = 0; }
    }
    return run > 0 ? cycles + transferCycles(this.settings.device, run) : cycles;
  }

  /** Bytes of a file for views, from RAM where they are there; the range lies in one page. No side effects. */
  peek(file: FileObject, offset: number, length: number): Uint8Array {
    const pfn = this.find(file, Math.floor(offset / PAGE_SIZE));
    if (pfn < 0) return file.read(offset, length);
    const slot = this.frames.slot(pfn) + (offset % PAGE_SIZE);
    return this.frames.store.bytes.subarray(slot, slot + Math.max(0, Math.min(length, file.size() - offset)));
  }

  /** Which page of which file a frame holds; null when it is no frame of the cache. */
  fileOf(pfn: Pfn): { readonly file: FileObject; readonly page: number } | null {
    if (this.frames.kind(pfn) !== FrameKind.File) return null;
    const page = this.frames.extra(pfn);
    const cached = this.files.get(this.frames.field(pfn, layout.FD_OWNER));
    return cached?.pages.get(page) === pfn ? { file: cached.file, page } : null;
  }

  // ---- Who maps it ----------------------------------------------------------------------------------------------------

  link(file: FileObject, vma: Vma, space: AddressSpace): void {
    this.of(file).mappings.set(vma, space);
  }

  unlink(file: FileObject, vma: Vma): void {
    this.files.get(file.fileId)?.mappings.delete(vma);
  }

  /** After an area of a file went: what only mappings kept alive is gone with the last of them. */
  forgetUnmapped(file: FileObject): void {
    const cached = this.files.get(file.fileId);
    if (file.isTemporary !== true || cached === undefined || cached.mappings.size > 0) return;
    for (const pfn of [...cached.pages.values()]) this.drop(pfn, true);
    this.files.delete(file.fileId);
  }

  /** Every page-table entry that shows a page of a file, whatever its frame: `visit` may change it. */
  forEachMapping(cached: CachedFile, page: number, visit: (space: AddressSpace, vma: Vma, vpn: Vpn, entry: number) => void): void {
    for (const [vma, space] of cached.mappings) {
      if (page < vma.filePage || page >= vma.filePage + (vma.last - vma.first)) continue;
      const vpn = vma.first + page - vma.filePage;
      const entry = space.tables.entryAddress(vpn);
      if (entry !== 0 && this.frames.store.read32(entry) !== 0) visit(space, vma, vpn, entry);
    }
  }

  // ---- Dirty pages ----------------------------------------------------------------------------------------------------

  isDirty(pfn: Pfn): boolean {
    return (this.frames.field(pfn, layout.FD_FLAGS) & FLAG_DIRTY) !== 0;
  }

  /** The page differs from its device from now on. */
  markDirty(pfn: Pfn): void {
    const flags = this.frames.field(pfn, layout.FD_FLAGS);
    if ((flags & FLAG_DIRTY) !== 0) return;
    this.frames.setField(pfn, layout.FD_FLAGS, flags | FLAG_DIRTY);
    const cached = this.files.get(this.frames.field(pfn, layout.FD_OWNER));
    if (cached === undefined) throw new Error(`frame ${String(pfn)} belongs to no file`);
    if (cached.isInMemoryOnly) return;
    cached.dirty.set(this.frames.extra(pfn), this.now());
    this.dirtyTotal++;
  }

  /** The page is as its device has it: it was written back, or what it held is no longer wanted. */
  markClean(cached: CachedFile, page: number, pfn: Pfn): void {
    this.frames.setField(pfn, layout.FD_FLAGS, this.frames.field(pfn, layout.FD_FLAGS) & ~FLAG_DIRTY);
    if (cached.dirty.delete(page)) this.dirtyTotal--;
  }

  // ---- Leaving --------------------------------------------------------------------------------------------------------

  /** A page leaves RAM: nobody may map it, and it must be clean (or no longer wanted: `forget`). */
  drop(pfn: Pfn, forget = false): void {
    const cached = this.files.get(this.frames.field(pfn, layout.FD_OWNER));
    const page = this.frames.extra(pfn);
    if (cached?.pages.get(page) !== pfn) throw new Error(`frame ${String(pfn)} is not in the page cache`);
    if (this.frames.references(pfn) !== 1) throw new Error(`frame ${String(pfn)} is still in use`);
    if (forget) this.markClean(cached, page, pfn);
    if (this.isDirty(pfn)) throw new Error(`I4 frame ${String(pfn)} is dirty and was to be dropped`);
    cached.pages.delete(page);
    this.frameTotal--;
    if (forget) cached.onDevice.delete(page);
    else if (cached.file.write === undefined) cached.onDevice.add(page);
    this.listener?.removed(pfn);
    this.buddy.free(pfn, 0);
  }

  /** A cached page lies in another frame now (compaction); FD_OWNER and FD_EXTRA moved with it. */
  relocate(from: Pfn, to: Pfn): void {
    const cached = this.files.get(this.frames.field(to, layout.FD_OWNER));
    const page = this.frames.extra(to);
    if (cached?.pages.get(page) !== from) throw new Error(`frame ${String(from)} is not in the page cache`);
    cached.pages.set(page, to);
  }

  /** Gives back every clean frame that no page table shows; answers how many. */
  shrink(): number {
    let given = 0;
    for (const cached of this.files.values()) {
      for (const pfn of [...cached.pages.values()]) {
        if (this.frames.references(pfn) !== 1 || this.isDirty(pfn)) continue;
        this.drop(pfn);
        given++;
      }
    }
    return given;
  }

  /** Violations of I2 and I4 within the cache, as text: what it says of its frames, and that a clean page is what its device has. */
  check(): readonly string[] {
    const found: string[] = [];
    const { bytes } = this.frames.store;
    let frames = 0;
    let dirty = 0;
    for (const cached of this.files.values()) {
      frames += cached.pages.size;
      dirty += cached.dirty.size;
      for (const [page, pfn] of cached.pages) {
        const name = `page ${String(page)} of ${cached.file.path}`;
        if (this.frames.kind(pfn) !== FrameKind.File || this.frames.extra(pfn) !== page || this.frames.field(pfn, layout.FD_OWNER) !== cached.file.fileId) found.push(`I2 frame ${String(pfn)} does not know that it holds ${name}`);
        if (cached.isInMemoryOnly) continue;
        if (this.isDirty(pfn) !== cached.dirty.has(page)) found.push(`I4 ${name} is dirty in one place and clean in another`);
        if (this.isDirty(pfn)) continue;
        const device = cached.file.read(page * PAGE_SIZE, PAGE_SIZE);
        const slot = this.frames.slot(pfn);
        const length = Math.min(PAGE_SIZE, cached.file.size() - page * PAGE_SIZE);
        for (let i = 0; i < length; i++) {
          if (bytes[slot + i] === (device[i] ?? 0)) continue;
          found.push(`I4 ${name} is clean and differs from its device at byte ${String(i)}`);
          break;
        }
      }
      for (const page of cached.dirty.keys()) if (!cached.pages.has(page)) found.push(`I4 page ${String(page)} of ${cached.file.path} is dirty and not in RAM`);
      this.checkMappings(cached, found);
    }
    if (frames !== this.frameTotal || dirty !== this.dirtyTotal) found.push(`I2 the page cache counts ${String(this.frameTotal)} frames, ${String(this.dirtyTotal)} dirty, and has ${String(frames)} and ${String(dirty)}`);
    return found;
  }

  /** An entry that may be written shows a dirty page: else a write would go unnoticed. */
  private checkMappings(cached: CachedFile, found: string[]): void {
    const { store } = this.frames;
    for (const [page, pfn] of cached.pages) {
      this.forEachMapping(cached, page, (space, vma, vpn, entry) => {
        const low = store.read32(entry);
        if (!vma.shared || (low & PTE_FILE) === 0 || (low & PTE_RW) === 0 || this.isDirty(pfn)) return;
        found.push(`I4 page 0x${vpn.toString(16)} of process ${String(space.processKey)} may write to a clean page of ${cached.file.path}`);
      });
    }
  }

  /** The page waits for its device when it is read: it is there, and not in RAM. */
  private isOnDevice(cached: CachedFile, page: number): boolean {
    if (cached.isInMemoryOnly) return false;
    return cached.onDevice.has(page) || (cached.file.write === undefined && this.settings.coldFiles);
  }

  private readAhead(cached: CachedFile, page: number, advice: ReadAdvice): number {
    const size = windowFor(cached, page, advice, this.settings.readAheadPages);
    const end = Math.min(page + size, Math.ceil(cached.file.size() / PAGE_SIZE));
    let read = 0;
    for (let next = page + 1; next < end; next++) {
      if (cached.pages.has(next)) continue;
      if (this.insertAhead(cached, next) < 0) break;
      read++;
    }
    return read;
  }

  /** Reads a page that nobody waits for: only while frames are plenty. */
  private insertAhead(cached: CachedFile, page: number): Pfn {
    if (this.buddy.freeFrames <= this.frames.frameCount / AHEAD_RESERVE) return -1;
    const pfn = this.insert(cached, page, this.buddy.allocate(0, FrameKind.File, cached.file.fileId));
    if (pfn >= 0) this.fill(cached, page, pfn);
    return pfn;
  }

  private insert(cached: CachedFile, page: number, pfn: Pfn): Pfn {
    if (pfn < 0) return -1;
    this.frames.setExtra(pfn, page);
    cached.pages.set(page, pfn);
    this.frameTotal++;
    if (cached.isInMemoryOnly) this.frames.setField(pfn, layout.FD_FLAGS, this.frames.field(pfn, layout.FD_FLAGS) | FLAG_DIRTY);
    // Shared memory cannot leave RAM: it stands on no list of reclaim (as locked pages on Linux's unevictable list).
    if (!cached.isInMemoryOnly) this.listener?.added(pfn);
    return pfn;
  }

  private fill(cached: CachedFile, page: number, pfn: Pfn): void {
    if (cached.file.patternOf !== undefined) {
      this.frames.setPattern(pfn, cached.file.patternOf(page));
      return;
    }
    const slot = this.frames.slot(pfn);
    const content = cached.file.read(page * PAGE_SIZE, PAGE_SIZE);
    this.frames.store.bytes.set(content, slot);
    this.frames.store.bytes.fill(0, slot + content.length, slot + PAGE_SIZE);
  }
}
