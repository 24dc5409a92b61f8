import { describe, expect, it } from 'vitest';
import { parseWorkloads } from './script-parser';

const TAB = `
# A page that was opened and is looked at now and then.
workload browser-tab
  title Browser tab
  command /usr/lib/browser/browser --type=renderer
  priority 5
  region code file /usr/lib/browser/browser 140M
  region heap anonymous 90M, resident 64M
  region photos file /home/ana/photos.pack 1G private
  region frames shared /browser-frames 32M
  phase loading for 2s
    touch code 4k/s zipf
    touch heap 20k/s random in 60M, writes 40%
    touch photos 100/s stride 64K, writes 1%
    grow heap 8M/s to 320M
    fork 2 at helper
  phase idle for 500ms
    touch frames 200/s hot 5% 90%, writes 50%
    then loading
  phase helper for 1min
    exit 3
`;

describe('workload scripts', () => {
  it('are read whole', () => {
    const { scripts, problems } = parseWorkloads(TAB);
    expect(problems).toEqual([]);
    expect(scripts).toEqual([{
      name: 'browser-tab', title: 'Browser tab', command: '/usr/lib/browser/browser --type=renderer', priority: 5,
      regions: [
        { name: 'code', kind: 'file', source: '/usr/lib/browser/browser', pages: 35840, isPrivate: false, residentPages: 0 },
        { name: 'heap', kind: 'anonymous', source: '', pages: 23040, isPrivate: false, residentPages: 16384 },
        { name: 'photos', kind: 'file', source: '/home/ana/photos.pack', pages: 262144, isPrivate: true, residentPages: 0 },
        { name: 'frames', kind: 'shared', source: '/browser-frames', pages: 8192, isPrivate: false, residentPages: 0 },
      ],
      phases: [
        {
          name: 'loading', milliseconds: 2000, forks: 2, childPhase: 2, exitStatus: null, next: 1,
          touches: [
            { region: 0, perSecond: 4000, pattern: { kind: 'zipf' }, withinPages: 0, writePercent: 0 },
            { region: 1, perSecond: 20000, pattern: { kind: 'random' }, withinPages: 15360, writePercent: 40 },
            { region: 2, perSecond: 100, pattern: { kind: 'stride', pages: 16 }, withinPages: 0, writePercent: 1 },
          ],
          refers: [], grows: [{ region: 1, pagesPerSecond: 2048, toPages: 81920 }],
        },
        {
          name: 'idle', milliseconds: 500, forks: 0, childPhase: 0, exitStatus: null, next: 0, grows: [], refers: [],
          touches: [{ region: 3, perSecond: 200, pattern: { kind: 'hot', pagePercent: 5, touchPercent: 90 }, withinPages: 0, writePercent: 50 }],
        },
        { name: 'helper', milliseconds: 60000, forks: 0, childPhase: 0, exitStatus: 3, next: 0, touches: [], grows: [], refers: [] },
      ],
    }]);
  });

  it('several in one text; the one with a mistake is left out', () => {
    const { scripts, problems } = parseWorkloads('workload a\nregion r anonymous 4K\nphase p\nworkload b\nregion r anonymous much\nphase p\nworkload c\nregion r anonymous 1\nphase p');
    expect(scripts.map((script) => [script.name, script.regions[0]?.pages])).toEqual([['a', 1], ['c', 1]]);
    expect(problems).toEqual([{ line: 5, message: '"much" is no size: write for instance 64K, 120M or 2G' }]);
  });

  it.each([
    ['region r anonymous 4K', 'a script begins with "workload NAME"'],
    ['workload', 'the workload needs a name'],
    ['workload 1st', '"1st" is no name: a letter, then letters, digits, "_", "." or "-"'],
    ['workload w\ntouch r 1/s', '"touch" stands in a phase: write "phase NAME" before it'],
    ['workload w\nregion r heap 4K', 'a region is "anonymous SIZE", "file PATH SIZE" or "shared NAME SIZE"'],
    ['workload w\nregion r file 4K', 'a file region needs its path before the size'],
    ['workload w\nregion r anonymous 4K resident 8K', 'no more can be resident than the region has'],
    ['workload w\nregion r anonymous 4K\nregion r anonymous 4K', 'there is a region "r" already'],
    ['workload w\nregion r anonymous 4K\nphase p\ntouch q 1/s', 'there is no region "q"; this workload has "r"'],
    ['workload w\nregion r anonymous 4K\nphase p\ntouch r fast', '"fast" is no rate: write for instance 200/s, 20k/s or 1.5M/s'],
    ['workload w\nregion r anonymous 4K\nphase p\ntouch r 1/s writes 120%', '"120%" is no share: write for instance 30%'],
    ['workload w\nregion r file /x 4K\nphase p\ntouch r 1/s writes 5%', '"r" is mapped read-only: write "private" behind its size, or no "writes"'],
    ['workload w\nregion r file /x 4K\nphase p\ngrow r 4K/s to 1M', 'only anonymous memory grows'],
    ['workload w\nregion r anonymous 4K\nphase p for ever', '"ever" is no time: write for instance 250ms, 5s or 2min'],
    ['workload w\nregion r anonymous 4K\nphase p\ndance', '"dance" is no statement; known are title, command, priority, region, phase, touch, grow, refer, fork, then, exit'],
    ['workload w\nregion r anonymous 8K\nphase p\nrefer r 0 1 2', '"2" is not a page of "r", 0 to 1'],
    ['workload w\npriority 20', '"20" is not a priority from -20 (first) to 19 (last)'],
    ['workload w\nregion r anonymous 4K', 'workload "w" has no phase'],
    ['workload w\nregion r anonymous 4K\nphase p for 1s\nthen q', 'there is no phase "q" in workload "w"'],
    ['workload w\nregion r anonymous 4K\nphase p\ntouch r 1/s\nexit', 'phase "p" has no end: give it a time, "for TIME"'],
  ])('%j: %s', (text, message) => {
    const { scripts, problems } = parseWorkloads(text);
    expect(scripts).toEqual([]);
    expect(problems.map((problem) => problem.message)).toContain(message);
  });
});
