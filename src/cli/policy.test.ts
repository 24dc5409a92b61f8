import { describe, expect, it } from 'vitest';
import { comparePolicies } from '../core/policy/compare';
import { readTraceText } from '../host/policy-files';
import { DEFAULT_TRACE_READING } from '../shared/policy';
import { parsePolicyOptions, type PolicyOptions } from './policy-options';
import { policyText } from './policy-text';

const parse = (line: string): PolicyOptions => parsePolicyOptions(line.split(' ').filter((word) => word !== ''));

describe('parsePolicyOptions', () => {
  const accepted: [string, (options: PolicyOptions) => unknown, unknown][] = [
    ['--policy=lru,fifo', (o) => o.policies, ['fifo', 'lru']],
    ['', (o) => o.policies.length, 10],
    ['--frames=1-4', (o) => o.frameCounts, [1, 2, 3, 4]],
    ['--frames=8,1-3,2', (o) => o.frameCounts, [1, 2, 3, 8]],
    ['--frames=10-30:10', (o) => o.frameCounts, [10, 20, 30]],
    ['--format=lackey --page-size=2M --instructions=no', (o) => [o.reading.format, o.reading.pageSizeBytes, o.reading.instructions], ['lackey', 2_097_152, false]],
    ['--format=csv --id-column=3 --size-column=4 --operation-column=5 --delimiter=; --header=no', (o) => o.reading.csv, { idColumn: 3, sizeColumn: 4, operationColumn: 5, delimiter: ';', header: 'no' }],
    ['--delimiter=tab', (o) => o.reading.csv.delimiter, '\t'],
    ['--seed=7 --nru-interval=1M --clock-load-bit=0 --2q-in=30 --2q-out=60 --s3-small=20', (o) => o.settings, { seed: 7, nruInterval: 1_000_000, clockLoadSetsR: false, twoQIn: 0.3, twoQOut: 0.6, s3Small: 0.2 }],
    ['--mrc --steps=no --json=a.json', (o) => [o.curves, o.steps, o.jsonFile], [true, false, 'a.json']],
    ['', (o) => [o.curves, o.steps, o.jsonFile, o.file], [false, null, null, 'x']],
  ];
  it.each(accepted)('%s', (line, read, value) => { expect(read(parse(`--frames=3 ${line} x`))).toEqual(value); });
  it('a string, or standard input', () => {
    expect(parse('--frames=3 --string=1,2,3').string).toBe('1,2,3');
    expect(parse('--frames=3 -').file).toBe('-');
    expect([parse('--frames=3 p.c').program, parse('--frames=3 p.c').args, parse('--frames=3 p.txt').program]).toEqual(['p.c', [], null]);
    expect(parse('--frames=3 p.c -- -x 5').args).toEqual(['-x', '5']);
  });

  const refused: [string, RegExp][] = [
    ['x', /no number of frames/], ['--frames=3 x -- 1', /need a program/], ['--frames=3', /no trace was given/], ['--frames=3 a b', /one trace at a time; b/], ['--frames=3 --string=1 a', /two traces/],
    ['--frames=0 x', /from 1 to/], ['--frames=4-2 x', /runs backwards/], ['--frames=a x', /neither a number/], ['--frames=1-99999 x', /use a step, e.g. 1-99999:5000/], ['--frames=1-5:0 x', /neither a number/], ['--frames= x', /neither a number/],
    ['--frames=3 --policy=lru,lrv x', /"lrv" is not one of .*did you mean lru/], ['--frames=3 --policy=none x', /nothing to run/],
    ['--frames=3 --frame=3 x', /unknown option --frame=3 \(did you mean --frames\?\)/], ['--frames=3 -x x', /unknown option -x/], ['--frames x', /needs a value: --frames=COUNTS/], ['--frames=3 --mrc=yes x', /takes no value/],
    ['--frames=3 --page-size=3000 x', /power of two/], ['--frames=3 --page-size=8 x', /from 16 to 1G/], ['--frames=3 --delimiter=ab x', /one character/], ['--frames=3 --delimiter=1 x', /one character/],
    ['--frames=3 --seed=-1 x', /whole number/], ['--frames=3 --nru-interval=0 x', /at least 1/], ['--frames=3 --2q-in=101 x', /from 0 to 100/], ['--frames=3 --json= x', /name of a file/],
  ];
  it.each(refused)('refuses: %s', (line, message) => { expect(() => parse(line)).toThrow(message); });
});

describe('policyText', () => {
  const text = (line: string, string: string): string => {
    const options = parse(`${line} --string=x`);
    const { trace } = readTraceText(string, DEFAULT_TRACE_READING);
    return policyText(comparePolicies(trace, { ...options, steps: options.steps ?? false }));
  };

  it('step table, totals, anomaly', () => {
    expect(text('--policy=fifo --frames=3-4 --steps=no', '1,2,3,4,1,2,5,1,2,3,4,5')).toBe(`trace: 12 references to 5 pages; stores are not known

policy  frames  faults  fault ratio  cold misses  evictions  write-backs
fifo         3       9      75.00 %            5          6            -
fifo         4      10      83.33 %            5          6            -

Belady's anomaly: fifo has 9 faults with 3 frames and 10 with 4
`);
    expect(text('--policy=opt --frames=2 --steps=yes', 'A B A:w C')).toBe(`trace: 4 references to 3 pages; 1 store

opt, 2 frames: 3 faults
  reference  A B A C
  frame 0    A A A C
  frame 1      B B B
  fault      * *   *
  victim           A

policy  frames  faults  fault ratio  cold misses  evictions  write-backs
opt          2       3      75.00 %            3          1            1
`);
  });

  it('long step tables are broken into parts of at most a hundred characters', () => {
    const lines = text('--policy=lru --frames=2 --steps=yes', Array.from({ length: 90 }, (_, k) => `page${k % 7}`).join(' ')).split('\n');
    expect(lines.filter((line) => line.startsWith('  reference')).length).toBe(7);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('curve', () => {
    expect(text('--policy=fifo,lru --frames=3 --mrc', '1,2,3,4,1,2,5,1,2,3,4,5').split('\n').slice(6)).toEqual([
      'miss-ratio curve (fault ratio by number of frames):', 'frames      fifo       lru', '1       100.00 %  100.00 %', '2       100.00 %  100.00 %', '3        75.00 %   83.33 %', '4        83.33 %   66.67 %', '5        41.67 %   41.67 %', '',
    ]);
  });
});
