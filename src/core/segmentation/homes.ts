/**
 * Where a program lives under each way of translation: its images relocated to their place, and the address space of its process.
 * Called by the loader.
 *
 *   | translation          | program                              | address space      |
 *   |----------------------|--------------------------------------|--------------------|
 *   | paging               | where it was linked                  | AddressSpace       |
 *   | none                 | low in RAM, the same for every one   | FlatSpace          |
 *   | segmentation         | each section at offset 0 of a segment| SegmentedSpace     |
 *   | segmentation-paging  | the same                             | PagedSegmentSpace  |
 */
import { Translation } from '../kernel/memory-layout';
import type { EventKind } from '../events/event-log';
import { AddressSpace } from '../paging/address-space';
import type { AddressLayout } from '../paging/address-layout';
import { vpnOfVa } from '../paging/units';
import type { Computer } from '../machine/computer';
import type { Image, Program } from '../lir/lir';
import { CannotLoad } from './cannot-load';
import { DescriptorTables } from './descriptor-tables';
import { FlatSpace } from './flat-space';
import { PagedSegmentSpace } from './paged-segment-space';
import { relocateImage } from './relocate';
import type { Shifts } from './relocate';
import { MOVE_CYCLES_PER_FRAME, SegmentMemory } from './segment-memory';
import { SEGMENT_INDEX, STACK_END_PAGE, segmentVa } from './segment-table';
import { SegmentedSpace } from './segmented-space';
import type { TranslationMode } from '../../shared/config';

export interface Home {
  readonly program: Program;
  readonly space: AddressSpace;
}

export const TRANSLATIONS: Readonly<Record<TranslationMode, Translation>> = {
  paging: Translation.Paging, none: Translation.None, segmentation: Translation.Segmentation, 'segmentation-paging': Translation.SegmentationPaging,
};

/** With translation off: the first 64 KiB are the resident system's; the library follows. */
const FLAT_START = 0x10000n;
const PAGE = 4096n;

/** What a machine keeps for its way of translation; one per machine. */
export class Homes {
  readonly mode: TranslationMode;
  readonly descriptors: DescriptorTables | null;
  readonly memory: SegmentMemory | null;
  private readonly relocated = new Map<Program, { readonly program: Program; readonly layout: AddressLayout; readonly brk: bigint }>();
  private readonly libraries = new Map<Image, Image>();

  constructor(private readonly computer: Computer) {
    const { machine } = computer.config;
    const { system } = computer;
    this.mode = machine.translation;
    this.descriptors = system.frames.frameCount > 256 ? new DescriptorTables(system.frames) : null;
    this.memory = this.mode === 'segmentation' ? new SegmentMemory(system, machine.segmentFit, { moved: (kind, frames, from, to) => { this.noteMove(kind, frames, from, to); } }) : null;
  }

  /** The program as it will be loaded, and a fresh address space for it. Throws CannotLoad. */
  make(program: Program, processKey: number): Home {
    const { computer } = this;
    if (this.mode === 'paging') return { program, space: new AddressSpace(computer.system, processKey, computer.ids.newMappingId) };
    let found = this.relocated.get(program);
    if (found === undefined) {
      found = this.mode === 'none' ? this.relocateFlat(program) : this.relocateSegments(program);
      this.relocated.set(program, found);
    }
    const space = this.makeSpace(processKey, found.layout);
    space.brkStart = found.brk;
    space.brk = found.brk;
    return { program: found.program, space };
  }

  /** After the images were mapped: the heap begins behind them; the limits of segments with data end at their last byte. */
  finish(space: AddressSpace, program: Program): void {
    if (this.mode === 'paging') {
      space.brkStart = endOf(program.image) + PAGE;
      space.brk = space.brkStart;
    }
    if (!(space instanceof SegmentedSpace) && !(space instanceof PagedSegmentSpace)) return;
    for (const segment of [...program.image.segments, ...program.library.segments]) {
      const record = space.segments.find(vpnOfVa(segment.va));
      if (record === null || segment.kind === 'text') continue;
      record.exactBytes = Math.max(record.exactBytes, Number(segment.va & 0xffff_ffffn) + segment.sizeBytes);
      space.segments.write(record);
    }
  }

  private makeSpace(processKey: number, layout: AddressLayout): AddressSpace {
    const { system, ids } = this.computer;
    if (this.mode === 'none') return new FlatSpace(system, processKey, ids.newMappingId, layout);
    const { descriptors, memory } = this;
    const ldt = descriptors?.takeLdt() ?? -1;
    if (descriptors === null || ldt < 0) throw new CannotLoad('the machine has no room for another local descriptor table; give it more RAM or fewer processes');
    return memory === null
      ? new PagedSegmentSpace(system, processKey, ids.newMappingId, layout, descriptors, ldt, this.computer.config.machine.segmentFit)
      : new SegmentedSpace(system, processKey, ids.newMappingId, layout, descriptors, ldt, memory);
  }

  private relocateFlat(program: Program): { program: Program; layout: AddressLayout; brk: bigint } {
    const top = BigInt(this.computer.system.frames.frameCount) * PAGE;
    const libraryShift = FLAT_START - startOf(program.library);
    const libraryEnd = endOf(program.library) + libraryShift;
    const ownShift = libraryEnd - startOf(program.image);
    const brk = endOf(program.image) + ownShift + PAGE;
    if (brk + 16n * PAGE > top) {
      throw new CannotLoad(`without translation the program, its library and a stack need ${String((brk + 16n * PAGE) / 1024n)} KiB of RAM from address 0 on; the machine has ${String(top / 1024n)} KiB`);
    }
    const stackLimit = BigInt(this.computer.config.machine.stackLimitBytes);
    const quarter = ((top - brk) / 4n) & ~(PAGE - 1n);
    const mmapTop = top - (stackLimit < quarter ? stackLimit & ~(PAGE - 1n) : quarter);
    const middle = (brk + (mmapTop - brk) / 2n) & ~(PAGE - 1n);
    const library = this.libraryAt(program.library, all(libraryShift));
    return {
      program: { ...program, library, image: relocateImage(program.image, all(ownShift), all(libraryShift)) },
      layout: { stackTop: top, stackBottom: mmapTop, mmapTop, arenaStart: middle, arenaEnd: mmapTop }, brk,
    };
  }

  private relocateSegments(program: Program): { program: Program; layout: AddressLayout; brk: bigint } {
    const own = segmentShifts(program.image, SEGMENT_INDEX.code, SEGMENT_INDEX.constants, SEGMENT_INDEX.data);
    const library = segmentShifts(program.library, SEGMENT_INDEX.libraryCode, SEGMENT_INDEX.libraryConstants, SEGMENT_INDEX.libraryData);
    const end = segmentVa(SEGMENT_INDEX.arena) + 0xffff_f000n;
    return {
      program: { ...program, library: this.libraryAt(program.library, library), image: relocateImage(program.image, own, library) },
      layout: { stackTop: segmentVa(SEGMENT_INDEX.stack) + BigInt(STACK_END_PAGE) * PAGE, stackBottom: segmentVa(SEGMENT_INDEX.stack), mmapTop: 0n, arenaStart: segmentVa(SEGMENT_INDEX.arena), arenaEnd: end },
      brk: segmentVa(SEGMENT_INDEX.heap),
    };
  }

  /** The library is moved once: its place does not depend on the program. */
  private libraryAt(library: Image, shifts: Shifts): Image {
    let moved = this.libraries.get(library);
    if (moved === undefined) {
      moved = relocateImage(library, shifts, shifts);
      this.libraries.set(library, moved);
    }
    return moved;
  }

  private noteMove(kind: EventKind, frames: number, from: number, to: number): void {
    const { computer } = this;
    computer.chargeCycles(frames * MOVE_CYCLES_PER_FRAME);
    if (from < 0) computer.log(kind, 0, 0, frames, 0);
    else computer.log(kind, (from * 4096) >>> 0, Math.floor(from / 1048576), frames, to);
  }
}

function startOf(image: Image): bigint {
  return image.segments.reduce((low, segment) => (segment.va < low ? segment.va : low), image.segments[0]?.va ?? 0n);
}
/** First page boundary after an image. */
function endOf(image: Image): bigint {
  const end = image.segments.reduce((high, segment) => (segment.va + BigInt(segment.sizeBytes) > high ? segment.va + BigInt(segment.sizeBytes) : high), 0n);
  return (end + PAGE - 1n) & ~(PAGE - 1n);
}

function all(shift: bigint): Shifts {
  return { text: shift, rodata: shift, data: shift, bss: shift };
}

/** Text, constants, and data with bss behind it, each from offset 0 of its segment. */
function segmentShifts(image: Image, code: number, constants: number, data: number): Shifts {
  const at = (kind: string): bigint | null => image.segments.find((segment) => segment.kind === kind)?.va ?? null;
  const dataStart = at('data') ?? at('bss') ?? 0n;
  return {
    text: segmentVa(code) - (at('text') ?? 0n), rodata: segmentVa(constants) - (at('rodata') ?? 0n),
    data: segmentVa(data) - dataStart, bss: segmentVa(data) - dataStart,
  };
}
