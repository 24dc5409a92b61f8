/**
 * Translation other than by paging alone (ST_TRANSLATION): none at all, segments, segments above pages.
 *
 * A pointer of the program is then an x86 far pointer, m16:32, zero-extended to 64 bits:
 *
 *   | bits  | meaning                                             |
 *   |-------|-----------------------------------------------------|
 *   | 0–31  | offset                                              |
 *   | 32–47 | selector: index (15–3), TI (2: 0 GDT, 1 LDT), RPL   |
 *   | 48–63 | zero                                                |
 *
 * The checks are those of protected mode, in its order (Intel SDM volume 3, 5.3 to 5.6): selector, type and privilege,
 * present, limit; the program runs at CPL 3. Base + offset wraps at 32 bits, so that an expand-down segment may have its base
 * at its upper end. Bases are multiples of 4,096: a page of a segment lies in one frame.
 *
 * The fast tables hold pages of pointers, as under paging. A page that the limit cuts is never entered: each access to it is
 * checked here. Without page tables the tables in front are a direct-mapped cache of addresses and nothing is counted.
 */
import { ACCESS_FETCH, ACCESS_READ, ACCESS_WRITE, CONTINUE } from "../../kernel-interface";
import {
  CNT_FETCH, CODE, FETCH_FAST, GEO_L1D_SETS, GEO_L1I_SETS, ST_GDT, ST_GDT_LIMIT, ST_LDT, ST_LDT_LIMIT, ST_RAM_FRAMES, ST_SEGMENT_FAULT,
  ST_TRANSLATION, SegmentFault, Translation,
} from "../memory-layout";
import { slotOf } from "./frames";
import { frameSlot, pageFault } from "./host";
import { CODE_PAGE_SHIFT, clearFast, clearFetchFast, enterFast, entrySlot, fillFetch, forgetLinear, lookup, makeMru, setDirty } from "./mmu";
import { PAGE_MASK, bump, high, low } from "./state";
import { isTextVa, vaOfCode } from "./text";
import { TLB_FLAGS } from "./tlb";
import { FLAG_D, FLAG_RW, findLeaf, leafPfn } from "./walk";

/** Bits 40–43 of a descriptor: type of a code or data segment. */
const TYPE_ACCESSED: u32 = 1;
const TYPE_WRITABLE_OR_READABLE: u32 = 2;
const TYPE_EXPAND_DOWN_OR_CONFORMING: u32 = 4;
const TYPE_CODE: u32 = 8;
const CPL: u32 = 3;

// What the last successful `resolve` found.
let linear: u64 = 0;
let writable = false;
/** The limit allows every byte of the page. */
let whole = false;
/** Bytes from the address on that the limit allows, at most to the end of the page. */
let room: u64 = 0;

// @ts-ignore: decorator
@inline function baseOf(d: u64): u32 { return <u32>(d >> 16) & 0xffffff | <u32>(d >> 56) << 24; }
/** Offset of the last byte: 20 bits in bytes, or in units of 4,096 (G). */
// @ts-ignore: decorator
@inline function limitOf(d: u64): u32 {
  const limit = <u32>d & 0xffff | <u32>(d >> 32) & 0xf0000;
  return d >> 55 & 1 ? limit << 12 | 0xfff : limit;
}

/** Store address of the descriptor of a selector; 0: none. */
// @ts-ignore: decorator
@inline function descriptorAt(selector: u32): u32 {
  const local = selector & 4;
  const at = selector & 0xfff8;
  return at + 7 > load<u32>(local ? ST_LDT_LIMIT : ST_GDT_LIMIT) ? 0 : load<u32>(local ? ST_LDT : ST_GDT) + at;
}

/** Type and privilege (SDM 5.5, 5.6): whether a descriptor may be used for the access at all. */
function usable(d: u64, selector: u32, access: u32): u32 {
  if (!(d >> 44 & 1)) return SegmentFault.SystemSegment;
  const type = <u32>(d >> 40) & 15, dpl = <u32>(d >> 45) & 3, rpl = selector & 3, asks = rpl > CPL ? rpl : CPL;
  if (!(type & TYPE_CODE && type & TYPE_EXPAND_DOWN_OR_CONFORMING) && asks > dpl) return SegmentFault.Privilege;
  if (access == ACCESS_FETCH) return type & TYPE_CODE ? SegmentFault.None : SegmentFault.Type;
  if (type & TYPE_CODE) return access == ACCESS_READ && type & TYPE_WRITABLE_OR_READABLE ? SegmentFault.None : SegmentFault.Type;
  return access == ACCESS_WRITE && !(type & TYPE_WRITABLE_OR_READABLE) ? SegmentFault.Type : SegmentFault.None;
}

/** Checks an access to `span` bytes at `va` and finds its linear (without paging: physical) address. None: allowed. */
function resolve(va: u64, access: u32, span: u32): u32 {
  if (load<u32>(ST_TRANSLATION) == Translation.None) {
    linear = va;
    writable = true;
    whole = true;
    room = 4096 - (va & 4095);
    return va >> 12 < <u64>load<u32>(ST_RAM_FRAMES) ? SegmentFault.None : SegmentFault.BeyondRam;
  }
  if (va >> 48) return SegmentFault.BeyondTable;
  const selector = <u32>(va >> 32);
  if (!(selector & 0xfffc)) return SegmentFault.NullSelector;
  const at = descriptorAt(selector);
  if (!at) return SegmentFault.BeyondTable;
  const d = load<u64>(at), fault = usable(d, selector, access);
  if (fault) return fault;
  if (!(d >> 47 & 1)) return SegmentFault.NotPresent;
  const type = <u32>(d >> 40) & 15, offset: u64 = va & 0xffffffff, page = offset & PAGE_MASK, limit: u64 = limitOf(d);
  const down = (type & (TYPE_CODE | TYPE_EXPAND_DOWN_OR_CONFORMING)) == TYPE_EXPAND_DOWN_OR_CONFORMING;
  const lowest: u64 = down ? limit + 1 : 0, highest: u64 = down ? (d >> 54 & 1 ? 0xffffffff : 0xffff) : limit;
  if (offset < lowest || offset + span - 1 > highest) return SegmentFault.Limit;
  if (!(type & TYPE_ACCESSED)) store<u64>(at, d | <u64>TYPE_ACCESSED << 40);
  linear = <u64>(baseOf(d) + <u32>offset);
  writable = (type & (TYPE_CODE | TYPE_WRITABLE_OR_READABLE)) == TYPE_WRITABLE_OR_READABLE;
  whole = page >= lowest && page + 4095 <= highest;
  room = min<u64>(page + 4095, highest) - offset + 1;
  if (load<u32>(ST_TRANSLATION) == Translation.Segmentation && linear >> 12 >= <u64>load<u32>(ST_RAM_FRAMES)) return SegmentFault.BeyondRam;
  return SegmentFault.None;
}

// @ts-ignore: decorator
@inline function contentOf(pfn: u32): u32 {
  const slot = slotOf(pfn);
  return slot ? slot : frameSlot(pfn);
}

/** True when the machine removed the cause: try again. */
function refused(va: u64, access: u32, reason: u32): bool {
  store<u32>(ST_SEGMENT_FAULT, reason);
  const answer = pageFault(low(va), high(va), access);
  store<u32>(ST_SEGMENT_FAULT, SegmentFault.None);
  return answer != CONTINUE;
}

/** translateData for these modes; `span` bytes must lie within the limit. */
export function translateSegmented(va: u64, access: u32, span: u32): u32 {
  const paged = load<u32>(ST_TRANSLATION) == Translation.SegmentationPaging;
  while (true) {
    const reason = resolve(va, access, span);
    if (!reason) {
      if (!paged) return withoutTables(va, access);
      const at = throughTables(va, access);
      if (at) return at;
    }
    if (refused(va, access, reason)) return 0;
  }
}

function withoutTables(va: u64, access: u32): u32 {
  const slot = contentOf(<u32>(linear >> 12));
  if (load<u32>(ST_TRANSLATION) == Translation.None && isTextVa(va)) {
    // Code lies there: what is fetched from now on must be looked at again.
    if (access == ACCESS_WRITE) clearFetchFast();
    writable = false;
  }
  if (whole) enterFast(va & PAGE_MASK, slot, writable);
  return slot + (<u32>va & 4095);
}

/** 0: a page fault at `linear`. */
function throughTables(va: u64, access: u32): u32 {
  const e = lookup(linear, access);
  if (!e) { forgetLinear(linear, va); return 0; }
  const slot = entrySlot;
  if (access == ACCESS_WRITE && !(load<u32>(e, TLB_FLAGS) & FLAG_D)) setDirty(e, linear);
  makeMru(<u32>(linear >> 12) & (load<u32>(GEO_L1D_SETS) - 1), va & PAGE_MASK);
  if (whole) enterFast(va & PAGE_MASK, slot, writable && (load<u32>(e, TLB_FLAGS) & (FLAG_RW | FLAG_D)) == (FLAG_RW | FLAG_D));
  return slot + (<u32>va & 4095);
}

/** fetchPage for these modes: control enters another code page at `ip`. */
export function fetchSegmented(ip: u32): bool {
  const va = vaOfCode(ip), codePage = (ip - CODE) >> CODE_PAGE_SHIFT;
  while (true) {
    let reason = resolve(va, ACCESS_FETCH, 1);
    if (!reason) {
      if (load<u32>(ST_TRANSLATION) == Translation.SegmentationPaging) {
        if (lookup(linear, ACCESS_FETCH)) {
          bump(CNT_FETCH);
          fillFetch(<u32>(linear >> 12) & (load<u32>(GEO_L1I_SETS) - 1), codePage);
          return true;
        }
        forgetLinear(linear, va);
      } else {
        if (load<u32>(ST_TRANSLATION) == Translation.None) reason = SegmentFault.VerifyText;
        if (!reason || !refused(va, ACCESS_FETCH, reason)) {
          bump(CNT_FETCH);
          store<u8>(FETCH_FAST + codePage, 1);
          return true;
        }
        return false;
      }
    }
    if (refused(va, ACCESS_FETCH, reason)) return false;
  }
}

/** fetchVa for these modes. */
export function fetchVaSegmented(va: u64): u32 {
  while (true) {
    const reason = resolve(va, ACCESS_FETCH, 1);
    if (!reason) {
      const paged = load<u32>(ST_TRANSLATION) == Translation.SegmentationPaging;
      if (!paged || lookup(linear, ACCESS_FETCH)) {
        bump(CNT_FETCH);
        if (paged) clearFetchFast();
        return (paged ? entrySlot : contentOf(<u32>(linear >> 12))) + (<u32>va & 4095);
      }
      forgetLinear(linear, va);
    }
    if (refused(va, ACCESS_FETCH, reason)) return 0;
  }
}

/** peekAt for these modes: no side effects; what no access would reach is 0. */
export function peekSegmented(va: u64): u32 {
  if (resolve(va, ACCESS_READ, 1)) return 0;
  let pfn = <u32>(linear >> 12);
  if (load<u32>(ST_TRANSLATION) == Translation.SegmentationPaging) {
    if (!findLeaf(linear, ACCESS_READ)) return 0;
    pfn = leafPfn;
  }
  const slot = slotOf(pfn);
  return slot && !(slot & 1) ? slot + (<u32>va & 4095) : 0;
}

/** Linear address of a pointer, whatever its segment allows; the pointer itself when it names no descriptor. */
export function linearOf(va: u64): u64 {
  const mode = load<u32>(ST_TRANSLATION), selector = <u32>(va >> 32);
  if (mode != Translation.SegmentationPaging || va >> 48 || !(selector & 0xfffc)) return va;
  const at = descriptorAt(selector);
  return at ? <u64>(baseOf(load<u64>(at)) + <u32>va) : va;
}

/** invalidatePageAt for these modes. */
export function invalidateSegmented(va: u64): void {
  if (load<u32>(ST_TRANSLATION) == Translation.SegmentationPaging) forgetLinear(linearOf(va), va);
  clearFast();
}

/** Bytes from `va` to the end of its page, or of its segment if that comes first; 0: not allowed. */
export function segmentRoom(va: u64): u64 {
  return resolve(va, ACCESS_READ, 1) ? 0 : room;
}
