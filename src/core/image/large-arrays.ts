/**
 * Contents of large arrays beside images that stay in this process: in pieces, and a piece that did not change is the one that the
 * image before had. So checkpoints of a heap with a million records share what stayed the same.
 *
 * One object for the encoder and the decoder of a machine: an array that a restored image has made is known too.
 */
import { ImageDamaged } from './bytes';

/** Shorter arrays are in the content of the image. */
export const LARGE_BYTES = 4096;
const PIECE_BYTES = 16_384;

export class LargeArrays {
  /** What was kept of an array last. */
  private readonly last = new WeakMap<ArrayBufferView, readonly Uint8Array[]>();

  /** The pieces of an array as it is now. */
  keep(array: ArrayBufferView): readonly Uint8Array[] {
    const before = this.last.get(array) ?? [];
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < array.byteLength; at += PIECE_BYTES) {
      const now = new Uint8Array(array.buffer, array.byteOffset + at, Math.min(PIECE_BYTES, array.byteLength - at));
      const known = before[pieces.length];
      pieces.push(known !== undefined && isEqual(known, now) ? known : now.slice());
    }
    this.last.set(array, pieces);
    return pieces;
  }

  /** Fills an array from the pieces of an image, beginning with the one at `first`; answers how many it took. */
  fill(array: ArrayBufferView, pieces: readonly Uint8Array[], first: number): number {
    const taken = pieces.slice(first, first + Math.ceil(array.byteLength / PIECE_BYTES));
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    let filled = 0;
    for (const piece of taken) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    if (filled !== bytes.length) throw new ImageDamaged('a large array is not there');
    this.last.set(array, taken);
    return taken.length;
  }
}

/** Of equal length. Whole words first: arrays of machines are made of them. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const isWhole = a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0, words = isWhole ? a.length >>> 2 : 0;
  const left = new Uint32Array(a.buffer, isWhole ? a.byteOffset : 0, words), right = new Uint32Array(b.buffer, isWhole ? b.byteOffset : 0, words);
  for (let i = 0; i < words; i++) if (left[i] !== right[i]) return false;
  for (let i = 4 * words; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
