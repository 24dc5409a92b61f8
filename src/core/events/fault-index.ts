/**
 * An index over the fault records of a chunk of the event log, made once when somebody first asks and the chunk is complete: what
 * every 64 records have in common, so that a question about a million faults looks at thousands of blocks and only at the records of
 * blocks that lie across an edge of the question.
 *
 *   block   first and last moment, how many faults of each kind and what they cost, and the process, line and addresses if they
 *           are the same or between
 *   group   faults of a chunk with the same process, site and kind (costs by line), or area and kind (costs by area)
 */
import { costAt, EventKind, FAULT_KINDS } from './event-log';

const TWO_32 = 4294967296;
const RECORD_WORDS = 16;
export const BLOCK_RECORDS = 64;
/** The block's faults differ in this. */
export const MIXED = 0xffffffff;

export interface CostGroup {
  readonly processKey: number; readonly site: number; readonly mappingId: number; readonly kind: number;
  faults: number; costCycles: number; readonly firstSeq: number;
}

export class FaultIndex {
  readonly blocks: number;
  readonly faults: Uint8Array;
  readonly firstCycle: Float64Array;
  readonly lastCycle: Float64Array;
  readonly firstInstruction: Float64Array;
  readonly lastInstruction: Float64Array;
  readonly lowVa: Float64Array;
  readonly highVa: Float64Array;
  /** The one process, site (code index + 1) of the block's faults, or MIXED. */
  readonly process: Uint32Array;
  readonly site: Uint32Array;
  /** By block and kind: how many, what they cost, and the place in the block of the first one. */
  readonly counts: Uint8Array;
  readonly costs: Float64Array;
  readonly firstAt: Uint8Array;
  private groupList: readonly CostGroup[] | null = null;

  constructor(readonly words: Uint32Array, readonly used: number) {
    const n = Math.ceil(used / BLOCK_RECORDS);
    this.blocks = n;
    this.faults = new Uint8Array(n);
    this.firstCycle = new Float64Array(n);
    this.lastCycle = new Float64Array(n);
    this.firstInstruction = new Float64Array(n);
    this.lastInstruction = new Float64Array(n);
    this.lowVa = new Float64Array(n).fill(Infinity);
    this.highVa = new Float64Array(n).fill(-1);
    this.process = new Uint32Array(n);
    this.site = new Uint32Array(n);
    this.counts = new Uint8Array(n * FAULT_KINDS);
    this.costs = new Float64Array(n * FAULT_KINDS);
    this.firstAt = new Uint8Array(n * FAULT_KINDS);
    for (let block = 0; block < n; block++) this.scanBlock(block);
  }

  /** Records of a block: [from, to) in words. */
  from(block: number): number {
    return block * BLOCK_RECORDS * RECORD_WORDS;
  }
  to(block: number): number {
    return Math.min((block + 1) * BLOCK_RECORDS, this.used) * RECORD_WORDS;
  }

  private scanBlock(block: number): void {
    const { words } = this;
    const from = this.from(block);
    const to = this.to(block);
    for (let at = from; at < to; at += RECORD_WORDS) {
      const head = words[at + 8] as number;
      if ((head & 0xffff) !== EventKind.Fault) continue;
      const cell = block * FAULT_KINDS + ((head >>> 16) & 0xff);
      const va = (words[at + 11] as number) * TWO_32 + (words[at + 10] as number);
      if (this.faults[block] === 0) {
        this.firstCycle[block] = (words[at + 3] as number) * TWO_32 + (words[at + 2] as number);
        this.firstInstruction[block] = (words[at + 5] as number) * TWO_32 + (words[at + 4] as number);
        this.process[block] = words[at + 6] as number;
        this.site[block] = words[at + 9] as number;
      } else {
        if (this.process[block] !== words[at + 6]) this.process[block] = MIXED;
        if (this.site[block] !== words[at + 9]) this.site[block] = MIXED;
      }
      if (this.counts[cell] === 0) this.firstAt[cell] = (at - from) / RECORD_WORDS;
      this.counts[cell]++;
      this.costs[cell] += costAt(words, at);
      this.faults[block]++;
      this.lastCycle[block] = (words[at + 3] as number) * TWO_32 + (words[at + 2] as number);
      this.lastInstruction[block] = (words[at + 5] as number) * TWO_32 + (words[at + 4] as number);
      if (va < (this.lowVa[block] as number)) this.lowVa[block] = va;
      if (va > (this.highVa[block] as number)) this.highVa[block] = va;
    }
  }

  /** Costs of the chunk by process, site, area and kind; made when first asked for. */
  groups(): readonly CostGroup[] {
    this.groupList ??= this.makeGroups();
    return this.groupList;
  }

  private makeGroups(): readonly CostGroup[] {
    const { words } = this;
    const found = new Map<string, CostGroup>();
    let last: CostGroup | null = null;
    for (let at = 0; at < this.used * RECORD_WORDS; at += RECORD_WORDS) {
      const head = words[at + 8] as number;
      if ((head & 0xffff) !== EventKind.Fault) continue;
      const kind = (head >>> 16) & 0xff;
      const processKey = words[at + 6] as number;
      const site = words[at + 9] as number;
      const mappingId = words[at + 15] as number;
      if (last === null || last.kind !== kind || last.site !== site || last.processKey !== processKey || last.mappingId !== mappingId) {
        const key: string = `${String(processKey)}.${String(site)}.${String(mappingId)}.${String(kind)}`;
        last = found.get(key) ?? { processKey, site, mappingId, kind, faults: 0, costCycles: 0, firstSeq: (words[at + 1] as number) * TWO_32 + (words[at] as number) };
        found.set(key, last);
      }
      last.faults++;
      last.costCycles += costAt(words, at);
    }
    return [...found.values()];
  }
}

const complete = new WeakMap<Uint32Array, FaultIndex>();

/** The index of a chunk; kept for complete ones (`isComplete`: no record will be added). */
export function faultIndexOf(words: Uint32Array, used: number, isComplete: boolean): FaultIndex {
  if (!isComplete) return new FaultIndex(words, used);
  let index = complete.get(words);
  if (index === undefined) {
    index = new FaultIndex(words, used);
    complete.set(words, index);
  }
  return index;
}
