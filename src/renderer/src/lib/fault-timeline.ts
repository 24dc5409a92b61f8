/** The arithmetic of the fault timeline: moving and zooming a range of cycles, lanes, ticks, and what a pixel stands for. */
import type { FaultTimeline } from '@shared/views-faults';
import { CYCLES_PER_SECOND } from '@shared/config';

export interface CycleRange { readonly fromCycle: number; readonly toCycle: number }

/** Nothing is told apart below this many cycles. */
const LEAST_CYCLES = 64;
/** A range that shows this share of everything is everything. */
const WHOLE_SHARE = 0.995;

function bounded(from: number, to: number, whole: CycleRange): CycleRange | null {
  const size = whole.toCycle - whole.fromCycle;
  const span = Math.min(size, Math.max(LEAST_CYCLES, to - from));
  if (span >= size * WHOLE_SHARE) return null;
  const start = Math.min(Math.max(whole.fromCycle, from), whole.toCycle - span);
  return { fromCycle: Math.floor(start), toCycle: Math.ceil(start + span) };
}

/** Zooms by `factor` (below 1: closer) around the moment at `share` of the range; null: everything. */
export function zoomRange(range: CycleRange, whole: CycleRange, factor: number, share: number): CycleRange | null {
  const span = range.toCycle - range.fromCycle;
  const centre = range.fromCycle + span * share;
  const wanted = Math.max(LEAST_CYCLES, span * factor);
  return bounded(centre - wanted * share, centre + wanted * (1 - share), whole);
}

/** Moves by a share of the range. */
export function panRange(range: CycleRange, whole: CycleRange, share: number): CycleRange | null {
  const by = (range.toCycle - range.fromCycle) * share;
  return bounded(range.fromCycle + by, range.toCycle + by, whole);
}

/** The part of the range between two shares of its width. */
export function brushRange(range: CycleRange, whole: CycleRange, a: number, b: number): CycleRange | null {
  const span = range.toCycle - range.fromCycle;
  return bounded(range.fromCycle + span * Math.min(a, b), range.fromCycle + span * Math.max(a, b), whole);
}

export interface Tick { readonly cycle: number; readonly seconds: number }

/** Round moments in the range, at most `most`. */
export function timeTicks(range: CycleRange, most: number): readonly Tick[] {
  const from = range.fromCycle / CYCLES_PER_SECOND, to = range.toCycle / CYCLES_PER_SECOND;
  const rough = (to - from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const ticks: Tick[] = [];
  for (let i = Math.ceil(from / step); i * step <= to; i++) ticks.push({ cycle: i * step * CYCLES_PER_SECOND, seconds: i * step });
  return ticks;
}

/** Cumulative number (or cost) of the shown kinds at the end of each part; `start`: what came before. */
export function cumulative(timeline: FaultTimeline, kinds: readonly number[], values: Uint32Array | Float64Array, start: number): Float64Array {
  const sums = new Float64Array(timeline.buckets);
  let sum = start;
  for (let i = 0; i < timeline.buckets; i++) {
    for (const kind of kinds) sum += values[kind * timeline.buckets + i] ?? 0;
    sums[i] = sum;
  }
  return sums;
}

export interface Hit { readonly kind: number; readonly bucket: number; readonly seq: number; readonly count: number; readonly cost: number }

/** The part with faults nearest to `bucket` in a lane, at most `reach` parts away. */
export function nearestHit(timeline: FaultTimeline, kind: number, bucket: number, reach: number): Hit | null {
  for (let away = 0; away <= reach; away++) {
    for (const at of away === 0 ? [bucket] : [bucket - away, bucket + away]) {
      if (at < 0 || at >= timeline.buckets) continue;
      const cell = kind * timeline.buckets + at;
      const count = timeline.counts[cell] ?? 0;
      if (count > 0) return { kind, bucket: at, seq: timeline.firstSeq[cell] ?? 0, count, cost: timeline.costs[cell] ?? 0 };
    }
  }
  return null;
}

export interface Ratio { readonly label: string; readonly cycles: number; readonly times: readonly (number | null)[] }

/** "12,400 ×", "0.8 ×". */
export function timesText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return `${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 0 : 1)} ×`;
}
