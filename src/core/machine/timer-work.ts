/** What happens when timers go off (timers.ts). Called by the scheduler: at the timer interrupt, and when the machine is idle. */
import type { Computer } from './computer';
import type { Process } from './process';
import { SIGALRM, sendSignal, sentSignal } from './signals';
import type { Timer } from './timers';

/** Lets everything happen that is due at `cycle`, what becomes due meanwhile included. */
export function runTimers(computer: Computer, cycle: number): void {
  for (let timer = computer.timers.due(cycle); timer !== null; timer = computer.timers.due(cycle)) fire(computer, timer);
}

/** ITIMER_REAL of a process goes off at `cycle`. */
export function startAlarm(computer: Computer, process: Process, cycle: number): void {
  process.alarm = computer.timers.set(cycle, { kind: 'alarm', process });
}

function fire(computer: Computer, { work, cycle }: Timer): void {
  switch (work.kind) {
    case 'wake': computer.wake(work.thread); return;
    case 'sleep':
      if (work.thread.sleepUntil === cycle) computer.wake(work.thread);
      return;
    case 'alarm': {
      const { process } = work;
      process.alarm = null;
      sendSignal(computer, process, sentSignal(SIGALRM));
      if (process.alarmInterval > 0) startAlarm(computer, process, cycle + process.alarmInterval);
      return;
    }
    case 'khugepaged': computer.khugepaged.scan(); return;
  }
}
