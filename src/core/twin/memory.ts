/**
 * The twin's memory: a map of pages, a list of areas, TLBs as lists. Every access goes the long way:
 *
 *   L1 TLB ──hit──▶ rights? ──▶ access           counted in `counters`: what docs call L1 misses, L2 hits and misses,
 *   └─miss─▶ L2 TLB ──hit──▶ rights? ──▶ L1      walks and the entries they read, minor faults
 *            └─miss─▶ page map ──present, rights?──▶ walk counted, L2 and L1 filled
 *                     └─no─▶ page fault: the translation caches forget the page, the area decides, the access is tried again
 *
 * A try that ends in a fault counts nothing else and changes no order of use.
 */
import type { MachineConfig } from '../../shared/config';
import { MMAP_TOP_VA } from '../lir/lir';
import { PagingStructureCache, Tlb, type Translation } from './tlb';

export const PAGE = 4096;
export const PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4;
const SIGBUS = 7, SIGSEGV = 11;
const GUARD_PAGES = 256, LOWEST_PAGE = 16, FLUSH_CEILING = 33;

export type Access = 'read' | 'write' | 'fetch';

/** The access raised a signal; the instruction did not happen. */
export class TwinSignal extends Error {
  constructor(readonly signal: number, readonly synchronous: boolean, readonly fatal = false) {
    super(`signal ${signal}`);
  }
}

/** Content behind an area. */
export interface Backing {
  size(): number;
  read(offset: number, length: number): Uint8Array;
}

export interface Area {
  first: number;
  /** First page beyond. */
  last: number;
  prot: number;
  readonly growsDown: boolean;
  readonly file: Backing | null;
  filePage: number;
}

/** A page with a page-table entry. */
interface Page {
  bytes: Uint8Array;
  present: boolean;
  writable: boolean;
  executable: boolean;
  /** A write gets a private copy first. */
  copyOnWrite: boolean;
  /** The bytes belong to the zero page or to a file. */
  readonly shared: boolean;
}

export interface MemoryCounters {
  accesses: number; fetches: number; l1dMisses: number; l1iMisses: number; l2Hits: number; l2Misses: number;
  walks: number; walkReads: number; minorFaults: number;
}

export class TwinMemory {
  readonly pages = new Map<number, Page>();
  readonly areas: Area[] = [];
  readonly counters: MemoryCounters = { accesses: 0, fetches: 0, l1dMisses: 0, l1iMisses: 0, l2Hits: 0, l2Misses: 0, walks: 0, walkReads: 0, minorFaults: 0 };
  /** Cycles beyond one per instruction. */
  extraCycles = 0;
  /** Faults that cannot be resolved give EFAULT instead of a signal: the operating system itself is looking. */
  probing = false;
  brkStart = 0n;
  brk = 0n;
  private readonly l1d: Tlb;
  private readonly l1i: Tlb;
  private readonly l2: Tlb;
  private readonly cache: PagingStructureCache;

  constructor(private readonly config: MachineConfig) {
    const { tlb } = config;
    this.l1d = new Tlb(tlb.l1dEntries, tlb.l1dWays);
    this.l1i = new Tlb(tlb.l1iEntries, tlb.l1iWays);
    this.l2 = new Tlb(tlb.l2Entries, tlb.l2Ways);
    this.cache = new PagingStructureCache(config.levels);
  }

  // ---- accesses ----

  /** Little-endian load of `size` bytes; counts one access. */
  load(va: bigint, size: number): bigint {
    const value = this.peekThroughTlb(va, size);
    this.counters.accesses++;
    return value;
  }

  private peekThroughTlb(va: bigint, size: number): bigint {
    const places = this.places(va, size, 'read');
    let value = 0n;
    for (let k = size - 1; k >= 0; k--) value = value << 8n | BigInt(places[k]!.bytes[places[k]!.at]!);
    return value;
  }

  /** Stores the low `size` bytes; counts one access. */
  store(va: bigint, size: number, value: bigint): void {
    this.places(va, size, 'write').forEach(({ bytes, at }, k) => { bytes[at] = Number(value >> BigInt(8 * k) & 0xffn); });
    this.counters.accesses++;
  }

  /** Where the bytes of an access lie, both pages translated (the lower first) before anything is read or written. */
  private places(va: bigint, size: number, access: Access): { bytes: Uint8Array; at: number }[] {
    const start = BigInt.asUintN(64, va), end = BigInt.asUintN(64, va + BigInt(size - 1));
    const first = this.translate(start, access), last = end >> 12n === start >> 12n ? first : this.translate(end, access);
    const offset = Number(start & 4095n);
    return Array.from({ length: size }, (_, k) => (offset + k < PAGE ? { bytes: first, at: offset + k } : { bytes: last, at: offset + k - PAGE }));
  }

  /** Control enters the code page of `va`. */
  fetch(va: bigint): void {
    this.translate(va, 'fetch');
    this.counters.fetches++;
  }

  /** Reads for the operating system, one access per page; null: EFAULT. */
  readRange(va: bigint, length: number): Uint8Array | null {
    const result = new Uint8Array(length);
    return this.eachPart(va, length, 'read', (bytes, at, part, done) => { result.set(bytes.subarray(at, at + part), done); }) === length ? result : null;
  }

  /** Writes for the operating system, one access per page; answers how many bytes were written before a fault. */
  writeRange(va: bigint, content: Uint8Array): number {
    return this.eachPart(va, content.length, 'write', (bytes, at, part, done) => { bytes.set(content.subarray(done, done + part), at); });
  }

  eachPart(va: bigint, length: number, access: Access, visit: (bytes: Uint8Array, at: number, part: number, done: number) => void): number {
    let done = 0;
    while (done < length) {
      const here = va + BigInt(done), at = Number(here & 4095n), part = Math.min(length - done, PAGE - at);
      const bytes = this.kernelTranslate(here, access);
      if (!bytes) break;
      visit(bytes, at, part, done);
      done += part;
    }
    return done;
  }

  /** Counted even when it faults, as any access of the machine's own. */
  kernelTranslate(va: bigint, access: Access): Uint8Array | null {
    this.counters.accesses++;
    try {
      return this.translate(va, access);
    } catch (error) {
      if (this.probing && error instanceof TwinSignal && !error.fatal) return null;
      throw error;
    }
  }

  // ---- translation ----

  private translate(va: bigint, access: Access): Uint8Array {
    for (;;) {
      const bytes = this.lookUp(va, access);
      if (bytes) return bytes;
      this.fault(va, access);
    }
  }

  private lookUp(va: bigint, access: Access): Uint8Array | null {
    const { counters } = this, vpn = Number(va >> 12n), l1 = access === 'fetch' ? this.l1i : this.l1d;
    const allowed = (entry: { writable: boolean; executable: boolean }): boolean => access === 'read' || (access === 'write' ? entry.writable : entry.executable);
    const near = l1.find(vpn), far = near ? undefined : this.l2.find(vpn);
    const page = this.pages.get(vpn);
    if (!near && !far && !this.isCanonical(va)) return null;
    const found: Translation | undefined = near ?? far ?? (page?.present ? { vpn, writable: page.writable, executable: page.executable } : undefined);
    if (!found || !page || !allowed(found)) return null;
    if (!near) {
      if (access === 'fetch') counters.l1iMisses++; else counters.l1dMisses++;
      if (far) {
        counters.l2Hits++;
        this.extraCycles += this.config.costs.l2HitCycles;
      } else {
        counters.l2Misses++;
        counters.walks++;
        const reads = this.cache.walk(vpn);
        counters.walkReads += reads;
        this.extraCycles += reads * this.config.costs.walkReadCycles;
      }
      this.l2.use(found);
    }
    l1.use(found);
    return page.bytes;
  }

  private isCanonical(va: bigint): boolean {
    return BigInt.asUintN(64, BigInt.asIntN(this.config.levels === 5 ? 57 : 48, va)) === va;
  }

  private forgetTranslations(vpn: number): void {
    this.l1d.remove(vpn);
    this.l1i.remove(vpn);
    this.l2.remove(vpn);
  }

  /** INVLPG: the page's translations and the whole paging-structure cache. */
  private invalidate(vpn: number): void {
    this.forgetTranslations(vpn);
    this.cache.clear();
  }

  private flush(vpns: readonly number[]): void {
    if (vpns.length <= FLUSH_CEILING) { for (const vpn of vpns) this.invalidate(vpn); return; }
    this.l1d.clear();
    this.l1i.clear();
    this.l2.clear();
    this.cache.clear();
  }

  // ---- page faults ----

  private fault(va: bigint, access: Access): void {
    const vpn = Number(va >> 12n);
    this.forgetTranslations(vpn);
    this.cache.forget(vpn);
    const signal = this.handle(va, vpn, access);
    if (signal === 0 || !this.probing) this.extraCycles += this.config.costs.minorFaultCycles;
    if (signal !== 0) throw new TwinSignal(signal, true);
    this.counters.minorFaults++;
  }

  /** Maps the page; a signal number if that cannot be. */
  private handle(va: bigint, vpn: number, access: Access): number {
    if (!this.isCanonical(va) || va >> 63n !== 0n) return SIGSEGV;
    let area = this.areas.find((a) => a.first <= vpn && vpn < a.last);
    if (!area) {
      area = this.areas.filter((a) => a.first > vpn).sort((a, b) => a.first - b.first)[0];
      if (!area?.growsDown || area.last - vpn > Math.floor(this.config.stackLimitBytes / PAGE)) return SIGSEGV;
      if (this.areas.some((a) => a.last <= vpn && a.last + GUARD_PAGES > vpn)) return SIGSEGV;
      area.first = vpn;
    }
    const { prot } = area;
    if (!(access === 'read' ? prot !== 0 : access === 'write' ? prot & PROT_WRITE : prot & PROT_EXEC)) return SIGSEGV;
    const page = this.pages.get(vpn);
    if (!page) return this.firstTouch(area, vpn, access);
    if (access !== 'write' || !page.copyOnWrite) return 0;
    this.pages.set(vpn, { bytes: page.shared ? page.bytes.slice() : page.bytes, ...this.rights(prot, false), shared: false });
    this.invalidate(vpn);
    return 0;
  }

  private firstTouch(area: Area, vpn: number, access: Access): number {
    const bytes = new Uint8Array(PAGE), { file } = area, write = access === 'write';
    if (file) {
      const offset = (area.filePage + vpn - area.first) * PAGE;
      if (offset >= file.size()) return SIGBUS;
      bytes.set(file.read(offset, PAGE));
    }
    const shared = !write;
    this.pages.set(vpn, { bytes, ...this.rights(area.prot, shared), shared });
    return 0;
  }

  private rights(prot: number, shared: boolean): Pick<Page, 'present' | 'writable' | 'executable' | 'copyOnWrite'> {
    const mayWrite = (prot & PROT_WRITE) !== 0;
    return { present: prot !== 0, writable: mayWrite && !shared, executable: (prot & PROT_EXEC) !== 0, copyOnWrite: mayWrite && shared };
  }

  // ---- areas ----

  map(area: Area): void { this.areas.push(area); }

  isFree(first: number, last: number): boolean { return !this.areas.some((a) => a.first < last && first < a.last); }

  /** Every page of [first, last) lies in some area. */
  covers(first: number, last: number): boolean {
    for (let vpn = first; vpn < last; vpn++) if (this.isFree(vpn, vpn + 1)) return false;
    return true;
  }

  /** The highest free run of `count` pages below the mmap area's top; -1: none. */
  findGap(count: number): number {
    const top = Number(MMAP_TOP_VA >> 12n);
    const ends = [top, ...this.areas.map((a) => a.first).filter((first) => first < top)].sort((a, b) => b - a);
    for (const end of ends) if (end - count >= LOWEST_PAGE && this.isFree(end - count, end)) return end - count;
    return -1;
  }

  /** Cuts areas so that none crosses `vpn`. */
  private cut(vpn: number): void {
    for (const area of [...this.areas]) {
      if (area.first >= vpn || vpn >= area.last) continue;
      this.areas.push({ ...area, first: vpn, filePage: area.filePage + vpn - area.first });
      area.last = vpn;
    }
  }

  unmap(first: number, last: number): void {
    this.cut(first);
    this.cut(last);
    for (let i = this.areas.length - 1; i >= 0; i--) if (this.areas[i]!.first >= first && this.areas[i]!.last <= last) this.areas.splice(i, 1);
    const gone = this.mapped(first, last);
    for (const vpn of gone) this.pages.delete(vpn);
    this.flush(gone);
  }

  protect(first: number, last: number, prot: number): void {
    this.cut(first);
    this.cut(last);
    for (const area of this.areas) if (area.first >= first && area.last <= last) area.prot = prot;
    const changed = this.mapped(first, last);
    for (const vpn of changed) {
      const page = this.pages.get(vpn)!;
      Object.assign(page, this.rights(prot, page.shared));
    }
    this.flush(changed);
  }

  private mapped(first: number, last: number): number[] {
    return [...this.pages.keys()].filter((vpn) => first <= vpn && vpn < last).sort((a, b) => a - b);
  }

  /** brk(2): the new break, or the old one when it cannot be moved. */
  setBreak(to: bigint): bigint {
    if (to < this.brkStart) return this.brk;
    const oldEnd = Number(this.brk + 4095n >> 12n), newEnd = Number(to + 4095n >> 12n);
    if (newEnd > oldEnd) {
      if (!this.isFree(oldEnd, newEnd)) return this.brk;
      this.map({ first: oldEnd, last: newEnd, prot: PROT_READ | PROT_WRITE, growsDown: false, file: null, filePage: 0 });
    } else if (newEnd < oldEnd) this.unmap(newEnd, oldEnd);
    this.brk = to;
    return to;
  }
}

/** FNV-1a, 64 bits, over (page number, content) of every mapped page in order of address. */
export function hashPages(pages: ReadonlyMap<number, { readonly bytes: Uint8Array }>): string {
  let hash = 0xcbf29ce484222325n;
  const mix = (byte: number): void => { hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n); };
  for (const vpn of [...pages.keys()].sort((a, b) => a - b)) {
    for (let k = 0; k < 6; k++) mix(Math.floor(vpn / 256 ** k) % 256);
    for (const byte of pages.get(vpn)!.bytes) mix(byte);
  }
  return hash.toString(16).padStart(16, '0');
}
