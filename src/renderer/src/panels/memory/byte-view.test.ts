import { expect, test } from 'vitest';
import type { BlockRow } from '@shared/views';
import { blockSpans, shadeRuns } from './byte-view';

const block = (blockId: number, va: string, size: number): BlockRow => ({ blockId, va, size, state: 'live', allocatedAt: [], freedAt: null, allocatedInstruction: 0, freedInstruction: null, findingId: 0 });

test('bytes know their block; blocks over the edge are cut', () => {
  const spans = blockSpans({ va: '0x1000', bytes: new Uint8Array(4096), blocks: [block(1, '0xff0', 32), block(2, '0x1020', 4), block(3, '0x1ffe', 99)] });
  expect([spans[0], spans[15], spans[16], spans[32], spans[35], spans[36], spans[4095]]).toEqual([1, 1, 0, 2, 2, 0, 3]);
});

test('shading in runs', () => {
  expect(shadeRuns(new Uint8Array([0, 0, 2, 2, 2, 1]))).toEqual([[0, 2, 0], [2, 3, 2], [5, 1, 1]]);
  expect(shadeRuns(new Uint8Array())).toEqual([]);
});
