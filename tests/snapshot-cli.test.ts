/** The built `pagewise` command with snapshots: a saved machine goes on as the run that saved it; wrong files and calls are refused in words. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'out/cli/index.js');
const GREETING = join(ROOT, 'resources/examples/lost-greeting.c');
const PRESSURE = join(ROOT, 'tests/pressure/three-times-ram.c');
const SERVER = join(ROOT, 'resources/examples/growing-server.c');
const SMALL = ['--tool=none', '--ram=4M', '--swap=64M'];
let folder: string;
interface Table { readonly rows: readonly { readonly leak: string | null; readonly measures: readonly { readonly a: number; readonly b: number; readonly delta: number }[] }[] }

beforeAll(async () => {
  const { build } = await import('../scripts/tasks/build.mjs') as { build: (parts: string[]) => Promise<void> };
  await build(['kernel', 'libc', 'cli']);
  folder = mkdtempSync(join(tmpdir(), 'pagewise-snapshot-cli-'));
  mkdirSync(join(folder, 'swap'));
}, 240_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PAGEWISE_CACHE: join(folder, 'cache'), PAGEWISE_SWAP: join(folder, 'swap') });
const pagewise = (...args: string[]): SpawnSyncReturns<string> => spawnSync(process.execPath, [CLI, ...args], { cwd: folder, encoding: 'utf8', env: environment() });
const figure = ({ status, stdout, stderr }: SpawnSyncReturns<string>): unknown => ({ status, stdout, stderr });

describe('a snapshot', () => {
  it('runs on to the report of the run that saved it, which the saving changed in nothing', () => {
    const plain = pagewise('run', '--leak-check=full', GREETING);
    const saving = pagewise('run', '--leak-check=full', '--snapshot-file=g.pagewise', '--snapshot-at=900', GREETING);
    expect(figure(saving)).toEqual(figure(plain));
    expect(statSync(join(folder, 'g.pagewise')).size).toBeLessThan(1_000_000);
    expect(figure(pagewise('snapshot', 'run', 'g.pagewise'))).toEqual(figure(plain));
    const info = pagewise('snapshot', 'info', 'g.pagewise').stdout;
    expect(info).toContain('lost-greeting');
    expect(info).toMatch(/instructions\s+9\d\d\n/);
    expect(figure(pagewise('snapshot', 'verify', 'g.pagewise'))).toEqual({ status: 0, stdout: 'g.pagewise: sound\n', stderr: '' });
    pagewise('run', '--leak-check=full', '--snapshot-file=again.pagewise', '--snapshot-at=900', GREETING);
    expect(readFileSync(join(folder, 'again.pagewise')).equals(readFileSync(join(folder, 'g.pagewise')))).toBe(true);
  });

  it('has the pages that lay in the swap file', () => {
    const saving = pagewise('run', ...SMALL, '--snapshot-file=s.pagewise', '--snapshot-at=400K', PRESSURE);
    expect(saving.status).toBe(0);
    expect(pagewise('snapshot', 'info', 's.pagewise').stdout).toMatch(/swapped\s+\d+ KiB/);
    const loaded = pagewise('snapshot', 'run', 's.pagewise');
    expect([loaded.status, loaded.stdout]).toEqual([0, saving.stdout]);
  });

  it('is compared with another: each visit makes a session of 100 bytes, of which a table keeps the last 16', () => {
    const at = (instructions: string): string => {
      pagewise('run', '-q', `--snapshot-file=${instructions}.pagewise`, `--snapshot-at=${instructions}`, SERVER);
      return `${instructions}.pagewise`;
    };
    const [early, late] = [at('100K'), at('300K')];
    const { status, stdout, stderr } = pagewise('snapshot', 'compare', early, late);
    expect([status, stderr]).toEqual([0, '']);
    const { stacks, leaks, overview } = JSON.parse(pagewise('snapshot', 'compare', '--json', early, late).stdout) as {
      stacks: Table; leaks: Table; overview: { label: string; delta: number }[];
    };
    const [bytes, blocks] = stacks.rows[0]?.measures ?? [];
    expect(bytes?.delta).toBeGreaterThan(0);
    expect([bytes?.a, bytes?.b]).toEqual([100 * (blocks?.a ?? 0), 100 * (blocks?.b ?? 0)]);
    // The table is full at both moments: what came is what was lost.
    expect(leaks.rows.map(({ leak, measures }) => [leak, measures[0]?.delta])).toEqual([['definite', bytes?.delta]]);
    expect(overview.find(({ label }) => label === 'Definitely lost')?.delta).toBe(bytes?.delta);
    const line = readFileSync(SERVER, 'utf8').split('\n').findIndex((text) => text.includes('malloc(')) + 1;
    expect(stdout).toContain(`the heap grew by ${(bytes?.delta ?? 0).toLocaleString('en')} bytes in ${blocks?.delta ?? 0} blocks, all of it allocated by open_session at line ${line}.`);
    expect(pagewise('snapshot', 'compare', early, late).stdout).toBe(stdout);
    expect(pagewise('snapshot', 'compare', early, early).stdout).toContain('the heap did not change');
  });

  it('with pages in swap is compared without a swap file', () => {
    pagewise('run', ...SMALL, '--snapshot-file=p.pagewise', '--snapshot-at=400K', PRESSURE);
    const { status, stdout } = pagewise('snapshot', 'compare', '--all', 'p.pagewise', 'p.pagewise');
    expect(status).toBe(0);
    expect(stdout).toMatch(/[1-9][\d,]+ +[1-9][\d,]+ +0 {2}Of that in swap/);
    expect(stdout).toContain('Leaks: There is no leak check');
    expect(readdirSync(join(folder, 'swap'))).toEqual([]);
  });

  it('is refused in words when it is damaged, foreign, missing, or asked for what it cannot do', () => {
    pagewise('run', '--snapshot-file=whole.pagewise', '--snapshot-at=900', GREETING);
    const whole = readFileSync(join(folder, 'whole.pagewise'));
    writeFileSync(join(folder, 'cut.pagewise'), whole.subarray(0, whole.length >> 1));
    writeFileSync(join(folder, 'flipped.pagewise'), whole.map((byte, i) => (i === whole.length >> 1 ? byte ^ 4 : byte)));
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['snapshot', 'run', 'cut.pagewise'], /damaged/], [['snapshot', 'verify', 'flipped.pagewise'], /damaged/],
      [['snapshot', 'info', GREETING], /no snapshot/], [['snapshot', 'run', 'missing.pagewise'], /not there/],
      [['snapshot', 'run', '--ram=4M', 'whole.pagewise'], /as it was saved/], [['snapshot', 'look', 'whole.pagewise'], /unknown action look/],
      [['snapshot'], /info, verify, run or compare/],
      [['snapshot', 'compare', 'whole.pagewise', 'cut.pagewise'], /cut\.pagewise: .*damaged/], [['snapshot', 'compare', 'whole.pagewise'], /usage: .*compare/], [['snapshot', 'compare', 'missing.pagewise', 'whole.pagewise'], /not there/], [['run', '--snapshot-at=900', GREETING], /needs --snapshot-file/],
      [['run', '--snapshot-file=no/such/x.pagewise', GREETING], /folder/],
    ];
    for (const [words, message] of cases) {
      const { status, stderr } = pagewise(...words);
      expect([words.join(' '), status]).toEqual([words.join(' '), 125]);
      expect(stderr).toMatch(message);
    }
    expect(existsSync(join(folder, 'no'))).toBe(false);
    expect(pagewise('snapshot', '--help').stdout).toContain('pagewise snapshot verify FILE');
  });
});
