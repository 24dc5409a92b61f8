/**
 * Frame descriptors: from a physical frame number to the frame's content in the store.
 */
import { FD_SLOT, FRAME_SECTION_SHIFT, ST_FRAME_SECTIONS } from "../memory-layout";

/** log2 of the bytes of a frame descriptor. */
const DESCRIPTOR_SHIFT: u32 = 5;

/** Store address of the FD_SLOT word of frame `pfn`, which must have been used. */
export function contentFieldOf(pfn: u32): u32 {
  const section = load<u32>(load<u32>(ST_FRAME_SECTIONS) + (pfn >> FRAME_SECTION_SHIFT << 2));
  return section + ((pfn & ((1 << FRAME_SECTION_SHIFT) - 1)) << DESCRIPTOR_SHIFT) + FD_SLOT;
}

/** Store address of the content of frame `pfn`; 0 when the frame has no slot (its content is zero, or nobody owns it); odd for a pattern (paging/pattern.ts). */
export function slotOf(pfn: u32): u32 {
  const section = load<u32>(load<u32>(ST_FRAME_SECTIONS) + (pfn >> FRAME_SECTION_SHIFT << 2));
  if (!section) return 0;
  return load<u32>(section + ((pfn & ((1 << FRAME_SECTION_SHIFT) - 1)) << DESCRIPTOR_SHIFT), FD_SLOT);
}
