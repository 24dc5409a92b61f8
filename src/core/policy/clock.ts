/**
 * Clock, also called second chance (F. J. Corbató, A Paging Experiment with the Multics System, 1968).
 *
 * The frames form a circle with a hand; each has an R bit, which a reference sets. On a fault the hand looks at the frame
 * that it points to: R set, it is cleared and the hand moves on; R clear, the page is the victim, and the hand stops at
 * the frame after it. (As second chance the same is told of a queue: a page at its head whose R bit is set goes to the
 * back with R cleared.)
 *
 * One parameter is needed, because sources differ in the R bit of a page just loaded. Set (the default): the access that
 * faulted is retried and sets it, as x86 hardware does and as W. Stallings' textbook has it. Clear: libCacheSim's Clock.
 */
import { NOWHERE, ReplacementPolicy } from './engine';
import type { ReferenceTrace } from './trace';

export class Clock extends ReplacementPolicy {
  private hand = 0;
  private readonly referenced: Uint8Array;

  /** @param loadedReferenced the R bit of a page just loaded */
  constructor(trace: ReferenceTrace, frameCount: number, private readonly loadedReferenced: boolean) {
    super(trace, frameCount);
    this.referenced = new Uint8Array(this.pageIn.length);
  }

  serve(from: number, to: number): void {
    const { references, frameOf, dirty, referenced } = this;
    const loaded = this.loadedReferenced ? 1 : 0;
    for (let i = from; i < to; i++) {
      const reference = references[i], frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        referenced[frame] = 1;
        if ((reference & 1) !== 0) dirty[frame] = 1;
        continue;
      }
      let target = this.freeFrame();
      if (target === NOWHERE) target = this.sweep();
      this.load(target, reference);
      referenced[target] = loaded;
    }
  }

  /** The R bits, per frame. */
  referencedBits(): Uint8Array {
    return this.referenced;
  }

  private sweep(): number {
    const { referenced, frameCount } = this;
    let hand = this.hand;
    while (referenced[hand] !== 0) {
      referenced[hand] = 0;
      hand = hand + 1 === frameCount ? 0 : hand + 1;
    }
    this.hand = hand + 1 === frameCount ? 0 : hand + 1;
    return hand;
  }
}
