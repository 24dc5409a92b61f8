import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_SETTINGS, DEFAULT_TRACE_READING, type PolicyProgress, type PolicyQuestion, type PolicySource } from '../shared/policy';
import { PolicyWork } from './policy-work';

let folder: string;
let progress: PolicyProgress[];
let work: PolicyWork;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewise-policy-work-'));
  progress = [];
  work = new PolicyWork(() => { throw new Error('no engine is needed here'); }, (one) => { progress.push(one); });
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const question = (source: PolicySource, frameCounts: readonly number[] | null = [3, 4]): PolicyQuestion => ({ source, reading: DEFAULT_TRACE_READING, policies: ['fifo', 'lru'], frameCounts, settings: DEFAULT_POLICY_SETTINGS });
const faults = (source: PolicySource): readonly number[] => work.compare(question(source), null).report.runs.map((run) => run.faults);
const file = (name: string, text: string): PolicySource => {
  writeFileSync(join(folder, name), text);
  return { kind: 'file', path: join(folder, name) };
};

describe('PolicyWork', () => {
  it('compares typed strings; without numbers of frames as many as there are pages', () => {
    expect(faults({ kind: 'string', text: '1,2,3,4,1,2,5,1,2,3,4,5' })).toEqual([9, 10, 10, 8]);
    expect(work.compare(question({ kind: 'string', text: '1 2 3 1' }, null), null).report.runs.map((run) => run.frames)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(progress.every((one) => one.phase === 'running')).toBe(true);
  });

  it('finds the format of a file, keeps its trace, and reads it again when it changed', () => {
    const source = file('a.trace', ' L 1000,4\n S 2000,4\n L 3000,4\n L 1000,4\n');
    expect(work.compare(question(source), null).format).toBe('lackey');
    const reads = (): number => progress.filter((one) => one.phase === 'reading').length;
    const before = reads();
    work.compare(question(source), null);
    expect(reads()).toBe(before);
    file('a.trace', ' L 1000,4\n');
    utimesSync(join(folder, 'a.trace'), 1, 1);
    expect(work.compare(question(source), null).report.trace.references).toBe(1);
    expect(reads()).toBe(before + 1);
  });

  it('says what is wrong, with the name of the file', () => {
    expect(() => faults(file('b.csv', '1,2\n3\n'))).toThrow('b.csv: line 2: there is no column 2');
    expect(() => faults({ kind: 'file', path: join(folder, 'gone') })).toThrow('gone: there is no such file any more');
    expect(() => faults({ kind: 'string', text: '1,,2' })).toThrow('line 1, column 3: a page is missing before this separator');
    expect(() => faults({ kind: 'run' })).toThrow('No program has run yet');
    writeFileSync(join(folder, 'empty'), '');
    expect(() => faults({ kind: 'file', path: join(folder, 'empty') })).toThrow('empty: there are no references');
    expect(() => faults({ kind: 'file', path: folder })).toThrow(/is a folder/);
  });

  it('makes step tables of short strings only', () => {
    const ask = (text: string, frames: number): unknown => work.steps({ source: { kind: 'string', text }, reading: DEFAULT_TRACE_READING, policy: 'lru', frames, settings: DEFAULT_POLICY_SETTINGS }, null);
    expect(ask('1 2 3', 2)).toMatchObject({ policy: 'lru', frames: 2, steps: [{ page: '1' }, { page: '2' }, { page: '3', victim: '1' }] });
    expect(ask('1 2 3', 65)).toBeNull();
    expect(ask('1 '.repeat(401), 2)).toBeNull();
  });
});
