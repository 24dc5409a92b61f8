/**
 * Register stacks: a run of pool pages per thread that holds its windows, growing by moving to a run of twice the size.
 * Call records keep distances, so a move changes nothing but ST_R, ST_R_BASE and ST_R_LIMIT.
 */
import * as layout from '../kernel/memory-layout';
import { StoreExhausted } from '../paging/frame-table';
import { PAGE_BYTES } from '../store/store';
import type { Computer } from './computer';
import type { Thread } from './process';

/** Register stack of a new thread, in pages. */
const FIRST_PAGES = 32;
/** Kept free above ST_R_LIMIT: arguments that are written before the call is checked. */
const SLACK_BYTES = 16 * 1024;

/** Gives a new thread its register stack; it takes effect when the thread is switched to. */
export function giveRegisterStack(computer: Computer, thread: Thread): void {
  const base = computer.store.pool.allocateRun(FIRST_PAGES);
  if (base === 0) throw new StoreExhausted();
  thread.registerPages = FIRST_PAGES;
  thread.saved.rBase = base;
  thread.saved.r = base;
  thread.saved.rLimit = base + FIRST_PAGES * PAGE_BYTES - SLACK_BYTES;
}

/** A forked thread gets a copy of what its parent's register stack holds; the parent's record is up to date. */
export function copyRegisterStack(computer: Computer, from: Thread, to: Thread): void {
  const { store, code } = computer;
  const { r, rBase } = from.saved;
  const window = code.functionById(store.read32(r + layout.REC_FUNCTION))?.fn.windowSlots ?? 0;
  const used = Math.min(r - rBase + 16 * window + SLACK_BYTES, from.registerPages * PAGE_BYTES);
  const pages = Math.ceil((used + SLACK_BYTES) / PAGE_BYTES);
  const base = store.pool.allocateRun(pages);
  if (base === 0) throw new StoreExhausted();
  store.bytes.copyWithin(base, rBase, rBase + used);
  to.registerPages = pages;
  to.saved.rBase = base;
  to.saved.r = r - rBase + base;
  to.saved.rLimit = base + pages * PAGE_BYTES - SLACK_BYTES;
}

/** Doubles the running thread's register stack. */
export function growRegisterStack(computer: Computer): void {
  const thread = computer.current;
  if (thread === null) throw new Error('no thread runs');
  const { store } = computer;
  const base = store.read32(layout.ST_R_BASE);
  const pages = thread.registerPages * 2;
  const to = store.pool.allocateRun(pages);
  if (to === 0) throw new StoreExhausted();
  store.bytes.copyWithin(to, base, base + thread.registerPages * PAGE_BYTES);
  store.write32(layout.ST_R, store.read32(layout.ST_R) - base + to);
  store.write32(layout.ST_R_BASE, to);
  store.write32(layout.ST_R_LIMIT, to + pages * PAGE_BYTES - SLACK_BYTES);
  store.pool.freeRun(base, thread.registerPages);
  thread.registerPages = pages;
}

/** A window `distance` bytes above the running one with room for `slots`, the stack grown if need be. */
export function windowAbove(computer: Computer, distance: number, slots: number): number {
  const { store } = computer;
  while (store.read32(layout.ST_R) + distance + 16 * slots > store.read32(layout.ST_R_LIMIT)) growRegisterStack(computer);
  return store.read32(layout.ST_R) + distance;
}
