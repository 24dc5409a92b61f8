/** Answers about where virtual pages lie in physical memory. */

/** What stands behind a page: a frame of its own, the zero page, a frame of the page cache, a swap slot. */
export const enum PageBacking { Own, Zero, File, Swapped }

/** Touched pages of a process by ascending address; parallel columns of the window [from, from + va.length). */
export interface PageFrameColumns {
  /** All touched pages of the process (or of the one mapping that was asked for). */
  readonly total: number;
  /** Index of the first page of these columns among them. */
  readonly from: number;
  readonly va: Float64Array;
  /** Frame number; for a swapped page the slot. */
  readonly pfn: Float64Array;
  readonly mappingId: Uint32Array;
  /** `PageBacking`. */
  readonly backing: Uint8Array;
  readonly dirty: Uint8Array;
  /** Index of the page that was asked to be found, or -1. */
  readonly found: number;
}

/** `mappingId` 0: all mappings. `find`: an address whose place among the pages is wanted, '' for none. */
export interface PageFrameQuery { readonly processKey: number; readonly mappingId: number; readonly from: number; readonly count: number; readonly find: string }
