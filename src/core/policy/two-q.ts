/**
 * 2Q, full version (T. Johnson, D. Shasha, 2Q: A Low Overhead High Performance Buffer Management Replacement Algorithm,
 * VLDB 1994). A1in is a FIFO of pages seen once; A1out remembers which pages left it, without frames; Am is an LRU list of
 * pages that were referenced again while A1out remembered them.
 *
 *   reference   in Am: to its front.  In A1in: nothing.
 *               in A1out: leaves it, gets a frame, enters the front of Am.  Else: gets a frame, enters the front of A1in.
 *   victim      |A1in| > Kin: the back of A1in, remembered in A1out, which forgets its oldest beyond Kout.
 *               Else: the back of Am, not remembered.
 *
 * Parameters: Kin = 25 % and Kout = 50 % of the frames, rounded down, as the paper suggests. The paper does not say whether a page
 * leaves A1out before or after room is made for it; here before, as in libCacheSim.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import { LinkedLists } from './lists';
import type { ReferenceTrace } from './trace';

const A1IN = 0, A1OUT = 1, AM = 2, NONE = 3;

export class TwoQ extends ReplacementPolicy {
  private readonly lists: LinkedLists;
  private readonly listOf: Uint8Array;
  private readonly sizes = [0, 0, 0];
  private readonly kin: number;
  private readonly kout: number;

  /** @param inRatio Kin and `outRatio` Kout as parts of the frames */
  constructor(trace: ReferenceTrace, frameCount: number, inRatio: number, outRatio: number) {
    super(trace, frameCount);
    this.lists = new LinkedLists(trace.pageCount, 3);
    this.listOf = new Uint8Array(trace.pageCount).fill(NONE);
    this.kin = Math.floor(frameCount * inRatio);
    this.kout = Math.floor(frameCount * outRatio);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, listOf, lists } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], page = reference >>> 1, frame = frameOf[page];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        if (listOf[page] === AM) {
          lists.remove(page);
          lists.pushFront(AM, page);
        }
        continue;
      }
      const remembered = listOf[page] === A1OUT;
      if (remembered) this.leave(page);
      let target = this.freeFrame();
      if (target === NOWHERE) target = this.reclaim();
      this.load(target, reference);
      this.enter(page, remembered ? AM : A1IN);
    }
  }

  private reclaim(): number {
    const { lists, sizes } = this;
    if (sizes[A1IN] > this.kin || sizes[AM] === 0) {
      const victim = lists.back(A1IN);
      this.leave(victim);
      this.enter(victim, A1OUT);
      if (sizes[A1OUT] > this.kout) this.leave(lists.back(A1OUT));
      return this.frameOf[victim];
    }
    const victim = lists.back(AM);
    this.leave(victim);
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
