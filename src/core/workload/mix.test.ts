import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMix, processesOf, startOrder } from './mix';
import type { WorkloadScript } from './script';
import { parseWorkloads } from './script-parser';

const FOLDER = resolve(import.meta.dirname, '../../../resources/workloads');
const TEXT = 'mix m\ntitle A mix\nsummary Two kinds.\nrun 1 a # the one\nrun 9 b';

describe('mixes', () => {
  it('are read', () => {
    expect(parseMix(TEXT, ['a', 'b'])).toEqual({ mix: { name: 'm', title: 'A mix', summary: 'Two kinds.', runs: [{ kind: 'a', count: 1 }, { kind: 'b', count: 9 }], programs: [] }, problems: [] });
  });

  it.each([
    ['run 1 a', 'a mix begins with "mix NAME"'],
    ['mix m', 'a mix runs something: "run N KIND"'],
    ['mix m\nrun a', '"run N KIND", for instance "run 12 shell"'],
    ['mix m\nrun 1 c', 'there is no workload "c"; known are a, b'],
    ['mix m\nprogram 2 /etc/passwd', '"program N FILE.c", for instance "program 2 matrix.c"'],
    ['mix m\nstart 1 a', '"start" is no statement; known are mix, title, summary, run, program'],
  ])('%j: %s', (text, message) => {
    const { mix, problems } = parseMix(text, ['a', 'b']);
    expect(mix).toBeNull();
    expect(problems.map((problem) => problem.message)).toContain(message);
  });

  it('keep their proportions at every size', () => {
    const { mix } = parseMix(TEXT, ['a', 'b']);
    if (mix === null) throw new Error('no mix');
    const counts = (processes: number): number[] => ['a', 'b'].map((kind) => startOrder(mix, processes).filter((one) => one === kind).length);
    expect(counts(10)).toEqual([1, 9]);
    expect(counts(100)).toEqual([10, 90]);
    expect(counts(1)).toEqual([0, 1]);
    expect(counts(7)).toEqual([1, 6]);
    expect(startOrder(mix, 10).slice(0, 2)).toEqual(['a', 'b']);
  });

  it.each([['desktop', 300], ['server', 5000]])('the shipped mix %s has %i processes of kinds that are there', (name, processes) => {
    const { scripts, problems } = parseWorkloads(readFileSync(`${FOLDER}/${name}.workload`, 'utf8'));
    expect(problems).toEqual([]);
    const { mix, problems: wrong } = parseMix(readFileSync(`${FOLDER}/${name}.mix`, 'utf8'), scripts.map((script) => script.name));
    expect(wrong).toEqual([]);
    expect(mix === null ? 0 : processesOf(mix)).toBe(processes);
    expect(new Set(mix?.runs.map((run) => run.kind))).toEqual(new Set(scripts.map((script) => script.name)));
    for (const { file } of mix?.programs ?? []) expect(readdirSync(FOLDER)).toContain(file);
  });

  it.each(['desktop', 'server'])('the page tables of the shipped mix %s stay bounded even when every process has touched all that it ever touches', (name) => {
    const { scripts } = parseWorkloads(readFileSync(`${FOLDER}/${name}.workload`, 'utf8'));
    const { mix } = parseMix(readFileSync(`${FOLDER}/${name}.mix`, 'utf8'), scripts.map((script) => script.name));
    let tables = 0;
    for (const { kind, count } of mix?.runs ?? []) {
      const script = scripts.find((one) => one.name === kind)!;
      // One table for 512 pages, one more where a region begins in the middle of one, and those above.
      const own = script.regions.reduce((sum, _, region) => sum + Math.ceil(pagesReached(script, region) / 512) + 1, 0) + 6;
      tables += own * count;
    }
    expect(tables).toBeGreaterThan(0);
    expect(tables * 4096).toBeLessThan(1.25 * 2 ** 30);
  });
});

/** Pages of a region that a process may come to touch: all, or those that its touches are limited to. */
function pagesReached(script: WorkloadScript, region: number): number {
  const { pages, residentPages } = script.regions[region]!;
  let most = residentPages;
  for (const phase of script.phases) {
    for (const grow of phase.grows) if (grow.region === region) most = Math.max(most, grow.toPages);
    for (const { region: of, withinPages, pattern } of phase.touches) {
      if (of !== region) continue;
      const within = withinPages > 0 ? withinPages : pages;
      most = Math.max(most, pattern.kind === 'hot' && pattern.touchPercent === 100 ? Math.floor((within * pattern.pagePercent) / 100) : within);
    }
  }
  return most;
}
