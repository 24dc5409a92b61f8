/**
 * The event log: what happened, in fixed records of 64 bytes.
 *
 *   | offset | field                                   | offset | field                       |
 *   |--------|-----------------------------------------|--------|-----------------------------|
 *   | 0      | seq u64                                 | 36     | site u32 (code index + 1)   |
 *   | 8      | cycle u64                               | 40     | va u64                      |
 *   | 16     | instruction count u64                   | 48     | pte u64 (faults), else a u64|
 *   | 24     | process key u32                         | 56     | cost u32 (faults), else b   |
 *   | 28     | thread key u32                          | 60     | mapping id u32 (faults)     |
 *   | 32     | kind u16, detail u8, access u8          |        |                             |
 *
 * Of an allocation or a free, the mapping id holds the low half of the bytes in use after it, and detail what is above 4 GiB
 * (up to 1 TiB).
 *
 * The site of a fault is the program's own innermost call frame, so that a page that strlen touched leads to its caller.
 * Its cost is in cycles: everything that passed from the fault to the retry, waiting for a device included; bits 5–7 of
 * its access are bits 32–34 of the cost (11 s; what is longer is kept as that). Its frame is
 * the one of the entry (pte) that it left behind; a fault that was not resolved left none.
 *
 * Three streams share one sequence: memory events, heap events and system calls, so that a program with millions of
 * allocations or calls keeps its faults. A stream keeps its newest chunks; what is dropped stays in totals per kind and in one aggregate per chunk
 * (interval). Totals are exact for the whole run.
 */
export const enum EventKind {
  Fault, Map, Unmap, Protect, Break, Signal, Process, Malloc, Free, Realloc, Error, LeakCheck,
  /** A victim left RAM: va of one mapping, word: swap slot + 1 (0: clean file page dropped), b: its frame. */
  Evict,
  /** Dirty pages of a file were written to its device: word: first page, b: how many, mapping id: the file's number; detail 0 waited for (fsync, msync), 1 flusher, 2 reclaim. */
  WriteBack,
  /** The system frees memory: detail 0 background (kswapd), 1 direct; word: frames freed, b: frames scanned. */
  Reclaim,
  /** A device failed: detail says which operation; word: slot or file page. */
  DeviceError,
  /** The out-of-memory killer chose a process: word: its score, b: its pid. */
  OomKill,
  /** Pages became one huge page, or a huge page was split: detail. */
  HugePage,
  /** Frames were moved to make room for a large block: word: frames moved. */
  Compaction,
  /** Translations of another processor or address space were invalidated. */
  Shootdown,
  /** A configuration value changed while the machine ran: detail: which, word: new value. */
  Configure,
  /** A program made a system call: word low: its intrinsic, word high: which call of `process`; va: its result, when it has one; detail: machine/system-call-events.ts. */
  SystemCall,
}
export const EVENT_KINDS = 22;
/** Faults by FaultKind (paging/fault-handler.ts). */
export const FAULT_KINDS = 13;
export const RECORD_BYTES = 64;
const CHUNK_RECORDS = 4096;
const MORE_COST = 7;
const MORE_COST_SHIFT = 29;

export interface EventFields {
  cycle: number; instruction: number; processKey: number; threadKey: number;
  kind: EventKind; detail: number; access: number; site: number;
  vaLow: number; vaHigh: number; wordLow: number; wordHigh: number;
  /** Faults: cost in cycles; others: a second number. */
  b: number; mappingId: number;
}
export interface EventRecord extends EventFields { seq: number }

/** One dropped chunk: an interval of the run with its counts per kind. */
export interface EventAggregate {
  readonly firstSeq: number; readonly lastSeq: number; readonly firstCycle: number; readonly lastCycle: number;
  readonly counts: readonly number[];
}

interface Chunk { words: Uint32Array; used: number }
/** Records as raw words, 16 each. */
export interface KeptRecords { readonly words: Uint32Array; readonly used: number }

export class EventStream {
  private readonly chunks: Chunk[] = [];
  readonly aggregates: EventAggregate[] = [];

  constructor(private readonly maxChunks: number) {}

  append(seq: number, e: EventFields): void {
    let chunk = this.chunks[this.chunks.length - 1];
    if (chunk === undefined || chunk.used === CHUNK_RECORDS) {
      if (this.chunks.length >= this.maxChunks) this.dropOldest();
      chunk = { words: new Uint32Array(CHUNK_RECORDS * (RECORD_BYTES / 4)), used: 0 };
      this.chunks.push(chunk);
    }
    const w = chunk.words;
    const at = chunk.used++ * (RECORD_BYTES / 4);
    putCount(w, at, seq);
    putCount(w, at + 2, e.cycle);
    putCount(w, at + 4, e.instruction);
    w[at + 6] = e.processKey;
    w[at + 7] = e.threadKey;
    const more = e.kind === EventKind.Fault ? Math.min(MORE_COST, Math.floor(e.b / 4294967296)) : 0;
    w[at + 8] = e.kind | (e.detail << 16) | (e.access << 24) | (more << MORE_COST_SHIFT);
    w[at + 9] = e.site;
    w[at + 10] = e.vaLow;
    w[at + 11] = e.vaHigh;
    w[at + 12] = e.wordLow;
    w[at + 13] = e.wordHigh;
    w[at + 14] = e.b % 4294967296;
    w[at + 15] = e.mappingId;
  }

  /** The record with this sequence number, or null when it is not of this stream or was dropped. */
  find(seq: number): EventRecord | null {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const chunk = this.chunks[middle] as Chunk;
      if (takeCount(chunk.words, 0) > seq) high = middle - 1;
      else if (takeCount(chunk.words, (chunk.used - 1) * 16) < seq) low = middle + 1;
      else return findInChunk(chunk, seq);
    }
    return null;
  }

  /** Kept records, oldest first; `visit` returns false to end. Starts at the first record with seq ≥ `from`. */
  forEach(visit: (record: EventRecord) => boolean, from = 0): void {
    for (const chunk of this.chunks) {
      if (chunk.used > 0 && takeCount(chunk.words, (chunk.used - 1) * 16) < from) continue;
      for (let i = 0; i < chunk.used; i++) {
        if (takeCount(chunk.words, i * 16) < from) continue;
        if (!visit(readRecord(chunk.words, i * 16))) return;
      }
    }
  }

  /** Kept records as raw words, oldest first, without making an object each: 16 words from `at` on. */
  scan(visit: (words: Uint32Array, at: number) => void): void {
    for (const chunk of this.chunks) for (let i = 0; i < chunk.used; i++) visit(chunk.words, i * 16);
  }

  /** Kept chunks as raw words, oldest first: 16 words a record, `used` records. False ends the walk. */
  forEachChunk(visit: (words: Uint32Array, used: number) => boolean): void {
    for (const chunk of this.chunks) if (chunk.used > 0 && !visit(chunk.words, chunk.used)) return;
  }

  /** What is kept now, oldest first: as it is, however the log goes on. */
  kept(): readonly KeptRecords[] {
    return this.chunks.map(({ words, used }) => ({ words, used }));
  }

  /** The words of all kept chunks: records are added to them and never changed. */
  words(): readonly Uint32Array[] {
    return this.chunks.map((chunk) => chunk.words);
  }

  /** Other records will follow than those that did: what knew the newest chunk by its words must not know it again. */
  renewLast(): void {
    const last = this.chunks[this.chunks.length - 1];
    if (last !== undefined) last.words = last.words.slice();
  }

  private dropOldest(): void {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return;
    const counts = new Array<number>(EVENT_KINDS).fill(0);
    for (let i = 0; i < chunk.used; i++) {
      const kind = (chunk.words[i * 16 + 8] ?? 0) & 0xffff;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    const last = (chunk.used - 1) * 16;
    this.aggregates.push({
      firstSeq: takeCount(chunk.words, 0), lastSeq: takeCount(chunk.words, last),
      firstCycle: takeCount(chunk.words, 2), lastCycle: takeCount(chunk.words, last + 2), counts,
    });
  }
}

export class EventLog {
  readonly memory: EventStream;
  readonly heap: EventStream;
  readonly calls: EventStream;
  /** Exact number of events per kind since the machine began. */
  readonly totals = new Float64Array(EVENT_KINDS);
  /** Exact number of faults per FaultKind. */
  readonly faultTotals = new Float64Array(FAULT_KINDS);
  /** What they cost, in cycles. */
  readonly faultCosts = new Float64Array(FAULT_KINDS);
  private next = 1;

  /** `maxChunks`: chunks of 4,096 records (256 KiB) kept per stream; of system calls a quarter. */
  constructor(maxChunks = 256) {
    this.memory = new EventStream(maxChunks);
    this.heap = new EventStream(maxChunks);
    this.calls = new EventStream(Math.ceil(maxChunks / 4));
  }

  /** The words of all kept chunks. */
  words(): readonly Uint32Array[] {
    return [...this.memory.words(), ...this.heap.words(), ...this.calls.words()];
  }

  /** The machine goes on differently from a past moment. */
  forgetFuture(): void {
    for (const stream of [this.memory, this.heap, this.calls]) stream.renewLast();
  }

  /** Appends and answers the sequence number, which is never used again. */
  append(event: EventFields): number {
    const seq = this.next++;
    this.totals[event.kind] = (this.totals[event.kind] ?? 0) + 1;
    if (event.kind === EventKind.Fault) {
      this.faultTotals[event.detail] = (this.faultTotals[event.detail] ?? 0) + 1;
      this.faultCosts[event.detail] = (this.faultCosts[event.detail] ?? 0) + event.b;
    }
    this.streamOf(event.kind).append(seq, event);
    return seq;
  }

  private streamOf(kind: EventKind): EventStream {
    if (kind === EventKind.SystemCall) return this.calls;
    return kind >= EventKind.Malloc && kind <= EventKind.LeakCheck ? this.heap : this.memory;
  }

  find(seq: number): EventRecord | null {
    return this.memory.find(seq) ?? this.heap.find(seq) ?? this.calls.find(seq);
  }
}

function putCount(words: Uint32Array, at: number, value: number): void {
  words[at] = value % 4294967296;
  words[at + 1] = Math.floor(value / 4294967296);
}
export function takeCount(words: Uint32Array, at: number): number {
  return (words[at + 1] ?? 0) * 4294967296 + (words[at] ?? 0);
}
function findInChunk(chunk: Chunk, seq: number): EventRecord | null {
  let low = 0;
  let high = chunk.used - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = takeCount(chunk.words, middle * 16);
    if (found === seq) return readRecord(chunk.words, middle * 16);
    if (found < seq) low = middle + 1; else high = middle - 1;
  }
  return null;
}
/** The part above 4 GiB of the bytes in use after a heap event, as its detail holds it. */
export function liveHigh(liveBytes: number): number {
  return Math.min(255, Math.floor(liveBytes / 4294967296));
}
/** Bytes in use after a malloc, realloc or free. */
export function liveBytesAt(words: Uint32Array, at: number): number {
  return (((words[at + 8] as number) >>> 16) & 0xff) * 4294967296 + (words[at + 15] as number);
}
/** Cost of a fault record in cycles. */
export function costAt(words: Uint32Array, at: number): number {
  return ((words[at + 8] as number) >>> MORE_COST_SHIFT) * 4294967296 + (words[at + 14] as number);
}
/** Access of a fault record: ACCESS_*. */
export function accessAt(words: Uint32Array, at: number): number {
  return ((words[at + 8] as number) >>> 24) & 31;
}
export function readRecord(w: Uint32Array, at: number): EventRecord {
  const head = w[at + 8] ?? 0;
  const isFault = (head & 0xffff) === EventKind.Fault;
  return {
    seq: takeCount(w, at), cycle: takeCount(w, at + 2), instruction: takeCount(w, at + 4),
    processKey: w[at + 6] ?? 0, threadKey: w[at + 7] ?? 0,
    kind: head & 0xffff, detail: (head >>> 16) & 0xff, access: isFault ? accessAt(w, at) : head >>> 24, site: w[at + 9] ?? 0,
    vaLow: w[at + 10] ?? 0, vaHigh: w[at + 11] ?? 0, wordLow: w[at + 12] ?? 0, wordHigh: w[at + 13] ?? 0,
    b: isFault ? costAt(w, at) : w[at + 14] ?? 0, mappingId: w[at + 15] ?? 0,
  };
}
