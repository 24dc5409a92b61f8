/**
 * What the text pages of an image hold: four bytes an instruction, op u16 and a u16 (little-endian), so that a text
 * address is text base + 4 · index and the hex view of a text page shows instructions.
 */
import type { Image } from '../lir/lir';
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';

export function textContent(image: Image): Uint8Array {
  const count = image.code.length / INSTRUCTION_BYTES;
  const content = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) content.set(image.code.subarray(i * INSTRUCTION_BYTES, i * INSTRUCTION_BYTES + 4), 4 * i);
  return content;
}
