/**
 * The out-of-memory killer (Linux, mm/oom_kill.c): called when no frame is free and nothing can leave RAM.
 *
 * Each process has a score: the pages that it would give back (resident, swapped, page tables), moved by oom_score_adj
 * thousandths of RAM and swap. The highest one gets SIGKILL. If it is another than the running process, its private pages are taken
 * at once (the oom reaper), so that the fault can go on; it runs no further instruction.
 */
import { EventKind } from '../events/event-log';
import type { Computer, PendingSignal } from './computer';
import type { Process } from './process';
import { sendSignal, sentSignal, SIGKILL } from './signals';

/** oom_score_adj of processes that must not be killed. */
const NEVER = -1000;
const CANDIDATES_NAMED = 4;

export interface OomCandidate {
  readonly process: Process;
  /** Pages, moved by oom_score_adj (oom_badness). */
  readonly points: number;
}

/** Points of a process, in pages; below 0: it cannot be chosen. */
export function oomPoints(computer: Computer, process: Process): number {
  if (process.isOver || process.oomScoreAdj <= NEVER) return -1;
  const { space } = process;
  const total = computer.system.managedFrames + computer.system.swap.slots.slotCount;
  const points = space.residentPages + space.swappedPages + space.tables.tableCount + Math.floor((process.oomScoreAdj * total) / 1000);
  return Math.max(1, points);
}

/** As /proc/PID/oom_score shows it: 0 to 2,000, where 1,000 more is all of memory. */
export function oomScore(computer: Computer, process: Process): number {
  const points = oomPoints(computer, process);
  if (points < 0) return 0;
  const total = computer.system.managedFrames + computer.system.swap.slots.slotCount;
  return Math.max(0, Math.round(((1000 + (points * 1000) / total) * 2) / 3));
}

/** All candidates, the worst first. */
export function oomCandidates(computer: Computer): readonly OomCandidate[] {
  const found: OomCandidate[] = [];
  for (const process of computer.processes) {
    const points = oomPoints(computer, process);
    if (points >= 0 && !process.oomVictim) found.push({ process, points });
  }
  return found.sort((a, b) => b.points - a.points || b.process.key - a.process.key);
}

/**
 * Chooses and kills. Null: another process was killed and its pages are free, try again. Otherwise the signal that ends the
 * running process, with the reason in words.
 */
export function killForMemory(computer: Computer): PendingSignal | null {
  const candidates = oomCandidates(computer);
  const [worst] = candidates;
  const { running } = computer;
  const victim = worst?.process ?? running;
  const signal: PendingSignal = { ...sentSignal(SIGKILL), cause: 'Out of memory', explanation: explanationOf(computer, candidates), fatal: true };
  computer.log(EventKind.OomKill, 0, 0, worst?.points ?? 0, victim.pid, 0, 0, victim.key);
  victim.oomVictim = true;
  if (victim === running) return signal;
  sendSignal(computer, victim, signal);
  const before = computer.system.buddy.freeFrames;
  reap(victim);
  return computer.system.buddy.freeFrames > before ? null : killForMemory(computer);
}

/** The oom reaper: private areas lose their pages; shared ones and files stay for the others. */
function reap(victim: Process): void {
  for (const vma of victim.space.vmas.all()) {
    if (!vma.shared && vma.hugeLevel === undefined) victim.space.zap(vma.first, vma.last);
  }
}

function explanationOf(computer: Computer, candidates: readonly OomCandidate[]): string {
  const { system } = computer;
  const mib = (pages: number): string => `${(pages / 256).toFixed(pages < 2560 ? 1 : 0)} MiB`;
  const [worst] = candidates;
  if (worst === undefined) return 'The machine has no frame left and no process that could be ended for it.';
  const { slots } = system.swap;
  const swap = slots.slotCount === 0 ? 'there is no swap' : `swap is full (${mib(slots.slotCount)})`;
  const held = ({ process: { space } }: OomCandidate): string => `${mib(space.residentPages)} resident, ${mib(space.swappedPages)} swapped, ${mib(space.tables.tableCount)} page tables`;
  const others = candidates.slice(1, CANDIDATES_NAMED).map((each) => `${each.process.name} (${String(each.process.pid)}) ${String(each.points)} points`);
  return `All ${mib(system.managedFrames)} of RAM are in use, nothing can leave it and ${slots.freeSlots > 0 ? 'swap cannot be written' : swap}: the out-of-memory killer chose ${worst.process.name} `
    + `(${String(worst.process.pid)}), which gives back most: ${String(worst.points)} points for ${held(worst)}${others.length > 0 ? `; then came ${others.join(', ')}` : ''}.`;
}
