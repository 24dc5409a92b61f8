/**
 * The end of a process: the moment at which its state is complete and nothing was reclaimed, and what follows.
 *
 * A loaded process stays as it is, for the views. The scheduler calls `finishProcess` for every process, whatever ended it.
 */
import { EventKind } from '../events/event-log';
import type { Computer } from './computer';
import type { Process } from './process';

/** Status as the event log notes it: the exit status, or 128 + signal. */
function loggedStatus(process: Process): number {
  if (process.ending?.kind === 'exit') return process.ending.status;
  return process.ending?.kind === 'signal' ? 128 + process.ending.signal : 0;
}

/** The process is over: its threads run no more. `ended` sees it with everything that it held. */
export function finishProcess(computer: Computer, process: Process, ended: (process: Process) => void): void {
  if (process.isOver) return;
  process.phase = 'ended';
  computer.processes.living--;
  for (const thread of process.threads) {
    computer.queues.remove(thread);
    thread.waitQueue?.remove(thread);
    thread.waitingFor = '';
    thread.state = 'ended';
  }
  computer.log(EventKind.Process, 0, 0, loggedStatus(process), 0, 1);
  ended(process);
}
