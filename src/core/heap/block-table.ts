/**
 * Records of heap blocks: who allocated what, where and when. A blockId is never used twice.
 */
export type AllocKind = 'malloc' | 'new' | 'new[]';

export interface Block {
  readonly blockId: number;
  /** First byte of the payload. User addresses are below 2^53. */
  readonly address: number;
  /** Requested size. */
  size: number;
  readonly kind: AllocKind;
  readonly allocStack: number;
  readonly allocatedAt: number;
  /** Stack of the free, or -1 while the block is live. */
  freeStack: number;
  freedAt: number;
  /** Allocated by the C library for itself (no frame of the program called the allocator directly). */
  readonly library: boolean;
}
