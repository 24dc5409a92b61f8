/** The built `pagewise` command with a real swap file: totals, refusals, and what a killed run leaves behind. */
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'out/cli/index.js');
/** Twice the RAM of the machine below, touched for ever; a line when swap is in use for sure. */
const BUSY = `#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    long pages = 1024;
    char *memory = malloc(pages * 4096);
    for (long round = 0; argc > 1 || round < 3; round++) {
        for (long page = 0; page < pages; page++) {
            if (round > 0 && memory[page * 4096] != (char)(page + round - 1)) return 1;
            memory[page * 4096] = (char)(page + round);
        }
        if (round == 1) { puts("swapping"); fflush(stdout); }
    }
    puts("verified");
    return 0;
}
`;
const MACHINE = ['--tool=none', '--ram=3M', '--swap=16M', '--swap-device=nvme'];
let folder: string;

beforeAll(async () => {
  const { build } = await import('../scripts/tasks/build.mjs') as { build: (parts: string[]) => Promise<void> };
  await build(['kernel', 'libc', 'cli']);
  folder = mkdtempSync(join(tmpdir(), 'pagewise-swap-cli-'));
  mkdirSync(join(folder, 'swap'));
  writeFileSync(join(folder, 'busy.c'), BUSY);
}, 240_000);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PAGEWISE_CACHE: join(folder, 'cache'), PAGEWISE_SWAP: join(folder, 'swap') });
const run = (...args: string[]): SpawnSyncReturns<string> => spawnSync(process.execPath, [CLI, 'run', ...args], { cwd: folder, encoding: 'utf8', env: environment() });
const files = (): readonly string[] => readdirSync(join(folder, 'swap'));

describe('a swap file', () => {
  it('carries a program that needs more than RAM, and is gone afterwards', () => {
    const result = run(...MACHINE, '-v', 'busy.c');
    expect([result.status, result.stdout]).toEqual([0, 'swapping\nverified\n']);
    expect(result.stderr).toMatch(/swap file .*swap.* \((direct transfers|through the host cache)\)/);
    expect(result.stderr).toMatch(/[1-9][\d,]* pages swapped out/);
    expect(result.stderr).toMatch(/[1-9][\d,]* pages swapped in/);
    expect(files()).toEqual([]);
  });

  it('is made where the user says, and never in place of something else', () => {
    const placed = join(folder, 'mine.swap');
    expect(run(...MACHINE, `--swap-file=${placed}`, 'busy.c').status).toBe(0);
    expect(existsSync(placed)).toBe(false);
    const refused = run(...MACHINE, '--swap-file=busy.c', 'busy.c');
    expect([refused.status, refused.stdout]).toEqual([125, '']);
    expect(refused.stderr).toContain('busy.c exists and is no swap file of Pagewise');
    expect(run(...MACHINE, '--swap-file=/no/such/folder/s', 'busy.c').stderr).toContain('does not exist');
    expect(run('--swap-file=x', 'busy.c').stderr).toContain('--swap-file needs --swap=SIZE');
  });

  it('of a run that was killed in the midst of its traffic does not stop the next one', async () => {
    const placed = join(folder, 'placed.swap');
    for (const place of [[], [`--swap-file=${placed}`]]) {
      const child = spawn(process.execPath, [CLI, 'run', ...MACHINE, ...place, 'busy.c', '--', 'for-ever'], { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'ignore'] });
      await new Promise<void>((done) => { child.stdout.once('data', () => { done(); }); });
      const gone = new Promise((done) => { child.on('exit', done); });
      child.kill('SIGKILL');
      await gone;
      expect(place.length === 0 ? files().length : existsSync(placed)).toBe(place.length === 0 ? 1 : true);
      const next = run(...MACHINE, ...place, 'busy.c');
      expect([next.status, next.stdout]).toEqual([0, 'swapping\nverified\n']);
      if (place.length === 0) expect(next.stderr).toContain('1 swap file of ended runs removed');
      expect(place.length === 0 ? files().length : existsSync(placed)).toBe(place.length === 0 ? 0 : false);
    }
  });
});
