/**
 * Whether the process that left a file behind still runs. Files of Pagewise that belong to one process (swap files, snapshots that are
 * being written) carry its number and when it began.
 */
import { readFileSync } from 'node:fs';
import { isCode } from './error-code';

/** When a process began, so that a later one with the same number is told from it; "0" where the system does not tell. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    // No /proc here: process numbers alone must do.
    return '0';
  }
}

/** Whether process `pid`, begun at `start`, runs. */
export function isAlive(pid: number, start: string): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false;
  }
  const now = startOf(pid);
  return now === '0' || start === '0' || now === start;
}
