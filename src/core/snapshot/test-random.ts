/** Numbers for the tests of snapshots: the same for the same seed. */
export interface RandomNumbers {
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number;
}

export function randomNumbers(seed: number): RandomNumbers {
  let state = seed * 2_654_435_761 >>> 0 || 1;
  return {
    below: (limit) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return Math.floor((state >>> 0) / 2 ** 32 * limit);
    },
  };
}
