/** When instructions were reached on the simulated clock: between the events that are stamped with both, in proportion. */
import type { Moment } from '../../shared/timeline';
import type { EventStream } from '../events/event-log';
import { takeCount } from '../events/event-log';
import type { Pass } from './pass';

interface Bracket { readonly instruction: number; before: Moment; after: Moment }

/** A moment for each instruction count, in the order asked for; those after the present are the present. */
export function momentsOf(pass: Pass, instructions: readonly number[]): readonly Moment[] {
  const { computer } = pass;
  const now: Moment = { instruction: computer.instructions(), cycle: computer.cycles() };
  const sorted = [...new Set(instructions)].sort((a, b) => a - b)
    .map((instruction): Bracket => ({ instruction, before: { instruction: 0, cycle: 0 }, after: now }));
  narrow(computer.events.memory, sorted);
  narrow(computer.events.heap, sorted);
  const found = new Map(sorted.map((bracket) => [bracket.instruction, between(bracket, now)]));
  return instructions.map((instruction) => found.get(instruction) ?? now);
}

/** Both are in ascending order, so one walk finds the neighbours of all. */
function narrow(events: EventStream, sorted: readonly Bracket[]): void {
  let next = 0;
  let last: Moment | null = null;
  events.scan((words, at) => {
    if (next === sorted.length) return;
    const event: Moment = { instruction: takeCount(words, at + 4), cycle: takeCount(words, at + 2) };
    for (let bracket = sorted[next]; bracket !== undefined && bracket.instruction < event.instruction; bracket = sorted[++next]) {
      if (last !== null && last.cycle > bracket.before.cycle) bracket.before = last;
      if (event.cycle < bracket.after.cycle) bracket.after = event;
    }
    last = event;
  });
  for (const bracket of sorted.slice(next)) if (last !== null && (last as Moment).cycle > bracket.before.cycle) bracket.before = last;
}

function between({ instruction, before, after }: Bracket, now: Moment): Moment {
  if (instruction >= now.instruction) return now;
  const share = after.instruction > before.instruction ? (instruction - before.instruction) / (after.instruction - before.instruction) : 0;
  return { instruction, cycle: Math.round(before.cycle + share * (after.cycle - before.cycle)) };
}
