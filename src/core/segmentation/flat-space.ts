/**
 * The address space of a process when translation is off: virtual addresses are physical ones, all processes use the same
 * memory, and nothing is protected. What this keeps is bookkeeping (which addresses the process believes to be its own) and shadows.
 */
import { AddressSpace, MMAP_MIN_VPN } from '../paging/address-space';
import type { AddressLayout } from '../paging/address-layout';
import type { PagingSystem } from '../paging/paging-system';
import { vpnOf, vpnOfVa } from '../paging/units';
import type { Vpn } from '../paging/units';
import type { Vma, VmaTemplate } from '../paging/vma';
import { noTables } from './no-tables';
import { readFileInto } from './segment-content';

export class FlatSpace extends AddressSpace {
  constructor(system: PagingSystem, processKey: number, newMappingId: () => number, layout: AddressLayout) {
    super(system, processKey, newMappingId, noTables(system, processKey));
    this.layout = layout;
  }

  override get isRunning(): boolean {
    return this.isCurrentProcess;
  }

  override map(template: VmaTemplate, shade: 0 | 1 | 2): Vma {
    if (!this.canMap(template.first, template.last - template.first)) throw new Error(`pages ${String(template.first)} to ${String(template.last)} do not exist`);
    const { frames } = this.system;
    for (let vpn = template.first; vpn < template.last; vpn++) {
      if (template.file !== null) readFileInto(frames, vpn, template.file, template.filePage + vpn - template.first);
    }
    // Nothing faults, so a stack does not grow: it has all of its area from the start.
    const first = template.growsDown ? vpnOfVa(this.layout.stackBottom) : template.first;
    const vma = this.vmas.insert({ ...template, first, growsDown: false });
    this.shade(first, template.last, shade);
    this.residentPages += template.last - first;
    return vma;
  }

  override unmap(first: Vpn, last: Vpn): void {
    const before = this.virtualPages;
    super.unmap(first, last);
    this.residentPages -= before - this.virtualPages;
  }

  override canMap(first: Vpn, pages: number): boolean {
    return first + pages <= this.system.frames.frameCount;
  }

  override canProtect(): boolean {
    return false;
  }

  override findGap(pages: number): Vpn {
    return this.vmas.findGap(pages, MMAP_MIN_VPN, vpnOfVa(this.layout.mmapTop));
  }

  override setBreak(to: bigint, shade: 0 | 1 | 2): bigint {
    return vpnOfVa(to + 4095n) > vpnOfVa(this.layout.mmapTop) ? this.brk : super.setBreak(to, shade);
  }

  override directFrame(vpn: Vpn): number {
    return vpn < this.system.frames.frameCount ? vpn : -1;
  }

  override peek(low: number, high: number): number {
    const pfn = vpnOf(low, high);
    return pfn < this.system.frames.frameCount ? this.system.frames.slot(pfn) + (low & 4095) : 0;
  }

  override destroy(): void {
    this.unmap(0, this.userEnd);
    this.shadows.destroy();
    this.leaveSystem();
  }
}
