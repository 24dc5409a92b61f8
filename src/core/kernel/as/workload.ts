/**
 * Light workload processes: a batch of touches runs through the MMU as the accesses of instructions would, one touch an
 * instruction. Called by src/core/workload/workload.ts.
 *
 * A touch is a u64: address of an aligned 8-byte word, bit 1 set for a write (ACCESS_WRITE). Statistics, A and D bits, TLBs, paging-structure
 * cache and faults are those of translateData; the fast tables are neither read nor filled, so they must be empty (a
 * context switch empties them). A write moves the page's pattern on (paging/pattern.ts, seedAfterWrite), or changes the word
 * where the page has bytes.
 */
import { ACCESS_WRITE } from "../../kernel-interface";
import { CNT_ACCESS, ST_FUEL, ST_INSTRUCTIONS, ST_LEAVE, ST_QUANTUM, Leave } from "../memory-layout";
import { contentFieldOf } from "./frames";
import { touchedPfn, touchPage } from "./mmu";
import { add } from "./state";

const GOLDEN: u32 = 0x9e3779b9;

/** As seedAfterWrite in paging/pattern.ts. */
// @ts-ignore: decorator
@inline function seedAfterWrite(seed: u32, offset: u32): u32 {
  const mixed = ((seed ^ offset) * 0x2c1b3c6d + GOLDEN) >> 1;
  return mixed ? mixed : 1;
}

function write(va: u64): void {
  const field = contentFieldOf(touchedPfn), content = load<u32>(field), offset = <u32>va & 4088;
  if (content & 1) store<u32>(field, seedAfterWrite(content >> 1, offset) << 1 | 1);
  else {
    const at = content + offset;
    store<u64>(at, load<u64>(at) * 0x5851f42d4c957f2d + 0x14057b7ef767814f);
  }
}

/**
 * Makes `count` touches from store address `at` on; answers how many were made. Fewer than `count`: the machine asked to
 * leave at the next one (ST_LEAVE is Leave.Retry), which is to be made again. The clock runs as in `run`.
 */
export function runTouches(at: u32, count: u32): u32 {
  store<u64>(ST_INSTRUCTIONS, load<u64>(ST_INSTRUCTIONS) + <u64>(load<i32>(ST_QUANTUM) - load<i32>(ST_FUEL)));
  store<u32>(ST_QUANTUM, count);
  let done: u32 = 0;
  store<u32>(ST_LEAVE, Leave.Fuel);
  for (; done < count; done++) {
    store<u32>(ST_FUEL, count - done);
    const word = load<u64>(at + (done << 3)), access = <u32>word & ACCESS_WRITE, va = word & ~7;
    if (!touchPage(va, access)) { store<u32>(ST_LEAVE, Leave.Retry); break; }
    if (access) write(va);
  }
  add(CNT_ACCESS, done);
  store<u64>(ST_INSTRUCTIONS, load<u64>(ST_INSTRUCTIONS) + done);
  store<u32>(ST_QUANTUM, 0);
  store<u32>(ST_FUEL, 0);
  return done;
}
