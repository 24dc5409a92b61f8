/** Bytes of the heap in use over simulated time, from the heap events: each carries the bytes in use after it. */
import type { HeapTimeline } from '../../shared/views-heap';
import { EventKind, liveBytesAt, takeCount } from '../events/event-log';
import type { Pass } from './pass';

const UNKNOWN = -1;

export function heapTimeline(pass: Pass, processKey: number, buckets: number): HeapTimeline {
  const { events } = pass.computer;
  const toCycle = Math.max(1, pass.computer.cycles());
  const most = new Float64Array(buckets).fill(UNKNOWN);
  const last = new Float64Array(buckets).fill(UNKNOWN);
  const counts = new Uint32Array(buckets);
  const dropped = events.heap.aggregates;
  let peakBytes = 0;
  let peakCycle = 0;
  events.heap.scan((words, at) => {
    const kind = (words[at + 8] as number) & 0xffff;
    if (words[at + 6] !== processKey || (kind !== EventKind.Malloc && kind !== EventKind.Free && kind !== EventKind.Realloc)) return;
    const cycle = takeCount(words, at + 2);
    const live = liveBytesAt(words, at);
    const bucket = Math.min(buckets - 1, Math.floor((cycle * buckets) / toCycle));
    most[bucket] = Math.max(most[bucket] as number, live);
    last[bucket] = live;
    counts[bucket] = (counts[bucket] as number) + 1;
    if (live > peakBytes) { peakBytes = live; peakCycle = cycle; }
  });
  carry(most, last, dropped.length > 0 ? UNKNOWN : 0);
  return {
    fromCycle: 0, toCycle, buckets, most, last, events: counts, peakBytes, peakCycle,
    forgotten: dropped.reduce((sum, { counts: of }) => sum + (of[EventKind.Malloc] ?? 0) + (of[EventKind.Free] ?? 0) + (of[EventKind.Realloc] ?? 0), 0),
  };
}

/** A part begins with what the one before it left in use; `before`: what was in use at the start. */
function carry(most: Float64Array, last: Float64Array, before: number): void {
  let live = before;
  for (let k = 0; k < most.length; k++) {
    if (live !== UNKNOWN) most[k] = Math.max(most[k] as number, live);
    if (last[k] === UNKNOWN) last[k] = live;
    live = last[k] as number;
  }
}
