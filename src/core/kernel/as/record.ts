/**
 * Exact references: while ST_RECORD_AT is set, no fast table is filled, every data access comes to the MMU's slow path, and its
 * page is noted here in the order of the accesses. TLBs, counts and faults are those of an ordinary run.
 *
 * References of one process to one page, of one kind, in a row share an entry, whose count is exact. The entry before the first one holds
 * no page number (all ones), so that nothing is added to what was taken before. When the room is used up the machine takes the
 * entries away (host.recordFull) and sets ST_RECORD_AT back.
 */
import { ACCESS_WRITE } from "../../kernel-interface";
import { RECORD_BYTES, ST_ADDRESS_SPACE, ST_RECORD_AT, ST_RECORD_END } from "../memory-layout";
import { recordFull } from "./host";

/** Notes `n` references (1 or 2) to the page of `va`. */
export function recordReference(va: u64, access: u32, n: u32): void {
  const at = load<u32>(ST_RECORD_AT), word = va >> 12 << 1 | <u64>((access & ACCESS_WRITE) != 0), last = at - RECORD_BYTES;
  const space = load<u32>(ST_ADDRESS_SPACE);
  if (load<u64>(last) == word && load<u32>(last, 12) == space) {
    store<u32>(last, load<u32>(last, 8) + n, 8);
    if (<i32>load<u32>(last, 8) < 0) recordFull();
    return;
  }
  store<u64>(at, word);
  store<u32>(at, n, 8);
  store<u32>(at, space, 12);
  store<u32>(ST_RECORD_AT, at + RECORD_BYTES);
  if (at + RECORD_BYTES == load<u32>(ST_RECORD_END)) recordFull();
}
