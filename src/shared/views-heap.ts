/** The heap over simulated time, aggregated beside the machine to as many columns as a chart has. */
export interface HeapTimeline {
  /** Equal parts of [fromCycle, toCycle): from the start of the machine to its present moment. */
  readonly fromCycle: number; readonly toCycle: number; readonly buckets: number;
  /** Most bytes in use in each part, and the bytes in use at its end; -1: so long ago that it is not kept. */
  readonly most: Float64Array; readonly last: Float64Array;
  /** Allocations and frees of each part (a realloc counts as one). */
  readonly events: Uint32Array;
  readonly peakBytes: number; readonly peakCycle: number;
  /** Heap events so old that they are in no number here. */
  readonly forgotten: number;
}
