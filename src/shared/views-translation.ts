/**
 * Answers about address translation: what TLBs and the paging-structure cache hold, and how one address is translated, from
 * its bits to its frame. Page numbers travel as Float64 (exact below 2^53), raw entries as hexadecimal text.
 */

/** One array of the translation caches. Columns are parallel, one row per entry in use, by place. */
export interface TlbColumns {
  readonly id: 'l1d' | 'l1i' | 'l2' | 'psc2' | 'psc3' | 'psc4' | 'psc5';
  readonly sets: number;
  readonly ways: number;
  /** Place: set × ways + way. */
  readonly place: Uint16Array;
  /** First page number that the entry translates. */
  readonly vpn: Float64Array;
  /** Frame of that page; in the paging-structure cache the frame of the table to go on with. */
  readonly pfn: Float64Array;
  /** 1: 4 KiB, 2: 2 MiB, 3: 1 GiB. In the paging-structure cache the level of the entry that is remembered. */
  readonly level: Uint8Array;
  readonly asid: Uint16Array;
  readonly pid: Float64Array;
  readonly processKey: Float64Array;
  /** `TlbFlag`s. */
  readonly flags: Uint8Array;
  /** 0: used last of its set. */
  readonly rank: Uint8Array;
}

/** Bits of TlbColumns.flags. */
export const TLB_WRITABLE = 1;
export const TLB_USER = 2;
export const TLB_NO_EXECUTE = 4;
export const TLB_DIRTY = 8;

/** Exact totals since the machine began. */
export interface TranslationCounters {
  readonly instructions: number; readonly cycles: number;
  readonly accesses: number; readonly fetches: number;
  readonly l1dMisses: number; readonly l1iMisses: number;
  readonly l2Hits: number; readonly l2Misses: number;
  readonly walks: number; readonly walkReads: number; readonly pscHits: number;
  /** Cycles that L2 hits and walks cost. */
  readonly translationCycles: number;
  /** Invalidations that reached another address space. */
  readonly shootdowns: number;
  /** Huge pages: faults that mapped one, promotions, splits, faults that found no block. */
  readonly hugeFaults: number; readonly hugePromotions: number; readonly hugeSplits: number; readonly hugeFallbacks: number;
}

export interface TlbPicture {
  readonly arrays: readonly TlbColumns[];
  readonly counters: TranslationCounters;
  /** Costs in cycles, from the configuration. */
  readonly l2HitCycles: number; readonly walkReadCycles: number;
  readonly levels: 4 | 5;
  readonly pcid: boolean;
}

export type EntryKind =
  /** Points to the next table. */
  | 'table'
  /** Maps a page: the walk ends. */
  | 'page'
  /** P is clear: nothing was mapped here yet. */
  | 'absent'
  /** P is clear, and a frame is kept: PROT_NONE took the rights away. */
  | 'no-rights'
  /** P is clear: the page is in a swap slot. */
  | 'swapped';

export interface TranslationStep {
  /** 5 PML5, 4 PML4, 3 PDPT, 2 PD, 1 PT. */
  readonly level: number;
  readonly index: number;
  readonly tablePfn: number;
  /** Physical address of the entry. */
  readonly entryPa: string;
  readonly entry: string;
  readonly kind: EntryKind;
  /** Entries of the table that are in use. */
  readonly used: number;
  /** The 4,096 bytes of the table frame, as the walker reads them. */
  readonly bytes: Uint8Array;
}

export type TranslationOutcome = 'page' | 'absent' | 'no-rights' | 'swapped' | 'no-area' | 'kernel' | 'not-canonical' | 'off';

export interface TlbPlace { readonly set: number; readonly way: number; readonly rank: number }

export interface TranslationAnswer {
  readonly va: string;
  readonly levels: 4 | 5;
  readonly canonical: boolean;
  readonly steps: readonly TranslationStep[];
  readonly outcome: TranslationOutcome;
  /** One plain sentence: what the walk came to and why. */
  readonly reason: string;
  /** With outcome "page": physical address, frame of the 4 KiB around it, size of the page and its first frame. */
  readonly pa: string; readonly pfn: number; readonly pageBytes: number; readonly pagePfn: number;
  readonly swapSlot: number;
  /** What user code may do, all levels taken together; false without a page. */
  readonly readable: boolean; readonly writable: boolean; readonly executable: boolean;
  readonly area: { readonly mappingId: number; readonly low: string; readonly high: string; readonly permissions: string; readonly kind: string; readonly name: string } | null;
  /** Where the TLBs would answer now; null: a miss. */
  readonly l1d: TlbPlace | null; readonly l1i: TlbPlace | null; readonly l2: TlbPlace | null;
  /** Level below which the paging-structure cache would begin the walk; 0: it knows nothing, the walk begins at CR3. */
  readonly pscLevel: number;
  /** What a data access would cost now beyond its instruction, and what a walk from CR3 costs. */
  readonly answeredBy: 'L1' | 'L2' | 'walk' | 'nobody';
  readonly costCycles: number; readonly fullWalkCycles: number;
  readonly walkReadsNow: number;
}

/** Physical memory as huge pages see it: large free blocks, and what was done to have them. */
export interface HugeMemoryStatus {
  readonly mode: 'never' | 'madvise' | 'always';
  readonly freeFrames: number;
  /** Free blocks of 2^order frames, by order. */
  readonly freeBlocks: readonly number[];
  /** Fragmentation index of each order in thousandths: −1000 a block is free; near 0 want of memory; near 1000 fragmentation. */
  readonly fragmentation: readonly number[];
  readonly pools: readonly { readonly pageBytes: number; readonly total: number; readonly free: number; readonly reserved: number }[];
  readonly faults: number; readonly fallbacks: number; readonly promoted: number; readonly collapsed: number; readonly split: number;
  readonly compaction: { readonly runs: number; readonly successes: number; readonly deferred: number; readonly moved: number };
}
