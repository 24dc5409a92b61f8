/** Physical memory in words, colours and cells: what the view RAM & swap shares between its parts. */
import { RamKind, RamMark, type MemoryStatus } from '@shared/views-ram';
import { cyclesAsTime, count, counted, size } from './format';

const FRAME_BYTES = 4096;

export interface KindLook { readonly name: string; readonly token: string; readonly letter: string; readonly gloss: string }
export const RAM_KIND: Readonly<Record<RamKind, KindLook>> = {
  [RamKind.Free]: { name: 'free', token: '--f-free', letter: '', gloss: 'In the lists of the buddy allocator: nobody owns it.' },
  [RamKind.Kernel]: { name: 'kernel', token: '--f-kernel', letter: 'K', gloss: 'Firmware and kernel: never given to programs.' },
  [RamKind.PageTable]: { name: 'page table', token: '--f-page-table', letter: 'T', gloss: '512 entries that the walk reads.' },
  [RamKind.Anonymous]: { name: 'anonymous', token: '--f-anonymous', letter: 'A', gloss: 'Heap, stack or data of a process: it can go to swap.' },
  [RamKind.File]: { name: 'file', token: '--f-file', letter: 'F', gloss: 'A page of a file in the page cache: it can be dropped and read again.' },
  [RamKind.Zero]: { name: 'zero page', token: '--f-kernel', letter: 'Z', gloss: 'The one frame of zeros that untouched pages show.' },
  [RamKind.Shared]: { name: 'shared', token: '--f-shared', letter: 'S', gloss: 'Several page tables show it.' },
  [RamKind.Absent]: { name: 'taken out', token: '--k-suppressed', letter: '–', gloss: 'Taken out of the running machine.' },
};
/** Order of the bar of all RAM. */
export const BAR_KINDS: readonly RamKind[] = [RamKind.Kernel, RamKind.PageTable, RamKind.Anonymous, RamKind.File, RamKind.Zero, RamKind.Absent, RamKind.Free];

export function frames(number: number): string {
  return size(number * FRAME_BYTES);
}

export function markWords(marks: number): string {
  const words: string[] = [];
  if (marks & RamMark.Active) words.push('active');
  if (marks & RamMark.Dirty) words.push('dirty');
  if (marks & RamMark.WriteBack) words.push('being written');
  if (marks & RamMark.SwapCache) words.push('in the swap cache');
  if (marks & RamMark.Huge) words.push('part of a huge page');
  return words.join(', ');
}

export interface Grid { readonly columns: number; readonly rows: number; readonly cellPx: number; readonly cells: number }

/** Cells are squares between these sizes; a map that fits with larger ones gets larger ones. */
const LARGEST_CELL_PX = 22;
const SMALLEST_CELL_PX = 5;

/**
 * A grid of equal squares for `frameCount` frames in a box: columns are a multiple of 8 and frames a cell a power of two,
 * so that rows begin at round frame numbers. The fewest frames a cell win, then the largest squares.
 */
export function fitGrid(width: number, height: number, frameCount: number): Grid & { readonly framesPerCell: number } {
  const least = { columns: 8, rows: 1, cellPx: SMALLEST_CELL_PX, cells: 8, framesPerCell: Math.max(1, 2 ** Math.ceil(Math.log2(Math.max(1, frameCount) / 8))) };
  if (width < 8 * SMALLEST_CELL_PX || height < SMALLEST_CELL_PX || frameCount <= 0) return least;
  for (let framesPerCell = 1; framesPerCell <= frameCount; framesPerCell *= 2) {
    const cells = Math.ceil(frameCount / framesPerCell);
    let best: (Grid & { readonly framesPerCell: number }) | null = null;
    for (let columns = 8; columns * SMALLEST_CELL_PX <= width; columns += 8) {
      const rows = Math.ceil(cells / columns);
      const cellPx = Math.min(LARGEST_CELL_PX, Math.floor(width / columns), Math.floor(height / rows));
      if (cellPx >= SMALLEST_CELL_PX && (best === null || cellPx > best.cellPx)) best = { columns, rows, cellPx, cells, framesPerCell };
    }
    if (best) return best;
  }
  return least;
}

/** The part of memory in sight. */
export interface FrameRange { readonly from: number; readonly count: number }

/** Zooms by powers of two around a frame; never below 64 frames, never beyond the machine. */
export function zoomRange(range: FrameRange, total: number, factor: number, around: number): FrameRange {
  const count = Math.min(total, Math.max(Math.min(64, total), 2 ** Math.round(Math.log2(range.count * factor))));
  const share = range.count === 0 ? 0.5 : (around - range.from) / range.count;
  const from = Math.round((around - share * count) / 64) * 64;
  return { from: Math.max(0, Math.min(total - count, from)), count };
}

export type Pressure = 'plenty' | 'background' | 'direct' | 'thrashing';

/** How short memory is, by the watermarks and the share of time that programs wait for memory. */
export function pressureOf(status: MemoryStatus): Pressure {
  if (status.thrashing.isThrashing) return 'thrashing';
  if (status.marks.high > 0 && status.freeFrames <= status.marks.min) return 'direct';
  return status.marks.high > 0 && status.freeFrames <= status.marks.low ? 'background' : 'plenty';
}

/** One sentence on the state of memory, with the numbers that it rests on. */
export function pressureSentence(status: MemoryStatus): string {
  const { thrashing, marks, freeFrames } = status;
  if (thrashing.isThrashing) {
    return `Thrashing: in the last ${cyclesAsTime(thrashing.windowCycles)} programs waited for memory ${Math.round(thrashing.stallShare * 100)} % of the time. `
      + `${counted(thrashing.refaults, 'page')} came back that had just been pushed out; ${counted(thrashing.missingFrames, 'more frame')} (${frames(thrashing.missingFrames)}) would have kept most of them.`;
  }
  switch (pressureOf(status)) {
    case 'direct': return `Only ${counted(freeFrames, 'frame')} are free, not more than the minimum of ${count(marks.min)}: whoever needs one must free others first and wait for the disk.`;
    case 'background': return `${counted(freeFrames, 'frame')} are free, not more than the low mark of ${count(marks.low)}: the kernel frees pages in the background until ${count(marks.high)} are free.`;
    default: return `${frames(freeFrames)} are free; reclaim begins at ${frames(marks.low)}.`;
  }
}
