import { describe, expect, it } from 'vitest';
import { defaultOptions, parseRunOptions, type RunOptions } from './options';
import { DEFAULT_MACHINE } from '../shared/config';
import { nearest } from './usage-error';

const parse = (line: string): RunOptions => parseRunOptions(line.split(' ').filter((word) => word !== ''));

describe('parseRunOptions', () => {
  it('takes files and leaves what follows -- to the program', () => {
    expect(parse('a.c b.c -- -x --leak-check=no c.c')).toEqual({ ...defaultOptions(), files: ['a.c', 'b.c'], args: ['-x', '--leak-check=no', 'c.c'] });
  });

  const accepted: [string, (options: RunOptions) => unknown, unknown][] = [
    ['--tool=none', (o) => o.check.tool, 'none'],
    ['--leak-check=yes', (o) => o.check.leakCheck, 'full'],
    ['--leak-check=summary', (o) => o.check.leakCheck, 'summary'],
    ['--show-leak-kinds=all', (o) => o.check.showLeakKinds, ['definite', 'indirect', 'possible', 'reachable']],
    ['--show-leak-kinds=none', (o) => o.check.showLeakKinds, []],
    ['--show-leak-kinds=reachable,definite', (o) => o.check.showLeakKinds, ['definite', 'reachable']],
    ['--errors-for-leak-kinds=indirect', (o) => o.check.errorsForLeakKinds, ['indirect']],
    ['--leak-check-heuristics=newarray,stdstring', (o) => o.check.leakCheckHeuristics, ['stdstring', 'newarray']],
    ['--error-exitcode=7', (o) => o.errorExitCode, 7],
    ['--error-exitcode=0', (o) => o.errorExitCode, null],
    ['--num-callers=40', (o) => o.check.numCallers, 40],
    ['--suppressions=a --suppressions=b', (o) => o.suppressionFiles, ['a', 'b']],
    ['--xml=yes --xml-file=x.%p', (o) => [o.xml, o.xmlFile], [true, 'x.%p']],
    ['--json=r.json', (o) => o.jsonFile, 'r.json'],
    ['-q', (o) => o.quiet, true],
    ['--max-instructions=5M', (o) => o.maxInstructions, 5_000_000],
    ['--max-heap=64K', (o) => o.maxHeapBytes, 65_536],
    ['--ram=2G', (o) => o.machine.frameCount, 524_288],
    ['--swap=64M --swap-file=/tmp/s', (o) => [o.machine.swap.slotCount, o.swapFile], [16_384, '/tmp/s']],
    ['--swap=8M --swap-device=ssd --page-cluster=0', (o) => o.machine.swap, { slotCount: 2048, device: 'sata-ssd', pageCluster: 0 }],
    ['--replacement=clock --swappiness=100 --overcommit=2 --overcommit-ratio=80 --watermark-scale=0', (o) => o.machine.memory, { ...DEFAULT_MACHINE.memory, policy: 'clock', swappiness: 100, overcommit: 2, overcommitRatio: 80, watermarkScale: 0 }],
    ['--stack-limit=1MiB', (o) => o.machine.stackLimitBytes, 1_048_576],
    ['--stdout=tty', (o) => o.stdout, 'tty'],
    ['--env=A=b=c', (o) => o.environment, ['A=b=c']],
    ['-Iinc -I lib', (o) => o.compile.includeDirectories, ['inc', 'lib']],
    ['-DN=3 -D M -UX', (o) => [o.compile.defines, o.compile.undefines], [['N=3', 'M'], ['X']]],
    ['-std=c99 -O2 -g -Wall -lm', (o) => [o.compile.standard, o.compile.optimise], ['c99', 2]],
    ['--undef-value-errors=no --track-origins=no', (o) => o.files, ['a.c']],
  ];
  it.each(accepted)('%s', (line, read, value) => {
    expect(read(parse(`${line} a.c`))).toEqual(value);
  });

  const refused: [string, RegExp][] = [
    ['a.c --leak-chek=full', /unknown option --leak-chek=full \(did you mean --leak-check\?\)/],
    ['a.c --leak-check', /--leak-check needs a value: --leak-check=no\|summary\|full/],
    ['a.c --leak-check=ful', /must be no, summary, full or yes \(did you mean full\?\)/],
    ['a.c --show-leak-kinds=definite,posible', /"posible" is not one of .*did you mean possible/],
    ['a.c --show-leak-kinds=', /"" is not one of/],
    ['a.c --num-callers=0', /whole number from 1 to 500/],
    ['a.c --num-callers=1e3', /whole number/],
    ['a.c --error-exitcode=256', /from 0 to 255/],
    ['a.c --max-heap=lots', /must be a size/],
    ['a.c --ram=1K', /from 1280K to 64G/],
    ['a.c --machine=cray', /--machine/],
    ['a.c --set=colour=red', /"colour" is no field of a machine/],
    ['a.c --set=tlb.l1dWays=3', /64 entries in 3 ways/],
    ['a.c --set=levels=6', /levels must be one of 4, 5, not "6"/],
    ['a.c --quiet=yes', /takes no value/],
    ['a.c --xml=yes', /needs --xml-file/],
    ['a.c --xml-file=x', /needs --xml=yes/],
    ['a.c --xml-fd=3', /use --xml-file/],
    ['a.c --log-file=', /needs the name of a file/],
    ['a.c --track-origins=yes', /undefined values/],
    ['a.c -O3', /-O0, -O1 and -O2/],
    ['a.c -std=c95', /-std=c95: the value must be/],
    ['a.c -lcurl', /cannot be linked/],
    ['a.c -o prog', /no output file/],
    ['a.c -D 1x', /not the name of a macro/],
    ['a.c -I', /-I needs a value/],
    ['a.c -z', /unknown option -z.*after --/],
    ['-', /standard input/],
    ['', /no C file was given/],
    ['-- a.c', /no C file was given/],
  ];
  it.each(refused)('refuses: %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});

describe('machines', () => {
  it('by name, then changed by what follows', () => {
    const { machine } = parse('a.c --machine=laptop --ram=2G --set=tlb.l1dEntries=16 --set=swap.slotCount=1G --set=paging.coldFiles=on');
    expect([machine.frameCount, machine.swap.slotCount, machine.swap.device, machine.tlb.l1dEntries, machine.paging.coldFiles, machine.paging.readAheadPages]).toEqual([524_288, 262_144, 'nvme', 16, true, 32]);
  });
});

describe('nearest', () => {
  it('suggests only what is near', () => {
    expect(nearest('--xlm-file', ['--xml-file', '--log-file'])).toBe('--xml-file');
    expect(nearest('--banana', ['--xml-file', '--log-file'])).toBeNull();
  });
});
