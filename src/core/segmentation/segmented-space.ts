/**
 * The address space of a process under pure segmentation: each mapping is a segment, whole and contiguous in physical memory
 * from the moment it exists. No page tables, no demand paging, no sharing.
 *
 * Physical memory is handed out by `SegmentMemory` (fit policies, compaction). A segment that must grow and has no room behind it
 * moves; when no hole is large enough although enough is free, memory is compacted. Moves exchange the frames' contents
 * (segment-content.ts), so nothing that holds a store address is disturbed.
 */
import { AddressSpace } from '../paging/address-space';
import type { AddressLayout } from '../paging/address-layout';
import type { PagingSystem } from '../paging/paging-system';
import { vpnOf, vpnOfVa } from '../paging/units';
import type { Vpn } from '../paging/units';
import type { Vma, VmaTemplate } from '../paging/vma';
import type { DescriptorTables } from './descriptor-tables';
import { noTables } from './no-tables';
import { readFileInto } from './segment-content';
import type { SegmentMemory } from './segment-memory';
import { PAGES_PER_SEGMENT, SEGMENT_INDEX, SegmentTable, indexOfPage, pageInSegment, selectorOf } from './segment-table';
import type { SegmentRecord } from './segment-table';

export class SegmentedSpace extends AddressSpace {
  readonly segments: SegmentTable;

  constructor(system: PagingSystem, processKey: number, newMappingId: () => number, layout: AddressLayout, private readonly descriptors: DescriptorTables, ldt: number, private readonly memory: SegmentMemory) {
    super(system, processKey, newMappingId, noTables(system, processKey));
    this.layout = layout;
    this.segments = new SegmentTable(descriptors, ldt);
    memory.spaces.add(this);
  }

  override get isRunning(): boolean {
    return this.isCurrentProcess;
  }

  override loadDescriptorTables(): void {
    this.descriptors.load(this.segments.ldt, selectorOf(SEGMENT_INDEX.stack));
  }

  /** Memory for `pages` more exists: a new segment, or the end of one that is there. */
  override canMap(first: Vpn, pages: number): boolean {
    const index = indexOfPage(first);
    if (index < 0) return false;
    const segment = this.segments.records.get(index);
    if (segment === undefined) return this.memory.hasRoom(pages);
    return !segment.down && pageInSegment(first) === segment.endPage && segment.endPage + pages <= PAGES_PER_SEGMENT && this.memory.canGrow(segment, pages);
  }

  /** Rights belong to whole segments. */
  override canProtect(first: Vpn, last: Vpn): boolean {
    const segment = this.segments.find(first);
    return segment !== null && pageInSegment(first) === segment.firstPage && last - first === segment.endPage - segment.firstPage;
  }

  override map(template: VmaTemplate, shade: 0 | 1 | 2): Vma {
    const index = indexOfPage(template.first);
    const pages = template.last - template.first;
    if (index < 0) throw new Error(`page 0x${template.first.toString(16)} belongs to no segment`);
    const known = this.segments.records.get(index);
    if (known === undefined) this.create(index, template, pages);
    else this.memory.grow(this, known, pages);
    const segment = this.segments.records.get(index);
    if (segment === undefined) throw new Error('a segment was not made');
    for (let page = 0; page < pages; page++) {
      if (template.file !== null) readFileInto(this.system.frames, this.frameOf(template.first + page), template.file, template.filePage + page);
    }
    const vma = this.vmas.insert(template);
    this.shade(template.first, template.last, shade);
    return vma;
  }

  override findGap(pages: number): Vpn {
    const index = this.segments.freeIndex();
    return index < 0 || pages > PAGES_PER_SEGMENT || !this.memory.hasRoom(pages) ? -1 : selectorOf(index) * PAGES_PER_SEGMENT;
  }

  override setBreak(to: bigint, shade: 0 | 1 | 2): bigint {
    const grown = vpnOfVa(to + 4095n) - vpnOfVa(this.brk + 4095n);
    if (to >= this.brkStart && grown > 0 && !this.canMap(vpnOfVa(this.brk + 4095n), grown)) return this.brk;
    return super.setBreak(to, shade);
  }

  /** Whole segments go; the upper end of one is given back. */
  override unmap(first: Vpn, last: Vpn): void {
    super.unmap(first, last);
    for (const segment of [...this.segments.records.values()]) {
      const start = selectorOf(segment.index) * PAGES_PER_SEGMENT;
      if (start + segment.endPage <= first || start + segment.firstPage >= last) continue;
      const left = this.vmas.findBelow(start + PAGES_PER_SEGMENT);
      const end = left === null || left.last <= start ? 0 : left.last - start;
      if (end === 0) {
        this.memory.release(this, segment);
        this.segments.remove(segment.index);
      } else if (!segment.down && end < segment.endPage) this.memory.shrink(this, segment, segment.endPage - end);
    }
    if (this.isRunning) this.system.caches.clearFast();
  }

  override protect(first: Vpn, last: Vpn, prot: number): void {
    const segment = this.segments.find(first);
    if (segment === null || !this.canProtect(first, last)) throw new Error('rights belong to whole segments');
    this.vmas.protect(first, last, prot);
    segment.prot = prot;
    this.segments.write(segment);
    if (this.isRunning) this.system.caches.clearFast();
  }

  /** The stack grows down to `page`; false when there is no memory. */
  growStack(page: number): boolean {
    const segment = this.segments.records.get(SEGMENT_INDEX.stack);
    if (segment === undefined || !this.memory.growDown(this, segment, segment.firstPage - page)) return false;
    const vma = this.vmas.findBelow(selectorOf(SEGMENT_INDEX.stack) * PAGES_PER_SEGMENT + segment.endPage);
    if (vma !== null) vma.first = selectorOf(SEGMENT_INDEX.stack) * PAGES_PER_SEGMENT + page;
    return true;
  }

  override forEachOwnFrame(visit: (pfn: number) => void): void {
    for (const segment of this.segments.records.values()) {
      for (let page = segment.firstPage; page < segment.endPage; page++) visit(segment.address / 4096 + page - segment.firstPage);
    }
  }

  override directFrame(vpn: Vpn): number {
    const segment = this.segments.find(vpn);
    return segment === null || pageInSegment(vpn) < segment.firstPage || pageInSegment(vpn) >= segment.endPage ? -1 : this.frameOf(vpn);
  }

  override peek(low: number, high: number): number {
    const vpn = vpnOf(low, high);
    const segment = this.segments.find(vpn);
    if (segment === null || pageInSegment(vpn) < segment.firstPage || pageInSegment(vpn) >= segment.endPage) return 0;
    return this.system.frames.slot(this.frameOf(vpn)) + (low & 4095);
  }

  override destroy(): void {
    this.unmap(0, this.userEnd);
    this.shadows.destroy();
    this.memory.spaces.delete(this);
    this.descriptors.releaseLdt(this.segments.ldt);
    this.leaveSystem();
  }

  /** Frame of a page that exists, wherever an edited descriptor points. */
  frameOf(vpn: Vpn): number {
    const segment = this.segments.find(vpn);
    if (segment === null) throw new Error(`page 0x${vpn.toString(16)} has no segment`);
    return segment.address / 4096 + pageInSegment(vpn) - segment.firstPage;
  }

  private create(index: number, template: VmaTemplate, pages: number): void {
    const firstPage = pageInSegment(template.first);
    const segment: SegmentRecord = {
      index, name: template.name === '' ? template.kind : template.name, firstPage, endPage: firstPage + pages, exactBytes: 0, prot: template.prot,
      down: template.growsDown, placed: 0, address: 0,
    };
    this.memory.place(this, segment);
    this.segments.add(segment);
  }
}
