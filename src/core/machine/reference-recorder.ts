/**
 * Takes the recorded references of a run (kernel/as/record.ts) out of the store and hands them on. A pass has one when its
 * ports ask for references; recording slows the run down and changes nothing else in it.
 */
import * as layout from '../kernel/memory-layout';
import type { Store } from '../store/store';

/** u32 words of an entry: page << 1 | store (low, high), how many in a row, key of the process. */
export const ENTRY_WORDS = 4;

const ROOM_PAGES = 64;

export class ReferenceRecorder {
  /** Store address of the first entry; the one before it holds no page. */
  private readonly first: number;

  constructor(private readonly store: Store, private readonly take: (entries: Uint32Array) => void) {
    const room = store.pool.allocateRun(ROOM_PAGES);
    if (room === 0) throw new Error('the store has no room to record references');
    this.first = room + layout.RECORD_BYTES;
    store.words.fill(0xffffffff, room >>> 2, this.first >>> 2);
    store.write32(layout.ST_RECORD_END, room + ROOM_PAGES * 4096);
    store.write32(layout.ST_RECORD_AT, this.first);
  }

  drain(): void {
    const end = this.store.read32(layout.ST_RECORD_AT);
    this.store.write32(layout.ST_RECORD_AT, this.first);
    if (end > this.first) this.take(this.store.words.subarray(this.first >>> 2, end >>> 2));
  }
}
