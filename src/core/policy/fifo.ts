/**
 * FIFO: the victim is the page that was loaded first.
 *
 * Frames fill in order and are replaced in the order in which they were filled, so the queue is the frames themselves and
 * its head is a hand that moves on by one at each fault.
 */
import { NOWHERE, ReplacementPolicy } from './engine';

export class Fifo extends ReplacementPolicy {
  private hand = 0;

  serve(from: number, to: number): void {
    const { references, frameOf, dirty } = this;
    for (let i = from; i < to; i++) {
      const reference = references[i], frame = frameOf[reference >>> 1];
      if (frame !== NOWHERE) {
        if ((reference & 1) !== 0) dirty[frame] = 1;
        continue;
      }
      let target = this.freeFrame();
      if (target === NOWHERE) {
        target = this.hand;
        this.hand = target + 1 === this.frameCount ? 0 : target + 1;
      }
      this.load(target, reference);
    }
  }
}
