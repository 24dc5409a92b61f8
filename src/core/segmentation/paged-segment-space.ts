/**
 * The address space of a process under segments above pages: a pointer is selector and offset, base + offset is a linear address of 32
 * bits, which goes through the page tables. Pages are demanded as under paging; a segment only takes linear addresses.
 *
 * Everything outside sees pointers: VMAs, shadows and page numbers are those of pointers, and the page tables turn a page number
 * into a linear one where they index (SegmentedTables).
 */
import { AddressSpace } from '../paging/address-space';
import type { AddressLayout } from '../paging/address-layout';
import { PageTables } from '../paging/page-tables';
import type { LeafVisitor } from '../paging/page-tables';
import type { PagingSystem } from '../paging/paging-system';
import type { Vpn } from '../paging/units';
import { vpnOfVa } from '../paging/units';
import type { Vma, VmaTemplate } from '../paging/vma';
import type { DescriptorTables } from './descriptor-tables';
import { Placement } from './placement';
import type { Fit } from './placement';
import { PAGES_PER_SEGMENT, SEGMENT_INDEX, SegmentTable, indexOfPage, pageInSegment, selectorOf } from './segment-table';
import type { SegmentRecord } from './segment-table';

/** Linear pages for segments: from 64 KiB to 3 GiB, as 32-bit Linux divides its 4 GiB. */
const FIRST_LINEAR_PAGE = 16;
const LINEAR_PAGES = 0xc0000 - FIRST_LINEAR_PAGE;
/** Linear pages set aside for segments that grow: costs nothing until they are touched. */
const GROWING_PAGES = 0x10000;

/** Page tables that are asked by the page number of a pointer. */
export class SegmentedTables extends PageTables {
  segments: SegmentTable | null = null;

  protected override index(vpn: Vpn, level: number): number {
    return super.index(this.linear(vpn), level);
  }

  override forEach(first: Vpn, last: Vpn, visit: LeafVisitor): void {
    for (const segment of this.segments?.records.values() ?? []) {
      const start = selectorOf(segment.index) * PAGES_PER_SEGMENT;
      const from = Math.max(first, start + segment.firstPage);
      const to = Math.min(last, start + segment.endPage);
      if (from >= to) continue;
      const distance = from - this.linear(from);
      super.forEach(from - distance, to - distance, (vpn, entry, pages) => { visit(vpn + distance, entry, pages); });
    }
  }

  private linear(vpn: Vpn): Vpn {
    const segment = this.segments?.find(vpn) ?? null;
    return segment === null ? vpn : segment.address / 4096 + pageInSegment(vpn) - segment.firstPage;
  }
}

export class PagedSegmentSpace extends AddressSpace {
  readonly segments: SegmentTable;
  private readonly linear: Placement;
  private readonly reserved = new Map<number, number>();

  constructor(system: PagingSystem, processKey: number, newMappingId: () => number, layout: AddressLayout, private readonly descriptors: DescriptorTables, ldt: number, fit: Fit) {
    super(system, processKey, newMappingId, new SegmentedTables(system.frames, system.buddy, system.levels, processKey));
    this.layout = layout;
    this.segments = new SegmentTable(descriptors, ldt);
    this.linear = new Placement(FIRST_LINEAR_PAGE, LINEAR_PAGES, fit);
    (this.tables as SegmentedTables).segments = this.segments;
  }

  override loadDescriptorTables(): void {
    this.descriptors.load(this.segments.ldt, selectorOf(SEGMENT_INDEX.stack));
  }

  override canMap(first: Vpn, pages: number): boolean {
    const index = indexOfPage(first);
    if (index < 0) return false;
    const segment = this.segments.records.get(index);
    if (segment === undefined) return this.linear.numbers().largestHole >= Math.max(pages, reserveFor(index));
    return !segment.down && pageInSegment(first) === segment.endPage && segment.endPage - segment.firstPage + pages <= (this.reserved.get(index) ?? 0);
  }

  override canProtect(first: Vpn, last: Vpn): boolean {
    return this.vmas.covers(first, last);
  }

  override map(template: VmaTemplate, shade: 0 | 1 | 2): Vma {
    const index = indexOfPage(template.first);
    const pages = template.last - template.first;
    if (index < 0 || !this.canMap(template.first, pages)) throw new Error(`page 0x${template.first.toString(16)} cannot be mapped`);
    const segment = this.segments.records.get(index);
    if (segment === undefined) this.create(index, template, pages);
    else {
      segment.endPage += pages;
      segment.prot |= template.prot;
      this.segments.write(segment);
    }
    return super.map(template, shade);
  }

  override findGap(pages: number): Vpn {
    const index = this.segments.freeIndex();
    return index < 0 || this.linear.numbers().largestHole < pages ? -1 : selectorOf(index) * PAGES_PER_SEGMENT;
  }

  override setBreak(to: bigint, shade: 0 | 1 | 2): bigint {
    const grown = vpnOfVa(to + 4095n) - vpnOfVa(this.brk + 4095n);
    if (to >= this.brkStart && grown > 0 && !this.canMap(vpnOfVa(this.brk + 4095n), grown)) return this.brk;
    return super.setBreak(to, shade);
  }

  override unmap(first: Vpn, last: Vpn): void {
    super.unmap(first, last);
    for (const segment of [...this.segments.records.values()]) {
      const start = selectorOf(segment.index) * PAGES_PER_SEGMENT;
      if (start + segment.endPage <= first || start + segment.firstPage >= last) continue;
      const left = this.vmas.findBelow(start + PAGES_PER_SEGMENT);
      const end = left === null || left.last <= start ? 0 : left.last - start;
      if (end === 0) {
        this.linear.free(segment.placed);
        this.reserved.delete(segment.index);
        this.segments.remove(segment.index);
      } else if (!segment.down && end < segment.endPage) {
        segment.endPage = end;
        this.segments.write(segment);
      }
    }
    if (this.isRunning) this.system.caches.clearFast();
  }

  /** The limit of the stack's segment sinks to `page`; pages come by page faults. */
  growStack(page: number): boolean {
    const segment = this.segments.records.get(SEGMENT_INDEX.stack);
    if (segment === undefined || segment.endPage - page > (this.reserved.get(SEGMENT_INDEX.stack) ?? 0)) return false;
    segment.address -= (segment.firstPage - page) * 4096;
    segment.firstPage = page;
    this.segments.write(segment);
    return true;
  }

  override destroy(): void {
    super.destroy();
    this.descriptors.releaseLdt(this.segments.ldt);
  }

  private create(index: number, template: VmaTemplate, pages: number): void {
    const firstPage = pageInSegment(template.first);
    const room = Math.max(pages, reserveFor(index));
    const placed = this.linear.place(room);
    if (placed === null) throw new Error('no linear addresses are left');
    this.reserved.set(index, room);
    const segment: SegmentRecord = {
      index, name: template.name === '' ? template.kind : template.name, firstPage, endPage: firstPage + pages, exactBytes: 0, prot: template.prot,
      down: template.growsDown, placed: placed.id, address: (template.growsDown ? placed.start + room - pages : placed.start) * 4096,
    };
    this.segments.add(segment);
  }
}

/** Linear pages that a segment of this index gets at least. */
function reserveFor(index: number): number {
  return index === SEGMENT_INDEX.heap || index === SEGMENT_INDEX.arena || index === SEGMENT_INDEX.stack ? GROWING_PAGES
    : index === SEGMENT_INDEX.data || index === SEGMENT_INDEX.libraryData ? DATA_PAGES : 0;
}
/** Data and bss of an image come as two mappings of one segment. */
const DATA_PAGES = 0x4000;
