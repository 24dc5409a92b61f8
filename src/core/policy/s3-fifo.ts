/**
 * S3-FIFO (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, R. Vinayak, FIFO Queues are All You Need for Cache Eviction, SOSP 2023).
 * Three FIFO queues: small S, main M, and the ghost G, which remembers pages that S evicted. Each resident page has a
 * counter of 0 to 3, 0 when it is loaded; a reference adds one.
 *
 *   loaded      into M when G remembers the page (G then forgets it), else into S.
 *   victim      M holds more than its share, or S is empty: from M; else from S; again until a page is evicted.
 *     from S    the oldest; counter 2 or more: to M with counter 0, and the next one; else evicted and remembered in G.
 *     from M    the oldest; counter 1 or more: to the back of M's queue with one less, and the next one; else evicted.
 *
 * Parameters: S 10 % of the frames (at least one), M the others, G as many entries as 90 % of the frames, promotion at counter 2. Where the
 * paper's pseudocode could evict twice for one fault (M full while S promotes), this follows its authors' simulator
 * (libCacheSim, S3FIFOv0): M may exceed its share until the next eviction, which then comes from M.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import { LinkedLists } from './lists';
import type { ReferenceTrace } from './trace';

const S = 0, M = 1, G = 2;
const MOST = 3, PROMOTED_FROM = 2;

export class S3Fifo extends ReplacementPolicy {
  private readonly lists: LinkedLists;
  private readonly counter: Uint8Array;
  /** 1: G remembers this page. */
  private readonly remembered: Uint8Array;
  private inSmall = 0;
  private inMain = 0;
  private inGhost = 0;
  private readonly mainShare: number;
  private readonly ghostShare: number;

  /** @param smallRatio S as a part of the frames; G has as many entries as the rest */
  constructor(trace: ReferenceTrace, frameCount: number, smallRatio: number) {
    super(trace, frameCount);
    this.lists = new LinkedLists(trace.pageCount, 3);
    this.counter = new Uint8Array(trace.pageCount);
    this.remembered = new Uint8Array(trace.pageCount);
    this.mainShare = frameCount - Math.max(1, Math.floor(frameCount * smallRatio));
    this.ghostShare = Math.floor(frameCount * (1 - smallRatio));
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, counter } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], page = reference >>> 1, frame = frameOf[page];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        if (counter[page] < MOST) counter[page]++;
        continue;
      }
      const known = this.remembered[page] === 1;
      if (known) this.forget(page);
      let target = this.freeFrame();
      if (target === NOWHERE) target = this.evict();
      this.load(target, reference);
      counter[page] = 0;
      this.lists.pushFront(known ? M : S, page);
      if (known) this.inMain++;
      else this.inSmall++;
    }
  }

  /** Returns the victim's frame. */
  private evict(): number {
    for (;;) {
      const victim = this.inMain > this.mainShare || this.inSmall === 0 ? this.evictFromMain() : this.evictFromSmall();
      if (victim !== NOWHERE) return this.frameOf[victim];
    }
  }

  /** The evicted page; NOWHERE when all of S went over to M. */
  private evictFromSmall(): number {
    const { lists, counter } = this;
    while (this.inSmall > 0) {
      const page = lists.back(S);
      lists.remove(page);
      this.inSmall--;
      if (counter[page] < PROMOTED_FROM) {
        this.remember(page);
        return page;
      }
      counter[page] = 0;
      lists.pushFront(M, page);
      this.inMain++;
    }
    return NOWHERE;
  }

  private evictFromMain(): number {
    const { lists, counter } = this;
    for (;;) {
      const page = lists.back(M);
      lists.remove(page);
      if (counter[page] === 0) {
        this.inMain--;
        return page;
      }
      counter[page]--;
      lists.pushFront(M, page);
    }
  }

  private remember(page: number): void {
    if (this.ghostShare === 0) return;
    if (this.inGhost === this.ghostShare) this.forget(this.lists.back(G));
    this.lists.pushFront(G, page);
    this.remembered[page] = 1;
    this.inGhost++;
  }

  private forget(page: number): void {
    this.lists.remove(page);
    this.remembered[page] = 0;
    this.inGhost--;
  }
}
