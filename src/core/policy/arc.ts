/**
 * ARC (N. Megiddo, D. S. Modha, ARC: A Self-Tuning, Low Overhead Replacement Cache, FAST 2003, figure 4).
 *
 * T1 holds pages seen once lately, T2 those seen at least twice; B1 and B2 remember what left them. All are LRU lists, c is
 * the number of frames, p (a real number, 0 <= p <= c) is the size that T1 should have and learns from hits in B1 and B2:
 *
 *   I    x in T1 or T2: to the front of T2.
 *   II   x in B1: p = min(c, p + max(1, |B2| / |B1|)); replace; x to the front of T2.
 *   III  x in B2: p = max(0, p - max(1, |B1| / |B2|)); replace; x to the front of T2.
 *   IV   else, |T1| + |B1| = c: |T1| < c: forget the back of B1, replace.  |T1| = c: evict the back of T1, not remembered.
 *        |T1| + |B1| < c and all four hold c or more: all four hold 2c: forget the back of B2;  replace.
 *        x to the front of T1.
 *   replace: |T1| >= 1 and (|T1| > p, or x in B2 and |T1| = p): the back of T1 goes to the front of B1; else T2, B2.
 *
 * No parameters. (The paper has |B1| >= |B2| give a step of 1 and else |B2| / |B1|: that is the maximum above.)
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import { LinkedLists } from './lists';
import type { ReferenceTrace } from './trace';

const T1 = 0, T2 = 1, B1 = 2, B2 = 3, NONE = 4;

export class Arc extends ReplacementPolicy {
  private readonly lists: LinkedLists;
  private readonly listOf: Uint8Array;
  private readonly sizes = [0, 0, 0, 0];
  private p = 0;

  constructor(trace: ReferenceTrace, frameCount: number) {
    super(trace, frameCount);
    this.lists = new LinkedLists(trace.pageCount, 4);
    this.listOf = new Uint8Array(trace.pageCount).fill(NONE);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, listOf, lists, sizes } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], page = reference >>> 1, frame = frameOf[page];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        lists.remove(page);
        lists.pushFront(T2, page);
        if (listOf[page] === T1) {
          listOf[page] = T2;
          sizes[T1]--;
          sizes[T2]++;
        }
        continue;
      }
      const seen = listOf[page];
      const target = seen === NONE ? this.roomForNew() : this.roomForRemembered(page);
      this.load(target === NOWHERE ? this.freeFrame() : target, reference);
      this.enter(page, seen === NONE ? T1 : T2);
    }
  }

  /** Cases II and III: B1 and B2 have members only when all frames are in use. */
  private roomForRemembered(page: number): number {
    const { sizes, frameCount } = this;
    const inB2 = this.listOf[page] === B2;
    if (inB2) this.p = Math.max(0, this.p - Math.max(1, sizes[B1] / sizes[B2]));
    else this.p = Math.min(frameCount, this.p + Math.max(1, sizes[B2] / sizes[B1]));
    const frame = this.replace(inB2);
    this.leave(page);
    return frame;
  }

  /** Case IV. NOWHERE: a frame is free. */
  private roomForNew(): number {
    const { sizes, frameCount, lists } = this;
    const inL1 = sizes[T1] + sizes[B1], all = inL1 + sizes[T2] + sizes[B2];
    if (inL1 === frameCount) {
      if (sizes[T1] < frameCount) {
        this.leave(lists.back(B1));
        return this.replace(false);
      }
      const victim = lists.back(T1);
      this.leave(victim);
      return this.frameOf[victim];
    }
    if (all < frameCount) return NOWHERE;
    if (all === 2 * frameCount) this.leave(lists.back(B2));
    return this.replace(false);
  }

  private replace(inB2: boolean): number {
    const { sizes } = this;
    const fromT1 = sizes[T1] >= 1 && (sizes[T1] > this.p || (inB2 && sizes[T1] === this.p));
    const victim = this.lists.back(fromT1 ? T1 : T2);
    this.leave(victim);
    this.enter(victim, fromT1 ? B1 : B2);
    return this.frameOf[victim];
  }

  private enter(page: number, list: number): void {
    this.lists.pushFront(list, page);
    this.listOf[page] = list;
    this.sizes[list]++;
  }

  private leave(page: number): void {
    this.lists.remove(page);
    this.sizes[this.listOf[page]]--;
    this.listOf[page] = NONE;
  }
}
