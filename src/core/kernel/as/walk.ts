/**
 * The page walk (Intel SDM volume 3, 4.5): from a linear address through 4 or 5 levels of tables to a leaf entry.
 *
 *   | level | table | index bits of va | leaf maps            |
 *   |-------|-------|------------------|----------------------|
 *   | 5     | PML5  | 56:48            |                      |
 *   | 4     | PML4  | 47:39            |                      |
 *   | 3     | PDPT  | 38:30            | 1 GiB (PS set)       |
 *   | 2     | PD    | 29:21            | 2 MiB (PS set)       |
 *   | 1     | PT    | 20:12            | 4 KiB                |
 *
 * A walk has two halves. `findLeaf` reads the tables and judges the rights, and changes nothing; when it says no, the
 * access faults and has left no trace. `commitWalk` then counts, sets the A bits (and D of the leaf, for a write) and fills
 * the paging-structure cache. So an access that faults and is retried is counted once.
 */
import { ACCESS_FETCH, ACCESS_SUPERVISOR, ACCESS_WRITE } from "../../kernel-interface";
import {
  CNT_PSC_HIT, CNT_WALK, CNT_WALK_READS, COST_WALK_READ, CR0_WP, PSC, PSC_PT_ENTRIES, PSC_UPPER_ENTRIES, ST_ASID, ST_CR0, ST_CR3, ST_LEVELS,
  ST_PSC_CLOCK, TLB_ENTRY_BYTES,
} from "../memory-layout";
import { slotOf } from "./frames";
import { NONE, add, bump, chargeCycles } from "./state";

/** Bits of a page-table entry (Intel SDM volume 3, table 4-20). */
export const PTE_P: u64 = 1;
export const PTE_RW: u64 = 2;
export const PTE_US: u64 = 4;
export const PTE_A: u64 = 0x20;
export const PTE_D: u64 = 0x40;
export const PTE_PS: u64 = 0x80;
const PTE_NX_SHIFT: u64 = 63;

/** Flags of a translation: rights and D where the PTE has them, page size, NX. */
export const FLAG_RW: u32 = 2;
export const FLAG_D: u32 = 0x40;
export const FLAG_2M: u32 = 0x200;
export const FLAG_1G: u32 = 0x400;
export const FLAG_HUGE: u32 = 0x600;
export const FLAG_US: u32 = 4;
const FLAG_NX: u32 = 0x80000000;

// What the last findLeaf found.
export let leafPfn: u32 = 0;
export let leafFlags: u32 = 0;
export let leafEntry: u32 = 0;
let walkStart: u32 = 0;
let walkEnd: u32 = 0;
let walkCached: u32 = 0;
// Store addresses of the entries that it read, by level, and what the tables above granted.
const entryAt = memory.data(6 * 4, 4);
const tableAt = memory.data(6 * 4, 4);
const rightsAt = memory.data(6 * 4, 4);

// @ts-ignore: decorator
@inline export function shiftOf(level: u32): u64 { return <u64>(level * 9 + 3); }

/** True when the bits above the implemented ones repeat the highest of those (SDM volume 1, 3.3.7.1). */
export function isCanonical(va: u64): bool {
  const unused: u64 = load<u32>(ST_LEVELS) == 5 ? 7 : 16;
  return <u64>(<i64>(va << unused) >> <i64>unused) == va;
}

/**
 * Whether a translation with `flags` allows the access (SDM volume 3, 4.6.1): users need U/S, R/W for writes and no NX for fetches;
 * a supervisor needs R/W for writes only while CR0.WP is set.
 */
// @ts-ignore: decorator
@inline export function allows(flags: u32, access: u32): bool {
  if (access & ACCESS_SUPERVISOR) return !(access & ACCESS_WRITE && !(flags & FLAG_RW)) || !(load<u32>(ST_CR0) & CR0_WP);
  return (flags & FLAG_US) != 0 && !(access == ACCESS_WRITE && !(flags & FLAG_RW)) && !(access == ACCESS_FETCH && flags & FLAG_NX);
}

// @ts-ignore: decorator
@inline function pscBase(level: u32): u32 {
  return level == 2 ? PSC : PSC + (PSC_PT_ENTRIES + (level - 3) * PSC_UPPER_ENTRIES) * TLB_ENTRY_BYTES;
}
// @ts-ignore: decorator
@inline function pscCount(level: u32): u32 { return level == 2 ? PSC_PT_ENTRIES : PSC_UPPER_ENTRIES; }
// @ts-ignore: decorator
@inline function pscTag(va: u64, level: u32): u64 { return va >> shiftOf(level) << shiftOf(level) | <u64>load<u32>(ST_ASID); }

/** Entry of the paging-structure cache that skips the reads down to and including `level`; 0: none. */
function pscFind(va: u64, level: u32): u32 {
  const tag = pscTag(va, level);
  let e = pscBase(level);
  for (const end = e + pscCount(level) * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) if (load<u64>(e) == tag) return e;
  return 0;
}

function stampPsc(entry: u32): void {
  const stamp = load<u64>(ST_PSC_CLOCK) + 1;
  store<u64>(ST_PSC_CLOCK, stamp);
  store<u64>(entry, stamp, 16);
}

function pscFill(va: u64, level: u32, table: u32, rights: u32): void {
  let victim = pscBase(level);
  for (let e = victim, end = e + pscCount(level) * TLB_ENTRY_BYTES; e < end; e += TLB_ENTRY_BYTES) {
    if (load<u64>(e) == NONE) { victim = e; break; }
    if (load<u64>(e, 16) < load<u64>(victim, 16)) victim = e;
  }
  store<u64>(victim, pscTag(va, level));
  store<u32>(victim, table, 8);
  store<u32>(victim, rights, 12);
  stampPsc(victim);
}

/** Empties the paging-structure cache: of the running address space (all = false), or whole. */
export function clearPsc(asid: u32, all: bool): void {
  const end = pscBase(5) + PSC_UPPER_ENTRIES * TLB_ENTRY_BYTES;
  for (let e = PSC; e < end; e += TLB_ENTRY_BYTES) {
    if (all || (load<u64>(e) != NONE && (<u32>load<u64>(e) & 0xfff) == asid)) {
      store<u64>(e, NONE);
      store<u64>(e, 0, 16);
    }
  }
}

/** Empties the entries of the paging-structure cache that a walk of `va` would use. */
export function clearPscOf(va: u64): void {
  for (let level: u32 = 2; level <= 5; level++) {
    const e = pscFind(va, level);
    if (!e) continue;
    store<u64>(e, NONE);
    store<u64>(e, 0, 16);
  }
}

/**
 * Finds the leaf entry of `va` and judges the access; changes nothing. True: leafPfn (of the first 4 KiB frame of the page),
 * leafFlags and leafEntry are set.
 */
export function findLeaf(va: u64, access: u32): bool {
  if (!isCanonical(va)) return false;
  let level = load<u32>(ST_LEVELS), table = load<u32>(ST_CR3), rights: u32 = FLAG_RW | FLAG_US;
  walkCached = 0;
  for (let l: u32 = 2; l <= level; l++) {
    const e = pscFind(va, l);
    if (!e) continue;
    walkCached = e;
    table = load<u32>(e, 8);
    rights = load<u32>(e, 12);
    level = l - 1;
    break;
  }
  walkStart = level;
  while (true) {
    const slot = slotOf(table);
    if (!slot) return false;
    const at = slot + (<u32>(va >> shiftOf(level) & 511) << 3), pte = load<u64>(at);
    if (!(pte & PTE_P)) return false;
    rights = rights & (<u32>pte | ~(FLAG_RW | FLAG_US)) | <u32>(pte >> PTE_NX_SHIFT) << 31;
    store<u32>(entryAt + (level << 2), at);
    table = <u32>(pte >> 12);
    if (level == 1 || (level <= 3 && pte & PTE_PS)) {
      const huge: u32 = level == 1 ? 0 : level == 2 ? FLAG_2M : FLAG_1G;
      leafPfn = table & ~((1 << ((level - 1) * 9)) - 1);
      leafFlags = rights | huge | <u32>pte & FLAG_D;
      leafEntry = at;
      walkEnd = level;
      return allows(rights, access);
    }
    store<u32>(tableAt + (level << 2), table);
    store<u32>(rightsAt + (level << 2), rights);
    level--;
  }
}

/** The second half of a walk that succeeded: statistics, A bits, D of the leaf for a write, paging-structure cache. */
export function commitWalk(va: u64, write: bool): void {
  const reads = walkStart - walkEnd + 1;
  bump(CNT_WALK);
  add(CNT_WALK_READS, reads);
  chargeCycles(<u64>reads * load<u32>(COST_WALK_READ));
  if (walkCached) {
    bump(CNT_PSC_HIT);
    stampPsc(walkCached);
  }
  for (let level = walkStart; level >= walkEnd; level--) {
    const at = load<u32>(entryAt + (level << 2));
    store<u64>(at, load<u64>(at) | PTE_A);
    if (level > walkEnd) pscFill(va, level, load<u32>(tableAt + (level << 2)), load<u32>(rightsAt + (level << 2)));
  }
  if (write) {
    store<u64>(leafEntry, load<u64>(leafEntry) | PTE_D);
    leafFlags |= FLAG_D;
  }
}

/**
 * Store address of the entry of `va` at `level`, without side effects; 0 when a table above is missing or a larger page
 * maps the address.
 */
export function entryOf(va: u64, level: u32): u32 {
  let table = load<u32>(ST_CR3);
  for (let l = load<u32>(ST_LEVELS); l >= level; l--) {
    const slot = slotOf(table);
    if (!slot) return 0;
    const at = slot + (<u32>(va >> shiftOf(l) & 511) << 3);
    if (l == level) return at;
    const pte = load<u64>(at);
    if (!(pte & PTE_P) || (l <= 3 && pte & PTE_PS)) return 0;
    table = <u32>(pte >> 12);
  }
  return 0;
}

/** Store address of the leaf entry of `va` (of any page size), without side effects and whatever its rights; 0: not present. */
export function leafOf(va: u64): u32 {
  for (let level: u32 = 1; level <= 3; level++) {
    const at = entryOf(va, level);
    if (at && load<u64>(at) & PTE_P && (level == 1 || load<u64>(at) & PTE_PS)) return at;
  }
  return 0;
}

export function resetWalk(): void {
  store<u64>(ST_PSC_CLOCK, 0);
  clearPsc(0, true);
}
