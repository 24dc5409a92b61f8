/**
 * "Let the OS reclaim": the teardown of an ended process, with what it held before and what is left.
 */
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';
import type { Process } from './process';

/** Gives everything back that the process held; answers a sentence with the totals before and after. */
export function reclaimProcess(computer: Computer, process: Process): string {
  const { space } = process;
  const before = computer.system.buddy.usedFrames;
  const resident = space.residentPages;
  const tables = space.tables.tableCount;
  const { store } = computer;
  const isCurrent = computer.current?.process === process;
  for (const thread of process.threads) {
    if (thread.registerPages === 0) continue;
    const base = computer.current === thread ? store.read32(layout.ST_R_BASE) : thread.saved.rBase;
    store.pool.freeRun(base, thread.registerPages);
  }
  space.destroy();
  if (isCurrent) {
    computer.current = null;
    for (const field of [layout.ST_CR3, layout.ST_R, layout.ST_R_BASE, layout.ST_R_LIMIT]) store.write32(field, 0);
  }
  process.phase = 'reclaimed';
  computer.log(EventKind.Process, 0, 0, before - computer.system.buddy.usedFrames, 0, 2);
  const after = computer.system.buddy.usedFrames;
  return `${process.name} (${String(process.pid)}) held ${String(resident)} resident pages and ${String(tables)} page tables: ${String(before)} frames were in use, ${String(after)} are now.`;
}
