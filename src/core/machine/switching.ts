/**
 * Context switches: a thread's state moves between the state block and its record. The address space changes CR3 and
 * ASID; the TLB keeps its entries (they are tagged), only the fast tables are emptied.
 */
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';
import { HEAP_WORDS } from './process';
import type { Thread } from './process';

const PROGRESS_WORDS = 4;
const RESULT_WORDS = 64;

/** Makes `thread` the running one. */
export function switchTo(computer: Computer, thread: Thread): void {
  if (computer.current === thread) return;
  if (computer.current !== null) save(computer, computer.current);
  // Without PCID, loading CR3 with another table empties TLBs and paging-structure caches (SDM volume 3, 4.10.4.1).
  const changesSpace = computer.store.read32(layout.ST_CR3) !== thread.process.space.tables.root;
  if (changesSpace && computer.config.machine.tlb.pcid === false) computer.kernel.invalidateAll();
  computer.current = thread;
  computer.system.asids.use(thread.process.space);
  restore(computer, thread);
  computer.kernel.clearFast();
}

/** Reads something as if `thread` ran, and puts things back: no modelled state changes. */
export function inspect<T>(computer: Computer, thread: Thread, read: () => T): T {
  const before = computer.current;
  if (before === thread) return read();
  if (before !== null) save(computer, before);
  computer.current = thread;
  restore(computer, thread);
  computer.kernel.clearFast();
  try {
    return read();
  } finally {
    save(computer, thread);
    computer.current = before;
    if (before !== null) restore(computer, before);
    computer.kernel.clearFast();
  }
}

/** Writes what the state block holds of the running thread into its record; it runs on. */
export function saveRunning(computer: Computer, thread: Thread): void {
  save(computer, thread);
}

function save(computer: Computer, thread: Thread): void {
  const { words } = computer.store;
  const { saved, process } = thread;
  saved.pc = words[layout.ST_PC >>> 2] ?? 0;
  saved.r = words[layout.ST_R >>> 2] ?? 0;
  saved.rBase = words[layout.ST_R_BASE >>> 2] ?? 0;
  saved.rLimit = words[layout.ST_R_LIMIT >>> 2] ?? 0;
  for (let i = 0; i < PROGRESS_WORDS; i++) saved.rest[i] = words[(layout.ST_PROGRESS >>> 2) + i] ?? 0;
  for (let i = 0; i < RESULT_WORDS; i++) saved.rest[PROGRESS_WORDS + i] = words[(layout.ST_RESULT >>> 2) + i] ?? 0;
  for (let i = 0; i < HEAP_WORDS; i++) process.heapBounds[i] = words[(layout.ST_HEAP_BASE >>> 2) + i] ?? 0;
  process.stackLow = computer.store.read64(layout.ST_STACK_LOW);
}

function restore(computer: Computer, thread: Thread): void {
  const { words } = computer.store;
  const { saved, process } = thread;
  words[layout.ST_PC >>> 2] = saved.pc;
  words[layout.ST_R >>> 2] = saved.r;
  words[layout.ST_R_BASE >>> 2] = saved.rBase;
  words[layout.ST_R_LIMIT >>> 2] = saved.rLimit;
  for (let i = 0; i < PROGRESS_WORDS; i++) words[(layout.ST_PROGRESS >>> 2) + i] = saved.rest[i] ?? 0;
  for (let i = 0; i < RESULT_WORDS; i++) words[(layout.ST_RESULT >>> 2) + i] = saved.rest[PROGRESS_WORDS + i] ?? 0;
  for (let i = 0; i < HEAP_WORDS; i++) words[(layout.ST_HEAP_BASE >>> 2) + i] = process.heapBounds[i] ?? 0;
  computer.store.write64(layout.ST_STACK_LOW, process.stackLow);
  computer.store.write64(layout.ST_FS_BASE, thread.fsBase);
  words[layout.ST_CR3 >>> 2] = process.space.tables.root;
  words[layout.ST_ASID >>> 2] = computer.system.asids.current(process.space);
  words[layout.ST_ADDRESS_SPACE >>> 2] = process.key;
  process.space.loadDescriptorTables();
  words[layout.ST_TEXT_MAPS >>> 2] = process.textMaps.address;
  words[layout.ST_TEXT_MAP_COUNT >>> 2] = process.textMaps.count;
  words[layout.ST_FETCH_PAGE >>> 2] = 0xffffffff;
}
