/**
 * What views ask the machine and what it answers: queries by name with plain arguments; large answers
 * are columns (typed arrays). Every answer carries the epoch that it was read at. u64 addresses travel as hex strings or
 * as Float64 (user addresses are below 2^53).
 */
import type { MachineConfig } from './config';
import type { SystemProfile } from './config';
import type { ProcessDetail, ProcessTable, ProcessTableQuery } from './views-processes';
import type { Counters, RunResult, Stack } from './report';
import type { Moment } from './timeline';
import type { TimelineInfo } from './timeline';
import type { FaultCosts, FaultRatios, FaultRows, FaultTimeline, FaultWhere } from './views-faults';
import type { HugeMemoryStatus, TlbPicture, TranslationAnswer } from './views-translation';
import type { MomentSummary } from './views-compare';
import type { HeapTimeline } from './views-heap';
import type { PageFrameColumns, PageFrameQuery } from './views-memory';
import type { FrameDetail, FrameMap, FrameMapQuery, MemoryStatus, SlotDetail, SlotMapCells } from './views-ram';
import type { AccessAnswer, AccessQuestion, DecodeQuestion, DescriptorRow, PlacementAnswer, PlacementQuestion, SegmentsAnswer } from './views-segments';

export type MachineState = 'empty' | 'compiling' | 'running' | 'paused' | 'exited' | 'failed';

export interface StatusSnapshot {
  readonly epoch: number;
  readonly state: MachineState;
  readonly message: string;
  readonly counters: Counters;
  readonly simulatedSeconds: number;
  readonly usedFrames: number; readonly frameCount: number;
  readonly heapBytes: number; readonly heapBlocks: number;
  readonly errorCount: number;
  readonly outputBytes: number;
  /** Whose words views use. */
  readonly profile: SystemProfile;
  /** Where the program stands when paused or ended. */
  readonly location: { readonly file: string; readonly line: number; readonly fn: string } | null;
  /** Null: nothing is loaded, or the machine does not record. */
  readonly timeline: TimelineInfo | null;
}

export interface VmaRow {
  readonly mappingId: number; readonly low: string; readonly high: string;
  readonly permissions: string; readonly kind: 'text' | 'rodata' | 'data' | 'bss' | 'heap' | 'mmap' | 'stack' | 'library' | 'guard';
  readonly name: string; readonly pages: number; readonly residentPages: number; readonly zeroPages: number; readonly dirtyPages: number; readonly swappedPages: number; readonly tablePages: number;
}
export interface PageRow {
  readonly va: string; readonly mappingId: number;
  readonly state: 'not-touched' | 'resident' | 'zero-page' | 'swapped' | 'file';
  readonly pfn: number; readonly permissions: string;
  readonly accessed: boolean; readonly dirty: boolean; readonly cow: boolean;
  readonly firstFault: number; readonly blockCount: number;
}
export interface PageDetail extends PageRow {
  /** The walk, top level first: index in the table, PFN of the table frame, raw entry as hex. */
  readonly walk: readonly { readonly level: number; readonly index: number; readonly tablePfn: number; readonly entry: string }[];
  readonly inTlb: 'L1' | 'L2' | 'no';
  readonly bytes: Uint8Array;
  /** 0 no access, 1 undefined, 2 defined, per byte; empty when not checked. */
  readonly shadow: Uint8Array;
  readonly blocks: readonly BlockRow[];
}
export interface FrameRow { readonly pfn: number; readonly kind: 'free' | 'kernel' | 'page-table' | 'anonymous' | 'file' | 'shared' | 'zero'; readonly references: number; /** Who maps it, as far as the list goes, and how many in all. */ readonly owners: readonly { readonly pid: number; readonly va: string }[]; readonly ownerCount: number }

export interface BlockRow {
  readonly blockId: number; readonly va: string; readonly size: number;
  readonly state: 'live' | 'freed' | 'lost-definite' | 'lost-indirect' | 'lost-possible' | 'reachable';
  readonly allocatedAt: Stack; readonly freedAt: Stack | null;
  readonly allocatedInstruction: number; /** Null while it is live. */ readonly freedInstruction: number | null; readonly findingId: number;
}
/** An arrow of the heap strip: a place that holds a pointer to a block. */
export interface PointerRow {
  readonly fromKind: 'variable' | 'global' | 'block' | 'register' | 'stack';
  /** Name of the variable (with function) or of the holding block's member. */
  readonly fromName: string; readonly fromBlockId: number; readonly fromVa: string;
  readonly toBlockId: number; readonly interior: boolean;
}
export interface HeapPicture { readonly blocks: readonly BlockRow[]; readonly pointers: readonly PointerRow[]; readonly totalBlocks: number }

export interface FaultColumns {
  readonly total: number;
  /** Parallel columns. kind: 0 demand-zero, 1 zero page, 2 file (text, data), 3 copy on write, 4 stack growth, 5 swap-in, 6 invalid, 7 library, 8 read from a file's device, 9 shared memory, 10 huge page, 11 swap cache, 12 first write to a shared file page. */
  readonly seq: Float64Array; readonly cycle: Float64Array; readonly instruction: Float64Array; readonly va: Float64Array;
  readonly kind: Uint8Array; readonly access: Uint8Array; readonly line: Uint32Array; readonly costCycles: Float64Array; readonly pfn: Float64Array; readonly mappingId: Uint32Array;
  readonly files: readonly string[]; readonly file: Uint16Array; readonly functions: readonly string[]; readonly fn: Uint16Array;
}
export interface FaultFilter { readonly sinceMain: boolean; readonly kinds: readonly number[]; readonly fromCycle: number; readonly toCycle: number; readonly limit: number; readonly cursor: number }

export interface ProcessRow {
  readonly processKey: number; readonly pid: number; readonly parent: number; readonly name: string; readonly command: string;
  readonly state: 'running' | 'ready' | 'blocked' | 'stopped' | 'zombie' | 'exited';
  readonly rssBytes: number; readonly virtualBytes: number; readonly pageTableBytes: number; readonly swapBytes: number;
  readonly minorFaults: number; readonly majorFaults: number; readonly cpuSeconds: number; readonly threads: number; readonly exitStatus: number | null;
}

export interface VariableRow { readonly name: string; readonly type: string; readonly value: string; readonly va: string; readonly sizeBytes: number; readonly children: readonly VariableRow[]; readonly blockId: number; readonly defined: boolean }
export interface CallFrameRow { readonly index: number; readonly fn: string; readonly file: string; readonly line: number; readonly library: boolean; readonly frameBase: string; readonly variables: readonly VariableRow[] }

/** Where a selection of any kind leads: the chain line › block › page › frame › fault. */
export interface SelectionChain {
  readonly line: { readonly file: string; readonly line: number } | null;
  readonly findingId: number | null;
  readonly block: BlockRow | null;
  readonly page: { readonly va: string; readonly resident: boolean; readonly why: string } | null;
  readonly frame: number | null;
  /** Sequence number of the page's first-touch fault. */
  readonly fault: number | null;
  readonly faultLine: { readonly file: string; readonly line: number } | null;
  /** When one maps to many, how many. */
  readonly counts: { readonly blocks: number; readonly pages: number; readonly faults: number };
}
export type SelectionQuery = { readonly findingId: number } | { readonly blockId: number } | { readonly va: string } | { readonly pfn: number } | { readonly fault: number } | { readonly file: string; readonly line: number };

/** name → [argument, answer]. */
export interface QueryMap {
  status: [null, StatusSnapshot];
  /** How the machine is configured now; null before the first start. */
  machineConfig: [null, MachineConfig | null];
  result: [null, RunResult | null];
  vmas: [{ processKey: number }, readonly VmaRow[]];
  pages: [{ processKey: number; mappingId: number; from: number; count: number }, readonly PageRow[]];
  page: [{ processKey: number; va: string }, PageDetail | null];
  pageFrames: [PageFrameQuery, PageFrameColumns];
  memoryStatus: [null, MemoryStatus | null];
  frameMap: [FrameMapQuery, FrameMap];
  frameDetail: [{ pfn: number }, FrameDetail | null];
  slotMap: [FrameMapQuery, SlotMapCells];
  slotDetail: [{ slot: number }, SlotDetail | null];
  frame: [{ pfn: number }, FrameRow];
  tlb: [null, TlbPicture];
  hugeMemory: [null, HugeMemoryStatus | null];
  /** Any 64-bit address; null when the process is gone. */
  translation: [{ processKey: number; va: string }, TranslationAnswer | null];
  segments: [{ processKey: number }, SegmentsAnswer | null];
  segmentAccess: [AccessQuestion, AccessAnswer | null];
  /** Answered without a machine too, as segmentAccess about the classroom's tables is. */
  segmentDecode: [DecodeQuestion, readonly DescriptorRow[]];
  segmentPlacement: [PlacementQuestion, PlacementAnswer];
  faults: [{ processKey: number; filter: FaultFilter }, FaultColumns];
  faultTimeline: [{ where: FaultWhere; buckets: number }, FaultTimeline];
  faultRows: [{ where: FaultWhere; offset: number; limit: number; find: number }, FaultRows];
  faultCosts: [{ where: FaultWhere; by: 'line' | 'area'; limit: number }, FaultCosts];
  faultRatios: [null, FaultRatios];
  /** Where on the simulated clock instruction counts of the past lie: exact at events, in proportion between them. */
  moments: [{ instructions: readonly number[] }, readonly Moment[]];
  /** The present moment in numbers; null: nothing is loaded. `thorough`: with its leaks, however long it takes to look for them. */
  momentSummary: [{ thorough: boolean }, MomentSummary | null];
  processes: [null, readonly ProcessRow[]];
  processTable: [ProcessTableQuery, ProcessTable];
  processDetail: [{ processKey: number }, ProcessDetail | null];
  callStack: [{ processKey: number }, readonly CallFrameRow[]];
  globals: [{ processKey: number }, readonly VariableRow[]];
  heap: [{ processKey: number; limit: number; around: number | null }, HeapPicture];
  heapTimeline: [{ processKey: number; buckets: number }, HeapTimeline];
  blocks: [{ processKey: number; from: number; count: number; state: string }, { readonly total: number; readonly rows: readonly BlockRow[] }];
  chain: [{ processKey: number; query: SelectionQuery }, SelectionChain];
  reportText: [null, string];
  reportXml: [null, string];
}
export type QueryName = keyof QueryMap;
export interface Answer<T> { readonly epoch: number; readonly value: T }
