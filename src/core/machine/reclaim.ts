/** "Let the OS reclaim": the teardown of an ended process that was kept, with what it held before and what is left. */
import type { Computer } from './computer';
import { tearDown } from './exit';
import type { Process } from './process';

/** Gives everything back that the process held; answers a sentence with the totals before and after. */
export function reclaimProcess(computer: Computer, process: Process): string {
  const figures = tearDown(computer, process);
  return `${process.name} (${String(process.pid)}) held ${String(figures.residentPages)} resident pages and ${String(figures.tablePages)} page tables: ${String(figures.usedFramesBefore)} frames were in use, ${String(figures.usedFramesAfter)} are now.`;
}
