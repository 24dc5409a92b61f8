/**
 * The map of the store: the one WebAssembly.Memory that holds everything hot.
 *
 * Imported by the AssemblyScript kernel and by TypeScript; keep it free of decorators.
 *
 *   0x0000_0000  never used (0 is "no address")
 *   0x0000_1000  state block (ST_*, CNT_*), fast tables, TLBs
 *   0x0008_0000  call descriptors
 *   0x0010_0000  function table, 32 bytes an entry
 *   0x0030_0000  text maps and function lookup tables
 *   0x0080_0000  code: LIR instructions, 16 bytes each; index i lies at CODE + 16·i
 *   0x0400_0000  A bits: one bit per byte of the pool; of pool address p, byte p >> 3
 *   0x2000_0000  page pool: frame contents (slots), shadow pages (V bits), register windows, frame descriptors
 *   0xffff_0000  work space of page hashes (as/page-hash.ts): no state of the machine, no checkpoint has it
 *
 * A shadow page is one pool page of V bits (a byte for a byte, 1 = undefined); its A bits (1 = addressable) lie at
 * (pool address >> 3), so one delta in a translation gives both.
 */
export const STORE_PAGES: u32 = 65536;

/**
 * Written by the loader: u32 at CALL_DESCRIPTORS + 4·id = store address (within this area) of the descriptor: u32 number
 * of argument slots, then one byte (ArgClass) per slot. Ids are machine-wide: the loader rebases w3 of CALL and CALLI.
 */
export const CALL_DESCRIPTORS: u32 = 0x80000;
export const CALL_DESCRIPTORS_END: u32 = 0x100000;
export const FUNCTIONS: u32 = 0x100000;
export const FUNCTION_BYTES: u32 = 32;
export const FUNCTIONS_END: u32 = 0x300000;
export const TEXT_LOOKUP: u32 = 0x300000;
export const TEXT_LOOKUP_END: u32 = 0x800000;
export const CODE: u32 = 0x800000;
export const CODE_END: u32 = 0x4000000;
export const INSTRUCTION_BYTES: u32 = 16;
export const POOL: u32 = 0x20000000;
export const POOL_END: u32 = 0xffff0000;
/** Hashes of at most PAGE_HASHES_MAX pages, a u64 each. */
export const PAGE_HASHES: u32 = 0xffff0000;
export const PAGE_HASHES_MAX: u32 = 512;
/** Keys of the hash: a u32 for each of a page, and 32 bytes more. */
export const HASH_KEYS: u32 = 0xffff1000;
/** Never written. */
export const ZERO_PAGE: u32 = 0xffff4000;

// ---- State block. u32 unless said otherwise; u64 fields are 8-aligned. --------------------------------------------
/** Index of the instruction to run next. */
export const ST_PC: u32 = 0x1000;
/** Store address of the running call frame's window. */
export const ST_R: u32 = 0x1004;
/** Why the interpreter left: `Leave`. */
export const ST_LEAVE: u32 = 0x1008;
/** Instructions left of this quantum when the interpreter left or called out (i32). */
export const ST_FUEL: u32 = 0x100c;
/** Arguments of the leave reason or of the call out. */
export const ST_ARG0: u32 = 0x1010;
export const ST_ARG1: u32 = 0x1014;
export const ST_ARG2: u32 = 0x1018;
export const ST_ARG3: u32 = 0x101c;
/** Virtual address of the leave reason or call out (u64). */
export const ST_VA: u32 = 0x1020;
/** Bounds of the running thread's register stack: store addresses. */
export const ST_R_BASE: u32 = 0x1028;
export const ST_R_LIMIT: u32 = 0x102c;
/** PFN of the top page table of the running address space. */
export const ST_CR3: u32 = 0x1030;
/** Page-table levels: 4 or 5. */
export const ST_LEVELS: u32 = 0x1034;
/** ASID (PCID) of the running address space. */
export const ST_ASID: u32 = 0x1038;
/** 1: addressability and definedness are checked. */
export const ST_CHECK: u32 = 0x103c;
/** Store address of the running process's text maps (TEXT_MAP_BYTES each) and their number. */
export const ST_TEXT_MAPS: u32 = 0x1040;
export const ST_TEXT_MAP_COUNT: u32 = 0x1044;
/** Directory of frame-descriptor sections: store address of a u32 per section (0: none yet). */
export const ST_FRAME_SECTIONS: u32 = 0x1048;
/** Shadow directory of the running address space: opaque to the kernel, passed to host_shadow. */
export const ST_ADDRESS_SPACE: u32 = 0x104c;
/** Shared constant shadow pages (pool addresses): no access, undefined, defined. */
export const ST_SHADOW_NOACCESS: u32 = 0x1050;
export const ST_SHADOW_UNDEFINED: u32 = 0x1054;
export const ST_SHADOW_DEFINED: u32 = 0x1058;
/**
 * Instructions executed when this quantum began (u64): now = that + (quantum − fuel). The kernel adds what it executed
 * and sets ST_QUANTUM = ST_FUEL = 0 when run, runPrecise or step returns, so the formula holds between quanta too.
 */
export const ST_INSTRUCTIONS: u32 = 0x1060;
/** Fuel that this quantum began with (i32). */
export const ST_QUANTUM: u32 = 0x1068;
/** Index (code page number) of the page that the last fetch came from; 0xffffffff: none. */
export const ST_FETCH_PAGE: u32 = 0x106c;
/** Stop when this many instructions have been executed in all (u64; all ones: never). Obeyed by the precise loop. */
export const ST_STOP_AT: u32 = 0x1070;
/** Watch (second pass): hull of the watched blocks, low and high (u64); lowest watched stack location (u64, 0: none). */
export const ST_WATCH_LOW: u32 = 0x1078;
export const ST_WATCH_HIGH: u32 = 0x1080;
export const ST_WATCH_STACK: u32 = 0x1088;
/** Lowest address of the stack VMA's mapped part and lowest SP seen (u64): for "below stack pointer" and overflow. */
export const ST_STACK_LOW: u32 = 0x1090;
/** Value and V bits (u64 each) of a load that the slow path completed. */
export const ST_LOAD_VALUE: u32 = 0x10a0;
export const ST_LOAD_VBITS: u32 = 0x10a8;
/**
 * Progress of a memory or string intrinsic that left in its middle (u64 each): elements or bytes done, and a datum of the
 * intrinsic's own. Both 0 when none is under way. They belong to the thread: save and restore them with ST_PC and ST_R.
 */
export const ST_PROGRESS: u32 = 0x10b0;
export const ST_PROGRESS_DATUM: u32 = 0x10b8;
/**
 * Kernel heap (first fit, u64 each): first chunk, end of its memory, first free chunk (0: none). as/heap.ts has the layout.
 * They belong to the process: all three (24 bytes) are saved and restored when another process runs.
 */
export const ST_HEAP_BASE: u32 = 0x10c0;
export const ST_HEAP_END: u32 = 0x10c8;
export const ST_HEAP_FREE: u32 = 0x10d0;
/** How addresses are translated: `Translation`. */
export const ST_TRANSLATION: u32 = 0x10d8;
/** Why the segment unit refused the access that pageFault is about: `SegmentFault`; 0: it is a page fault. */
export const ST_SEGMENT_FAULT: u32 = 0x10dc;
/** Store addresses of the descriptor tables and their limits (offset of the last byte): GDT, LDT of the running process. */
export const ST_GDT: u32 = 0x10e0;
export const ST_GDT_LIMIT: u32 = 0x10e4;
export const ST_LDT: u32 = 0x10e8;
export const ST_LDT_LIMIT: u32 = 0x10ec;
/** Selector in SS of the running process: its limit violations are #SS. */
export const ST_STACK_SELECTOR: u32 = 0x10f0;
/** Frames of RAM, for translation without tables. */
export const ST_RAM_FRAMES: u32 = 0x10f4;
/** Base of FS of the running thread (u64): where its thread control block lies. */
export const ST_FS_BASE: u32 = 0x10f8;
/** Extra results of the last return (RETV/GETRET): value n ≥ 1 at ST_RESULT + 16·n, {value, V bits}; value 0: what the first call frame returned. */
export const ST_RESULT: u32 = 0x1100;
export const RESULT_MAX: u32 = 15;

// ---- Counters, u64 each: exact, never sampled. ---------------------------------------------------------------------
/** Data accesses (loads and stores). */
export const CNT_ACCESS: u32 = 0x1200;
/** Code-page fetches offered to the iTLB: control transfers that enter another code page. */
export const CNT_FETCH: u32 = 0x1208;
export const CNT_L1D_MISS: u32 = 0x1210;
export const CNT_L1I_MISS: u32 = 0x1218;
export const CNT_L2_HIT: u32 = 0x1220;
export const CNT_L2_MISS: u32 = 0x1228;
/** Page walks and the table entries that they read. */
export const CNT_WALK: u32 = 0x1230;
export const CNT_WALK_READS: u32 = 0x1238;
export const CNT_PSC_HIT: u32 = 0x1240;
/** Simulated cycles beyond one per instruction: TLB misses, walks, faults, stack and heap charges. */
export const CNT_EXTRA_CYCLES: u32 = 0x1248;
export const CNT_CALLS: u32 = 0x1250;
/** Calls of the slow path (a measure of the simulator, not of the machine). */
export const CNT_SLOW: u32 = 0x1258;
export const COUNTERS: u32 = 0x1200;
export const COUNTERS_END: u32 = 0x1300;

// ---- Costs in cycles, u32 each, set from the configuration. --------------------------------------------------------
export const COST_L2_HIT: u32 = 0x1300;
export const COST_WALK_READ: u32 = 0x1304;
export const COST_STACK_FRAME: u32 = 0x1308;
/** Control register 0 (u32); only WP (bit 16) matters: without it a supervisor may write to read-only pages (SDM volume 3, 4.6). */
export const ST_CR0: u32 = 0x130c;
export const CR0_WP: u32 = 0x10000;
/**
 * Pool address of the content of a page that the running instruction has translated and will use after another translation; 0:
 * none. A fault in between may evict pages, but not this one.
 */
export const ST_HELD: u32 = 0x1310;
/**
 * Exact references (as/record.ts): where the next entry of the recording goes, and where its room ends. 0: nothing is
 * recorded. An entry (RECORD_BYTES): page number << 1 | store u64, how many such references in a row u32, ST_ADDRESS_SPACE u32.
 */
export const ST_RECORD_AT: u32 = 0x1314;
export const ST_RECORD_END: u32 = 0x1318;
export const RECORD_BYTES: u32 = 16;

// ---- Translation structures. ----------------------------------------------------------------------------------------
/** Geometry, u32 each. Sets are powers of two. */
export const GEO_L1D_SETS: u32 = 0x1320;
export const GEO_L1D_WAYS: u32 = 0x1324;
export const GEO_L1I_SETS: u32 = 0x1328;
export const GEO_L1I_WAYS: u32 = 0x132c;
export const GEO_L2_SETS: u32 = 0x1330;
export const GEO_L2_WAYS: u32 = 0x1334;
/** 1 when a translation of a huge page may be in some array (u32): then lookups probe for those too. */
export const ST_HUGE_ENTRIES: u32 = 0x1338;
/** Last stamp given (u64 each): of the TLBs, of the paging-structure cache. */
export const ST_TLB_CLOCK: u32 = 0x1340;
export const ST_PSC_CLOCK: u32 = 0x1348;

/** Fast tables: per L1 data set the MRU way, for reads and for writes: {tag u64, frameDelta u32, shadowDelta u32}. */
export const FAST_READ: u32 = 0x2000;
export const FAST_WRITE: u32 = 0x2800;
export const FAST_BYTES: u32 = 16;
export const FAST_SETS_MAX: u32 = 128;
/** Per L1 data set, u64: page whose translation the fast tables hold (bit 0: 2 MiB, bit 1: 1 GiB; all ones: none). */
export const FAST_MRU: u32 = 0x3000;
/** Per L1 instruction set, u32: code page number (index >> 10) that FETCH_FAST holds; 0xffffffff: none. */
export const FETCH_MRU: u32 = 0x3400;
/** A byte per code page: 1 = its translation is the MRU way of its L1 instruction set. */
export const FETCH_FAST: u32 = 0x58000;
/**
 * Second-pass filter, 65,536 bits: bit (va >> 3) & 0xffff is set when the aligned 8-byte word at `va` may hold a watched
 * pointer. TypeScript writes it, the precise loop reads it (byte WATCH_FILTER + (bit >> 3), bit & 7).
 */
export const WATCH_FILTER: u32 = 0x50000;
export const WATCH_FILTER_BYTES: u32 = 0x2000;
/** Direct-mapped cache of host.shadowPage: {page u64 (all ones: empty), shadow u32, private u32}; index vpn & 4095. */
export const SHADOW_CACHE: u32 = 0x60000;
export const SHADOW_CACHE_ENTRIES: u32 = 4096;
/**
 * TLB entry, 32 bytes: tag u64 (vpn << 12 | asid; all ones: empty), pfn u32, flags u32 (low PTE bits, page size, bit 31 NX),
 * stamp u64 (for true LRU), slot u32 (4 KiB pages: pool address of the frame), spare u32.
 */
export const TLB_ENTRY_BYTES: u32 = 32;
export const TLB_L1D: u32 = 0x4000;
export const TLB_L1I: u32 = 0x8000;
export const TLB_L2: u32 = 0x10000;
/**
 * Paging-structure cache: per level a small fully associative LRU array of entries like the TLB's (pfn = table below;
 * flags = rights gathered so far): 32 entries that skip to the PT, then 4 each that skip to PD, PDPT and PML4.
 */
export const PSC: u32 = 0x40000;
export const PSC_PT_ENTRIES: u32 = 32;
export const PSC_UPPER_ENTRIES: u32 = 4;

// ---- Records. --------------------------------------------------------------------------------------------------------
/** Function entry (FUNCTION_BYTES): offsets of u32 fields unless said otherwise. */
export const FN_PC: u32 = 0;
/** Bytes of the simulated stack frame, return address and saved frame pointer included; a multiple of 16. */
export const FN_FRAME: u32 = 4;
/** Window size in slots, header included. */
export const FN_WINDOW: u32 = 8;
export const FN_PARAMS: u32 = 12;
/** u64 */
export const FN_VA: u32 = 16;
/** 1: variadic; 2: never returns */
export const FN_FLAGS: u32 = 24;
/** Number of the image in the machine, in order of loading. */
export const FN_IMAGE: u32 = 28;

/**
 * Text map (TEXT_MAP_BYTES): lowVa u64, highVa u64, first code index u32, lookup u32
 * (store address of a u32 per 16 bytes of text: function id + 1, or 0).
 */
export const TEXT_MAP_BYTES: u32 = 32;

/** Call record in slot 0 of a window: return code index u32, result register u16, argument slots u16, caller's window distance u32 (bytes), function id u32. */
export const REC_RETURN: u32 = 0;
export const REC_RESULT: u32 = 4;
export const REC_ARGS: u32 = 6;
export const REC_CALLER: u32 = 8;
export const REC_FUNCTION: u32 = 12;
/**
 * Return index of the first call frame: leaving it ends the thread's driver. The machine stored 0 as its return address
 * (T − 8) and 0 as the caller's F (T − 16) on the simulated stack. A signal handler's call record is an ordinary one that
 * returns to the interrupted instruction (result register NO_REGISTER).
 */
export const RETURN_TO_HOST: u32 = 0xffffffff;

/** Frame descriptor, 32 bytes: slot u32 (pool address, 0: content is zero), flags u32, references u32, owner u32, next u32, previous u32, extra u64. */
export const FRAME_BYTES: u32 = 32;
export const FRAME_SECTION_SHIFT: u32 = 15;
export const FD_SLOT: u32 = 0;
export const FD_FLAGS: u32 = 4;
export const FD_REFERENCES: u32 = 8;
export const FD_OWNER: u32 = 12;
export const FD_NEXT: u32 = 16;
export const FD_PREVIOUS: u32 = 20;
export const FD_EXTRA: u32 = 24;

/** ST_TRANSLATION. */
export const enum Translation {
  Paging,
  /** A virtual address is a physical one. */
  None,
  /** Selector (bits 32–47) and offset (0–31): physical = base + offset. */
  Segmentation,
  /** As before, but base + offset is a linear address, which goes through the page tables. */
  SegmentationPaging,
}

/** ST_SEGMENT_FAULT: the check that failed (Intel SDM volume 3, chapter 5). */
export const enum SegmentFault {
  None,
  /** The selector is null: 0 to 3. */
  NullSelector,
  /** The selector's index lies beyond the limit of its table, or bits 48–63 of the pointer are not zero. */
  BeyondTable,
  /** The descriptor is one of the system's: a table, a gate, a task state. */
  SystemSegment,
  /** DPL is lower than the privilege level that asks. */
  Privilege,
  /** The segment's type does not allow the access. */
  Type,
  NotPresent,
  Limit,
  /** The physical address lies beyond RAM. */
  BeyondRam,
  /** Translation off: is the code that is about to be fetched still what was loaded? */
  VerifyText,
}

/** Why the interpreter left. */
export const enum Leave {
  /** The first call frame returned. */
  Done,
  /** The quantum is used up (at a safe point), or ST_STOP_AT was reached. */
  Fuel,
  /** A call out (fault handler, intrinsic) asked to leave; the instruction at ST_PC will be run again. */
  Retry,
  /** A call out asked to leave after the instruction completed. */
  Host,
  /** A BREAK instruction stands at ST_PC. */
  Break,
  /** One instruction was stepped. */
  Step,
}
