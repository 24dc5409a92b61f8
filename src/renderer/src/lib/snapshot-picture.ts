/**
 * The small picture that a snapshot file carries: the blocks of the heap over all of RAM, in the colours of the views. It is drawn
 * from the machine's answers, on a ground that lets either theme through.
 */
import { RamKind, type FrameMap } from '@shared/views-ram';
import type { HeapPicture } from '@shared/views';
import { ask } from './bridge';
import { blockWidth } from './heap-layout';
import { RAM_KIND } from './ram';
import { token } from './theme';
import { BLOCK_STATE } from './words';

export const PICTURE_WIDTH = 320;
export const PICTURE_HEIGHT = 144;
const COLUMNS = 40;
const ROWS = 14;
const CELL_PX = 8;
const HEAP_PX = 22;
/** Seen on dark and on light alike. */
const FAINT = 'rgb(128 140 160 / 22%)';

/** Null: there is nothing to draw, or no way to. */
export async function snapshotPicture(): Promise<Uint8Array | null> {
  const canvas = document.createElement('canvas');
  canvas.width = PICTURE_WIDTH;
  canvas.height = PICTURE_HEIGHT;
  const g = canvas.getContext('2d');
  const { value: status } = await ask('status', null);
  if (!g || status.frameCount === 0) return null;
  const map = (await ask('frameMap', { from: 0, count: status.frameCount, cells: COLUMNS * ROWS })).value;
  const first = (await ask('processes', null)).value[0];
  const heap = first ? (await ask('heap', { processKey: first.processKey, limit: COLUMNS, around: null })).value : null;
  drawHeap(g, heap);
  drawRam(g, map);
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/png'); });
  return blob && new Uint8Array(await blob.arrayBuffer());
}

/** As many blocks as find room, as wide as in the heap strip. */
function drawHeap(g: CanvasRenderingContext2D, heap: HeapPicture | null): void {
  g.fillStyle = FAINT;
  g.fillRect(0, HEAP_PX / 2 - 1, PICTURE_WIDTH, 1);
  let x = 0;
  for (const block of heap?.blocks ?? []) {
    const width = Math.max(6, Math.round(blockWidth(block.size) / 2));
    if (x + width > PICTURE_WIDTH) return;
    const { kind } = BLOCK_STATE[block.state];
    g.fillStyle = token(`--k-${kind}`);
    g.fillRect(x, 0, width, HEAP_PX - 1);
    x += width + 2;
  }
}

function drawRam(g: CanvasRenderingContext2D, map: FrameMap): void {
  const top = HEAP_PX + (PICTURE_HEIGHT - HEAP_PX - ROWS * CELL_PX) / 2, inner = CELL_PX - 1;
  const cells = map.kind.length, columns = COLUMNS;
  for (let cell = 0; cell < cells; cell++) {
    const x = (cell % columns) * CELL_PX, y = top + Math.floor(cell / columns) * CELL_PX, kind = map.kind[cell] as RamKind;
    g.fillStyle = FAINT;
    g.fillRect(x, y, inner, inner);
    if (kind === RamKind.Free) continue;
    const full = Math.max(1, Math.round(((map.used[cell] ?? 0) / 255) * inner));
    g.fillStyle = token(RAM_KIND[kind].token);
    g.fillRect(x, y + inner - full, inner, full);
  }
}
