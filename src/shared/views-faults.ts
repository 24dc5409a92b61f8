/**
 * Page faults as the Page faults view asks for them: a timeline aggregated beside the machine to as many columns as the view
 * has pixels, costs by line and by area, rows of the table by their place, and the costs of this run beside each other.
 */

/** Which faults are meant. */
export interface FaultWhere {
  /** 0: every process. */
  readonly processKey: number;
  readonly sinceMain: boolean;
  /** Kinds by number (FaultColumns.kind); empty: all. */
  readonly kinds: readonly number[];
  /** Moments in cycles; toCycle 0: to the end. */
  readonly fromCycle: number; readonly toCycle: number;
  /** Addresses [lowVa, highVa) as hex; '' leaves the side open. */
  readonly lowVa: string; readonly highVa: string;
  /** Source line; 0: any. */
  readonly file: string; readonly line: number;
}

/** A process that had faults; pid 0 and no name when nothing is known of it any more. */
export interface FaultProcess { readonly processKey: number; readonly pid: number; readonly name: string; readonly faults: number }

/**
 * The matching faults between two moments, in `buckets` equal parts. Matrices have a row of `buckets` numbers per kind, row k
 * from index k · buckets.
 */
export interface FaultTimeline {
  readonly fromCycle: number; readonly toCycle: number; readonly buckets: number;
  readonly counts: Uint32Array;
  /** Cycles that they cost. */
  readonly costs: Float64Array;
  /** Sequence number of the first fault of each part and kind; 0: none. */
  readonly firstSeq: Float64Array;
  /** Matching faults in the range shown. */
  readonly total: number;
  /** Per kind: how many before the range, and in the range how many and what they cost. */
  readonly kindBefore: Float64Array;
  readonly kindCounts: Float64Array; readonly kindCosts: Float64Array;
  /** First and last moment of all that the filter lets through, whatever the range. */
  readonly firstCycle: number; readonly lastCycle: number;
  readonly processes: readonly FaultProcess[];
  /** Faults that are so old that only their totals are kept; they are in no other number here. */
  readonly forgotten: number;
}

/** What a line or an area cost. */
export interface FaultCostRow {
  /** "main.c:12", or the area's name. */
  readonly label: string;
  readonly file: string; readonly line: number; readonly fn: string;
  /** Area; 0 for lines and where there is none. */
  readonly mappingId: number;
  readonly faults: number; readonly major: number; readonly costCycles: number;
  /** Its first fault. */
  readonly firstSeq: number;
}
export interface FaultCosts { readonly rows: readonly FaultCostRow[]; readonly groups: number; readonly faults: number; readonly costCycles: number }

export interface FaultRows {
  readonly total: number;
  /** Place of the first row among all that match. */
  readonly from: number;
  readonly seq: Float64Array; readonly cycle: Float64Array; readonly instruction: Float64Array; readonly va: Float64Array; readonly kind: Uint8Array; readonly access: Uint8Array;
  readonly line: Uint32Array; readonly costCycles: Float64Array; readonly pfn: Float64Array; readonly mappingId: Uint32Array; readonly processKey: Uint32Array;
  readonly files: readonly string[]; readonly file: Uint16Array; readonly functions: readonly string[]; readonly fn: Uint16Array;
  /** Measured time of the transfer on the host in µs; -1: there was none. */
  readonly realMicroseconds: Float32Array;
  /** Where the fault asked for by `find` is among all that match; -1: it is not. */
  readonly found: number;
}

/** What things cost in this run, in cycles on average; 0: it did not happen. */
export interface FaultRatios {
  readonly major: number; readonly majorFaults: number;
  readonly minor: number; readonly minorFaults: number;
  /** One load or store, its translation included. */
  readonly access: number;
  /** One read of a page-table entry from RAM. */
  readonly tableRead: number;
  readonly cyclesInFaults: number; readonly cycles: number;
}

export const NO_FAULT_WHERE: FaultWhere = { processKey: 0, sinceMain: false, kinds: [], fromCycle: 0, toCycle: 0, lowVa: '', highVa: '', file: '', line: 0 };
