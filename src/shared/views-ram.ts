/** Answers about physical memory as a whole: who has the frames, how short they are, and what lies in swap. */
import type { ReplacementPolicy, SwapDeviceModel } from './config';

/** Kinds of a frame or of a cell of frames, as the columns number them. */
export const enum RamKind { Free, Kernel, PageTable, Anonymous, File, Zero, Shared, Absent }
export const RAM_KINDS = 8;

export interface ListSize { readonly name: string; readonly frames: number }

export interface SwapStatus {
  readonly slotCount: number; readonly usedSlots: number; readonly badSlots: number;
  readonly device: SwapDeviceModel;
  /** Where the slots are: a path and how it is opened, or "memory"; and what should be known of it. */
  readonly place: string; readonly notices: readonly string[];
  readonly pagesIn: number; readonly pagesOut: number; readonly readRequests: number; readonly writeRequests: number;
  readonly cacheHits: number; readonly readAheadPages: number; readonly readAheadHits: number;
  readonly readErrors: number; readonly writeErrors: number;
  /** Simulated cycles that the device has worked. */
  readonly busyCycles: number;
  /** Measured time of real transfers, microseconds; annotations outside the trace. */
  readonly measuredReadMicroseconds: number; readonly measuredWriteMicroseconds: number;
}

export interface MemoryStatus {
  readonly frameCount: number;
  /** Frames that are not the firmware's or the kernel's own. */
  readonly managedFrames: number;
  readonly freeFrames: number;
  /** Frames that were taken out of the running machine. */
  readonly absentFrames: number;
  /** Frames by RamKind; `Shared` is part of `File` and `Anonymous` here and stays 0. */
  readonly kinds: readonly number[];
  readonly marks: { readonly min: number; readonly low: number; readonly high: number };
  readonly policy: ReplacementPolicy;
  readonly lists: readonly ListSize[];
  readonly swappiness: number;
  readonly swap: SwapStatus;
  readonly reclaim: {
    readonly backgroundTurns: number; readonly directTurns: number;
    readonly scannedBackground: number; readonly scannedDirect: number; readonly freedBackground: number; readonly freedDirect: number;
    readonly backgroundCycles: number; readonly directCycles: number; readonly waitCycles: number;
    readonly refaultsAnonymous: number; readonly refaultsFile: number; readonly activationsAnonymous: number; readonly activationsFile: number;
  };
  readonly commit: { readonly mode: 0 | 1 | 2; readonly committedPages: number; readonly limitPages: number; readonly refused: number };
  readonly thrashing: { readonly isThrashing: boolean; readonly stallShare: number; readonly refaults: number; readonly missingFrames: number; readonly windowCycles: number; readonly sentence: string };
  readonly cache: { readonly frames: number; readonly dirty: number };
  /** Free blocks by order, 0 to 10. */
  readonly freeBlocks: readonly number[];
  readonly cycles: number;
}

/** Bits of a cell's marks. Only where a cell is one frame or few (`isExact`); 0 in coarser maps. */
export const enum RamMark { Active = 1, SwapCache = 2, Dirty = 4, Huge = 8, Shared = 16, WriteBack = 32 }

/** Frames [from, from + count) in `cells` cells of `framesPerCell` each (the last may hold fewer). */
export interface FrameMap {
  readonly from: number; readonly count: number; readonly framesPerCell: number;
  /** RamKind that most used frames of the cell have; Free where none is used. */
  readonly kind: Uint8Array;
  /** Share of the cell's frames that are in use: 0 none … 255 all. */
  readonly used: Uint8Array;
  readonly marks: Uint8Array;
  readonly isExact: boolean;
}
export interface FrameMapQuery { readonly from: number; readonly count: number; readonly cells: number }

export interface FrameDetail {
  readonly pfn: number; readonly kind: RamKind; readonly references: number;
  readonly list: 'active' | 'inactive' | 'queue' | 'none';
  readonly referenced: boolean; readonly dirty: boolean; readonly huge: boolean; readonly pinned: boolean; readonly writeBack: boolean;
  /** Shifted A bits of the aging policy; 0 under others. */
  readonly age: number;
  /** Slot whose content the frame caches, or -1. */
  readonly swapSlot: number;
  readonly file: string; readonly filePage: number;
  readonly content: 'zeros' | 'bytes' | 'pattern';
  readonly owners: readonly { readonly pid: number; readonly processKey: number; readonly name: string; readonly va: string }[];
  /** Owners in all; the list is cut. */
  readonly ownerCount: number;
}

export interface SlotMapCells {
  readonly from: number; readonly count: number; readonly slotsPerCell: number;
  /** Share of the cell's slots in use: 0 none … 255 all. */
  readonly used: Uint8Array;
  /** 1: some slot of the cell is bad. 2: some slot's page is in RAM too (swap cache); only where cells are single slots. */
  readonly marks: Uint8Array;
}
export interface SlotDetail {
  readonly slot: number; readonly state: 'free' | 'used' | 'bad';
  /** Page-table entries that name it. */
  readonly references: number;
  /** Frame that caches it, or -1. */
  readonly cachedPfn: number;
  readonly checksum: string;
  readonly content: 'bytes' | 'pattern';
  readonly owner: { readonly pid: number; readonly processKey: number; readonly name: string; readonly va: string } | null;
}
