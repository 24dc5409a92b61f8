/**
 * The page cache: one frame per page of a file that somebody mapped, shared by all processes that map it.
 *
 * A cached frame holds one reference of the cache's own, plus one per page-table entry that shows it. Files here are the
 * images of programs and of the C library, and files of the machine's private file system.
 */
import type { BuddyAllocator } from './buddy';
import { FrameKind } from './frame-table';
import type { FrameTable } from './frame-table';
import { PAGE_SIZE } from './units';
import type { Pfn } from './units';

export interface FileObject {
  readonly fileId: number;
  readonly path: string;
  /** Bytes of the file now. */
  size(): number;
  /** Content of [offset, offset + length), shorter at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

/** A file whose content never changes. */
export function constantFile(fileId: number, path: string, content: Uint8Array): FileObject {
  return { fileId, path, size: () => content.length, read: (offset, length) => content.subarray(offset, offset + length) };
}

interface CachedPage { readonly file: FileObject; readonly page: number; readonly pfn: Pfn }

export class PageCache {
  private readonly byPage = new Map<string, CachedPage>();
  private readonly byFrame = new Map<Pfn, CachedPage>();

  constructor(private readonly frames: FrameTable, private readonly buddy: BuddyAllocator) {}

  /** The frame that holds a page of a file, read in when it is not there yet; -1 when no frame is left. */
  frameOf(file: FileObject, page: number): Pfn {
    const key = keyOf(file, page);
    const cached = this.byPage.get(key);
    if (cached !== undefined) return cached.pfn;
    const pfn = this.buddy.allocate(0, FrameKind.File, 0);
    if (pfn < 0) return -1;
    const entry: CachedPage = { file, page, pfn };
    this.byPage.set(key, entry);
    this.byFrame.set(pfn, entry);
    this.fill(entry);
    return pfn;
  }

  /** Which page of which file a frame holds. */
  fileOf(pfn: Pfn): { readonly file: FileObject; readonly page: number } | null {
    return this.byFrame.get(pfn) ?? null;
  }

  /** The file changed in [offset, offset + length): cached pages show it at once. */
  changed(file: FileObject, offset: number, length: number): void {
    for (let page = Math.floor(offset / PAGE_SIZE); page * PAGE_SIZE < offset + length; page++) {
      const cached = this.byPage.get(keyOf(file, page));
      if (cached !== undefined) this.fill(cached);
    }
  }

  /** Gives back every cached frame that no page table shows; answers how many. */
  shrink(): number {
    let given = 0;
    for (const [key, cached] of this.byPage) {
      if (this.frames.references(cached.pfn) !== 1) continue;
      this.byPage.delete(key);
      this.byFrame.delete(cached.pfn);
      this.buddy.free(cached.pfn, 0);
      given++;
    }
    return given;
  }

  get frameCount(): number {
    return this.byPage.size;
  }

  private fill(cached: CachedPage): void {
    const slot = this.frames.slot(cached.pfn);
    const content = cached.file.read(cached.page * PAGE_SIZE, PAGE_SIZE);
    this.frames.store.bytes.set(content, slot);
    this.frames.store.bytes.fill(0, slot + content.length, slot + PAGE_SIZE);
  }
}

function keyOf(file: FileObject, page: number): string {
  return `${String(file.fileId)}:${String(page)}`;
}
