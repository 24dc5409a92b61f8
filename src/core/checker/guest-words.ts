/**
 * Reading simulated memory for the leak check: aligned words that are resident, and, with the checker on, wholly
 * addressable and wholly defined. Nothing is counted and nothing changes.
 */
import type { CheckerMachine } from './checker-api';

const PAGE = 4096;
const TWO_32 = 4294967296;
const ALL_ADDRESSABLE = 0xff;

export class GuestWords {
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private page = -1;
  private found = { data: 0, shadow: 0 };

  /** @param isStill nothing runs or is written while this reader is in use: it may remember the page that it read last */
  constructor(private readonly machine: CheckerMachine, private readonly checked: boolean, private readonly isStill = false) {
    this.bytes = machine.bytes;
    this.words = machine.words;
  }

  /** Visits each word of [low, high) that counts and whose value is at least `from` and below `to` (both below 2^53). */
  each(low: number, high: number, from: number, to: number, visit: (value: number, at: number) => void): void {
    const first = Math.ceil(low / 8) * 8;
    const end = Math.floor(high / 8) * 8;
    const fromHigh = Math.floor(from / TWO_32);
    const toHigh = Math.floor(to / TWO_32);
    for (let at = first; at < end;) {
      const inPage = at % PAGE;
      const count = Math.min(PAGE - inPage, end - at) / 8;
      const { data, shadow } = this.pageAt(at - inPage);
      if (data !== 0 && !(this.checked && shadow === 0)) {
        let word = (data + inPage) >>> 2;
        for (let n = 0; n < count; n++, word += 2) {
          const valueHigh = this.words[word + 1] as number;
          if (valueHigh < fromHigh || valueHigh > toHigh) continue;
          const value = valueHigh * TWO_32 + (this.words[word] as number);
          if (value >= from && value < to && (!this.checked || this.isValid(shadow + inPage + 8 * n))) visit(value, at + 8 * n);
        }
      }
      at += 8 * count;
    }
  }

  /** The word at `address`, null if it is unaligned, absent, not wholly addressable or not wholly defined. */
  valid(address: number): number | null {
    if (address % 8 !== 0) return null;
    const inPage = address % PAGE;
    const { data, shadow } = this.pageAt(address - inPage);
    if (data === 0 || (this.checked && (shadow === 0 || !this.isValid(shadow + inPage)))) return null;
    const word = (data + inPage) >>> 2;
    return (this.words[word + 1] as number) * TWO_32 + (this.words[word] as number);
  }

  private pageAt(page: number): { readonly data: number; readonly shadow: number } {
    if (this.isStill && page === this.page) return this.found;
    this.found = this.machine.pageData(BigInt(page));
    this.page = page;
    return this.found;
  }

  private isValid(shadowAt: number): boolean {
    const word = shadowAt >>> 2;
    return this.bytes[shadowAt >>> 3] === ALL_ADDRESSABLE && this.words[word] === 0 && this.words[word + 1] === 0;
  }
}
