/** Contents of frames without page tables: copied in at load, moved with their segment. */
import * as layout from '../kernel/memory-layout';
import type { FrameTable } from '../paging/frame-table';
import type { FileObject } from '../paging/page-cache';
import type { Pfn } from '../paging/units';

/** The bytes of a page of a file, zeros beyond its end, become the content of a frame. */
export function readFileInto(frames: FrameTable, pfn: Pfn, file: FileObject, page: number): void {
  const content = file.read(page * 4096, 4096);
  const slot = frames.slot(pfn);
  frames.store.bytes.fill(0, slot, slot + 4096);
  frames.store.bytes.set(content, slot);
}

/**
 * The content of one frame becomes another's, whose own was zero. The bytes stay where they are in the store: only the frames
 * exchange them, so that store addresses in use stay true.
 */
export function moveContent(frames: FrameTable, from: Pfn, to: Pfn): void {
  frames.dropSlot(to);
  frames.setField(to, layout.FD_SLOT, frames.field(from, layout.FD_SLOT));
  frames.setField(from, layout.FD_SLOT, 0);
}
