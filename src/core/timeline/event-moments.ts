/** Moments of events: the nearest one before or after a moment, of some kinds and of one process. */
import { EventKind, RECORD_BYTES } from '../events/event-log';
import type { EventLog, KeptRecords } from '../events/event-log';

const RECORD_WORDS = RECORD_BYTES / 4;
const TWO_32 = 4294967296;

export type EventUnit = 'fault' | 'allocation' | 'system-call';

const KINDS: Readonly<Record<EventUnit, ReadonlySet<number>>> = {
  fault: new Set([EventKind.Fault]),
  allocation: new Set([EventKind.Malloc, EventKind.Free, EventKind.Realloc]),
  'system-call': new Set([EventKind.SystemCall]),
};

export class EventMoments {
  private readonly records: Readonly<Record<EventUnit, readonly KeptRecords[]>>;

  /** Of what the log has now. */
  constructor(events: EventLog) {
    this.records = { fault: events.memory.kept(), allocation: events.heap.kept(), 'system-call': events.calls.kept() };
  }

  /** Instruction count of the last event before, or the first after, that of `now`; −1: none is kept. */
  nearest(unit: EventUnit, direction: 'back' | 'forward', now: number, processKey: number): number {
    const kinds = KINDS[unit];
    let found = -1;
    for (const { words, used } of this.records[unit]) {
      if (used === 0) continue;
      if (direction === 'forward' && instructionAt(words, used - 1) <= now) continue;
      if (direction === 'back' && instructionAt(words, 0) >= now) break;
      for (let i = 0; i < used; i++) {
        const at = i * RECORD_WORDS;
        if (words[at + 6] !== processKey || !kinds.has((words[at + 8] ?? 0) & 0xffff)) continue;
        const instruction = instructionAt(words, i);
        if (direction === 'forward' && instruction > now) return instruction;
        if (direction === 'back' && instruction < now) found = instruction;
      }
    }
    return found;
  }
}

function instructionAt(words: Uint32Array, record: number): number {
  const at = record * RECORD_WORDS + 4;
  return (words[at + 1] ?? 0) * TWO_32 + (words[at] ?? 0);
}
