/**
 * What goes into the snapshot file of a machine (machine-sections.ts has the list). Called between quanta; the machine must stand
 * still until the writer (writer.ts) has taken everything, because pages are read where they lie.
 *
 * Equal machines give equal bytes, except for what the caller says (`SnapshotLabel`) and the measured times of a real swap file.
 */
import type { PassImages } from '../image/pass-image';
import { imageToBytes } from '../image/image-file';
import { plainToBytes } from '../image/plain-image';
import type { Pass } from '../machine/pass';
import { PAGE_BYTES } from '../store/store';
import type { Store } from '../store/store';
import type { CodeArea } from '../machine/code-area';
import { CHUNK_PAGES, usedChunks, usedRanges } from '../timeline/used-pages';
import type { RunConfig } from '../../shared/config';
import type { SnapshotInfo } from '../../shared/snapshot-info';
import type { SavedMachine } from './machine-sections';
import { MACHINE_FORM, SECTIONS, skeletonToBytes } from './machine-sections';
import { swapPages } from './swap-pages';
import type { PageSource, SnapshotParts } from './writer';

/** What the file says about itself and the machine does not know. */
export interface SnapshotLabel {
  readonly title: string;
  /** ISO 8601. */
  readonly savedAt: string;
  readonly engineVersion: string;
  readonly picture: Uint8Array | null;
}

export function machineParts(pass: Pass, images: PassImages, saved: Omit<SavedMachine, 'programs'>, label: SnapshotLabel): SnapshotParts {
  const { computer } = pass;
  const { externals, programs } = images;
  return {
    engineVersion: label.engineVersion, info: infoOf(pass, saved.config, label), picture: label.picture,
    sections: [
      { name: SECTIONS.form, bytes: plainToBytes(MACHINE_FORM) },
      { name: SECTIONS.config, bytes: plainToBytes(saved.config) },
      { name: SECTIONS.programs, bytes: plainToBytes(programs) },
      { name: SECTIONS.skeleton, bytes: skeletonToBytes(images.skeleton) },
      { name: SECTIONS.machine, bytes: plainToBytes(saved.fields, externals) },
      { name: SECTIONS.input, bytes: plainToBytes(saved.input, externals) },
      { name: SECTIONS.image, bytes: imageToBytes(images.takeWhole()) },
      { name: SECTIONS.pages, pages: usedPages(computer.store, computer.code) },
      { name: SECTIONS.slots, pages: swapPages(computer.system.swap) },
    ],
  };
}

function infoOf({ computer }: Pass, config: RunConfig, { title, savedAt }: SnapshotLabel): SnapshotInfo {
  const { system } = computer;
  const names = [...computer.programs.keys()];
  return {
    title, savedAt, programs: names, processCount: [...computer.processes].filter((process) => !process.isOver).length,
    instructions: computer.instructions(), ramBytes: config.machine.frameCount * PAGE_BYTES,
    residentBytes: (system.frames.frameCount - system.buddy.takenAway - system.buddy.freeFrames) * PAGE_BYTES,
    swappedBytes: system.swap.slots.usedSlots * PAGE_BYTES,
  };
}

/** Numbers of the pages of the store that were ever used, ascending. */
export function usedPageNumbers(store: Store, code: CodeArea): Uint32Array {
  const { chunks, pages } = usedChunks(usedRanges(store, code));
  const numbers = new Uint32Array(pages);
  let filled = 0;
  for (const { index, spans } of chunks) {
    for (const { first, last } of spans) for (let page = first; page < last; page++) numbers[filled++] = index * CHUNK_PAGES + page;
  }
  return numbers;
}

function usedPages(store: Store, code: CodeArea): PageSource {
  const numbers = usedPageNumbers(store, code);
  return {
    count: numbers.length, pageNumbers: () => numbers,
    read: (i) => {
      const at = (numbers[i] ?? 0) * PAGE_BYTES;
      return store.bytes.subarray(at, at + PAGE_BYTES);
    },
  };
}
