/**
 * Plays a recorded trace of accesses through TLBs and page tables (KernelExports.replay): what the bench measures, and what a study of
 * one reference string under several geometries needs. An access to the page that is the MRU way of its set is answered by
 * the fast tables, as in the interpreter, so counts and states are those of a run.
 */
import { ACCESS_READ, ACCESS_WRITE } from "../../kernel-interface";
import { CNT_ACCESS, FAST_READ, FAST_WRITE } from "../memory-layout";
import { translateData } from "./mmu";
import { fastOffset } from "./shadow";
import { PAGE_MASK, add } from "./state";

export function replayTrace(at: u32, count: u32): u32 {
  let done: u32 = 0;
  for (; done < count; done++, at += 8) {
    const word = load<u64>(at), page = word & PAGE_MASK, write = <u32>word & ACCESS_WRITE;
    if (load<u64>((write ? FAST_WRITE : FAST_READ) + fastOffset(page)) == page) continue;
    if (!translateData(page, write ? ACCESS_WRITE : ACCESS_READ)) break;
  }
  add(CNT_ACCESS, done);
  return done;
}
