/**
 * The end of a process: the moment at which its state is complete and nothing was reclaimed, and what follows.
 *
 *   ended ── came from fork ──▶ torn down: frames, tables, slots and descriptors go back (ExitFigures: before and after)
 *     │                         zombie until its parent waits for it; at once gone when nobody will (parent over, SIGCHLD ignored)
 *     └──── was loaded ───────▶ stays as it is, for the views, until "Let the OS reclaim"; descriptors go at once
 *
 * Its children are orphans then: init (pid 1) is their parent and waits for them at once.
 *
 * The scheduler calls `finishProcess` for every process, whatever ended it.
 */
import { EventKind } from '../events/event-log';
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';
import type { ExitFigures, Process } from './process';
import { SA_NOCLDWAIT, SIGCHLD, tellParent } from './signals';

export const INIT_PID = 1;

/** Status as the event log notes it: the exit status, or 128 + signal. */
function loggedStatus(process: Process): number {
  if (process.ending?.kind === 'exit') return process.ending.status;
  return process.ending?.kind === 'signal' ? 128 + process.ending.signal : 0;
}

/** The process is over: its threads run no more. `ended` sees it with everything that it held. */
export function finishProcess(computer: Computer, process: Process, ended: (process: Process) => void): void {
  if (process.isOver) return;
  process.phase = 'ended';
  process.endedInstruction = computer.instructions();
  computer.processes.living--;
  for (const thread of process.threads) {
    computer.queues.remove(thread);
    thread.waitQueue?.remove(thread);
    thread.waitingFor = '';
    thread.state = 'ended';
  }
  process.isStopped = false;
  process.signalsDue = false;
  if (process.alarm !== null) process.alarm.cancelled = true;
  computer.log(EventKind.Process, 0, 0, loggedStatus(process), 0, 1);
  ended(process);
  process.files.closeAll();
  if (process.isForked || process.program === null) tearDown(computer, process);
  leaveOrphans(computer, process);
  if (process.parentProcess !== null) becomeZombie(computer, process);
  else if (process.isForked || process.program === null) reap(computer, process);
}

/** Children of a process that is over: init adopts them, and those that are over are gone. */
function leaveOrphans(computer: Computer, process: Process): void {
  for (const child of process.children) {
    child.parent = INIT_PID;
    child.parentProcess = null;
    if (child.isZombie) reap(computer, child);
  }
  process.children.clear();
}

function becomeZombie(computer: Computer, process: Process): void {
  const parent = process.parentProcess;
  if (parent === null) return;
  const action = parent.actions.get(SIGCHLD);
  const isIgnored = action !== undefined && (action.handler === 1n || (action.flags & SA_NOCLDWAIT) !== 0);
  if (isIgnored) reap(computer, process); else process.isZombie = true;
  tellParent(computer, process, false);
}

/** Its parent waited for it, or nobody will: the last trace goes, but for what the views keep. */
export function reap(computer: Computer, process: Process): void {
  process.isZombie = false;
  process.parentProcess?.children.delete(process);
  computer.processes.remove(process);
  computer.past.add(process);
}

/** Everything goes back that the process held. */
export function tearDown(computer: Computer, process: Process): ExitFigures {
  const { space } = process;
  const { store, system } = computer;
  const figures = {
    cycle: computer.cycles(), instruction: computer.instructions(),
    residentPages: space.residentPages, swappedPages: space.swappedPages, tablePages: space.tables.tableCount, virtualPages: space.virtualPages,
    usedFramesBefore: system.buddy.usedFrames, usedSlotsBefore: system.swap.slots.usedSlots,
  };
  const isCurrent = computer.current?.process === process;
  for (const thread of process.threads) {
    const base = computer.current === thread ? store.read32(layout.ST_R_BASE) : thread.saved.rBase;
    if (base !== 0) store.pool.freeRun(base, thread.registerPages);
    thread.saved.rBase = 0;
  }
  computer.sharedSegments.detachAll(computer, process);
  space.destroy();
  if (isCurrent) {
    computer.current = null;
    for (const field of [layout.ST_CR3, layout.ST_R, layout.ST_R_BASE, layout.ST_R_LIMIT]) store.write32(field, 0);
  }
  process.phase = 'reclaimed';
  process.heap = null;
  process.port = null;
  process.exitFigures = { ...figures, usedFramesAfter: system.buddy.usedFrames, usedSlotsAfter: system.swap.slots.usedSlots };
  computer.log(EventKind.Process, 0, 0, figures.usedFramesBefore - system.buddy.usedFrames, 0, 2);
  return process.exitFigures;
}
