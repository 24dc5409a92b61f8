/**
 * LFU: the victim is the page with the fewest references since it was loaded; among equals the one that reached that
 * number first. An evicted page's count is forgotten. (libCacheSim's LFU; the constant-time structure is that of
 * K. Shah, A. Mitra, D. Matani, An O(1) algorithm for implementing the LFU cache eviction scheme, 2010.)
 *
 * Frames of the same count form a list; the lists that have members form a list of their own in ascending order of
 * count. A reference moves a frame from its list to the next one, which is made when it is not there.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import { LinkedLists } from './lists';
import type { ReferenceTrace } from './trace';

export class Lfu extends ReplacementPolicy {
  /** Members of each count, newest in front. One list a frame is enough, and one more while a frame moves. */
  private readonly members: LinkedLists;
  /** The lists in ascending order of count; the sentinel, index `lists`, has count 0. */
  private readonly nextList: Int32Array;
  private readonly previousList: Int32Array;
  private readonly countOf: Float64Array;
  private readonly listOf: Int32Array;
  private readonly spare: Int32Array;
  private spareCount: number;
  private readonly lists: number;

  constructor(trace: ReferenceTrace, frameCount: number) {
    super(trace, frameCount);
    this.lists = this.pageIn.length + 1;
    this.members = new LinkedLists(this.pageIn.length, this.lists);
    this.nextList = new Int32Array(this.lists + 1).fill(this.lists);
    this.previousList = new Int32Array(this.lists + 1).fill(this.lists);
    this.countOf = new Float64Array(this.lists + 1);
    this.listOf = new Int32Array(this.pageIn.length);
    this.spare = Int32Array.from({ length: this.lists }, (_, k) => this.lists - 1 - k);
    this.spareCount = this.lists;
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        this.countUp(frame);
        continue;
      }
      let target = this.freeFrame();
      if (target === NOWHERE) {
        const lowest = this.nextList[this.lists];
        target = this.members.back(lowest);
        this.leave(target, lowest);
      }
      this.load(target, reference);
      this.enter(target, this.listAfter(this.lists, 1));
    }
  }

  private countUp(frame: number): void {
    const { members, countOf } = this;
    const list = this.listOf[frame], count = countOf[list] + 1, after = this.nextList[list];
    const followed = after !== this.lists && countOf[after] === count;
    if (!followed && members.isAlone(list, frame)) {
      countOf[list] = count;
      return;
    }
    const target = followed ? after : this.listAfter(list, count);
    this.leave(frame, list);
    this.enter(frame, target);
  }

  private enter(frame: number, list: number): void {
    this.listOf[frame] = list;
    this.members.pushFront(list, frame);
  }

  /** Takes a frame out of its list; a list without members goes back to the spare ones. */
  private leave(frame: number, list: number): void {
    this.members.remove(frame);
    if (!this.members.isEmpty(list)) return;
    const { nextList, previousList } = this;
    nextList[previousList[list]] = nextList[list];
    previousList[nextList[list]] = previousList[list];
    this.spare[this.spareCount++] = list;
  }

  /** The list with this count that stands right after `before`; made when it is not there. */
  private listAfter(before: number, count: number): number {
    const { nextList, previousList, countOf } = this;
    const after = nextList[before];
    if (after !== this.lists && countOf[after] === count) return after;
    const made = this.spare[--this.spareCount];
    countOf[made] = count;
    nextList[made] = after;
    previousList[made] = before;
    previousList[after] = made;
    nextList[before] = made;
    return made;
  }
}
