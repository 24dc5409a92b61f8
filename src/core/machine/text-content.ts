/**
 * What the text pages of an image hold: four bytes an instruction, op u16 and a u16 (little-endian), so that a text
 * address is text base + 4 · index and the hex view of a text page shows instructions.
 */
import type { Image } from '../lir/lir';
import { INSTRUCTION_BYTES } from '../kernel/memory-layout';

const known = new WeakMap<Image, Uint8Array>();

/** The content is the same for every machine that loads the image; callers do not change it. */
export function textContent(image: Image): Uint8Array {
  const cached = known.get(image);
  if (cached !== undefined) return cached;
  const { code } = image;
  const words = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const content = new Uint32Array(code.length / INSTRUCTION_BYTES);
  for (let i = 0; i < content.length; i++) content[i] = words.getUint32(i * INSTRUCTION_BYTES, true);
  const made = new Uint8Array(content.buffer);
  known.set(image, made);
  return made;
}
