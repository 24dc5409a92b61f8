import { describe, expect, it } from 'vitest';
import { EventKind, EventLog } from '../events/event-log';
import type { Pass } from './pass';
import { momentsOf } from './query-moments';

/** Events of a stream each: [kind, instruction, cycle]. The present is instruction 1,000 at cycle 9,000. */
function passWith(events: readonly (readonly [kind: EventKind, instruction: number, cycle: number])[]): Pass {
  const log = new EventLog();
  for (const [kind, instruction, cycle] of events) {
    log.append({ cycle, instruction, processKey: 1, threadKey: 1, kind, detail: 0, access: 0, site: 0, vaLow: 0, vaHigh: 0, wordLow: 0, wordHigh: 0, b: 0, mappingId: 0 });
  }
  return { computer: { events: log, instructions: () => 1000, cycles: () => 9000 } } as unknown as Pass;
}
const cycles = (pass: Pass, ...instructions: readonly number[]): readonly number[] => momentsOf(pass, instructions).map((moment) => moment.cycle);

describe('moments of instruction counts', () => {
  const pass = passWith([[EventKind.Fault, 100, 200], [EventKind.Malloc, 150, 3300], [EventKind.Fault, 300, 4000], [EventKind.Free, 500, 4200]]);

  it('an event says its own cycle, whatever its stream', () => {
    expect(cycles(pass, 100, 150, 300, 500)).toEqual([200, 3300, 4000, 4200]);
  });

  it('between two events time passes in proportion', () => {
    expect(cycles(pass, 225, 400)).toEqual([3650, 4100]);
  });

  it('before the first event it begins with the machine, after the last it ends with the present', () => {
    expect(cycles(pass, 50, 750, 1000, 5000)).toEqual([100, 6600, 9000, 9000]);
  });

  it('answers come in the order of the question, equal ones too', () => {
    expect(momentsOf(pass, [300, 100, 300]).map((moment) => moment.instruction)).toEqual([300, 100, 300]);
    expect(cycles(passWith([]), 500)).toEqual([4500]);
  });
});
