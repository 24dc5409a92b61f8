/**
 * What every replacement policy has in common: frames, who is in them, and the counts. Each policy is a class of its own
 * file that extends this one and serves references in one tight loop; policies.ts makes them by name.
 *
 * Rules: pure demand paging. Nothing is loaded before it is referenced; while a frame is free nothing is evicted (free
 * frames fill in ascending order); then each fault evicts exactly one page, and the new page takes the victim's frame.
 * The trace's page numbers are dense (trace.ts), so "is it resident, and where" is one array read.
 */
import type { ReferenceTrace } from './trace';

export const NOWHERE = -1;

export abstract class ReplacementPolicy {
  faults = 0;
  evictions = 0;
  /** Evicted pages that had been stored to since they were loaded. */
  writeBacks = 0;
  /** The page that the last fault evicted; NOWHERE when it found a free frame. */
  victim = NOWHERE;
  /** Frames in use. */
  used = 0;
  /** Page to frame; NOWHERE when it is not resident. */
  readonly frameOf: Int32Array;
  /** Frame to page; NOWHERE when it is free. */
  readonly pageIn: Int32Array;
  /** Per frame: 1 when its page was stored to since it was loaded. */
  protected readonly dirty: Uint8Array;
  protected readonly references: Uint32Array;

  /** @param frameCount 1 or more */
  constructor(trace: ReferenceTrace, readonly frameCount: number) {
    if (!(Number.isInteger(frameCount) && frameCount >= 1)) throw new RangeError(`a policy needs at least one frame, not ${frameCount}`);
    this.references = trace.references;
    this.frameOf = new Int32Array(trace.pageCount).fill(NOWHERE);
    // More frames than pages stay free for ever: no room is needed for them.
    this.pageIn = new Int32Array(Math.min(frameCount, trace.pageCount)).fill(NOWHERE);
    this.dirty = new Uint8Array(this.pageIn.length);
  }

  /** Serves the references with indices from <= i < to. Calls must follow each other without gap from 0. */
  abstract serve(from: number, to: number): void;

  /** Takes the lowest free frame, or NOWHERE when all are in use. */
  protected freeFrame(): number {
    return this.used < this.frameCount ? this.used++ : NOWHERE;
  }

  /** Counts a fault and puts its page into `frame`; whatever is there is evicted. */
  protected load(frame: number, reference: number): void {
    const old = this.pageIn[frame], page = reference >>> 1;
    if (old !== NOWHERE) {
      this.frameOf[old] = NOWHERE;
      this.evictions++;
      this.writeBacks += this.dirty[frame];
    }
    this.victim = old;
    this.pageIn[frame] = page;
    this.frameOf[page] = frame;
    this.dirty[frame] = reference & 1;
    this.faults++;
  }
}
