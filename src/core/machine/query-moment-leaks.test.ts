import { expect, it } from 'vitest';
import type { Block } from '../heap/block-table';
import { Reach, type BlockReach, type LeakScan } from '../checker/leak-check';
import type { Pass } from './pass';
import type { Process } from './process';
import { leaksOf } from './query-moment-leaks';

const block = (blockId: number, size: number, allocStack: number, reach: Reach): BlockReach => ({ block: { blockId, size, allocStack } as Block, reach, heuristic: null, leader: -1, indirectBytes: 0, findingId: 0 });
const AT_END: LeakScan = { blocks: [block(1, 10, 7, Reach.Unreached)] };
const NOW: LeakScan = { blocks: [block(1, 10, 7, Reach.Unreached), block(2, 30, 7, Reach.Unreached), block(3, 5, 7, Reach.Reachable)] };

interface Figures { readonly phase?: string; readonly blocks?: number; readonly pages?: number }
const processOf = (key: number, { phase = 'alive', blocks = 3, pages = 10 }: Figures = {}): Process => ({
  key, phase, space: { residentPages: pages, virtualPages: pages }, heap: { liveBlocks: () => blocks, lastScan: () => AT_END, scanNow: () => NOW },
}) as unknown as Process;
const passOf = (tool: string, leakCheck = 'full'): Pass => ({ config: { check: { tool, leakCheck } }, stacks: { rowsOf: () => [{ fn: 'f', file: 'a.c', line: 3, library: false, ip: '0x1' }] } }) as unknown as Pass;
function leaks(processes: readonly Process[], thorough = false, pass = passOf('memcheck')) {
  return leaksOf(pass, processes, (key, read) => read(processes.find((process) => process.key === key) as Process), thorough);
}

it('is what a check would find now, over all processes, with the newest block of each row; where one has ended, what its last check found', () => {
  expect(leaks([processOf(1), processOf(2, { phase: 'ended' })])).toEqual({
    definite: { bytes: 50, blocks: 3 }, indirect: { bytes: 0, blocks: 0 }, possible: { bytes: 0, blocks: 0 }, reachable: { bytes: 5, blocks: 1 },
    records: [
      { kind: 'definite', bytes: 50, blocks: 3, processKey: 1, blockId: 2, frames: [{ fn: 'f', file: 'a.c', line: 3, library: false }] },
      { kind: 'reachable', bytes: 5, blocks: 1, processKey: 1, blockId: 3, frames: [{ fn: 'f', file: 'a.c', line: 3, library: false }] },
    ],
    otherRecords: { records: 0, bytes: 0, blocks: 0 },
  });
});

it('is left out where it would take long, unless it is asked for; what a check has found already costs nothing', () => {
  expect([leaks([processOf(1, { blocks: 50_001 })]), leaks([processOf(1, { pages: 40_000 })])]).toEqual(['skipped', 'skipped']);
  expect(leaks([processOf(1, { blocks: 50_001 })], true)).toMatchObject({ definite: { bytes: 40 } });
  expect(leaks([processOf(1, { blocks: 1_000_001 })], true)).toBe('too-large');
  expect(leaks([processOf(1, { phase: 'ended', blocks: 1_000_001 })])).toMatchObject({ definite: { bytes: 10 } });
});

it('is none where leaks are not checked', () => {
  expect([leaks([processOf(1)], true, passOf('none')), leaks([processOf(1)], true, passOf('memcheck', 'no'))]).toEqual(['off', 'off']);
});
