/**
 * The store: the one WebAssembly.Memory that holds whatever hot code touches (map in kernel/memory-layout.ts).
 *
 * It is created at its full size and never grows, so the views below stay valid for the machine's life. Untouched pages
 * cost no resident memory on the host. Only the machine and the kernel write here; everybody else reads.
 *
 * To the host's garbage collector each store is 4 GiB of memory all at once, and it answers with a full collection,
 * 10–20 ms (measured). Whoever has idle time makes memories ahead with `reserveMemories`, so that a run need not wait.
 */
import * as layout from '../kernel/memory-layout';
import { PagePool } from './page-pool';

/** Bytes of a page, of a frame, of a shadow page. */
export const PAGE_BYTES = 4096;
/** Store addresses [from, to). */
export interface StoreRange { readonly from: number; readonly to: number }

const TWO_32 = 4294967296;

/** Made ahead and never used: all zero, like new ones. */
const reserved: WebAssembly.Memory[] = [];

/** Fills the reserve up to `count` memories. @throws RangeError when the host gives none */
export function reserveMemories(count: number): void {
  while (reserved.length < count) reserved.push(newMemory());
}

function newMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: layout.STORE_PAGES, maximum: layout.STORE_PAGES });
}

export class Store {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  /** Little-endian u32 words: index = store address >>> 2. */
  readonly words: Uint32Array;
  readonly view: DataView;
  readonly pool: PagePool;

  /** `capacityPages`: pages of the pool that may be handed out (slot capacity); 0: as many as the store holds. */
  constructor(capacityPages = 0) {
    this.memory = reserved.pop() ?? newMemory();
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Uint32Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    const all = (layout.POOL_END - layout.POOL) / PAGE_BYTES;
    this.pool = new PagePool(this.bytes, layout.POOL, capacityPages > 0 ? Math.min(capacityPages, all) : all);
  }

  read32(address: number): number {
    return this.words[address >>> 2] ?? 0;
  }

  write32(address: number, value: number): void {
    this.words[address >>> 2] = value;
  }

  /** A u64 as a JS number: exact up to 2^53, which no counter of a run passes. */
  readCount(address: number): number {
    const index = address >>> 2;
    return (this.words[index + 1] ?? 0) * TWO_32 + (this.words[index] ?? 0);
  }

  writeCount(address: number, value: number): void {
    const index = address >>> 2;
    this.words[index] = value % TWO_32;
    this.words[index + 1] = Math.floor(value / TWO_32);
  }

  addCount(address: number, amount: number): void {
    this.writeCount(address, this.readCount(address) + amount);
  }

  read64(address: number): bigint {
    return this.view.getBigUint64(address, true);
  }

  write64(address: number, value: bigint): void {
    this.view.setBigUint64(address, value, true);
  }
}
