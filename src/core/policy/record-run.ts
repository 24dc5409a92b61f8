/**
 * The reference string of a run: entries of machine/reference-recorder.ts become a trace. Loads and stores of all processes,
 * each access one reference (two when it crosses a page border); pages of different processes are different pages.
 * Instruction fetches are not part of it.
 */
import { NumberNumbering } from './page-numbering';
import { ReferenceList, type ReferenceTrace } from './trace';

const ENTRY_WORDS = 4;
/** A page number has at most 45 bits: the process key goes above them. */
const KEY_SHIFT = 13;
const PAGE_BITS = 45n;

export class RunRecorder {
  private readonly pages = new NumberNumbering();
  private readonly list: ReferenceList;
  private readonly keys = new Set<number>();

  /** @param limit references; more make `take` throw a TraceError */
  constructor(limit?: number) {
    this.list = new ReferenceList(limit);
  }

  get length(): number {
    return this.list.length;
  }

  take(entries: Uint32Array): void {
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
      const low = entries[at], high = entries[at + 1], key = entries[at + 3];
      this.keys.add(key);
      const page = this.pages.numberOf((low >>> 1) | (high << 31), ((high >>> 1) | (key << KEY_SHIFT)) >>> 0);
      for (let count = entries[at + 2]; count > 0; count--) this.list.add(page, (low & 1) !== 0);
    }
  }

  /** @throws RangeError when nothing was recorded */
  finish(): ReferenceTrace {
    if (this.list.length === 0) throw new RangeError('the program made no references');
    const { pages } = this, several = this.keys.size > 1;
    return {
      references: this.list.take(), pageCount: pages.count, storeCount: this.list.storeCount, storesKnown: true,
      label: (page) => {
        const value = pages.valueOf(page), address = `0x${((value & ((1n << PAGE_BITS) - 1n)) << 12n).toString(16)}`;
        return several ? `${value >> PAGE_BITS}:${address}` : address;
      },
    };
  }
}
