/** Configuration of a machine and of a run: plain data, the same for window, terminal and snapshot. */

export type StandardOutputKind = 'tty' | 'pipe';
export type LeakCheckMode = 'no' | 'summary' | 'full';
export type LeakKind = 'definite' | 'indirect' | 'possible' | 'reachable';
export type LeakHeuristic = 'stdstring' | 'length64' | 'newarray' | 'multipleinheritance';

/** How a virtual address becomes a physical one. `none`: translation off, as before memory management. */
export type TranslationMode = 'paging' | 'none' | 'segmentation' | 'segmentation-paging';
export type SegmentFit = 'first' | 'best' | 'worst' | 'next';
/** Which page goes when memory is short. `linux`: active and inactive lists (a 2Q); `aging`: LRU approximated by shifted A bits. */
export type ReplacementPolicy = 'linux' | 'fifo' | 'clock' | 'nru' | 'aging' | 'random';
export type SwapDeviceModel = 'hdd' | 'sata-ssd' | 'nvme';
/** Words and limits of a system: signals and swap, or access violations and page file. */
export type SystemProfile = 'linux' | 'windows';

/** Paging beyond single demand-zero pages. */
export interface PagingConfig {
  /** Transparent 2 MiB pages: never, where madvise(MADV_HUGEPAGE) asks, or wherever they fit. */
  readonly transparentHugePages: 'never' | 'madvise' | 'always';
  /** Pages that a fault on a file maps around it when the page cache has them (fault_around_bytes / 4096); 1: none. */
  readonly faultAroundPages: number;
  /** Pages read ahead from a file's device in one request; 1: none. */
  readonly readAheadPages: number;
  /** Images of programs are on their device at the start and not in the page cache: the first touch reads them. */
  readonly coldFiles: boolean;
  /** What simulated time reading and writing files takes. */
  readonly fileDevice: SwapDeviceModel;
  /** khugepaged: simulated cycles between scans, 4 KiB pages looked at in each, and how many of 512 entries may be empty (max_ptes_none). */
  readonly khugepagedScanCycles: number;
  readonly khugepagedPages: number;
  readonly maxPtesNone: number;
  /** Frames set aside at start for MAP_HUGETLB, in pages of 2 MiB and of 1 GiB (vm.nr_hugepages). */
  readonly reserved2MPages: number;
  readonly reserved1GPages: number;
}

/** What the system does when frames run short. */
export interface MemoryConfig {
  readonly policy: ReplacementPolicy;
  /** vm.overcommit_memory: 0 heuristic, 1 always, 2 never beyond CommitLimit. */
  readonly overcommit: 0 | 1 | 2;
  /** vm.overcommit_ratio: percent of RAM in CommitLimit. */
  readonly overcommitRatio: number;
  /** vm.swappiness, 0 to 200: how gladly anonymous pages go in place of file pages. */
  readonly swappiness: number;
  /** vm.watermark_scale_factor: distance between watermarks in 1/10,000 of RAM. */
  readonly watermarkScale: number;
  /** Page tables come from the kernel's own first MiB, so that all of RAM beyond it is for pages (classroom machines). */
  readonly kernelTables: boolean;
}

export interface SwapConfig {
  /** Slots of 4 KiB; 0: no swap. */
  readonly slotCount: number;
  /** What simulated time a transfer takes. */
  readonly device: SwapDeviceModel;
  /** 2^n pages around a swapped-in one are read with it (vm.page-cluster); 0: only itself. */
  readonly pageCluster: number;
}

export interface MachineConfig {
  /** Guest RAM in 4 KiB frames. */
  readonly frameCount: number;
  readonly levels: 4 | 5;
  readonly translation: TranslationMode;
  /** How a segment finds its place: in physical memory, or in the linear addresses above pages. */
  readonly segmentFit: SegmentFit;
  readonly paging: PagingConfig;
  readonly memory: MemoryConfig;
  readonly swap: SwapConfig;
  readonly profile: SystemProfile;
  readonly tlb: {
    readonly l1dEntries: number; readonly l1dWays: number;
    readonly l1iEntries: number; readonly l1iWays: number;
    readonly l2Entries: number; readonly l2Ways: number;
    /** Entries are tagged by address space (PCID), so that they outlive a CR3 load; false: each CR3 load empties the TLBs. Absent: true. */
    readonly pcid?: boolean;
  };
  /** Simulated costs, cycles at 3 GHz. */
  readonly costs: {
    readonly l2HitCycles: number;
    /** One table entry read by a walk. */
    readonly walkReadCycles: number;
    readonly minorFaultCycles: number;
    readonly majorFaultCycles: number;
    readonly stackFrameCycles: number;
    readonly mallocBaseCycles: number;
    readonly systemCallCycles: number;
  };
  readonly stackLimitBytes: number;
  /** Processes of programs at one time (RLIMIT_NPROC): a fork beyond it fails with EAGAIN. */
  readonly processLimit: number;
  /** Allocator used when the checker is off. */
  readonly allocator: 'first-fit';
  readonly seed: number;
}

export interface CheckConfig {
  /** memcheck: checker on, Memcheck's heap placement. none: no checking, the configured allocator. */
  readonly tool: 'memcheck' | 'none';
  readonly leakCheck: LeakCheckMode;
  readonly showLeakKinds: readonly LeakKind[];
  readonly errorsForLeakKinds: readonly LeakKind[];
  readonly leakCheckHeuristics: readonly LeakHeuristic[];
  /** How alike stacks must be for loss records to be merged: low 2, med 4, high all call frames. */
  readonly leakResolution: 'low' | 'med' | 'high';
  readonly numCallers: number;
  readonly freelistVolBytes: number;
  readonly freelistBigBlocksBytes: number;
  /** Second pass that names the line that lost the last pointer. */
  readonly explainLeaks: boolean;
  /** Report nothing more after very many errors (Valgrind's --error-limit). */
  readonly errorLimit: boolean;
}

export interface RunConfig {
  readonly machine: MachineConfig;
  readonly check: CheckConfig;
  readonly programName: string;
  readonly args: readonly string[];
  readonly environment: readonly string[];
  /** What standard output and standard error are. */
  readonly stdout: StandardOutputKind;
  /** What standard input is; absent: the same. */
  readonly stdin?: StandardOutputKind;
  readonly pid: number;
  /** Limits of the run, simulated quantities; 0: none. */
  readonly maxInstructions: number;
  readonly maxOutputBytes: number;
  readonly maxHeapBytes: number;
}

export const CYCLES_PER_SECOND = 3_000_000_000;

/** For looking at one program: 1 GiB, nothing that blurs the picture. Memory is promised without limit, so that only what is touched counts. */
export const DEFAULT_MACHINE: MachineConfig = {
  frameCount: 262_144,
  levels: 4,
  translation: 'paging',
  segmentFit: 'first',
  paging: { transparentHugePages: 'never', khugepagedScanCycles: 30_000_000, khugepagedPages: 4096, maxPtesNone: 511, faultAroundPages: 1, readAheadPages: 1, coldFiles: false, fileDevice: 'hdd', reserved2MPages: 0, reserved1GPages: 0 },
  memory: { policy: 'linux', overcommit: 1, overcommitRatio: 50, swappiness: 60, watermarkScale: 10, kernelTables: false },
  swap: { slotCount: 0, device: 'hdd', pageCluster: 3 },
  profile: 'linux',
  tlb: { l1dEntries: 64, l1dWays: 4, l1iEntries: 64, l1iWays: 4, l2Entries: 1536, l2Ways: 12 },
  costs: {
    l2HitCycles: 7, walkReadCycles: 20, minorFaultCycles: 3_000, majorFaultCycles: 15_000_000,
    stackFrameCycles: 3, mallocBaseCycles: 150, systemCallCycles: 300,
  },
  stackLimitBytes: 8 * 1024 * 1024,
  processLimit: 1024,
  allocator: 'first-fit',
  seed: 1,
};

export const DEFAULT_CHECK: CheckConfig = {
  tool: 'memcheck', leakCheck: 'full',
  showLeakKinds: ['definite', 'possible'], errorsForLeakKinds: ['definite', 'possible'],
  leakCheckHeuristics: ['stdstring', 'length64', 'newarray', 'multipleinheritance'],
  leakResolution: 'high', numCallers: 12,
  freelistVolBytes: 20_000_000, freelistBigBlocksBytes: 1_000_000, explainLeaks: true, errorLimit: true,
};
