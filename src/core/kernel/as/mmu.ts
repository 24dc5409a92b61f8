/**
 * Translation: fast tables in front of L1, the shared L2 and the page walk; exact counts; the fault is handed to the machine
 * and the access tried again.
 *
 * What counts. An access (or a fetch that enters another code page) looks in its L1. Found: nothing more. Else CNT_L1x_MISS and
 * the L2: found CNT_L2_HIT and its cost, else CNT_L2_MISS and a walk (see walk.ts); then L2 and L1 are filled. A translation
 * that faults (no entry, or an entry without the right) counts nothing and touches no LRU order; the retry after the fault
 * does. An access across a page boundary translates both pages, lower first. Writing through an entry whose D is clear sets D in
 * the page table and in the L1 entry; that is no walk.
 *
 * The fast tables. An access to the page that is the MRU way of its set changes no state, so a table may answer it: index is
 * vpn & 127, {page address, store address of the content − page address, shadow − page address}, arithmetic modulo 2^32. FAST_MRU
 * remembers per set which page that is, to remove it when another page takes its place. An entry for writes exists only if
 * the page is dirty and, with checking, its shadow page is private. FETCH_FAST is the same for code pages.
 */
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE, CONTINUE } from "../../kernel-interface";
import {
  CNT_FETCH, CNT_L1D_MISS, CNT_L1I_MISS, CNT_L2_HIT, CNT_L2_MISS, CNT_SLOW, CODE, COST_L2_HIT, FAST_MRU, FAST_READ, FAST_SETS_MAX,
  FAST_WRITE, FETCH_FAST, FETCH_MRU, GEO_L1D_SETS, GEO_L1D_WAYS, GEO_L1I_SETS, GEO_L1I_WAYS, GEO_L2_SETS, GEO_L2_WAYS, ST_ASID, ST_CHECK,
  ST_RECORD_AT, ST_TRANSLATION,
  TLB_L1D, TLB_L1I, TLB_L2,
} from "../memory-layout";
import { frameSlot, pageFault } from "./host";
import { slotOf } from "./frames";
import { recordReference } from "./record";
import { NONE, PAGE_MASK, bump, chargeCycles, high, low } from "./state";
import {
  TLB_FLAGS, TLB_PFN, TLB_SLOT, findEntry, hugeEntries, insertEntry, pageShift, removeAll, removeEntry, resetTlbClock,
  touch,
} from "./tlb";
import {
  FLAG_1G, FLAG_2M, FLAG_D, FLAG_HUGE, FLAG_RW, FLAG_US, PTE_D, allows, clearPsc, clearPscOf, commitWalk, findLeaf, leafFlags, leafOf, leafPfn, resetWalk,
} from "./walk";
import { clearShadowCache, dropFast, dropShadow, fastOffset, isShadowPrivate, shadowToRead } from "./shadow";
import { fetchSegmented, fetchVaSegmented, invalidateSegmented, peekSegmented, translateSegmented } from "./segments";
import { vaOfCode } from "./text";

const FAST_TABLE_BYTES: u32 = FAST_SETS_MAX << 4;
const CODE_PAGES: u32 = 4096;
/** log2 of the store bytes of a code page: 1,024 instructions. */
export const CODE_PAGE_SHIFT: u32 = 14;

/** Content of the frame of `va` within the page that begins at frame `pfn`; given a slot now when it has none. */
function slotFor(pfn: u32, flags: u32, va: u64): u32 {
  const frame = flags & FLAG_HUGE ? pfn + (<u32>(va >> 12) & ((1 << <u32>(pageShift(flags) - 12)) - 1)) : pfn;
  const slot = slotOf(frame);
  return slot ? slot : frameSlot(frame);
}

export let entrySlot: u32 = 0;

/** L1 entry for the access, made the most recently used; entrySlot is the content of va's frame. 0: fault, nothing changed. */
export function lookup(va: u64, access: u32): u32 {
  const fetch = access == ACCESS_FETCH;
  const base = fetch ? TLB_L1I : TLB_L1D;
  const sets = load<u32>(fetch ? GEO_L1I_SETS : GEO_L1D_SETS), ways = load<u32>(fetch ? GEO_L1I_WAYS : GEO_L1D_WAYS);
  const e = findEntry(base, sets, ways, va);
  if (e) {
    const flags = load<u32>(e, TLB_FLAGS);
    if (!allows(flags, access)) return 0;
    entrySlot = flags & FLAG_HUGE ? slotFor(load<u32>(e, TLB_PFN), flags, va) : load<u32>(e, TLB_SLOT);
    touch(e);
    return e;
  }
  const l2Sets = load<u32>(GEO_L2_SETS), l2Ways = load<u32>(GEO_L2_WAYS);
  const e2 = findEntry(TLB_L2, l2Sets, l2Ways, va);
  if (e2) {
    const flags = load<u32>(e2, TLB_FLAGS), pfn = load<u32>(e2, TLB_PFN);
    if (!allows(flags, access)) return 0;
    entrySlot = flags & FLAG_HUGE ? slotFor(pfn, flags, va) : load<u32>(e2, TLB_SLOT);
    bump(fetch ? CNT_L1I_MISS : CNT_L1D_MISS);
    bump(CNT_L2_HIT);
    chargeCycles(load<u32>(COST_L2_HIT));
    touch(e2);
    return insertEntry(base, sets, ways, va, pfn, flags, entrySlot);
  }
  if (!findLeaf(va, access)) return 0;
  entrySlot = slotFor(leafPfn, leafFlags, va);
  bump(fetch ? CNT_L1I_MISS : CNT_L1D_MISS);
  bump(CNT_L2_MISS);
  commitWalk(va, (access & ACCESS_WRITE) != 0);
  insertEntry(TLB_L2, l2Sets, l2Ways, va, leafPfn, leafFlags, entrySlot);
  return insertEntry(base, sets, ways, va, leafPfn, leafFlags, entrySlot);
}

/** Removes the fast entries of the page that was the MRU way of a set. */
function displace(mru: u64): void {
  if (!(<u32>mru & 3)) { dropFast(mru); return; }
  const shift: u64 = <u32>mru & 2 ? 30 : 21, number = mru >> shift;
  for (let at: u32 = 0; at < FAST_TABLE_BYTES; at += 16) {
    if (load<u64>(FAST_READ + at) >> shift == number) store<u64>(FAST_READ + at, NONE);
    if (load<u64>(FAST_WRITE + at) >> shift == number) store<u64>(FAST_WRITE + at, NONE);
  }
}

/** The page that FAST_MRU remembers for an L1 set becomes `mru`; the fast entries of the one before go. */
export function makeMru(set: u32, mru: u64): void {
  const mruAt = FAST_MRU + (set << 3), old = load<u64>(mruAt);
  if (old == mru) return;
  if (old != NONE) displace(old);
  store<u64>(mruAt, mru);
}

/** Enters a page, whose content is at `slot`, in the fast tables. */
export function enterFast(page: u64, slot: u32, mayWrite: bool): void {
  if (load<u32>(ST_RECORD_AT)) return; // every access is to be seen
  const at = fastOffset(page), frameDelta = slot - <u32>page;
  let shadowDelta: u32 = 0, writable = mayWrite;
  if (load<u32>(ST_CHECK)) {
    shadowDelta = shadowToRead(page) - <u32>page;
    if (writable) writable = isShadowPrivate(page);
  }
  store<u64>(FAST_READ + at, page);
  store<u32>(FAST_READ + at, frameDelta, 8);
  store<u32>(FAST_READ + at, shadowDelta, 12);
  if (writable) {
    store<u64>(FAST_WRITE + at, page);
    store<u32>(FAST_WRITE + at, frameDelta, 8);
    store<u32>(FAST_WRITE + at, shadowDelta, 12);
  }
}

function fillFast(va: u64, flags: u32, slot: u32): void {
  const shift = pageShift(flags), number = va >> shift;
  makeMru(<u32>number & (load<u32>(GEO_L1D_SETS) - 1), number << shift | (flags & FLAG_2M ? 1 : flags & FLAG_1G ? 2 : 0));
  // The fast tables serve user accesses: a supervisor's page is not for them.
  if (flags & FLAG_US) enterFast(va & PAGE_MASK, slot, (flags & (FLAG_RW | FLAG_D)) == (FLAG_RW | FLAG_D));
}

export function setDirty(entry: u32, va: u64): void {
  const leaf = leafOf(va);
  store<u64>(leaf, load<u64>(leaf) | PTE_D);
  store<u32>(entry, load<u32>(entry, TLB_FLAGS) | FLAG_D, TLB_FLAGS);
}

/**
 * Store address of the byte at `va` for a data access (ACCESS_READ, ACCESS_WRITE), with its statistics and faults. 0: the
 * machine asked to leave, the access was not made. The running instruction must be in the state block. `span`: bytes of the
 * access from there on, within the page (segments have limits).
 */
export function translateData(va: u64, access: u32, span: u32 = 1): u32 {
  bump(CNT_SLOW);
  const at = load<u32>(ST_TRANSLATION) ? translateSegmented(va, access, span) : translatePaged(va, access);
  if (at && load<u32>(ST_RECORD_AT)) recordReference(va, access, span > 8 ? 2 : 1);
  return at;
}

function translatePaged(va: u64, access: u32): u32 {
  while (true) {
    const e = lookup(va, access);
    if (e) {
      const slot = entrySlot;
      if (slot & 1) unreachable(); // a pattern page: only workloads (touchPage) map those, and they run no code
      if (access & ACCESS_WRITE && !(load<u32>(e, TLB_FLAGS) & FLAG_D)) setDirty(e, va);
      fillFast(va, load<u32>(e, TLB_FLAGS), slot);
      return slot + (<u32>va & 4095);
    }
    if (!fault(va, access)) return 0;
  }
}

/** Frame that the last touchPage came to. */
export let touchedPfn: u32 = 0;

/** As translateData for an access whose content does not matter: the page may hold a pattern, no fast table is filled. */
export function touchPage(va: u64, access: u32): bool {
  bump(CNT_SLOW);
  while (true) {
    const e = lookup(va, access);
    if (e) {
      const flags = load<u32>(e, TLB_FLAGS);
      if (access == ACCESS_WRITE && !(flags & FLAG_D)) setDirty(e, va);
      touchedPfn = load<u32>(e, TLB_PFN);
      if (flags & FLAG_HUGE) touchedPfn += <u32>(va >> 12) & ((1 << <u32>(pageShift(flags) - 12)) - 1);
      return true;
    }
    if (!fault(va, access)) return false;
  }
}

/**
 * A page fault (SDM volume 3, 4.10.4.1): what the TLBs and the paging-structure cache hold for that address goes, then the
 * machine handles it. False: it asked to leave.
 */
function fault(va: u64, access: u32): bool {
  removeTranslations(va);
  clearPscOf(va);
  return pageFault(low(va), high(va), access) == CONTINUE;
}

function removeTranslations(va: u64): void {
  removeEntry(TLB_L1D, load<u32>(GEO_L1D_SETS), load<u32>(GEO_L1D_WAYS), va);
  if (removeEntry(TLB_L1I, load<u32>(GEO_L1I_SETS), load<u32>(GEO_L1I_WAYS), va)) clearFetchFast();
  removeEntry(TLB_L2, load<u32>(GEO_L2_SETS), load<u32>(GEO_L2_WAYS), va);
  if (hugeEntries()) clearFast();
  else dropFast(va & PAGE_MASK);
}

/**
 * Control comes from another code page to the instruction at store address `ip`. False: the machine asked to leave; the fetch
 * is still to be made.
 */
export function fetchPage(ip: u32): bool {
  const codePage = (ip - CODE) >> CODE_PAGE_SHIFT;
  if (load<u8>(FETCH_FAST + codePage)) { bump(CNT_FETCH); return true; }
  if (load<u32>(ST_TRANSLATION)) return fetchSegmented(ip);
  const va = vaOfCode(ip);
  bump(CNT_SLOW);
  while (true) {
    const e = lookup(va, ACCESS_FETCH);
    if (e) {
      const flags = load<u32>(e, TLB_FLAGS);
      bump(CNT_FETCH);
      if (!(flags & FLAG_HUGE)) fillFetch(<u32>(va >> 12) & (load<u32>(GEO_L1I_SETS) - 1), codePage);
      else displaceFetch(<u32>(va >> pageShift(flags)) & (load<u32>(GEO_L1I_SETS) - 1));
      return true;
    }
    if (!fault(va, ACCESS_FETCH)) return false;
  }
}

/** A fetch from `va` by the machine itself: store address of the instruction word's bytes, or 0 as translateData. */
export function fetchVa(va: u64): u32 {
  if (load<u32>(ST_TRANSLATION)) return fetchVaSegmented(va);
  while (true) {
    const e = lookup(va, ACCESS_FETCH);
    if (e) {
      const slot = entrySlot, flags = load<u32>(e, TLB_FLAGS);
      bump(CNT_FETCH);
      displaceFetch(<u32>(va >> pageShift(flags)) & (load<u32>(GEO_L1I_SETS) - 1));
      return slot + (<u32>va & 4095);
    }
    if (!fault(va, ACCESS_FETCH)) return 0;
  }
}

function displaceFetch(set: u32): void {
  const at = FETCH_MRU + (set << 2), old = load<u32>(at);
  if (old != 0xffffffff) store<u8>(FETCH_FAST + old, 0);
  store<u32>(at, 0xffffffff);
}
export function fillFetch(set: u32, codePage: u32): void {
  displaceFetch(set);
  store<u32>(FETCH_MRU + (set << 2), codePage);
  store<u8>(FETCH_FAST + codePage, 1);
}

/** Store address of the byte at `va` if its page is present and no pattern, without side effects; 0 otherwise. */
export function peekAt(va: u64): u32 {
  if (load<u32>(ST_TRANSLATION)) return peekSegmented(va);
  if (!findLeaf(va, ACCESS_READ)) return 0;
  const slot = slotFor(leafPfn, leafFlags, va);
  return slot && !(slot & 1) ? slot + (<u32>va & 4095) : 0;
}

export function clearFetchFast(): void {
  memory.fill(FETCH_FAST, 0, CODE_PAGES);
  memory.fill(FETCH_MRU, 0xff, FAST_SETS_MAX << 2);
}

/** Empties the tables in front of the model, and the cache of shadow pages; no modelled state changes. */
export function clearFast(): void {
  memory.fill(FAST_READ, 0xff, FAST_TABLE_BYTES);
  memory.fill(FAST_WRITE, 0xff, FAST_TABLE_BYTES);
  memory.fill(FAST_MRU, 0xff, FAST_SETS_MAX << 3);
  clearFetchFast();
  clearShadowCache();
}

/** What caches hold for a linear address goes, and the fast entry of the pointer `va` that led there. */
export function forgetLinear(linear: u64, va: u64): void {
  removeTranslations(linear);
  clearPscOf(linear);
  dropFast(va & PAGE_MASK);
}

/** INVLPG: the translations of the page of `va` in the running address space and its paging-structure cache go. */
export function invalidatePageAt(va: u64): void {
  if (load<u32>(ST_TRANSLATION)) { invalidateSegmented(va); return; }
  removeTranslations(va);
  clearPsc(load<u32>(ST_ASID), false);
  dropShadow(va);
}

/** Everything of an ASID goes (all = false), or everything. */
export function invalidate(asid: u32, all: bool): void {
  removeAll(TLB_L1D, load<u32>(GEO_L1D_SETS), load<u32>(GEO_L1D_WAYS), asid, all);
  removeAll(TLB_L1I, load<u32>(GEO_L1I_SETS), load<u32>(GEO_L1I_WAYS), asid, all);
  removeAll(TLB_L2, load<u32>(GEO_L2_SETS), load<u32>(GEO_L2_WAYS), asid, all);
  clearPsc(asid, all);
  clearFast();
}

export function resetMmu(): void {
  resetTlbClock();
  resetWalk();
  invalidate(0, true);
}
