/** Which heap block each byte of a page belongs to. */
import type { PageDetail } from '@shared/views';
import { PAGE_BYTES, parseVa } from '@/lib/va';

/** Block id per byte of the page, 0: none. Blocks that begin before or end after the page are cut. */
export function blockSpans(page: Pick<PageDetail, 'va' | 'bytes' | 'blocks'>): Int32Array {
  const spans = new Int32Array(page.bytes.length);
  const base = parseVa(page.va) & ~(PAGE_BYTES - 1n);
  for (const block of page.blocks) {
    const start = Number(parseVa(block.va) - base);
    spans.fill(block.blockId, Math.max(0, start), Math.min(spans.length, Math.max(0, start + block.size)));
  }
  return spans;
}

/** Runs of equal shading: [first byte, length, shade], for drawing a page as a bar. */
export function shadeRuns(shadow: Uint8Array): readonly (readonly [from: number, length: number, shade: number])[] {
  const runs: [number, number, number][] = [];
  for (let at = 0; at < shadow.length; at++) {
    const last = runs.at(-1);
    if (last && last[2] === shadow[at]) last[1]++;
    else runs.push([at, 1, shadow[at] ?? 0]);
  }
  return runs;
}
