import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobCache } from './blob-cache';

const key = (n: number): string => n.toString(16).padStart(64, '0');
const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

describe('BlobCache', () => {
  let folder: string;
  let problems: string[];
  const open = (maxBytes = 10_000): BlobCache => new BlobCache({ folder, maxBytes, onProblem: (message) => problems.push(message) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pagewise-cache-'));
    problems = [];
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  it('gives back what was put, also to another process', () => {
    open().put(key(1), bytes(100, 7));
    expect(open().get(key(1))).toEqual(bytes(100, 7));
    expect(open().get(key(2))).toBeNull();
    expect(problems).toEqual([]);
  });

  it.each([
    ['a changed byte', (file: Buffer) => { file[50] = (file[50] ?? 0) ^ 1; return file; }],
    ['a cut file', (file: Buffer) => file.subarray(0, 60)],
    ['an empty file', () => Buffer.alloc(0)],
    ['another format', (file: Buffer) => { file[0] = 0; return file; }],
  ])('takes %s for absent and removes it', (_name, damage) => {
    const cache = open();
    cache.put(key(1), bytes(100, 7));
    const path = join(folder, `${key(1)}.pwc`);
    writeFileSync(path, damage(readFileSync(path)));
    expect(cache.get(key(1))).toBeNull();
    expect(problems).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
    cache.put(key(1), bytes(10, 1));
    expect(cache.get(key(1))).toEqual(bytes(10, 1));
  });

  it('removes the entries unused for longest when it outgrows its bound', () => {
    const cache = open(500);
    for (let i = 1; i <= 3; i++) {
      cache.put(key(i), bytes(100, i));
      const past = new Date(Date.now() - (10 - i) * 1000);
      utimesSync(join(folder, `${key(i)}.pwc`), past, past);
    }
    cache.get(key(1));
    cache.put(key(4), bytes(100, 4));
    expect([1, 2, 3, 4].map((i) => cache.get(key(i)) !== null)).toEqual([true, false, true, true]);
  });

  it('works, with a notice, where nothing can be written', () => {
    const file = join(folder, 'not-a-folder');
    writeFileSync(file, '');
    const cache = new BlobCache({ folder: join(file, 'below'), maxBytes: 1000, onProblem: (message) => problems.push(message) });
    cache.put(key(1), bytes(1, 1));
    expect(cache.get(key(1))).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
  });

  it('refuses keys that are not hexadecimal', () => {
    expect(() => open().get('../../etc/passwd')).toThrow('not a cache key');
  });
});
