/**
 * The C library of the simulated system, compiled for the host with gcc and compared with the host's own: formatted
 * output and input, numbers from text, sorting, random numbers, strings, dates and mathematics at random arguments
 * (resources/libc/test). Every symbol of ours carries the prefix "pw_"; test/shim.c stands for the machine.
 *
 * The whole comparison runs where gcc and objcopy are (the host is Linux x86-64 with glibc); elsewhere it is skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const library = resolve(import.meta.dirname, '../resources/libc');
const present = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const usable = process.platform === 'linux' && process.arch === 'x64' && present('gcc') && present('objcopy');
if (!usable) console.log('C library: not compared with the host: it needs Linux x86-64 with gcc and objcopy');

/** Runs a tool; its standard output. Throws with everything it printed when it fails. */
function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, signal } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${signal ?? String(status)}\n${stdout}${stderr}`);
  return stdout;
}

const OURS = [
  '-std=gnu17', '-O1', '-msse4.1', '-ffreestanding', '-fno-builtin', '-ffp-contract=off', '-fno-math-errno', '-fno-stack-protector',
  '-fno-inline', '-D__PW_LIBRARY', '-nostdinc', '-w', '-isystem', join(library, 'include'), '-I', join(library, 'src'),
];

describe.skipIf(!usable)('the C library against the host', () => {
  let folder = '';
  let archive = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pagewise-libc-'));
    const objects = join(folder, 'o');
    mkdirSync(objects);
    const sources = readdirSync(join(library, 'src')).filter((name) => name.endsWith('.c'));
    const compile = sources.map((name) => {
      const object = join(objects, name.replace(/\.c$/, '.o'));
      run('gcc', [...OURS, '-c', join(library, 'src', name), '-o', object]);
      run('objcopy', ['--prefix-symbols=pw_', object]);
      return object;
    });
    const shim = join(objects, 'shim.o');
    run('gcc', ['-O1', '-c', join(library, 'test/shim.c'), '-o', shim]);
    archive = join(folder, 'libpw.a');
    run('ar', ['rcs', archive, ...compile, shim]);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function check(name: string, rounds: number): string {
    const program = join(folder, name);
    run('gcc', ['-O1', '-fno-builtin', '-w', join(library, 'test', `${name}.c`), archive, '-lm', '-o', program]);
    return run(program, [String(rounds)]);
  }

  it('printf', () => expect(check('check-format', 20_000)).toContain('format: 0 differences'));
  it('strtod', () => expect(check('check-strtod', 20_000)).toContain('strtod: 0 differences'));
  it('scanf', () => expect(check('check-scanf', 50_000)).toContain('scanf: 0 differences'));
  it('sorting, random numbers, integers, strings, dates', () => expect(check('check-misc', 10_000)).toContain('misc: 0 differences'));
  it('mathematics', () => expect(check('check-math', 2_000)).toContain('math: 0 differences'));
});
