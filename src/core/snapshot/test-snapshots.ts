/** Snapshots of random content for the tests: what goes in, the file, and what comes out again. */
import { readFileSync } from 'node:fs';
import { ensureSnapshotCodec } from '../../../scripts/build-kernel.mjs';
import type { SnapshotInfo } from '../../shared/snapshot-info';
import { PNG_SIGNATURE } from './format';
import { SnapshotReader } from './reader';
import type { SnapshotOpening } from './reader';
import { sourceOf } from './record-reader';
import type { RandomNumbers } from './test-random';
import { SnapshotWriter } from './writer';
import type { PageSource, SnapshotParts } from './writer';

export const VERSION = '1.2.3';
export const INFO: SnapshotInfo = { title: 'Lost “head”', savedAt: '2026-11-29T08:00:00.000Z', programs: ['list.c'], processCount: 1, instructions: 12_345, ramBytes: 2 ** 26, residentBytes: 40_960, swappedBytes: 0 };
export const PICTURE = Uint8Array.of(...PNG_SIGNATURE, 1, 2, 3, 4);

export async function codecModule(): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(readFileSync((await ensureSnapshotCodec()).path));
}

export type Pages = ReadonlyMap<number, Uint8Array>;

export function pageSource(pages: Pages): PageSource {
  const numbers = Uint32Array.from([...pages.keys()].sort((a, b) => a - b)), buffer = new Uint8Array(4096);
  return {
    count: numbers.length, pageNumbers: () => numbers,
    // One buffer for all: whoever keeps it is found out.
    read: (i) => {
      buffer.set(pages.get(numbers[i] ?? 0) ?? []);
      return buffer;
    },
  };
}

/** Zero pages, copies of earlier ones (of `others` too), random, sparse and text-like ones. */
export function randomPages(random: RandomNumbers, count: number, others: readonly Uint8Array[] = []): Pages {
  const pages = new Map<number, Uint8Array>(), all = [...others];
  for (let number = random.below(3), i = 0; i < count; i++, number += 1 + (random.below(4) === 0 ? random.below(100_000) : 0)) {
    const how = random.below(6), page = new Uint8Array(4096);
    if (how === 1 && all.length > 0) page.set(all[random.below(all.length)] ?? []);
    else if (how === 2) page[random.below(4096)] = 1 + random.below(255);
    else if (how === 3) for (let at = 0; at < 4096; at++) page[at] = 97 + at % (2 + random.below(9));
    else if (how > 3) for (let at = 0; at < 4096; at++) page[at] = random.below(256);
    all.push(page);
    pages.set(number, page);
  }
  return pages;
}

export interface Content { readonly bytes: ReadonlyMap<string, Uint8Array>; readonly pages: ReadonlyMap<string, Pages>; readonly picture: Uint8Array | null }

export function partsOf(content: Content): SnapshotParts {
  return {
    engineVersion: VERSION, info: INFO, picture: content.picture,
    sections: [...[...content.bytes].map(([name, bytes]) => ({ name, bytes })), ...[...content.pages].map(([name, pages]) => ({ name, pages: pageSource(pages) }))],
  };
}

export function written(parts: SnapshotParts, module: WebAssembly.Module): Uint8Array {
  const pieces: Uint8Array[] = [], writer = new SnapshotWriter(parts, module, (bytes) => { pieces.push(bytes.slice()); });
  while (writer.step() !== 'done');
  const file = new Uint8Array(writer.fileBytes);
  pieces.reduce((at, piece) => {
    file.set(piece, at);
    return at + piece.length;
  }, 0);
  return file;
}

export function opened(file: Uint8Array, module: WebAssembly.Module, ownVersion = VERSION): SnapshotOpening {
  const reader = new SnapshotReader(sourceOf(file), module, ownVersion);
  for (;;) {
    const state = reader.step();
    if ('ok' in state) return state;
  }
}

/** All that a snapshot holds; throws when it does not open. */
export function contentOf(file: Uint8Array, module: WebAssembly.Module): Content {
  const opening = opened(file, module);
  if (!opening.ok) throw new Error(opening.message);
  const { snapshot } = opening, bytes = new Map<string, Uint8Array>(), pages = new Map<string, Map<number, Uint8Array>>();
  for (const section of snapshot.sections) {
    if (section.kind === 'bytes') bytes.set(section.name, snapshot.bytes(section.name) ?? new Uint8Array(0));
    else pages.set(section.name, new Map());
  }
  const delivery = snapshot.deliverPages([...pages.keys()], (section, number, page) => {
    if (pages.get(section)?.has(number) !== false) throw new Error(`page ${String(number)} of ${section} came twice`);
    pages.get(section)?.set(number, page === null ? new Uint8Array(4096) : page.slice());
  });
  while (delivery.step() !== 'done');
  return { bytes, pages, picture: snapshot.about.picture };
}

/** Where two contents differ; null: nowhere. Compared by buffers: a matcher looks at each byte. */
export function differenceOf(a: Content, b: Content): string | null {
  const flat = ({ bytes, pages, picture }: Content): [string, Uint8Array][] => [
    ['picture', picture ?? new Uint8Array(0)], ...bytes,
    ...[...pages].flatMap(([name, each]) => [...each].sort(([x], [y]) => x - y).map(([number, page]): [string, Uint8Array] => [`${name} ${String(number)}`, page])),
  ];
  const ours = flat(a), others = flat(b);
  for (let i = 0; i < Math.max(ours.length, others.length); i++) {
    const [name = 'nothing', bytes = new Uint8Array(0)] = ours[i] ?? [], [otherName = 'nothing', otherBytes = new Uint8Array(0)] = others[i] ?? [];
    if (name !== otherName) return `${name} where ${otherName} should be`;
    if (Buffer.compare(bytes, otherBytes) !== 0) return `${name} differs`;
  }
  return null;
}
