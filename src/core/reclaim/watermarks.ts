/**
 * How many frames are kept free (Linux, mm/page_alloc.c: __setup_per_zone_wmarks, calculate_min_free_kbytes).
 *
 *   min   4·√(RAM in KiB) KiB; below it only the kernel's own tables get frames, others must reclaim first
 *   low   min + the larger of min/4 and scale/10,000 of RAM; below it background reclaim starts
 *   high  low + the same distance; background reclaim stops there
 *
 * Linux keeps at least 128 KiB and at most 256 MiB. A classroom machine has less RAM than that lower bound: there, min is
 * 1/32 of RAM. A scale of 0 asks for no reserve at all: a page leaves when, and only when, its frame is needed, as textbooks
 * draw it.
 */
export interface Watermarks { readonly min: number; readonly low: number; readonly high: number }

const LARGEST_MIN_FRAMES = 65_536;
const SMALL_SHARE = 32;

/** Watermarks in frames for `managed` frames of RAM; `scale`: vm.watermark_scale_factor, 0 none. */
export function watermarksFor(managed: number, scale: number): Watermarks {
  if (scale === 0) return { min: 0, low: 0, high: 0 };
  const kibibytes = managed * 4;
  const min = Math.max(1, Math.min(Math.floor(Math.floor(Math.sqrt(kibibytes * 16)) / 4), LARGEST_MIN_FRAMES, Math.ceil(managed / SMALL_SHARE)));
  const distance = Math.max(1, Math.floor(min / 4), Math.floor((managed * scale) / 10_000));
  return { min, low: min + distance, high: min + 2 * distance };
}
