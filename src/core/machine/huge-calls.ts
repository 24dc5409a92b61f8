/**
 * The parts of mmap and madvise that speak of huge pages (Linux manual, mmap(2) and madvise(2); admin-guide/mm/hugetlbpage and
 * transhuge). Called by memory-calls.ts, which has checked addresses and lengths for what all mappings have in common.
 */
import { EventKind } from '../events/event-log';
import { MMAP_MIN_VPN } from '../paging/address-space';
import type { AddressSpace } from '../paging/address-space';
import { HugeOutcome } from '../paging/huge-outcomes';
import { HUGE_PAGES } from '../paging/huge-pages';
import { CollapseResult, collapse } from '../paging/khugepaged';
import { pagesOfLevel } from '../paging/page-tables';
import { highOf, lowOf, vaOf, vpnOfVa } from '../paging/units';
import type { Vpn } from '../paging/units';
import { PROT_WRITE } from '../paging/vma';
import type { Computer } from './computer';
import { EEXIST, EINVAL } from './file-system';
import type { Process } from './process';

const ENOMEM = 12;
const EAGAIN = 11;
const MAP_SHARED = 1;
const MAP_FIXED = 0x10;
const MAP_POPULATE = 0x8000;
const MAP_HUGETLB = 0x40000;
const MAP_FIXED_NOREPLACE = 0x100000;
const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const MADV_HUGEPAGE = 14;
const MADV_NOHUGEPAGE = 15;
const MADV_COLLAPSE = 25;

/** Level of the huge pages that mmap's flags ask for; 0: ordinary pages; -1: a size that x86-64 does not have. */
export function hugeLevelOf(flags: number): 0 | 2 | 3 | -1 {
  if ((flags & MAP_HUGETLB) === 0) return 0;
  const shift = (flags >>> 26) & 63;
  return shift === 0 || shift === 21 ? 2 : shift === 30 ? 3 : -1;
}

/** mmap(MAP_HUGETLB | MAP_ANONYMOUS): the address, or a negative error. Pages for the whole length are promised now (ENOMEM when the pool has too few). */
export function mapHugetlb(computer: Computer, process: Process, hint: bigint, length: bigint, prot: number, flags: number, level: 2 | 3): bigint {
  const { space } = process;
  const size = pagesOfLevel(level);
  const pool = space.system.huge.pool(level);
  const pages = Number((length + 4095n) >> 12n);
  const count = Math.ceil(pages / size);
  const isFixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;
  let first = alignedGap(space, count * size, size);
  if (isFixed) {
    first = vpnOfVa(hint);
    if ((hint & 4095n) !== 0n || first % size !== 0) return BigInt(-EINVAL);
    if (first < MMAP_MIN_VPN || first + count * size > space.userEnd) return BigInt(-ENOMEM);
    if (!space.vmas.isFree(first, first + count * size) && (flags & MAP_FIXED_NOREPLACE) !== 0) return BigInt(-EEXIST);
    if (!space.system.huge.isAligned(space, first, first + count * size)) return BigInt(-EINVAL);
  }
  if (first < 0 || !pool.reserve(count)) return BigInt(-ENOMEM);
  if (isFixed) space.unmap(first, first + count * size);
  const shared = (flags & MAP_SHARED) !== 0;
  const vma = space.map({
    first, last: first + count * size, prot, kind: 'mmap', name: '', file: null, filePage: 0, growsDown: false, shared, hugeLevel: level, hugeReserved: true,
  }, 2);
  // Shared pages must be there before a fork, so that parent and child have the same ones.
  if (shared || (flags & MAP_POPULATE) !== 0) {
    for (let vpn = first; vpn < first + count * size; vpn += size) {
      if (space.system.huge.fault(space, vma, vpn) !== HugeOutcome.Mapped) break;
    }
  }
  computer.log(EventKind.Map, lowOf(first), highOf(first), count * size * 4096, prot);
  return vaOf(first);
}

/** Place for a private anonymous mapping that transparent huge pages could serve: aligned when it is at least 2 MiB long, as Linux 6.7 does. */
export function gapFor(space: AddressSpace, pages: number, isAnonymous: boolean): Vpn {
  if (!isAnonymous || pages < HUGE_PAGES || space.system.huge.mode === 'never') return space.findGap(pages);
  const aligned = alignedGap(space, pages, HUGE_PAGES);
  return aligned < 0 ? space.findGap(pages) : aligned;
}

function alignedGap(space: AddressSpace, pages: number, alignment: number): Vpn {
  const gap = space.findGap(pages + alignment - 1);
  return gap < 0 ? -1 : Math.floor((gap + alignment - 1) / alignment) * alignment;
}

/** munmap, mprotect and madvise must not cut a page of a pool: EINVAL. */
export function cutsHugePage(space: AddressSpace, first: Vpn, last: Vpn): boolean {
  return !space.system.huge.isAligned(space, first, last);
}

/** madvise about huge pages, and about pages of a pool, on pages [first, last): 0 or a negative error; null: the advice is about something else. */
export function adviseHuge(computer: Computer, space: AddressSpace, first: Vpn, last: Vpn, advice: number): number | null {
  switch (advice) {
    case MADV_HUGEPAGE: case MADV_NOHUGEPAGE: {
      if (space.vmas.within(first, last).some((vma) => vma.hugeLevel !== undefined)) return -EINVAL;
      space.vmas.change(first, last, (vma) => { vma.hugeAdvice = advice === MADV_HUGEPAGE ? 'huge' : 'never'; });
      if (advice === MADV_HUGEPAGE) computer.khugepaged.wake();
      return 0;
    }
    case MADV_DONTNEED: case MADV_FREE: return space.vmas.within(first, last).some((vma) => vma.hugeLevel !== undefined) ? -EINVAL : null;
    case MADV_COLLAPSE: return collapseRange(computer, space, first, last);
    default: return null;
  }
}

/** Every aligned 2 MiB of the range becomes a huge page now, whatever the mode; the first failure is the answer. */
function collapseRange(computer: Computer, space: AddressSpace, first: Vpn, last: Vpn): number {
  let answer = 0;
  for (let vpn = Math.ceil(first / HUGE_PAGES) * HUGE_PAGES; vpn + HUGE_PAGES <= last; vpn += HUGE_PAGES) {
    const vma = space.vmas.find(vpn);
    if (vma === null || vma.file !== null || vma.hugeLevel !== undefined || vma.shared || (vma.prot & PROT_WRITE) === 0) { answer ||= -EINVAL; continue; }
    const result = collapse(space, vma, vpn, HUGE_PAGES, true);
    if (result === CollapseResult.NoBlock) answer ||= -ENOMEM;
    else if (result === CollapseResult.NotNow) answer ||= -EAGAIN;
    else if (result === CollapseResult.NotSuitable) answer ||= -EINVAL;
    if (result === CollapseResult.Done) computer.chargeCycles(computer.khugepaged.copyCycles);
  }
  return answer;
}
