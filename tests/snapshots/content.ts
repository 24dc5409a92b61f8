/** The snapshots of the kill test: everything in one follows from its number. */
import type { SnapshotParts } from '../../src/core/snapshot/writer';

export const VERSION = '1.0.0';
const PAGES = 800;
const PAGE_WORDS = 1024;

/** Page i of snapshot n: no two are alike, and none can be compressed. */
export function pageOf(n: number, i: number): Uint8Array {
  const words = new Uint32Array(PAGE_WORDS);
  for (let at = 0, state = (n * PAGES + i + 1) * 2_654_435_761 >>> 0; at < PAGE_WORDS; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer);
}

export function partsOf(n: number): SnapshotParts {
  const numbers = Uint32Array.from({ length: PAGES }, (_, i) => i * 3);
  return {
    engineVersion: VERSION, picture: null,
    info: { title: String(n), savedAt: '2026-01-01T00:00:00Z', programs: [], processCount: 0, instructions: n, ramBytes: 0, residentBytes: 0, swappedBytes: 0 },
    sections: [{ name: 'image', bytes: new Uint8Array(100_000).fill(n & 255) }, { name: 'pages', pages: { count: PAGES, pageNumbers: () => numbers, read: (i) => pageOf(n, i) } }],
  };
}
