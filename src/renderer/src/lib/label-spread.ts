/** Moves labels along one axis so that they do not cover each other, and stay in the order of what they name. */

/**
 * @param wanted places in pixels
 * @param gap least distance between two
 * @param extent places stay within 0 .. extent where there is room for all
 * @returns how far each is moved
 */
export function spreadLabels(wanted: readonly number[], gap: number, extent: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = [...wanted];
  let least = 0;
  for (const index of order) {
    placed[index] = Math.max(placed[index]!, least);
    least = placed[index]! + gap;
  }
  let most = Math.max(extent, gap * (order.length - 1));
  for (const index of [...order].reverse()) {
    placed[index] = Math.min(placed[index]!, most);
    most = placed[index]! - gap;
  }
  return placed.map((place, index) => place - wanted[index]!);
}
