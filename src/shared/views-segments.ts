/** What the Segments view asks and what it gets: descriptor tables, an access checked step by step, physical memory under segmentation, FS. */
import type { SegmentFit, TranslationMode } from './config';

/** Eight bytes as 16 hexadecimal digits, the most significant first. */
export type DescriptorBits = string;

/** A descriptor decoded (Intel SDM volume 3, 3.4.5). */
export interface DescriptorRow {
  readonly table: 'gdt' | 'ldt';
  readonly index: number;
  readonly bits: DescriptorBits;
  /** What the system uses it for; '' when nobody said. */
  readonly name: string;
  readonly base: number;
  /** The 20-bit field, and the offset of the last byte that it stands for. */
  readonly limit: number; readonly limitBytes: number;
  /** Offsets that the limit allows, both included; null: none. */
  readonly valid: { readonly first: number; readonly last: number } | null;
  readonly type: number; readonly typeText: string;
  readonly isSegment: boolean; readonly dpl: number; readonly present: boolean;
  readonly available: boolean; readonly long: boolean; readonly big: boolean; readonly pages: boolean;
}

export interface DescriptorTableRows {
  /** Physical address of its first byte; 0 in the classroom. */
  readonly address: number;
  /** Offset of its last byte. */
  readonly limit: number;
  readonly rows: readonly DescriptorRow[];
}

export interface PlacedRow { readonly start: number; readonly size: number; readonly name: string; readonly pid: number; readonly selector: number; readonly usedBytes: number }
export interface FragmentationRow {
  readonly total: number; readonly used: number; readonly free: number; readonly holes: number; readonly largestHole: number;
  /** 1 − largest hole / free. */
  readonly external: number;
}

/** Physical memory of a machine under pure segmentation; units of 4 KiB. */
export interface SegmentMemoryPicture {
  readonly first: number; readonly total: number;
  readonly placed: readonly PlacedRow[];
  readonly numbers: FragmentationRow;
  /** Bytes of segments' last units that no segment uses. */
  readonly internalBytes: number;
  readonly movedUnits: number; readonly compactions: number; readonly holesSearched: number;
}

/** A thread-local variable: base of FS + offset. */
export interface ThreadVariable { readonly name: string; readonly offset: number; readonly va: string; readonly sizeBytes: number; readonly type: string; readonly value: string; readonly bytes: Uint8Array }
export interface FsPicture {
  /** Selector in FS: null in 64-bit mode, the base comes from a model-specific register. */
  readonly selector: number;
  readonly base: string;
  readonly selfPointer: string;
  readonly variables: readonly ThreadVariable[];
}

/** What a way of translation cost the program so far: the row of a comparison. */
export interface TranslationCosts {
  readonly translation: TranslationMode; readonly fit: SegmentFit;
  readonly accesses: number; readonly walks: number; readonly walkReads: number; readonly tlbMisses: number; readonly translationCycles: number; readonly cycles: number;
  readonly faults: number; readonly movedUnits: number;
  /** Bytes of page or descriptor tables. */
  readonly tableBytes: number;
  /** Frames that the processes have. */
  readonly memoryBytes: number;
  readonly externalFragmentation: number; readonly internalBytes: number;
}

export interface SegmentsAnswer {
  readonly translation: TranslationMode; readonly fit: SegmentFit;
  readonly gdt: DescriptorTableRows;
  readonly ldt: DescriptorTableRows | null;
  readonly memory: SegmentMemoryPicture | null;
  readonly fs: FsPicture | null;
  readonly costs: TranslationCosts;
}

export interface AccessQuestion {
  readonly processKey: number;
  /** Descriptors of the classroom's GDT in order; null: the machine's own tables. */
  readonly descriptors: readonly DescriptorBits[] | null;
  readonly selector: number; readonly offset: number; readonly sizeBytes: number;
  readonly access: 'read' | 'write' | 'execute';
  readonly cpl: number;
  /** Through SS. */
  readonly stack: boolean;
}
export interface AccessAnswer {
  readonly steps: readonly { readonly name: string; readonly passed: boolean; readonly text: string }[];
  readonly descriptor: DescriptorRow | null;
  readonly linear: number | null;
  /** Where the linear address leads: through page tables when the machine has them; null: not asked, or nowhere. */
  readonly physical: number | null;
  readonly exception: '#GP' | '#NP' | '#SS' | null;
  readonly errorCode: number;
}

/** A descriptor edited in the classroom: its row, as the processor would read it. */
export interface DecodeQuestion { readonly descriptors: readonly DescriptorBits[] }

/**
 * A sequence of requests on an empty memory, one a line: `name size` places a segment, `free name`, `compact`; # begins a remark.
 * Units are the reader's own.
 */
export interface PlacementQuestion { readonly total: number; readonly pageUnits: number; readonly fit: SegmentFit; readonly operations: string }
export interface PlacementStep {
  readonly line: number; readonly text: string;
  readonly outcome: 'placed' | 'freed' | 'compacted' | 'refused' | 'error';
  /** What happened, in one sentence. */
  readonly note: string;
  readonly placed: readonly { readonly name: string; readonly start: number; readonly size: number }[];
  readonly numbers: FragmentationRow;
  readonly searched: number; readonly movedUnits: number;
  /** The same requests in pages: units of whole pages, of which so many are not used by their segment. */
  readonly paging: { readonly usedUnits: number; readonly wasteUnits: number; readonly pages: number; readonly refused: boolean };
}
export interface PlacementAnswer { readonly steps: readonly PlacementStep[]; readonly refusals: number; readonly pagingRefusals: number }

/** Changes to the segments of the machine that runs. */
export type SegmentChange =
  | { readonly kind: 'compact' }
  | { readonly kind: 'fit'; readonly fit: SegmentFit }
  | { readonly kind: 'descriptor'; readonly processKey: number; readonly table: 'gdt' | 'ldt'; readonly index: number; readonly bits: DescriptorBits };
