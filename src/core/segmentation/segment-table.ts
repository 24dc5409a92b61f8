/**
 * The segments of one process: its LDT and what the system knows about each. Shared by the two kinds of segmented address
 * space; says nothing of where a segment's bytes are (`base` is physical in one, linear in the other).
 *
 * A pointer is selector · 2^32 + offset, so page numbers of a segment are selector · 2^20 + page. Selectors are index · 8 + 7:
 * LDT, RPL 3. Fixed ones are the same in every process, so that a relocated library can be shared.
 */
import { encodeDescriptor, encodeSelector, limitField, TYPE_CODE, TYPE_DOWN, TYPE_RW } from './descriptor';
import type { Descriptor } from './descriptor';
import { LDT_ENTRIES } from './descriptor-tables';
import type { DescriptorTables } from './descriptor-tables';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../paging/vma';
import type { Vpn } from '../paging/units';

/** Indices in the LDT of the segments that every process has. */
export const SEGMENT_INDEX = { code: 1, constants: 2, data: 3, libraryCode: 4, libraryConstants: 5, libraryData: 6, heap: 7, arena: 8, stack: LDT_ENTRIES - 1 } as const;
/** First and last index for mappings. */
const FIRST_FREE = 9;
const LAST_FREE = LDT_ENTRIES - 2;
export const PAGES_PER_SEGMENT = 1048576;
/** Page at which the stack ends: the topmost page of the segment stays unused, so that the end is an address of it. */
export const STACK_END_PAGE = PAGES_PER_SEGMENT - 1;

export function selectorOf(index: number): number {
  return encodeSelector({ index, local: true, rpl: 3 });
}
export function segmentVa(index: number): bigint {
  return BigInt(selectorOf(index)) << 32n;
}
/** LDT index of the segment of a page; -1: the page belongs to no selector of ours. */
export function indexOfPage(vpn: Vpn): number {
  const selector = Math.floor(vpn / PAGES_PER_SEGMENT);
  return selector > 3 && selector < 8 * LDT_ENTRIES && (selector & 7) === 7 ? selector >>> 3 : -1;
}
/** Number of a page within its segment. */
export function pageInSegment(vpn: Vpn): number {
  return vpn % PAGES_PER_SEGMENT;
}

export interface SegmentRecord {
  readonly index: number;
  readonly name: string;
  /** Pages [firstPage, endPage) of the segment exist. */
  firstPage: number;
  endPage: number;
  /** Byte that the limit ends at, when it is not the last one of a page (upward segments). */
  exactBytes: number;
  prot: number;
  readonly down: boolean;
  /** Placement: id in the list of what lies in memory. */
  placed: number;
  /** First byte of page firstPage, in the memory that bases speak of. */
  address: number;
}

export class SegmentTable {
  readonly records = new Map<number, SegmentRecord>();

  constructor(private readonly tables: DescriptorTables, readonly ldt: number) {}

  find(vpn: Vpn): SegmentRecord | null {
    return this.records.get(indexOfPage(vpn)) ?? null;
  }

  /** An index that no segment uses; -1: the LDT is full. */
  freeIndex(): number {
    for (let index = FIRST_FREE; index <= LAST_FREE; index++) if (!this.records.has(index)) return index;
    return -1;
  }

  add(record: SegmentRecord): void {
    this.records.set(record.index, record);
    this.write(record);
  }

  remove(index: number): void {
    this.records.delete(index);
    this.tables.writeLocal(this.ldt, index, 0n);
  }

  descriptor(index: number): Descriptor {
    return this.tables.readLocal(this.ldt, index);
  }

  /** Writes the descriptor of a segment anew; A, AVL, and DPL stay as they stand. */
  write(record: SegmentRecord): void {
    const { pages, limit } = limitField(lastOffset(record));
    const accessed = this.tables.readLocal(this.ldt, record.index).type & 1;
    const code = (record.prot & PROT_EXEC) !== 0;
    const rights = code ? ((record.prot & PROT_READ) !== 0 ? TYPE_RW : 0) : (record.prot & PROT_WRITE) !== 0 ? TYPE_RW : 0;
    this.tables.writeLocal(this.ldt, record.index, encodeDescriptor({
      base: baseOf(record), limit, pages, type: (code ? TYPE_CODE : 0) | (record.down ? TYPE_DOWN : 0) | rights | accessed,
      isSegment: true, dpl: 3, present: record.prot !== 0, available: false, long: false, big: true,
    }));
  }

  /** Puts 8 bytes in the LDT as they are (an edit from outside). */
  poke(index: number, bits: bigint): void {
    this.tables.writeLocal(this.ldt, index, bits);
  }

  /** Address of a page in the memory that bases speak of, as the descriptor says; -1: no such segment. */
  addressOf(vpn: Vpn): number {
    const index = indexOfPage(vpn);
    if (index < 0 || !this.records.has(index)) return -1;
    return (this.descriptor(index).base + pageInSegment(vpn) * 4096) % 4294967296;
  }
}

/** Base such that base + offset of page firstPage is `address`, modulo 2^32. */
function baseOf(record: SegmentRecord): number {
  return (record.address - record.firstPage * 4096) >>> 0;
}

/** What the limit field says: the last byte's offset, or for an expand-down segment the offset before its first. */
function lastOffset(record: SegmentRecord): number {
  return record.down ? record.firstPage * 4096 - 1 : record.exactBytes > 0 ? record.exactBytes - 1 : record.endPage * 4096 - 1;
}
