/** The part of the user half of the address space that the map shows. Numbers are exact here: user addresses are below 2^53. */
export interface Viewport { readonly low: number; readonly high: number }

export const WHOLE: Viewport = { low: 0, high: 2 ** 47 };
/** No closer than sixteen bytes: each has room for its two digits then. */
export const CLOSEST_BYTES = 16;

export function clampViewport(view: Viewport): Viewport {
  const span = Math.min(WHOLE.high, Math.max(CLOSEST_BYTES, view.high - view.low));
  const middle = (view.low + view.high) / 2;
  const low = Math.min(WHOLE.high - span, Math.max(0, middle - span / 2));
  return { low, high: low + span };
}

/** Zooms by `factor` (below 1: closer) so that the address at `share` (0 left edge, 1 right edge) stays where it is. */
export function zoomAt(view: Viewport, factor: number, share: number): Viewport {
  const span = view.high - view.low;
  const wanted = Math.min(WHOLE.high, Math.max(CLOSEST_BYTES, span * factor));
  const at = view.low + span * share;
  return clampViewport({ low: at - wanted * share, high: at + wanted * (1 - share) });
}

/** Moves by a share of the span: 1 is a whole width to the right. */
export function panBy(view: Viewport, share: number): Viewport {
  const by = (view.high - view.low) * share;
  return clampViewport({ low: view.low + by, high: view.high + by });
}

/** A range with some room on both sides. */
export function around(low: number, high: number): Viewport {
  const room = Math.max(4096, (high - low) * 0.12);
  return clampViewport({ low: low - room, high: high + room });
}
