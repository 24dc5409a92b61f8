import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClangOutcome, ClangRequest, ClangRunner } from '../toolchain/clang/driver';
import { BlobCache } from './blob-cache';
import { CachingClangRunner } from './compile-cache';

const request = (text: string, change: Partial<ClangRequest> = {}): ClangRequest => ({
  sources: [{ path: 'a.c', text }, { path: 'a.h', text: '' }], main: 'a.c', emit: 'bitcode',
  options: { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] }, ...change,
});

class CountingRunner implements ClangRunner {
  count = 0;
  async compile(asked: ClangRequest): Promise<ClangOutcome> {
    this.count++;
    await Promise.resolve();
    const text = asked.sources[0]?.text ?? '';
    return { bitcode: text.includes('error') ? null : new TextEncoder().encode(`BC\n${text}`), diagnostics: [], text: `warning: ${text}\n` };
  }
}

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pagewise-compile-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });
const open = (runner: ClangRunner, fingerprint = 'v1'): CachingClangRunner =>
  new CachingClangRunner({ runner, disk: new BlobCache({ folder, maxBytes: 1e6 }), fingerprint });

describe('CachingClangRunner', () => {
  it('compiles once, also across processes, and gives back the same outcome', async () => {
    const runner = new CountingRunner();
    const first = await open(runner).compile(request('int x;'));
    const second = await open(runner).compile(request('int x;'));
    expect(runner.count).toBe(1);
    expect(second).toEqual(first);
  });

  it('shares a compilation that is under way', async () => {
    const runner = new CountingRunner();
    const cache = open(runner);
    await Promise.all([cache.compile(request('a')), cache.compile(request('a'))]);
    expect(runner.count).toBe(1);
  });

  it.each<[string, Partial<ClangRequest>, string]>([
    ['a header', { sources: [{ path: 'a.c', text: 'int x;' }, { path: 'a.h', text: 'int y;' }] }, 'v1'],
    ['an option', { options: { optimise: 1, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] } }, 'v1'],
    ['the name', { main: 'b.c' }, 'v1'],
    ['what is asked for', { emit: 'check' }, 'v1'],
    ['the compiler', {}, 'v2'],
  ])('compiles again when %s changes', async (_name, change, fingerprint) => {
    const runner = new CountingRunner();
    await open(runner).compile(request('int x;'));
    await open(runner, fingerprint).compile(request('int x;', change));
    expect(runner.count).toBe(2);
  });

  it('prepares in memory, and writes to disk what a run uses', async () => {
    const runner = new CountingRunner();
    const cache = open(runner);
    await cache.prepare(request('int x;'));
    expect([runner.count, readdirSync(folder).length]).toEqual([1, 0]);
    await cache.compile(request('int x;'));
    expect([runner.count, readdirSync(folder).length]).toEqual([1, 1]);
    await open(runner).compile(request('int x;'));
    expect(runner.count).toBe(1);
  });

  it('remembers errors, and recovers from a damaged entry', async () => {
    const runner = new CountingRunner();
    expect((await open(runner).compile(request('error'))).bitcode).toBeNull();
    expect((await open(runner).compile(request('error'))).text).toBe('warning: error\n');
    expect(runner.count).toBe(1);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'garbage');
    expect((await open(runner).compile(request('error'))).text).toBe('warning: error\n');
    expect(runner.count).toBe(2);
  });
});
