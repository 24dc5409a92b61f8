import { describe, expect, test } from 'vitest';
import type { Finding } from '@/stores/findings';
import { blockOfFinding, cycleAt, momentsOfFinding, shareOf, ticksOf } from './moments';

const leak = (cause: 'overwritten' | 'unknown', instruction: number): Finding =>
  ({ findingId: 3, leak: { blockIds: [8, 9], explanation: { cause, instruction } }, error: null }) as unknown as Finding;
const error = (instruction: number, blockId?: number): Finding =>
  ({ findingId: 4, leak: null, error: { instruction, description: blockId === undefined ? null : { blockId } } }) as unknown as Finding;
const said = (finding: Finding, block: Parameters<typeof momentsOfFinding>[1]): readonly string[] => momentsOfFinding(finding, block).map((moment) => `${moment.kind} ${moment.instruction}`);

describe('moments of a finding', () => {
  test('a leak: allocated, then lost', () => {
    expect(blockOfFinding(leak('overwritten', 90))).toBe(8);
    expect(said(leak('overwritten', 90), { allocated: 20, freed: null })).toEqual(['allocated 20', 'lost 90']);
  });
  test('what is not known is left out', () => {
    expect(said(leak('unknown', 90), null)).toEqual([]);
    expect(said(leak('overwritten', 90), null)).toEqual(['lost 90']);
  });
  test('a use after free: allocated, freed, used, in the order of time', () => {
    expect(blockOfFinding(error(70, 5))).toBe(5);
    expect(said(error(70, 5), { allocated: 10, freed: 40 })).toEqual(['allocated 10', 'freed 40', 'error 70']);
    expect(blockOfFinding(error(70))).toBeNull();
  });
});

const info = { start: { instruction: 0, cycle: 1000 }, head: { instruction: 100, cycle: 5000 } };

test('share and cycle are each other\'s inverse, and stay within the recording', () => {
  expect([1000, 2000, 5000].map((cycle) => shareOf(cycle, info))).toEqual([0, 0.25, 1]);
  expect([0, 0.25, 1].map((share) => cycleAt(share, info))).toEqual([1000, 2000, 5000]);
  expect([shareOf(0, info), shareOf(9000, info), cycleAt(-1, info), cycleAt(2, info)]).toEqual([0, 1, 1000, 5000]);
  expect(shareOf(7, { start: { instruction: 0, cycle: 7 }, head: { instruction: 0, cycle: 7 } })).toBe(1);
});

test('ticks of one kind that would cover each other are counted as one; unknown and later moments have none', () => {
  const at = (kind: 'error' | 'lost', instruction: number) => ({ kind, instruction, findingId: instruction });
  const cycles = new Map([[10, 1400], [11, 1410], [12, 1420], [50, 3000], [200, 5000]]);
  const ticks = ticksOf([at('error', 50), at('error', 11), at('error', 10), at('lost', 12), at('error', 33), at('error', 200)], (instruction) => cycles.get(instruction), info, 0.02);
  expect(ticks.map((tick) => [tick.kind, tick.moment.instruction, tick.count])).toEqual([['error', 10, 2], ['lost', 12, 1], ['error', 50, 1]]);
});
