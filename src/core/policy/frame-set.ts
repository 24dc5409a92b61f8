/**
 * A set of frames that gives its k-th member in ascending order: a bit a frame, and a Fenwick tree over the sizes of the
 * words of 32 (P. M. Fenwick, A New Data Structure for Cumulative Frequency Tables, 1994). Every operation takes
 * O(log(frames / 32)). Used by NRU to draw from a class.
 */
export class FrameSet {
  size = 0;
  private readonly bits: Uint32Array;
  /** 1-based; node w covers the w & -w words that end with word w - 1. */
  private readonly tree: Int32Array;
  private readonly top: number;

  constructor(frameCount: number) {
    const words = Math.max(1, Math.ceil(frameCount / 32));
    this.bits = new Uint32Array(words);
    this.tree = new Int32Array(words + 1);
    this.top = 2 ** Math.floor(Math.log2(words));
  }

  /** `frame` must not be a member. */
  add(frame: number): void {
    this.bits[frame >>> 5] |= 1 << (frame & 31);
    this.change(frame >>> 5, 1);
  }

  /** `frame` must be a member. */
  remove(frame: number): void {
    this.bits[frame >>> 5] &= ~(1 << (frame & 31));
    this.change(frame >>> 5, -1);
  }

  /** The member with `rank` smaller ones; 0 <= rank < size. */
  at(rank: number): number {
    const { tree } = this;
    let word = 0, left = rank;
    for (let step = this.top; step > 0; step >>>= 1) {
      const node = word + step;
      if (node < tree.length && tree[node] <= left) {
        word = node;
        left -= tree[node];
      }
    }
    let bits = this.bits[word];
    for (; left > 0; left--) bits &= bits - 1;
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }

  private change(word: number, by: number): void {
    const { tree } = this;
    this.size += by;
    for (let node = word + 1; node < tree.length; node += node & -node) tree[node] += by;
  }
}
