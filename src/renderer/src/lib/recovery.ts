/** Words of the question whether a machine of an earlier session shall come back. */
import type { LostMachine } from '@shared/autosave';
import { baseName, compact, livingProcesses } from './format';

/** "10:42:31", or "Nov 28, 10:42:31" on another day than `today`. In this computer's time. */
export function clockTime(iso: string, today = new Date()): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return 'an unknown time';
  const time = moment.toLocaleTimeString('en-GB');
  if (moment.toDateString() === today.toDateString()) return time;
  const year = moment.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' } as const;
  return `${moment.toLocaleDateString('en-US', { month: 'short', day: 'numeric', ...year })}, ${time}`;
}

/** What was lost, when, and with which programs. */
export function describeLost({ info }: LostMachine, today = new Date()): { readonly title: string; readonly text: string } {
  const programs = [...new Set(info.programs.map(baseName))];
  const named = programs.length === 0 ? 'no program' : programs.length <= 3 ? programs.join(', ') : `${programs.slice(0, 3).join(', ')} and ${String(programs.length - 3)} more`;
  return {
    title: `Recover the machine “${info.title}”?`,
    text: `It was not closed as it should have been. Pagewise saved it at ${clockTime(info.savedAt, today)}: ${named}; ${livingProcesses(info.processCount)}, ${compact(info.instructions)} instructions. Recovered, it stands as it did then${info.processCount === 0 ? '' : ', and goes on from there'}.`,
  };
}
