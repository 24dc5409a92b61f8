/** Page faults as columns: which rows pass the filter, and the points that a chart of a given width can show. */
import type { FaultColumns } from '@shared/views';

export interface FaultRange { readonly fromCycle: number; readonly toCycle: number }

/** Rows (by index) of the wanted kinds inside the range, in order of time. */
export function filterFaults(columns: FaultColumns, kinds: ReadonlySet<number>, range: FaultRange | null): Uint32Array {
  const rows = new Uint32Array(columns.seq.length);
  let found = 0;
  for (let i = 0; i < columns.seq.length; i++) {
    const cycle = columns.cycle[i]!;
    if (!kinds.has(columns.kind[i]!) || (range && (cycle < range.fromCycle || cycle > range.toCycle))) continue;
    rows[found++] = i;
  }
  return rows.subarray(0, found);
}

/** How many faults of each kind there are. */
export function countKinds(columns: FaultColumns, kinds: number): readonly number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const kind of columns.kind) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** A point of the chart: the first fault of its pixel, and how many fell on it. */
export interface FaultPoint { readonly row: number; readonly count: number }

/** At most one point a pixel and kind: a chart of `pixels` width cannot show more. */
export function decimateFaults(columns: FaultColumns, rows: Uint32Array, range: FaultRange, pixels: number): ReadonlyMap<number, readonly FaultPoint[]> {
  const points = new Map<number, FaultPoint[]>();
  const lastPixel = new Map<number, number>();
  const span = Math.max(1, range.toCycle - range.fromCycle);
  for (const row of rows) {
    const kind = columns.kind[row]!;
    const pixel = Math.floor(((columns.cycle[row]! - range.fromCycle) / span) * pixels);
    const list = points.get(kind) ?? [];
    if (lastPixel.get(kind) === pixel && list.length > 0) {
      const last = list[list.length - 1]!;
      list[list.length - 1] = { row: last.row, count: last.count + 1 };
    } else {
      list.push({ row, count: 1 });
      lastPixel.set(kind, pixel);
    }
    points.set(kind, list);
  }
  return points;
}

/** First and last moment of the faults, a little room included; null without faults. */
export function faultExtent(columns: FaultColumns): FaultRange | null {
  const last = columns.cycle.length - 1;
  if (last < 0) return null;
  const [from, to] = [columns.cycle[0]!, columns.cycle[last]!];
  const room = Math.max(1000, (to - from) * 0.02);
  return { fromCycle: Math.max(0, from - room), toCycle: to + room };
}
