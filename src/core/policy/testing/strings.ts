/** Reference strings for tests: made from a seed, read through the classroom reader. */
import { ClassroomReader } from '../read-classroom';
import type { ReferenceTrace } from '../trace';

export function classroom(text: string): ReferenceTrace {
  const reader = new ClassroomReader();
  reader.push(new TextEncoder().encode(text));
  return reader.finish();
}

/** mulberry32: a whole number below `limit`. */
export function numbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) * limit) / 2 ** 32);
  };
}

/** A string of some locality: stays near a place, jumps, loops and scans; a third are stores. */
export function randomString(seed: number, length: number, pages: number): string {
  const below = numbers(seed);
  const words: string[] = [];
  let place = 0;
  while (words.length < length) {
    const way = below(5), run = 1 + below(12);
    if (way === 0) place = below(pages);
    for (let k = 0; k < run && words.length < length; k++) {
      const page = way === 1 ? below(pages) : way === 2 ? (place + k) % pages : (place + below(3)) % pages;
      words.push(`${page}:${below(3) === 0 ? 'w' : 'r'}`);
    }
  }
  return words.join(' ');
}
