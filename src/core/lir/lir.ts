/**
 * LIR as data: what the toolchain hands to the machine.
 *
 * An image is one linked object as the loader maps it: the program itself, or the C library. The library is lowered
 * once at a fixed base; a program is lowered against the library's symbols. The encoding of instructions is
 * described in src/core/kernel/ops.ts.
 */

/** A virtual address at a border: 64 bits, unsigned. */
export type Va = bigint;

export type SegmentKind = 'text' | 'rodata' | 'data' | 'bss';

export interface Segment {
  readonly kind: SegmentKind;
  /** Page-aligned. */
  readonly va: Va;
  /** Bytes in memory; the tail beyond `content` is zero. */
  readonly sizeBytes: number;
  readonly content: Uint8Array;
}

/** A named object in data, bss or rodata. */
export interface DataSymbol {
  readonly name: string;
  /** Thread-local ones: distance from the base of FS, below zero as a 64-bit number. */
  readonly va: Va;
  readonly sizeBytes: number;
  /** Source-level type id in `ImageDebug.types`, or -1. */
  readonly type: number;
  readonly file: number;
  readonly line: number;
  readonly external: boolean;
  readonly threadLocal: boolean;
}

export const FUNCTION_VARIADIC = 1;
export const FUNCTION_NORETURN = 2;

export interface LirFunction {
  readonly name: string;
  readonly external: boolean;
  /** Index of the first instruction in `Image.code`, in instructions; a multiple of 4 (16-byte aligned address). */
  readonly first: number;
  readonly instructionCount: number;
  /** Virtual address of the first instruction: text base + 4 · first. */
  readonly va: Va;
  /** Simulated stack frame in bytes, return address and saved frame pointer (the top 16 bytes) included; a multiple of 16. */
  readonly frameBytes: number;
  /** Window size in 16-byte slots, the three header slots included. */
  readonly windowSlots: number;
  /** Parameter slots. */
  readonly parameterSlots: number;
  readonly flags: number;
  /** Parameter and local variables, those of inner blocks with their line range. */
  readonly variables: readonly LocalVariable[];
  /** Line of the definition; 0 if unknown. */
  readonly line: number;
  readonly file: number;
}

export interface LocalVariable {
  readonly name: string;
  readonly type: number;
  /** Byte offset from F, the lowest address of the call frame; null when optimised away. */
  readonly frameOffset: number | null;
  /**
   * Window slot that holds the variable's address in all of the call frame, for variables without a fixed place in it:
   * large structs passed by value (they lie in the caller's frame), variable-length arrays. Absent otherwise.
   */
  readonly addressSlot?: number;
  /**
   * For a variable-length array: each dimension's count, or the offset from F of the eight bytes that hold it (null when
   * optimised away). Absent otherwise.
   */
  readonly dimensions?: readonly ({ readonly count: number } | { readonly countOffset: number | null })[];
  readonly isParameter: boolean;
  readonly line: number;
  /** Lines of the lexical block that the variable lives in. */
  readonly scopeFirstLine: number;
  readonly scopeLastLine: number;
}

/** Debug types, indexed by id: enough to show any value by name and type. */
export type DebugType =
  | { readonly kind: 'base'; readonly name: string; readonly sizeBytes: number; readonly encoding: 'signed' | 'unsigned' | 'float' | 'bool' | 'char' | 'uchar' }
  | { readonly kind: 'pointer'; readonly target: number; readonly sizeBytes: number }
  | { readonly kind: 'array'; readonly element: number; readonly counts: readonly number[]; readonly sizeBytes: number }
  | { readonly kind: 'struct' | 'union'; readonly name: string; readonly sizeBytes: number; readonly members: readonly DebugMember[] }
  | { readonly kind: 'enum'; readonly name: string; readonly sizeBytes: number; readonly values: readonly { readonly name: string; readonly value: bigint }[] }
  | { readonly kind: 'typedef'; readonly name: string; readonly target: number }
  | { readonly kind: 'const' | 'volatile' | 'restrict' | 'atomic'; readonly target: number }
  | { readonly kind: 'function'; readonly result: number; readonly parameters: readonly number[]; readonly variadic: boolean }
  | { readonly kind: 'void' };

export interface DebugMember {
  readonly name: string;
  readonly type: number;
  readonly offsetBits: number;
  /** For bit-fields; otherwise 0. */
  readonly bitSize: number;
}

export interface ImageDebug {
  /** Source files as the compiler named them. */
  readonly files: readonly string[];
  /** Directory in which the compiler ran (DW_AT_comp_dir). */
  readonly directory: string;
  readonly types: readonly DebugType[];
  /**
   * Line table: for instruction i of the image, line[i] (0: none), column[i], file[i], and statement[i] = 1 where a
   * new source statement begins (stepping stops there).
   */
  readonly line: Uint32Array;
  readonly column: Uint16Array;
  readonly file: Uint16Array;
  readonly statement: Uint8Array;
}

/** What an address in an image points into: a section of the image itself, or one of the library that it was lowered against. */
export const enum Anchor {
  None, Text, Rodata, Data, Bss, LibraryText, LibraryRodata, LibraryData, LibraryBss,
  /** As a section that holds addresses only: the template of thread-local variables. */
  Thread,
}

/** Where an image holds addresses: what a loader adds to when it puts sections elsewhere (as R_X86_64_64 of System V). */
export interface Relocations {
  /** Instructions whose imm64 is an address, and what each points into (`Anchor`). */
  readonly code: Uint32Array;
  readonly codeAnchors: Uint8Array;
  /** 8-byte words of rodata, data and thread template: section (`Anchor.Rodata`, `Data`, `Thread`), byte offset in it, what each points into. */
  readonly wordSections: Uint8Array;
  readonly wordOffsets: Uint32Array;
  readonly wordAnchors: Uint8Array;
  /** Why the image cannot be moved; '' when it can. */
  readonly fixed: string;
}

/** What each thread gets a copy of (PT_TLS of an ELF file). */
export interface ThreadTemplate {
  readonly content: Uint8Array;
  readonly sizeBytes: number;
  readonly align: number;
  /** The block begins this many bytes below the base of FS; a variable's address is base + `DataSymbol.va`, modulo 2^64. */
  readonly offset: number;
}

export interface Image {
  /** "main" for the program, "libc.so" for the library. */
  readonly name: string;
  /** Path that reports show for functions without source. */
  readonly path: string;
  /** 16 bytes an instruction; branches relative; see ops.ts. */
  readonly code: Uint8Array;
  readonly functions: readonly LirFunction[];
  readonly segments: readonly Segment[];
  readonly symbols: readonly DataSymbol[];
  readonly debug: ImageDebug;
  /**
   * CALL.w2 holds a function id: ids below `importBase` are functions of the library (their index there); id
   * importBase + i is function i of this image. The library itself has importBase 0.
   */
  readonly importBase: number;
  /**
   * Call descriptors of variadic call sites, id 1 is [0]. Each is a list of ArgClass, one per argument slot in order
   * (MEMORY slots were stored by the caller at SP + their System V offset).
   */
  readonly callDescriptors: readonly Uint8Array[];
  /** Names of external functions to their index, for programs lowered against this image. */
  readonly exports: ReadonlyMap<string, { readonly kind: 'function'; readonly index: number } | { readonly kind: 'data'; readonly va: Va; readonly sizeBytes: number }>;
  /** Absent in images made by hand: those stay where they are. */
  readonly relocations?: Relocations;
  /** Its thread-local variables; size 0: none. */
  readonly tls: ThreadTemplate;
}

export interface Program {
  readonly image: Image;
  readonly library: Image;
  /** Index of main in `image.functions`. */
  readonly main: number;
  /** Index in `library.functions` of the start function: void __pw_start(int (*main)(int, char **, char **), int argc, char **argv, char **envp). */
  readonly start: number;
  /** Index in `library.functions` of __pw_freeres, which frees the library's own memory before the leak check. */
  readonly freeResources: number;
  /** Sources by file name as in debug.files, for views and snapshots. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Fixed addresses of the simulated address space (48-bit mode). */
export const PROGRAM_TEXT_VA: Va = 0x5555_5555_4000n;
export const LIBRARY_TEXT_VA: Va = 0x7fff_f7c0_0000n;
export const MMAP_TOP_VA: Va = 0x7fff_f7ff_f000n;
export const STACK_TOP_VA: Va = 0x7fff_ffff_f000n;
export const KERNEL_HALF_VA: Va = 0xffff_8000_0000_0000n;
