import { expect, test } from 'vitest';
import type { LossRecord, Stack } from '@shared/report';
import { isLibraryAllocation, listFindings, ownFrame } from './findings';

const frame = (fn: string, library: boolean, line = 1) => ({ ip: '0x1', fn, obj: '', file: 'a.c', dir: '', line, library });
const own: Stack = [frame('malloc', true), frame('make', false, 7), frame('main', false, 12)];
const stdio: Stack = [frame('malloc', true), frame('_IO_file_doallocate', true), frame('puts', true), frame('main', false, 3)];
const strdup: Stack = [frame('malloc', true), frame('strdup', true), frame('main', false, 3)];

test('whose allocation it is', () => {
  expect(isLibraryAllocation(own)).toBe(false);
  expect(isLibraryAllocation(stdio)).toBe(true);
  expect(isLibraryAllocation(strdup)).toBe(false);
  expect(isLibraryAllocation([frame('malloc', true)])).toBe(false);
});

test('the first line of the program itself', () => {
  expect(ownFrame(stdio)?.line).toBe(3);
  expect(ownFrame([frame('malloc', true)])).toBeNull();
});

const leak = (findingId: number, kind: LossRecord['kind'], bytes: number, stack: Stack = own): LossRecord => ({
  findingId, unique: findingId, kind, bytes, indirectBytes: 0, blocks: 1, stack, blockIds: [], what: '', sentence: '', explanation: null, suppressed: false,
});

test('definite before possible before reachable, larger first, the C library last', () => {
  const list = listFindings([], [leak(1, 'reachable', 10), leak(2, 'definite', 5), leak(3, 'definite', 50), leak(4, 'reachable', 1024, stdio), leak(5, 'possible', 1)]);
  expect(list.map((finding) => finding.findingId)).toEqual([3, 2, 5, 1, 4]);
});
