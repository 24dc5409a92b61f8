/** Answers to the Segments view about the running machine, and the changes that it may make. */
import type { AccessAnswer, AccessQuestion, DescriptorTableRows, FsPicture, SegmentChange, SegmentMemoryPicture, SegmentsAnswer, TranslationCosts } from '../../shared/views-segments';
import { answerOf, bitsOf, checkInClassroom, descriptorRow } from '../segmentation/classroom';
import { LDT_ENTRIES } from '../segmentation/descriptor-tables';
import { PagedSegmentSpace } from '../segmentation/paged-segment-space';
import { checkAccess } from '../segmentation/protection';
import type { DescriptorTableImage } from '../segmentation/protection';
import { selectorOf } from '../segmentation/segment-table';
import type { SegmentRecord } from '../segmentation/segment-table';
import { SegmentedSpace } from '../segmentation/segmented-space';
import { hex } from '../paging/units';
import * as layout from '../kernel/memory-layout';
import type { Computer } from './computer';
import { formatValue, peekOf, typeName } from './format-value';
import type { Process } from './process';
import { addressOfSymbol, sizeOfType } from './variables';

const PAGE = 4096;
/** Bytes of a variable that the picture of FS shows. */
const SHOWN_BYTES = 64;

type SegmentSpace = SegmentedSpace | PagedSegmentSpace;
function segmentsOf(process: Process | null): SegmentSpace | null {
  const space = process?.space;
  return space instanceof SegmentedSpace || space instanceof PagedSegmentSpace ? space : null;
}

export function segmentsAnswer(computer: Computer, process: Process | null): SegmentsAnswer {
  const { machine } = computer.config;
  const space = segmentsOf(process);
  return {
    translation: machine.translation, fit: computer.homes.memory?.placement.fit ?? machine.segmentFit,
    gdt: gdtRows(computer), ldt: space === null ? null : ldtRows(computer, space),
    memory: memoryPicture(computer), fs: process === null ? null : fsPicture(process), costs: costsOf(computer),
  };
}

function gdtRows(computer: Computer): DescriptorTableRows {
  const { descriptors } = computer.homes;
  if (descriptors === null) return { address: 0, limit: -1, rows: [] };
  const gdt = descriptors.gdt();
  const rows = [];
  for (let index = 0; index * 8 < gdt.limit; index++) {
    const bits = gdt.entry(index);
    if (index === 0 || bits !== 0n) rows.push(descriptorRow('gdt', index, bits, descriptors.gdtName(index)));
  }
  return { address: descriptors.gdtAddress, limit: gdt.limit, rows };
}

function ldtRows(computer: Computer, space: SegmentSpace): DescriptorTableRows {
  const { descriptors } = computer.homes;
  if (descriptors === null) return { address: 0, limit: -1, rows: [] };
  const ldt = descriptors.ldt(space.segments.ldt);
  const rows = [];
  for (let index = 0; index < LDT_ENTRIES; index++) {
    const bits = ldt.entry(index);
    if (bits !== 0n) rows.push(descriptorRow('ldt', index, bits, nameOf(space.segments.records.get(index), index)));
  }
  return { address: descriptors.ldtAddress(space.segments.ldt), limit: ldt.limit, rows };
}

const FIXED_NAMES: Readonly<Record<number, string>> = { 1: 'code', 2: 'constants', 3: 'data', 4: 'library code', 5: 'library constants', 6: 'library data', 7: 'heap', 8: 'heap of the checker', 255: 'stack' };
function nameOf(record: SegmentRecord | undefined, index: number): string {
  return FIXED_NAMES[index] ?? record?.name ?? '';
}

function memoryPicture(computer: Computer): SegmentMemoryPicture | null {
  const { memory } = computer.homes;
  if (memory === null) return null;
  const owners = memory.owners();
  const placed = memory.placement.segments().map(({ id, start, size }) => {
    const owner = owners.get(id);
    if (owner === undefined) throw new Error(`segment ${String(id)} belongs to nobody`);
    return {
      start, size, name: nameOf(owner.segment, owner.segment.index), pid: computer.processByKey(owner.space.processKey)?.pid ?? 0, selector: selectorOf(owner.segment.index),
      usedBytes: usedBytes(owner.segment),
    };
  });
  return {
    first: memory.placement.first, total: memory.placement.total, placed, numbers: memory.placement.numbers(),
    internalBytes: placed.reduce((sum, { size, usedBytes: used }) => sum + size * PAGE - used, 0),
    movedUnits: memory.movedFrames, compactions: memory.compactions, holesSearched: memory.placement.searched,
  };
}

function usedBytes(segment: SegmentRecord): number {
  return segment.exactBytes > 0 ? segment.exactBytes : (segment.endPage - segment.firstPage) * PAGE;
}

/** Thread-local variables with their bytes; null when the process has none. */
function fsPicture(process: Process): FsPicture | null {
  const base = process.threads[0]?.fsBase ?? 0n;
  if (base === 0n) return null;
  const peek = peekOf(process);
  const variables = process.images.flatMap(({ image }) => image.symbols.filter((symbol) => symbol.threadLocal).map((symbol) => {
    const va = addressOfSymbol(process, symbol);
    const whole = peek(va, Math.max(symbol.sizeBytes, symbol.type < 0 ? 0 : sizeOfType(image, symbol.type)));
    return {
      name: symbol.name, offset: Number(BigInt.asIntN(64, symbol.va)), va: hex(va), sizeBytes: symbol.sizeBytes, type: symbol.type < 0 ? '' : typeName(image, symbol.type),
      value: whole === null || symbol.type < 0 ? '' : formatValue(image, symbol.type, whole, process, peek), bytes: (whole ?? new Uint8Array(0)).slice(0, SHOWN_BYTES),
    };
  }));
  const self = peek(base, 8);
  return { selector: 0, base: hex(base), selfPointer: self === null ? '' : hex(new DataView(self.buffer, self.byteOffset).getBigUint64(0, true)), variables: [...variables].sort((a, b) => a.offset - b.offset) };
}

function costsOf(computer: Computer): TranslationCosts {
  const { machine } = computer.config;
  const counters = computer.counters();
  const { memory } = computer.homes;
  const picture = memoryPicture(computer);
  let tableBytes = 0;
  let frames = 0;
  let internal = 0;
  for (const process of computer.processes) {
    if (process.phase === 'reclaimed') continue;
    const space = segmentsOf(process);
    tableBytes += process.space.tables.tableCount * PAGE + (space === null ? 0 : space.segments.records.size * 8);
    frames += process.space.residentPages;
    if (machine.translation === 'paging' || machine.translation === 'segmentation-paging') internal += lastPageWaste(process);
  }
  const { l2Hits, l2Misses, walks, walkReads, cycles, accesses } = counters;
  return {
    translation: machine.translation, fit: machine.segmentFit, accesses, walks, walkReads, tlbMisses: l2Misses,
    translationCycles: l2Hits * machine.costs.l2HitCycles + walkReads * machine.costs.walkReadCycles, cycles, faults: counters.minorFaults + counters.majorFaults,
    movedUnits: memory?.movedFrames ?? 0, tableBytes, memoryBytes: picture === null ? frames * PAGE : picture.numbers.used * PAGE,
    externalFragmentation: picture?.numbers.external ?? 0, internalBytes: picture?.internalBytes ?? internal,
  };
}

/** Bytes of the last pages of sections that no byte of the program uses. */
function lastPageWaste(process: Process): number {
  let waste = 0;
  for (const { image } of process.images) {
    for (const { sizeBytes } of image.segments) waste += Math.ceil(sizeBytes / PAGE) * PAGE - sizeBytes;
  }
  return waste;
}

/** An access checked one step after the other: in the classroom's tables, or in those of the process. */
export function segmentAccess(computer: Computer, process: Process | null, question: AccessQuestion): AccessAnswer {
  if (question.descriptors !== null) return checkInClassroom(question);
  const { descriptors } = computer.homes;
  const none: DescriptorTableImage = { limit: -1, entry: () => 0n };
  const gdt = descriptors?.gdt() ?? none;
  const space = segmentsOf(process);
  const ldt = space === null || descriptors === null ? null : descriptors.ldt(space.segments.ldt);
  const outcome = checkAccess(gdt, ldt, question);
  const answer = answerOf(question, outcome, (index, local) => ((local ? ldt : gdt) ?? none).entry(index));
  if (outcome.linear === null || space === null) return answer;
  if (space instanceof SegmentedSpace) return { ...answer, physical: outcome.linear };
  const pfn = space.tables.frameOf(question.selector * 2 ** 20 + Math.floor(question.offset / PAGE));
  return { ...answer, physical: pfn < 0 ? null : pfn * PAGE + (question.offset % PAGE) };
}

/** Carries a change out; the sentence says what was done or why not. */
export function changeSegments(computer: Computer, change: SegmentChange): { readonly ok: boolean; readonly message: string } {
  const { memory, descriptors } = computer.homes;
  switch (change.kind) {
    case 'compact': {
      if (memory === null) return { ok: false, message: 'Only a machine that places segments in physical memory can be compacted: run with translation “segmentation”.' };
      const frames = memory.compact();
      computer.kernel.clearFast();
      return { ok: true, message: frames === 0 ? 'Nothing had to move.' : `${String(frames)} units of 4 KiB moved.` };
    }
    case 'fit':
      if (memory === null) return { ok: false, message: 'The fit belongs to translation “segmentation”.' };
      memory.placement.fit = change.fit;
      return { ok: true, message: '' };
    case 'descriptor': {
      const space = segmentsOf(computer.processByKey(change.processKey) ?? computer.processes.first);
      if (descriptors === null) return { ok: false, message: 'The machine is too small for descriptor tables.' };
      const bits = bitsOf(change.bits);
      const base = descriptorRow('ldt', change.index, bits, '').base;
      if (base % PAGE !== 0) return { ok: false, message: `Memory is handed out in units of 4 KiB: the base ${hex(BigInt(base))} is no multiple of 0x1000.` };
      if (change.table === 'gdt') computer.store.write64(computer.store.read32(layout.ST_GDT) + 8 * change.index, bits);
      else if (space !== null) space.segments.poke(change.index, bits);
      else return { ok: false, message: 'This process has no local descriptor table: run with translation “segmentation”.' };
      computer.kernel.clearFast();
      return { ok: true, message: '' };
    }
  }
}
