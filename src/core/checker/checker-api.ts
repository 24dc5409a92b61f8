/**
 * The border between the machine (src/core/machine) and the heap and checker (src/core/heap, src/core/checker).
 *
 * The machine implements `CheckerMachine` and calls `HeapService`; block records, errors, the leak check and the watch of
 * the second pass live on the heap/checker side.
 */
import type { CheckConfig, LeakHeuristic, LeakKind } from '../../shared/config';
import type { AddressDescription, ErrorRecord, HeapSummary, LeakSummary, LossRecord, Stack, StackFrame } from '../../shared/report';
import type { BlockRow, HeapPicture } from '../../shared/views';
import type { Va } from '../lir/lir';

export type StackId = number;
export const STATE_NO_ACCESS = 0;
export const STATE_UNDEFINED = 1;
export const STATE_DEFINED = 2;
export type ShadeState = 0 | 1 | 2;

export interface MappedRange {
  readonly low: Va; readonly high: Va;
  readonly kind: 'text' | 'rodata' | 'data' | 'bss' | 'heap' | 'mmap' | 'stack' | 'library' | 'guard';
  readonly writable: boolean; readonly readable: boolean; readonly executable: boolean;
  /** Object path for file-backed ranges, '' for anonymous ones. */
  readonly path: string;
}

/** A register of some call frame that is live (will be read) at its current instruction. */
export interface LiveRegister { readonly value: bigint; readonly definedBits: bigint; readonly fn: string }

/** The memcpy, memmove or memset that the kernel runs for the program just now. */
export interface RunningCopy { readonly kind: 'copy' | 'set'; readonly to: Va; readonly from: Va; readonly length: Va }

/** What the heap and the checker may ask of the machine. All of it concerns the running process. */
export interface CheckerMachine {
  /** Byte and word views of the store (never detached: the store does not grow). */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  /** Exact number of instructions executed so far, and cycles. */
  instructions(): number;
  cycles(): number;
  chargeCycles(cycles: number): void;

  /** Interned stack of the running thread, innermost call frame first, at most `limit` frames. */
  captureStack(limit: number): StackId;
  stackOf(id: StackId): Stack;
  /** Null when the instruction at hand is no such intrinsic. */
  runningCopy(): RunningCopy | null;
  /** Code addresses of a stack, for comparing stacks (loss records merge by these). */
  stackAddresses(id: StackId): readonly number[];

  /** Sets A and V bits of [va, va + length). */
  shade(va: Va, length: number, state: ShadeState): void;
  /** Copies V and A bits (realloc). */
  copyShadow(to: Va, from: Va, length: number): void;
  isAddressable(va: Va): boolean;

  /** Guest memory by the machine itself: translated and counted, never checked. False when the process was stopped by a fault. */
  copyMemory(to: Va, from: Va, length: number): boolean;
  fillMemory(to: Va, byte: number, length: number): boolean;
  /** Without side effects. Little-endian word; null when not resident, unless a file holds the page. */
  peek64(va: Va): bigint | null;
  /** Store addresses of a resident page's content and of its V-bit page (A bits at shadow >>> 3); 0: not resident / shared no-access. */
  pageData(va: Va): { readonly data: number; readonly shadow: number };

  /** Anonymous memory for an allocator: mmap'd range or moved break; 0n when refused (limit of the address space). */
  mapAnonymous(length: number): Va;
  unmap(va: Va, length: number): void;
  /** Address range reserved for Memcheck's placement, mapped on demand by 4 MiB superblocks. */
  sbrk(increment: number): Va;

  ranges(): readonly MappedRange[];
  stackPointer(): Va;
  stackTop(): Va;
  /** No stack reaches below this address. */
  stackBottom(): Va;
  liveRegisters(): readonly LiveRegister[];
  /** Variable or global that contains `va`: for "Location … is 0 bytes inside local var" style descriptions and for holder names. Null if none. */
  describeVariable(va: Va): { readonly name: string; readonly fn: string; readonly kind: 'local' | 'global'; readonly offset: number; readonly file: string; readonly line: number; /** False when the variable's lexical block has ended: what is in it is left over. */ readonly inScope: boolean } | null;
  /**
   * Call frame of the running thread whose simulated stack frame contains `va`: its index in captureStack (0 innermost, frames of
   * the C library counted), and the function with the file and line of its definition. Null outside every call frame.
   */
  callFrameAt(va: Va): { readonly index: number; readonly fn: string; readonly file: string; readonly line: number } | null;
  /** Code at `va` as a stack entry, null when no function is there. */
  codeAt(va: Va): StackFrame | null;
  /** Member path at a byte offset of a block, when some variable's type tells it ("->next"); '' if unknown. */
  memberPath(va: Va): string;

  /** First-fit allocator of the kernel (tool none). */
  kernelMalloc(size: number): Va;
  kernelFree(va: Va): boolean;

  /** Appends to the event log and returns the sequence number. `liveBytes`: bytes in use after an allocation or a free. */
  event(kind: 'malloc' | 'free' | 'realloc' | 'error' | 'leak-check', va: Va, a: number, b: number, liveBytes?: number): number;
  /** Names of library functions whose frames count as the library's own. */
  isLibraryFrame(address: number): boolean;
}

export interface LeakCheckResult { readonly records: readonly LossRecord[]; readonly summary: LeakSummary }

/** What the machine calls. */
export interface HeapService {
  malloc(size: bigint): Va;
  calloc(count: bigint, size: bigint): Va;
  realloc(va: Va, size: bigint): Va;
  memalign(alignment: bigint, size: bigint): Va;
  free(va: Va): void;
  usableSize(va: Va): bigint;

  onInvalidAccess(va: Va, size: number, write: boolean): void;
  onInvalidJump(va: Va): void;
  /** Describes an address as Memcheck does after "Address 0x… ". */
  describe(va: Va): AddressDescription;

  errors(): readonly ErrorRecord[];
  summary(): HeapSummary;
  /** Conservative scan; repeatable at any stop. */
  leakCheck(): LeakCheckResult;

  blockById(blockId: number): BlockRow | null;
  /** Live or recently freed block that contains `va`. */
  blockAt(va: Va): BlockRow | null;
  blocks(from: number, count: number, state: string): { readonly total: number; readonly rows: readonly BlockRow[] };
  blocksOnPage(va: Va): readonly BlockRow[];
  picture(limit: number, around: number | null): HeapPicture;
  liveBytes(): number;
  liveBlocks(): number;
}

/** One watched block of the second pass, by its number in allocation order. */
export interface WatchRequest { readonly blockId: number; /** Members of its clique and its indirectly lost blocks: pointers held in these do not count. */ readonly ownBlockIds: readonly number[] }

export type { CheckConfig, LeakHeuristic, LeakKind };
