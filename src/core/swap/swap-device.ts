/**
 * The port to a swap device: fixed slots of 4,096 bytes, read and written synchronously in runs of neighbours.
 *
 * src/host/swap-file.ts implements it on a real file; `RamSwapDevice` keeps slots in host memory (tests, replays, machines
 * without a file). A device never throws: what goes wrong is a status, which becomes an event of the simulated machine.
 */
export const SLOT_BYTES = 4096;

export const enum DeviceStatus {
  Ok,
  /** The transfer failed (EIO). */
  IoError,
  /** The disk that holds the file is full (ENOSPC, EDQUOT). */
  Full,
  /** The file was removed or replaced while in use. */
  Removed,
  /** The file is shorter than it was made. */
  Truncated,
  /** What came back is not what was written: the checksum differs. */
  Altered,
}

export interface SwapDevice {
  readonly slotCount: number;
  /** Where the slots are, for people: a path and how it is opened, or "memory". */
  readonly description: string;
  /** What people should know of the place: removed, cut short, cleared up. Grows; absent where nothing can happen. */
  readonly notices?: readonly string[];
  /** Measured time of the last request in microseconds; an annotation, never part of the trace. 0: not measured. */
  readonly lastMicroseconds: number;
  /** Fills `pages` (4,096 bytes each) from the slots `slot`, `slot` + 1, … */
  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus;
  /** Writes `pages` to the slots `slot`, `slot` + 1, … */
  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus;
  /** Gives file and lock back. */
  close(): void;
}

/** Slots in host memory. A slot never written reads as zeros. */
export class RamSwapDevice implements SwapDevice {
  readonly description = 'memory';
  readonly lastMicroseconds = 0;
  private readonly pages = new Map<number, Uint8Array>();

  constructor(readonly slotCount: number) {}

  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    pages.forEach((page, i) => {
      const content = this.pages.get(slot + i);
      if (content === undefined) page.fill(0); else page.set(content);
    });
    return DeviceStatus.Ok;
  }

  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    pages.forEach((page, i) => {
      const content = this.pages.get(slot + i);
      if (content === undefined) this.pages.set(slot + i, page.slice()); else content.set(page);
    });
    return DeviceStatus.Ok;
  }

  close(): void {
    this.pages.clear();
  }
}

/** One sentence for a status, in the words of a user. */
export function statusSentence(status: DeviceStatus, writing: boolean): string {
  switch (status) {
    case DeviceStatus.Ok: return 'The transfer went well.';
    case DeviceStatus.IoError: return `The disk reported an error while the swap file was ${writing ? 'written' : 'read'}.`;
    case DeviceStatus.Full: return 'The disk that holds the swap file is full: free space there, or place the swap file elsewhere.';
    case DeviceStatus.Removed: return 'The swap file was removed while the machine was using it.';
    case DeviceStatus.Truncated: return 'The swap file was cut short while the machine was using it.';
    case DeviceStatus.Altered: return 'The page that came back from the swap file is not the one that was written: its checksum differs.';
  }
}

/**
 * Checksum of a page of the store, 32 bits: four interleaved FNV-1a lanes over its words, folded. Any change of one word
 * changes it.
 */
export function pageChecksum(words: Uint32Array, address: number): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  let c = 0x85ebca6b;
  let d = 0xc2b2ae35;
  const first = address >>> 2;
  for (let i = first; i < first + SLOT_BYTES / 4; i += 4) {
    a = Math.imul(a ^ (words[i] as number), 0x01000193);
    b = Math.imul(b ^ (words[i + 1] as number), 0x01000193);
    c = Math.imul(c ^ (words[i + 2] as number), 0x01000193);
    d = Math.imul(d ^ (words[i + 3] as number), 0x01000193);
  }
  let h = Math.imul(a ^ (b >>> 15) ^ (b << 17), 0x2c1b3c6d);
  h = Math.imul(h ^ (c >>> 13) ^ (c << 19), 0x297a2d39);
  h = Math.imul(h ^ (d >>> 11) ^ (d << 21), 0x85ebca6b);
  return (h ^ (h >>> 16)) >>> 0;
}
