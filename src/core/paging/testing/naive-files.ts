/**
 * A naive model of mapped files for tests: maps and lists, one object per page, nothing shared with the code that it checks.
 * It says what an access does (the kind of fault) and what every page holds.
 *
 *   file      pages that the cache has, their bytes, which are dirty, which the disk has, and the readahead of its last miss
 *   area      where it is mapped, with what rights, shared or private
 *   entry     what a process sees at a page: the zero page, the cache's page, or a page of its own (shared after fork)
 */
import { FaultKind } from '../fault-handler';

const PAGE = 4096;

export interface NaiveFile {
  readonly id: number;
  readonly inMemory: boolean;
  size: number;
  /** Pages in the cache; bytes beyond the end of the file included. */
  readonly cache: Map<number, Uint8Array>;
  readonly dirty: Set<number>;
  readonly disk: Map<number, Uint8Array>;
  aheadNext: number; aheadSize: number;
}
interface OwnPage { readonly bytes: Uint8Array; sharers: number }
type Entry = { readonly is: 'zero' } | { readonly is: 'cache'; writable: boolean } | { readonly is: 'own'; page: OwnPage; writable: boolean };
export interface NaiveArea { readonly first: number; readonly pages: number; readonly file: NaiveFile | null; readonly filePage: number; readonly shared: boolean; writable: boolean }
export interface NaiveSpace { readonly areas: NaiveArea[]; readonly entries: Map<number, Entry> }
/** What an access came to; null: no fault. */
export type NaiveOutcome = FaultKind | 'sigbus' | 'sigsegv' | null;

export class NaiveFiles {
  readonly spaces: NaiveSpace[] = [];
  readonly files: NaiveFile[] = [];

  constructor(private readonly readAhead: number, private readonly faultAround: number) {}

  newFile(id: number, inMemory: boolean): NaiveFile {
    const file = { id, inMemory, size: 0, cache: new Map<number, Uint8Array>(), dirty: new Set<number>(), disk: new Map<number, Uint8Array>(), aheadNext: 0, aheadSize: 1 };
    this.files.push(file);
    return file;
  }

  areaAt(space: NaiveSpace, vpn: number): NaiveArea | undefined {
    return space.areas.find((area) => vpn >= area.first && vpn < area.first + area.pages);
  }

  access(space: NaiveSpace, vpn: number, write: boolean): NaiveOutcome {
    const area = this.areaAt(space, vpn);
    if (area === undefined || (write && !area.writable)) return 'sigsegv';
    const entry = space.entries.get(vpn);
    if (entry === undefined) return this.firstTouch(space, area, vpn, write);
    if (!write || (entry.is !== 'zero' && entry.writable)) return null;
    if (area.shared && area.file !== null) {
      area.file.dirty.add(area.filePage + vpn - area.first);
      if (entry.is === 'cache') entry.writable = true;
      return FaultKind.WriteNotify;
    }
    if (entry.is === 'own' && entry.page.sharers === 1) entry.writable = true;
    else {
      const bytes = this.bytesOf(space, vpn)?.slice() ?? new Uint8Array(PAGE);
      if (entry.is === 'own') entry.page.sharers--;
      space.entries.set(vpn, { is: 'own', page: { bytes, sharers: 1 }, writable: true });
    }
    return FaultKind.CopyOnWrite;
  }

  private firstTouch(space: NaiveSpace, area: NaiveArea, vpn: number, write: boolean): NaiveOutcome {
    const { file } = area;
    if (file === null) {
      space.entries.set(vpn, write ? { is: 'own', page: { bytes: new Uint8Array(PAGE), sharers: 1 }, writable: true } : { is: 'zero' });
      return write ? FaultKind.DemandZero : FaultKind.ZeroPage;
    }
    const page = area.filePage + vpn - area.first;
    if (page * PAGE >= file.size) return 'sigbus';
    const waited = this.bringIn(file, page);
    const bytes = file.cache.get(page);
    if (bytes === undefined) throw new Error('the page is not there');
    let kind = file.inMemory ? FaultKind.SharedMemory : FaultKind.File;
    if (write && !area.shared) {
      space.entries.set(vpn, { is: 'own', page: { bytes: bytes.slice(), sharers: 1 }, writable: true });
      kind = FaultKind.CopyOnWrite;
    } else {
      space.entries.set(vpn, { is: 'cache', writable: area.shared && (write || file.inMemory) && area.writable });
      if (write && !file.inMemory) file.dirty.add(page);
      if (!write) this.mapAround(space, area, vpn);
    }
    return waited ? FaultKind.FileRead : kind;
  }

  private mapAround(space: NaiveSpace, area: NaiveArea, vpn: number): void {
    const { file } = area;
    if (this.faultAround <= 1 || file === null) return;
    const from = vpn - (vpn % this.faultAround);
    for (let near = from; near < from + this.faultAround; near++) {
      const page = area.filePage + near - area.first;
      if (this.areaAt(space, near) !== area || space.entries.has(near) || page * PAGE >= file.size || !file.cache.has(page)) continue;
      space.entries.set(near, { is: 'cache', writable: area.shared && file.inMemory && area.writable });
    }
  }

  /** The page comes into the cache; true when that meant reading the disk, and then its window came too. */
  private bringIn(file: NaiveFile, page: number): boolean {
    if (file.cache.has(page)) return false;
    const waits = file.disk.has(page);
    file.cache.set(page, this.fromDisk(file, page));
    if (!waits) return false;
    let window = 1;
    if (this.readAhead > 1 && (page === 0 || page === file.aheadNext)) window = Math.min(this.readAhead, page === 0 || file.aheadSize === 1 ? 4 : 2 * file.aheadSize);
    file.aheadNext = page + window;
    file.aheadSize = window;
    for (let next = page + 1; next < page + window && next * PAGE < file.size; next++) if (!file.cache.has(next)) file.cache.set(next, this.fromDisk(file, next));
    return true;
  }

  private fromDisk(file: NaiveFile, page: number): Uint8Array {
    const bytes = new Uint8Array(PAGE);
    const held = file.disk.get(page);
    if (held !== undefined) bytes.set(held.subarray(0, Math.max(0, Math.min(PAGE, file.size - page * PAGE))));
    return bytes;
  }

  /** What a process sees at a page; undefined: nothing is there. */
  bytesOf(space: NaiveSpace, vpn: number): Uint8Array | undefined {
    const entry = space.entries.get(vpn);
    if (entry === undefined) return undefined;
    if (entry.is === 'zero') return new Uint8Array(PAGE);
    if (entry.is === 'own') return entry.page.bytes;
    const area = this.areaAt(space, vpn);
    return area?.file?.cache.get(area.filePage + vpn - area.first);
  }

  unmap(space: NaiveSpace, area: NaiveArea): void {
    for (let vpn = area.first; vpn < area.first + area.pages; vpn++) this.removeEntry(space, vpn);
    space.areas.splice(space.areas.indexOf(area), 1);
  }

  removeEntry(space: NaiveSpace, vpn: number): void {
    const entry = space.entries.get(vpn);
    if (entry?.is === 'own') entry.page.sharers--;
    space.entries.delete(vpn);
  }

  protect(space: NaiveSpace, area: NaiveArea, writable: boolean): void {
    area.writable = writable;
    for (let vpn = area.first; vpn < area.first + area.pages; vpn++) {
      const entry = space.entries.get(vpn);
      if (entry === undefined || entry.is === 'zero') continue;
      if (entry.is === 'own') entry.writable = writable && entry.page.sharers === 1;
      else entry.writable = writable && area.shared && area.file !== null && (area.file.inMemory || area.file.dirty.has(area.filePage + vpn - area.first));
    }
  }

  fork(parent: NaiveSpace): NaiveSpace {
    const child: NaiveSpace = { areas: parent.areas.map((area) => ({ ...area })), entries: new Map() };
    for (const area of parent.areas) {
      const pages = Array.from({ length: area.pages }, (_, i) => area.first + i);
      const hasOwn = pages.some((vpn) => parent.entries.get(vpn)?.is === 'own');
      if (area.file !== null && (area.shared || !hasOwn)) continue;
      for (const vpn of pages) {
        const entry = parent.entries.get(vpn);
        if (entry === undefined) continue;
        if (entry.is === 'own') {
          entry.page.sharers++;
          entry.writable = false;
          child.entries.set(vpn, { ...entry });
        } else child.entries.set(vpn, { ...entry });
      }
    }
    this.spaces.push(child);
    return child;
  }

  exit(space: NaiveSpace): void {
    for (const area of [...space.areas]) this.unmap(space, area);
    this.spaces.splice(this.spaces.indexOf(space), 1);
  }

  truncate(file: NaiveFile, size: number): void {
    const old = file.size;
    if (size > old) this.clearTail(file, old);
    file.size = size;
    if (size >= old) return;
    const gone = Math.ceil(size / PAGE);
    for (const space of this.spaces) {
      for (const area of space.areas) {
        if (area.file !== file) continue;
        for (let vpn = area.first; vpn < area.first + area.pages; vpn++) if (area.filePage + vpn - area.first >= gone) this.removeEntry(space, vpn);
      }
    }
    for (const pages of [file.cache, file.dirty, file.disk]) for (const page of [...pages.keys()]) if (page >= gone) pages.delete(page);
    this.clearTail(file, size);
    const last = file.disk.get(Math.floor(size / PAGE));
    if (size % PAGE !== 0) last?.fill(0, size % PAGE);
  }

  private clearTail(file: NaiveFile, size: number): void {
    if (size % PAGE !== 0) file.cache.get(Math.floor(size / PAGE))?.fill(0, size % PAGE);
  }

  write(file: NaiveFile, offset: number, bytes: Uint8Array): void {
    const old = file.size;
    if (offset + bytes.length > old) this.clearTail(file, old);
    for (let done = 0; done < bytes.length;) {
      const page = Math.floor((offset + done) / PAGE);
      const within = (offset + done) % PAGE;
      const part = Math.min(PAGE - within, bytes.length - done);
      if (part < PAGE && page * PAGE < old) this.bringIn(file, page);
      else if (!file.cache.has(page)) file.cache.set(page, new Uint8Array(PAGE));
      file.cache.get(page)?.set(bytes.subarray(done, done + part), within);
      if (!file.inMemory) file.dirty.add(page);
      done += part;
      file.size = Math.max(file.size, offset + done);
    }
  }

  read(file: NaiveFile, offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, file.size);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    for (let at = offset; at < end; at++) {
      const page = Math.floor(at / PAGE);
      this.bringIn(file, page);
      bytes[at - offset] = file.cache.get(page)?.[at % PAGE] ?? 0;
    }
    return bytes;
  }

  synchronise(file: NaiveFile): void {
    for (const page of file.dirty) {
      const held = new Uint8Array(PAGE);
      held.set(file.cache.get(page)?.subarray(0, Math.min(PAGE, file.size - page * PAGE)) ?? []);
      file.disk.set(page, held);
      for (const space of this.spaces) {
        for (const area of space.areas) {
          const entry = area.file === file ? space.entries.get(area.first + page - area.filePage) : undefined;
          if (entry?.is === 'cache') entry.writable = false;
        }
      }
    }
    file.dirty.clear();
  }

  /** Clean pages that nobody maps leave the cache. */
  dropClean(file: NaiveFile): void {
    for (const page of [...file.cache.keys()]) {
      const isMapped = this.spaces.some((space) => space.areas.some((area) => area.file === file
        && page >= area.filePage && page < area.filePage + area.pages && space.entries.get(area.first + page - area.filePage)?.is === 'cache'));
      if (!isMapped && !file.dirty.has(page)) file.cache.delete(page);
    }
  }
}
