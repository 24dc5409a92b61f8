/**
 * GDT and LDTs of the machine, in simulated memory: the bytes that the kernel's segment unit reads and that views show.
 *
 * They lie in the first MiB, which belongs to the system and is mapped one to one. The GDT (frame 1) holds the descriptors
 * that a 64-bit Linux has: under paging alone bases and limits of code and data are ignored, as 64-bit mode does (Intel SDM
 * volume 3, 3.2.4). With segments each process has an LDT (a frame of its own) whose descriptor stands in the GDT.
 */
import * as layout from '../kernel/memory-layout';
import type { FrameTable } from '../paging/frame-table';
import { decodeDescriptor, encodeDescriptor, encodeSelector } from './descriptor';
import type { Descriptor } from './descriptor';
import type { DescriptorTableImage } from './protection';

const GDT_FRAME = 1;
const FIRST_LDT_FRAME = 2;
/** Frames for LDTs: the rest of the first MiB. */
const LDT_FRAMES = 254;
const GDT_ENTRIES = 16 + LDT_FRAMES;
export const LDT_ENTRIES = 256;
/** First GDT entry of an LDT. */
const LDT_INDEX = 16;
const FLAT = { base: 0, limit: 0xfffff, isSegment: true, present: true, available: false, pages: true } as const;

/** Index and descriptor of the entries that a 64-bit Linux has (arch/x86: GDT_ENTRY_…), with a name for views. */
export const FLAT_ENTRIES: readonly { readonly index: number; readonly name: string; readonly descriptor: Descriptor }[] = [
  { index: 1, name: 'kernel code, 32 bits', descriptor: { ...FLAT, type: 0xb, dpl: 0, long: false, big: true } },
  { index: 2, name: 'kernel code', descriptor: { ...FLAT, type: 0xb, dpl: 0, long: true, big: false } },
  { index: 3, name: 'kernel data', descriptor: { ...FLAT, type: 3, dpl: 0, long: false, big: true } },
  { index: 4, name: 'user code, 32 bits', descriptor: { ...FLAT, type: 0xb, dpl: 3, long: false, big: true } },
  { index: 5, name: 'user data', descriptor: { ...FLAT, type: 3, dpl: 3, long: false, big: true } },
  { index: 6, name: 'user code', descriptor: { ...FLAT, type: 0xb, dpl: 3, long: true, big: false } },
];
export const USER_CODE_SELECTOR = encodeSelector({ index: 6, local: false, rpl: 3 });
export const USER_DATA_SELECTOR = encodeSelector({ index: 5, local: false, rpl: 3 });

export class DescriptorTables {
  private readonly free: number[] = [];
  private nextLdt = 0;

  constructor(private readonly frames: FrameTable) {
    const { store } = frames;
    store.write32(layout.ST_GDT, frames.slot(GDT_FRAME));
    store.write32(layout.ST_GDT_LIMIT, 8 * GDT_ENTRIES - 1);
    for (const { index, descriptor } of FLAT_ENTRIES) this.writeGdt(index, descriptor);
  }

  /** Physical addresses of the tables' first bytes. */
  get gdtAddress(): number { return GDT_FRAME * 4096; }
  ldtAddress(ldt: number): number { return (FIRST_LDT_FRAME + ldt) * 4096; }

  gdt(): DescriptorTableImage {
    return { limit: 8 * GDT_ENTRIES - 1, entry: (index) => this.frames.store.read64(this.frames.slot(GDT_FRAME) + 8 * index) };
  }

  ldt(ldt: number): DescriptorTableImage {
    return { limit: 8 * LDT_ENTRIES - 1, entry: (index) => this.frames.store.read64(this.ldtSlot(ldt) + 8 * index) };
  }

  writeGdt(index: number, descriptor: Descriptor): void {
    this.frames.store.write64(this.frames.slot(GDT_FRAME) + 8 * index, encodeDescriptor(descriptor));
  }

  /** An LDT for a process; -1: none is left. */
  takeLdt(): number {
    const ldt = this.free.pop() ?? (this.nextLdt < LDT_FRAMES ? this.nextLdt++ : -1);
    if (ldt < 0) return -1;
    this.frames.store.bytes.fill(0, this.ldtSlot(ldt), this.ldtSlot(ldt) + 4096);
    this.writeGdt(LDT_INDEX + ldt, { base: this.ldtAddress(ldt), limit: 8 * LDT_ENTRIES - 1, type: 2, isSegment: false, dpl: 0, present: true, available: false, long: false, big: false, pages: false });
    return ldt;
  }

  releaseLdt(ldt: number): void {
    this.frames.store.write64(this.frames.slot(GDT_FRAME) + 8 * (LDT_INDEX + ldt), 0n);
    this.free.push(ldt);
  }

  readLocal(ldt: number, index: number): Descriptor {
    return decodeDescriptor(this.frames.store.read64(this.ldtSlot(ldt) + 8 * index));
  }

  writeLocal(ldt: number, index: number, bits: bigint): void {
    this.frames.store.write64(this.ldtSlot(ldt) + 8 * index, bits);
  }

  /** LLDT, as a switch to a process does it; -1: no LDT. */
  load(ldt: number, stackSelector: number): void {
    const { store } = this.frames;
    store.write32(layout.ST_LDT, ldt < 0 ? 0 : this.ldtSlot(ldt));
    store.write32(layout.ST_LDT_LIMIT, ldt < 0 ? 0 : 8 * LDT_ENTRIES - 1);
    store.write32(layout.ST_STACK_SELECTOR, stackSelector);
  }

  /** Name of a GDT entry for views; '' when it is empty. */
  gdtName(index: number): string {
    if (index === 0) return 'null';
    return FLAT_ENTRIES.find((entry) => entry.index === index)?.name ?? (this.gdt().entry(index) === 0n ? '' : `LDT ${String(index - LDT_INDEX)}`);
  }

  private ldtSlot(ldt: number): number {
    return this.frames.slot(FIRST_LDT_FRAME + ldt);
  }
}
