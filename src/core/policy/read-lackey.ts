/**
 * The trace that `valgrind --tool=lackey --trace-mem=yes` prints (Valgrind manual, Lackey):
 *
 *   I  04001000,3     instruction fetch: address in hexadecimal, size in bytes
 *    L 1ffefff4a8,8   load
 *    S 1ffefff4a8,8   store
 *    M 04224ef0,4     modify: a load and a store of the same place; here one reference, a store
 *
 * An access that crosses the end of a page touches each page that it lies in. Valgrind's own lines (==PID== …) are left out.
 */
import { LineSplitter } from './line-splitter';
import { NumberNumbering } from './page-numbering';
import { ReferenceList, TraceError, type ReferenceTrace, type TraceReader } from './trace';

export interface LackeyOptions {
  /** A power of two, 16 to 2^30. */
  readonly pageSizeBytes: number;
  /** Take instruction fetches too. */
  readonly instructions: boolean;
}

const LARGEST_ACCESS = 65_536;
const SPACE = 32, COMMA = 44, EQUALS = 61, MINUS = 45, STAR = 42;
const I = 73, L = 76, S = 83, M = 77;
const HINT = 'expected a line such as "I  04001000,3" or " L 1ffefff4a8,8" of valgrind --tool=lackey --trace-mem=yes';

/** The value of a hexadecimal digit, or -1. */
function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const upper = c & 0xdf;
  return upper >= 65 && upper <= 70 ? upper - 55 : -1;
}

export class LackeyReader implements TraceReader {
  private readonly pages = new NumberNumbering();
  private readonly list = new ReferenceList();
  private readonly lines: LineSplitter;
  private readonly shift: number;
  private lastLow = -1;
  private lastHigh = -1;
  private lastPage = -1;

  constructor(private readonly options: LackeyOptions) {
    this.shift = Math.log2(options.pageSizeBytes);
    if (!Number.isInteger(this.shift) || this.shift < 4 || this.shift > 30) throw new RangeError(`page size ${options.pageSizeBytes} is not a power of two from 16 to 2^30`);
    this.lines = new LineSplitter((bytes, from, to) => { this.takeLine(bytes, from, to); }, () => this.wrong('this line is too long', 0));
  }

  push(bytes: Uint8Array): void {
    this.lines.push(bytes);
  }

  finish(): ReferenceTrace {
    this.lines.finish();
    if (this.list.length === 0) throw new TraceError(`there are no references; ${HINT}`, 0, 0);
    const { pages, shift } = this;
    return {
      references: this.list.take(), pageCount: pages.count, storeCount: this.list.storeCount, storesKnown: true,
      label: (page) => `0x${(pages.valueOf(page) << BigInt(shift)).toString(16)}`,
    };
  }

  private takeLine(bytes: Uint8Array, from: number, to: number): void {
    if (to === from) return;
    const first = bytes[from];
    if ((first === EQUALS || first === MINUS || first === STAR) && bytes[from + 1] === first) return;
    const isFetch = first === I;
    const kind = isFetch ? I : bytes[from + 1];
    const known = isFetch ? bytes[from + 1] === SPACE : first === SPACE && (kind === L || kind === S || kind === M);
    if (!known || bytes[from + 2] !== SPACE) this.wrong(HINT, 1);
    let at = from + 3, low = 0, high = 0;
    const start = at;
    for (let digit = hexDigit(bytes[at]); at < to && digit >= 0; digit = hexDigit(bytes[++at])) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    if (at === start) this.wrong('an address in hexadecimal is missing', at - from + 1);
    if (at - start > 16) this.wrong('the address has more than 64 bits', start - from + 1);
    if (at >= to || bytes[at] !== COMMA) this.wrong('a comma and the size must follow the address', at - from + 1);
    const size = this.sizeAt(bytes, at + 1, to, from);
    if (isFetch && !this.options.instructions) return;
    this.reference(low >>> 0, high >>> 0, size, kind === S || kind === M);
  }

  private sizeAt(bytes: Uint8Array, from: number, to: number, lineFrom: number): number {
    let size = 0;
    for (let at = from; at < to; at++) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) this.wrong('the size must be a decimal number', at - lineFrom + 1);
      size = size * 10 + digit;
    }
    if (size < 1 || size > LARGEST_ACCESS) this.wrong(`the size must be from 1 to ${LARGEST_ACCESS} bytes`, from - lineFrom + 1);
    return size;
  }

  private reference(low: number, high: number, size: number, isStore: boolean): void {
    const { shift } = this;
    let pageLow = ((low >>> shift) | (high << (32 - shift))) >>> 0, pageHigh = high >>> shift;
    const inPage = low & (this.options.pageSizeBytes - 1);
    for (let left = inPage + size; left > 0; left -= this.options.pageSizeBytes) {
      if (pageLow !== this.lastLow || pageHigh !== this.lastHigh) {
        this.lastLow = pageLow;
        this.lastHigh = pageHigh;
        this.lastPage = this.pages.numberOf(pageLow, pageHigh);
      }
      this.list.add(this.lastPage, isStore);
      pageLow = (pageLow + 1) >>> 0;
      if (pageLow === 0) pageHigh++;
    }
  }

  private wrong(problem: string, column: number): never {
    throw new TraceError(problem, this.lines.line, column);
  }
}
