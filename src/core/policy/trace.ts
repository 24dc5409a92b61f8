/**
 * A reference string: which page each access of a program touched, in order. Everything in this folder reads it; the
 * readers (read-classroom.ts, read-lackey.ts, read-csv.ts) and the recorder of a run make it.
 *
 * Pages are numbered from 0 in the order of their first reference, once, while the trace is read: engines index plain
 * arrays with these numbers and never hash. `label` gives the page's own name back.
 */

/** More references than this would not leave room for what OPT needs beside them (12 bytes each). */
export const MOST_REFERENCES = 2 ** 28;

export interface ReferenceTrace {
  /** One word a reference: page number << 1 | 1 when it is a store. */
  readonly references: Uint32Array;
  /** Different pages; page numbers are 0 .. pageCount - 1. */
  readonly pageCount: number;
  /** References that are stores. Zero and `storesKnown` false: the source does not say. */
  readonly storeCount: number;
  readonly storesKnown: boolean;
  /** What the source calls this page: a token, an object id, an address in hexadecimal. */
  label(page: number): string;
}

/** A reference string that cannot be read: what is wrong and where, in words for the user. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  /** @param column 1-based; 0 where a line is wrong as a whole */
  constructor(readonly problem: string, readonly line: number, readonly column: number) {
    super(line === 0 ? problem : `line ${line}${column === 0 ? '' : `, column ${column}`}: ${problem}`);
  }
}

/** Reads a source piece by piece: `push` each chunk of bytes, then `finish`. Both throw TraceError. */
export interface TraceReader {
  push(bytes: Uint8Array): void;
  finish(): ReferenceTrace;
}

/** Grows while a source is read. */
export class ReferenceList {
  private words = new Uint32Array(1024);
  length = 0;
  storeCount = 0;

  /** @throws TraceError beyond `limit` references */
  constructor(private readonly limit: number = MOST_REFERENCES) {}

  add(page: number, isStore: boolean): void {
    if (this.length === this.words.length) this.grow();
    this.words[this.length++] = isStore ? (page << 1 | 1) >>> 0 : (page << 1) >>> 0;
    if (isStore) this.storeCount++;
  }

  /** The references, without the room that was kept for more. */
  take(): Uint32Array {
    return this.words.length === this.length ? this.words : this.words.slice(0, this.length);
  }

  private grow(): void {
    if (this.length >= this.limit) throw new TraceError(`the trace has more than ${this.limit.toLocaleString('en')} references; cut it`, 0, 0);
    const larger = new Uint32Array(Math.min(this.limit, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }
}
