/**
 * Virtual memory areas of one address space: sorted, disjoint, merged when alike (invariant I3; Linux,
 * Documentation/mm/process_addrs). Pure bookkeeping: page tables, frames and shadows follow in address-space.ts.
 */
import type { FileObject, ReadAdvice } from './cached-file';
import type { Vpn } from './units';

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export type VmaKind = 'text' | 'rodata' | 'data' | 'bss' | 'heap' | 'mmap' | 'stack' | 'library' | 'guard';

export interface Vma {
  readonly mappingId: number;
  /** Pages [first, last). */
  first: Vpn;
  last: Vpn;
  prot: number;
  readonly kind: VmaKind;
  /** As /proc/PID/maps shows it: a path, "[heap]", "[stack]" or "". */
  readonly name: string;
  readonly file: FileObject | null;
  /** Page of the file that `first` shows. */
  filePage: number;
  readonly growsDown: boolean;
  /** Shared writable mappings write into the page cache's own frames. */
  readonly shared: boolean;
  /** False: a shared mapping of a file that was opened for reading only; mprotect may not add the right to write. */
  readonly mayWrite?: boolean;
  /** How the program said that it will read the file behind it; absent: normal. */
  readAdvice?: ReadAdvice;
  /** Pages of a pool (MAP_HUGETLB): 2 for 2 MiB, 3 for 1 GiB; else absent. Ends are multiples of that size. */
  readonly hugeLevel?: 2 | 3;
  /** The pool has promised pages for the whole area (not after fork). */
  readonly hugeReserved?: boolean;
  /** Its pages were promised: it is, or once was, private and writable (VM_ACCOUNT). */
  accounted?: boolean;
  /** madvise(MADV_HUGEPAGE, MADV_NOHUGEPAGE). */
  hugeAdvice?: 'huge' | 'never';
}

export type VmaTemplate = Omit<Vma, 'mappingId'>;

/** Told of every area of a file that comes into being or goes, splits and joins included. */
export interface VmaWatcher { added(vma: Vma): void; removed(vma: Vma): void }

export class VmaList {
  private list: Vma[] = [];

  constructor(private readonly newMappingId: () => number, private readonly watcher: VmaWatcher | null = null) {}

  all(): readonly Vma[] {
    return this.list;
  }

  /** The area that holds a page, or null. */
  find(vpn: Vpn): Vma | null {
    const vma = this.list[this.indexAtOrAbove(vpn)];
    return vma !== undefined && vma.first <= vpn ? vma : null;
  }

  /** The lowest area that ends above a page: the one that holds it, or the next one up. */
  findAtOrAbove(vpn: Vpn): Vma | null {
    return this.list[this.indexAtOrAbove(vpn)] ?? null;
  }

  /** The highest area that begins below a page. */
  findBelow(vpn: Vpn): Vma | null {
    let index = this.indexAtOrAbove(vpn);
    const at = this.list[index];
    if (at === undefined || at.first >= vpn) index--;
    return this.list[index] ?? null;
  }

  /** Adds an area in free space, joining it with neighbours that are alike; answers the area that now holds it. */
  insert(template: VmaTemplate): Vma {
    if (template.first >= template.last) throw new Error('an empty VMA');
    const index = this.indexAtOrAbove(template.first);
    const next = this.list[index];
    if (next !== undefined && next.first < template.last) throw new Error('VMAs overlap');
    const before = this.list[index - 1];
    if (before !== undefined && before.last === template.first && joins(before, template)) {
      before.last = template.last;
      this.mergeWithNext(index - 1);
      return before;
    }
    if (next !== undefined && next.first === template.last && joins(template, next)) {
      next.first = template.first;
      next.filePage = template.filePage;
      return next;
    }
    const made: Vma = { mappingId: this.newMappingId(), ...template };
    this.list.splice(index, 0, made);
    this.noteAdded(made);
    return made;
  }

  /** Takes pages [first, last) out, splitting areas at the edges; answers what was taken. */
  remove(first: Vpn, last: Vpn): readonly Vma[] {
    this.splitAt(first);
    this.splitAt(last);
    const from = this.indexAtOrAbove(first);
    let to = from;
    while ((this.list[to]?.first ?? Infinity) < last) to++;
    const taken = this.list.splice(from, to - from);
    for (const vma of taken) this.noteRemoved(vma);
    return taken;
  }

  /** Sets the rights of pages [first, last), which must all be mapped, splitting and joining as needed. */
  protect(first: Vpn, last: Vpn, prot: number): void {
    this.change(first, last, (vma) => { vma.prot = prot; });
  }

  /** Notes how the mapped pages of [first, last) will be read, splitting and joining as needed. */
  advise(first: Vpn, last: Vpn, advice: ReadAdvice): void {
    this.change(first, last, (vma) => { vma.readAdvice = advice; });
  }

  /** Changes something about the areas of pages [first, last), splitting and joining as needed. */
  change(first: Vpn, last: Vpn, set: (vma: Vma) => void): void {
    this.splitAt(first);
    this.splitAt(last);
    const from = this.indexAtOrAbove(first);
    let index = from;
    for (; (this.list[index]?.first ?? Infinity) < last; index++) set(this.list[index] as Vma);
    for (let i = index; i >= Math.max(from, 1); i--) if (i - 1 < this.list.length) this.mergeWithNext(i - 1);
  }

  /** True when every page of [first, last) lies in some area. */
  covers(first: Vpn, last: Vpn): boolean {
    let vpn = first;
    for (let i = this.indexAtOrAbove(first); vpn < last; i++) {
      const vma = this.list[i];
      if (vma === undefined || vma.first > vpn) return false;
      vpn = vma.last;
    }
    return true;
  }

  /** Areas that overlap [first, last), ascending. */
  within(first: Vpn, last: Vpn): readonly Vma[] {
    const found: Vma[] = [];
    for (let i = this.indexAtOrAbove(first); (this.list[i]?.first ?? Infinity) < last; i++) found.push(this.list[i] as Vma);
    return found;
  }

  isFree(first: Vpn, last: Vpn): boolean {
    return (this.list[this.indexAtOrAbove(first)]?.first ?? Infinity) >= last;
  }

  /** First page of the highest gap of `pages` pages within [bottom, top), searched downward as mmap does; -1: none. */
  findGap(pages: number, bottom: Vpn, top: Vpn): Vpn {
    let gapEnd = top;
    for (let i = this.indexAtOrAbove(top - 1); i >= 0; i--) {
      const vma = this.list[i];
      if (vma === undefined || vma.first >= top) continue;
      if (gapEnd - vma.last >= pages && gapEnd - pages >= bottom) return gapEnd - pages;
      gapEnd = Math.min(gapEnd, vma.first);
      if (gapEnd <= bottom) return -1;
    }
    return gapEnd - pages >= bottom ? gapEnd - pages : -1;
  }

  /** Violations of I3 within the list, as text. */
  check(): readonly string[] {
    const found: string[] = [];
    this.list.forEach((vma, i) => {
      const next = this.list[i + 1];
      if (vma.first >= vma.last) found.push(`VMA ${String(vma.mappingId)} is empty`);
      if (next !== undefined && next.first < vma.last) found.push(`VMAs ${String(vma.mappingId)} and ${String(next.mappingId)} overlap`);
      if (next !== undefined && next.first === vma.last && joins(vma, next)) found.push(`VMAs ${String(vma.mappingId)} and ${String(next.mappingId)} are alike and not joined`);
    });
    return found;
  }

  /** Index of the lowest area with last > vpn. */
  private indexAtOrAbove(vpn: Vpn): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.list[middle] as Vma).last <= vpn) low = middle + 1; else high = middle;
    }
    return low;
  }

  private splitAt(vpn: Vpn): void {
    const index = this.indexAtOrAbove(vpn);
    const vma = this.list[index];
    if (vma === undefined || vma.first >= vpn) return;
    const upper: Vma = { ...vma, mappingId: this.newMappingId(), first: vpn, filePage: vma.filePage + (vpn - vma.first) };
    vma.last = vpn;
    this.list.splice(index + 1, 0, upper);
    this.noteAdded(upper);
  }

  private mergeWithNext(index: number): void {
    const vma = this.list[index];
    const next = this.list[index + 1];
    if (vma === undefined || next === undefined || vma.last !== next.first || !joins(vma, next)) return;
    vma.last = next.last;
    this.list.splice(index + 1, 1);
    this.noteRemoved(next);
  }

  private noteAdded(vma: Vma): void {
    if (vma.file !== null) this.watcher?.added(vma);
  }

  private noteRemoved(vma: Vma): void {
    if (vma.file !== null) this.watcher?.removed(vma);
  }
}

/** Whether `upper`, which begins where `lower` ends, is the same area going on. */
function joins(lower: VmaTemplate, upper: VmaTemplate): boolean {
  return lower.prot === upper.prot && lower.kind === upper.kind && lower.name === upper.name && lower.file === upper.file
    && lower.growsDown === upper.growsDown && lower.shared === upper.shared && (lower.readAdvice ?? 'normal') === (upper.readAdvice ?? 'normal') && lower.mayWrite === upper.mayWrite
    && (lower.accounted === true) === (upper.accounted === true) && lower.hugeLevel === upper.hugeLevel && lower.hugeReserved === upper.hugeReserved && lower.hugeAdvice === upper.hugeAdvice
    && (lower.file === null || lower.filePage + (lower.last - lower.first) === upper.filePage);
}
