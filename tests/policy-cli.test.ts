/** The built `pagewise policy` command: formats, streams, statuses; a program of our own as the reference string. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyReport } from '../src/shared/policy';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'out/cli/index.js');
let folder: string;

beforeAll(async () => {
  const { build } = await import('../scripts/tasks/build.mjs') as { build: (parts: string[]) => Promise<void> };
  await build(['kernel', 'libc', 'cli']);
  folder = mkdtempSync(join(tmpdir(), 'pagewise-policy-cli-'));
  write('belady.txt', '# Belady\n1,2,3,4,1,2,5,1,2,3,4,5\n');
  write('small.trace', '==9== Lackey\nI  1000,4\n L 2ffe,4\n S 3000,8\n M 1010,4\n');
  write('requests.csv', 'time,obj_id,obj_size\n0,a,10\n1,b,20\n2,a,10\n');
  write('odd.csv', 'time,obj_id\n0,a\n1\n');
  write('wrong.c', 'int main(void) { return x; }\n');
  write('walk.c', '#include <stdio.h>\n#include <stdlib.h>\nstatic char page[8][4096] __attribute__((aligned(4096)));\nint main(int argc, char **argv) {\n    int rounds = atoi(argv[1]);\n    for (int r = 0; r < rounds; r++)\n        for (int i = 0; i < 8; i++) page[i][r] = 1;\n    puts("walked");\n    return argc;\n}\n');
}, 240_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const write = (name: string, text: string): void => { writeFileSync(join(folder, name), text); };
function policy(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [CLI, 'policy', ...args], { cwd: folder, input, encoding: 'utf8', maxBuffer: 1 << 27, env: { ...process.env, PAGEWISE_CACHE: join(folder, 'cache') } });
}
/** The lines of the table: policy, frames, faults. */
const table = (text: string): readonly string[] => [...text.matchAll(/^([\w-]+) +(\d+) +(\d+) +[\d.]+ %/gm)].map(([, name, frames, faults]) => `${name} ${frames} ${faults}`);

describe('pagewise policy', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a string', ['--policy=fifo,opt', '--frames=3-4', '--string=1,2,3,4,1,2,5,1,2,3,4,5'], ['fifo 3 9', 'fifo 4 10', 'opt 3 7', 'opt 4 6']],
    ['a file', ['--policy=lru', '--frames=3,4', 'belady.txt'], ['lru 3 10', 'lru 4 8']],
    ['a Lackey trace', ['--policy=lru', '--frames=2', 'small.trace'], ['lru 2 4']],
    ['without fetches', ['--policy=lru', '--frames=2', '--instructions=no', 'small.trace'], ['lru 2 3']],
    ['larger pages', ['--policy=lru', '--frames=1', '--page-size=16K', 'small.trace'], ['lru 1 1']],
    ['csv', ['--policy=lru', '--frames=1', 'requests.csv'], ['lru 1 3']],
  ])('%s', (_name, args, want) => {
    const { status, stdout, stderr } = policy(args);
    expect([status, stderr, table(stdout)]).toEqual([0, '', want]);
  });

  it('standard input, and the result as JSON', () => {
    const { status, stdout } = policy(['--policy=fifo', '--frames=3-4', '--json=out.json', '-'], '1 2 3 4 1 2 5 1 2 3 4 5');
    expect([status, stdout.includes("Belady's anomaly: fifo has 9 faults with 3 frames and 10 with 4")]).toEqual([0, true]);
    const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as PolicyReport & { source: object };
    expect(report.source).toEqual({ file: '-', format: 'classroom' });
    expect(report.runs.map((run) => run.faults)).toEqual([9, 10]);
    expect(report.anomalies).toEqual([{ policy: 'fifo', fewerFrames: 3, moreFrames: 4, faultsWithFewer: 9, faultsWithMore: 10 }]);
  });

  it('a C program: its loads and stores; its output on standard error', () => {
    const { status, stdout, stderr } = policy(['--policy=lru', '--frames=4,30', 'walk.c', '--', '100']);
    expect([status, stderr]).toEqual([0, 'walked\n']);
    const [few, many] = table(stdout).map((line) => Number(line.split(' ')[2]));
    // Eight pages in turn, and the stack between: with four frames each of the 800 stores is a fault.
    expect(few).toBeGreaterThanOrEqual(800);
    expect(many).toBeLessThan(30);
    expect(policy(['--policy=lru', '--frames=4,30', 'walk.c', '--', '100']).stdout).toBe(stdout);
  });

  it.each<[readonly string[], string]>([
    [['--frames=3', 'nothing.txt'], 'nothing.txt: there is no such file'],
    [['--frames=3', 'odd.csv'], 'odd.csv: line 3: there is no column 2: the line has 1 column (delimiter ",")'],
    [['--frames=3', '--string=1,,2'], '--string: line 1, column 3: a page is missing before this separator'],
    [['--frames=3', '--format=lackey', 'belady.txt'], 'belady.txt: line 1, column 1: expected a line such as'],
    [['--frames=3', 'wrong.c'], 'wrong.c does not compile'],
    [['--frames=3', 'nothing.c'], 'nothing.c'],
    [['--frames=3', '--json=no/such/folder/x.json', 'belady.txt'], '--json=no/such/folder/x.json: '],
    [['belady.txt'], 'no number of frames was given'],
  ])('125 and one message: %j', (args, message) => {
    const { status, stdout, stderr } = policy(args);
    expect([status, stdout]).toEqual([125, '']);
    expect(stderr).toContain(`pagewise: ${message}`);
  });

  it('help', () => {
    const { status, stdout } = policy(['--help']);
    expect([status, stdout.includes('--clock-load-bit=1|0')]).toEqual([0, true]);
  });
});
