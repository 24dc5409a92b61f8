/**
 * Contents of pages that checkpoints keep, each once, counted by references.
 *
 * A page lies in a slab of 4 MiB of host memory outside of the store. Its id is slab · 1,024 + place + 1; id 0 is the page of
 * zeros, which takes no room. New pages go to the lowest slab with room, and a slab without pages is given back to the host.
 */
import { PAGE_BYTES } from '../store/store';

const SLAB_PAGES = 1024;

interface Slab {
  readonly bytes: Uint8Array;
  /** Per place; 0: free. */
  readonly references: Uint32Array;
  /** Stack of free places. */
  readonly free: Uint16Array;
  freeCount: number;
}

/** Id of the page of zeros. */
export const ZEROS = 0;

export class PageSlabs {
  private readonly slabs: (Slab | null)[] = [];
  /** No slab below this one has room. */
  private firstOpen = 0;
  private pages = 0;
  private slabCount = 0;

  /** Bytes of the pages that are kept. */
  get usedBytes(): number {
    return this.pages * PAGE_BYTES;
  }

  /** Bytes of all slabs, free places included. */
  get heldBytes(): number {
    return this.slabCount * SLAB_PAGES * PAGE_BYTES;
  }

  /** Copies the page at `from` of `source`; answers its id, with one reference. */
  keep(source: Uint8Array, from: number): number {
    const index = this.openSlab();
    const slab = this.slabs[index] as Slab;
    const place = slab.free[--slab.freeCount] as number;
    slab.references[place] = 1;
    slab.bytes.set(source.subarray(from, from + PAGE_BYTES), place * PAGE_BYTES);
    this.pages++;
    return index * SLAB_PAGES + place + 1;
  }

  share(id: number): void {
    if (id === ZEROS) return;
    const { slab, place } = this.find(id);
    slab.references[place] = (slab.references[place] as number) + 1;
  }

  release(id: number): void {
    if (id === ZEROS) return;
    const { slab, index, place } = this.find(id);
    const left = (slab.references[place] as number) - 1;
    slab.references[place] = left;
    if (left > 0) return;
    this.pages--;
    slab.free[slab.freeCount++] = place;
    if (index < this.firstOpen) this.firstOpen = index;
    if (slab.freeCount < SLAB_PAGES) return;
    this.slabs[index] = null;
    this.slabCount--;
  }

  /** Writes a page to `at` of `target`. */
  copyTo(id: number, target: Uint8Array, at: number): void {
    if (id === ZEROS) {
      target.fill(0, at, at + PAGE_BYTES);
      return;
    }
    const { slab, place } = this.find(id);
    target.set(slab.bytes.subarray(place * PAGE_BYTES, (place + 1) * PAGE_BYTES), at);
  }

  private find(id: number): { readonly slab: Slab; readonly index: number; readonly place: number } {
    const index = Math.floor((id - 1) / SLAB_PAGES);
    const place = (id - 1) % SLAB_PAGES;
    const slab = this.slabs[index];
    if (slab == null || slab.references[place] === 0) throw new Error(`page slabs: no page ${String(id)} is kept`);
    return { slab, index, place };
  }

  /** Index of the lowest slab with room; makes one where all are full. */
  private openSlab(): number {
    let index = this.firstOpen;
    for (let slab = this.slabs[index]; slab != null && slab.freeCount === 0; slab = this.slabs[index]) index++;
    this.firstOpen = index;
    if (this.slabs[index] == null) {
      const free = Uint16Array.from({ length: SLAB_PAGES }, (_, i) => SLAB_PAGES - 1 - i);
      this.slabs[index] = { bytes: new Uint8Array(SLAB_PAGES * PAGE_BYTES), references: new Uint32Array(SLAB_PAGES), free, freeCount: SLAB_PAGES };
      this.slabCount++;
    }
    return index;
  }
}
