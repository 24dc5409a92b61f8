/**
 * Reading, writing and resizing files through the page cache, so that system calls and mappings see the same bytes (Linux,
 * mm/filemap.c and mm/truncate.c, in outline). Called by the system calls of the machine.
 */
import type { FileObject, ReadAdvice } from './cached-file';
import type { PagingSystem } from './paging-system';
import { PAGE_SIZE } from './units';

/** What a transfer came to: bytes, and the cycles that the process waits for the device. */
export interface ReadOutcome { readonly bytes: Uint8Array; readonly cycles: number }
export interface WriteOutcome { readonly written: number; readonly cycles: number }

/** Up to `length` bytes from `offset`; fewer at the end of the file. */
export function readFile(system: PagingSystem, file: FileObject, offset: number, length: number, advice: ReadAdvice = 'normal'): ReadOutcome {
  const { pageCache, frames } = system;
  const end = Math.min(offset + length, file.size());
  if (end <= offset) return { bytes: new Uint8Array(0), cycles: 0 };
  const bytes = new Uint8Array(end - offset);
  let cycles = 0;
  for (let at = offset; at < end;) {
    const page = Math.floor(at / PAGE_SIZE);
    const within = at % PAGE_SIZE;
    const part = Math.min(PAGE_SIZE - within, end - at);
    const pfn = pageCache.obtain(file, page, advice);
    if (pfn < 0) bytes.set(file.read(at, part), at - offset);
    else {
      cycles += pageCache.waitCycles;
      const slot = frames.slot(pfn) + within;
      bytes.set(frames.store.bytes.subarray(slot, slot + part), at - offset);
      pageCache.listener?.used(pfn);
    }
    at += part;
  }
  return { bytes, cycles };
}

/** Writes at `offset`, growing the file; fewer bytes than given when no frame is left. */
export function writeFile(system: PagingSystem, file: FileObject, offset: number, bytes: Uint8Array): WriteOutcome {
  const { pageCache, frames, writeBack } = system;
  const oldSize = file.size();
  if (bytes.length > 0 && offset + bytes.length > oldSize) clearTail(system, file, oldSize);
  let cycles = 0;
  let done = 0;
  while (done < bytes.length) {
    const at = offset + done;
    const page = Math.floor(at / PAGE_SIZE);
    const within = at % PAGE_SIZE;
    const part = Math.min(PAGE_SIZE - within, bytes.length - done);
    const isBlank = part === PAGE_SIZE || page * PAGE_SIZE >= oldSize;
    const pfn = isBlank ? pageCache.obtainBlank(file, page) : pageCache.obtain(file, page);
    if (pfn < 0) break;
    if (!isBlank) cycles += pageCache.waitCycles;
    frames.store.bytes.set(bytes.subarray(done, done + part), frames.slot(pfn) + within);
    done += part;
    if (at + part > file.size()) file.setSize?.(at + part);
    pageCache.markDirty(pfn);
    pageCache.listener?.used(pfn);
  }
  writeBack.tick();
  return { written: done, cycles };
}

/** The file is from now on `size` bytes long: what lies beyond leaves cache and page tables, private copies included. */
export function resizeFile(system: PagingSystem, file: FileObject, size: number): void {
  const { pageCache } = system;
  const oldSize = file.size();
  if (size > oldSize) clearTail(system, file, oldSize);
  file.setSize?.(size);
  if (size >= oldSize) return;
  const cached = pageCache.of(file);
  const firstGone = Math.ceil(size / PAGE_SIZE);
  for (const [vma, space] of [...cached.mappings]) {
    const from = vma.first + Math.max(0, firstGone - vma.filePage);
    if (from < vma.last) space.zap(from, vma.last);
  }
  for (const [page, pfn] of [...cached.pages]) if (page >= firstGone) pageCache.drop(pfn, true);
  for (const page of [...cached.onDevice]) if (page >= firstGone) cached.onDevice.delete(page);
  clearTail(system, file, size);
}

/** Bytes of the last page beyond the end of the file become zero: mappings may have written there. */
function clearTail(system: PagingSystem, file: FileObject, size: number): void {
  const within = size % PAGE_SIZE;
  if (within === 0) return;
  const pfn = system.pageCache.find(file, Math.floor(size / PAGE_SIZE));
  if (pfn < 0) return;
  const slot = system.frames.slot(pfn);
  system.frames.store.bytes.fill(0, slot + within, slot + PAGE_SIZE);
}
