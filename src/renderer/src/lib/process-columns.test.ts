import { describe, expect, it } from 'vitest';
import { DEFAULT_COLUMNS, PROCESS_COLUMNS, isColumnList, processCell, processColumns, sparkPoints, stateText } from './process-columns';
import type { ProcessTableRow } from '@shared/views-processes';

const ROW: ProcessTableRow = {
  processKey: 1, pid: 1000, parent: 1, name: 'a', command: './a', kind: 'program', state: 'waiting', wait: 'pipe', nice: -5, threads: 1, cpu: 0.034, cpuSeconds: 0.002, rssBytes: 8192,
  pssBytes: -1, ussBytes: 4096, swapBytes: 0, virtualBytes: 1048576, pageTableBytes: 20480, minorFaults: 1234, majorFaults: 0, minorRate: 12.4, majorRate: 0, oomScore: 667,
  startSeconds: 0, exitStatus: null, depth: 0, childCount: 0, rssHistory: new Float32Array(0), faultHistory: new Float32Array(0),
};

describe('columns of processes', () => {
  it('write every value', () => {
    const written = Object.fromEntries(PROCESS_COLUMNS.map(({ key }) => [key, processCell(ROW, key)]));
    expect(written).toMatchObject({ pid: '1000', nice: '−5', cpu: '3.4%', pss: '…', minorFaults: '1,234', exitStatus: '–', minorRate: '12' });
    expect(stateText(ROW)).toBe('Waiting: a pipe');
  });
  it('have the words of the profile, and its columns in the same order', () => {
    const heads = (profile: 'linux' | 'windows'): Readonly<Record<string, string>> => Object.fromEntries(processColumns(profile).map(({ key, label }) => [key, label]));
    expect(heads('linux')).toMatchObject({ rss: 'RSS', uss: 'USS', swap: 'Swap', minorFaults: 'Minor', majorRate: 'Major/s' });
    expect(heads('windows')).toMatchObject({ rss: 'Working set', uss: 'Private WS', swap: 'Page file', minorFaults: 'Soft', majorRate: 'Hard/s', pid: 'PID' });
    expect(processColumns('windows').map(({ key }) => key)).toEqual(PROCESS_COLUMNS.map(({ key }) => key));
  });
  it('accept only lists of columns that there are', () => {
    expect([isColumnList(DEFAULT_COLUMNS), isColumnList([]), isColumnList(['pid', 'nonsense']), isColumnList('pid')]).toEqual([true, false, false, false]);
  });
  it('draw a sparkline from the left edge to the right, the largest value at the top', () => {
    expect(sparkPoints([0, 5, 10], 100, 12)).toBe('0.0,11.0 50.0,6.0 100.0,1.0');
    expect(sparkPoints([0, 0], 100, 12)).toBe('0.0,11.0 100.0,11.0');
    expect(sparkPoints([3], 100, 12)).toBe('');
  });
});
