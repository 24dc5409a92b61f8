/** Snapshot files on the disk: saved whole or not at all, whatever fails; opened only when sound. */
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import type * as fileSystem from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomNumbers } from '../core/snapshot/test-random';
import { INFO, PICTURE, VERSION, codecModule, contentOf, differenceOf, partsOf, randomPages, type Content } from '../core/snapshot/test-snapshots';
import type { PageTaker } from '../core/snapshot/snapshot';
import type { SnapshotParts } from '../core/snapshot/writer';
import { SnapshotFileError, openSnapshot, readSnapshotInfo, saveSnapshot, takePages } from './snapshot-file';

/** A call of the file system that fails from now on, or the one after that many, and with what. */
const failing = vi.hoisted(() => ({ call: '', code: '', after: 0 }));
vi.mock('node:fs', async (load) => {
  const real = await load<typeof fileSystem>();
  const wrapped = <Call extends (...words: never[]) => unknown>(name: string, call: Call): Call => ((...words: never[]) => {
    if (failing.call === name && failing.after-- <= 0) throw Object.assign(new Error(`${failing.code}: it fails`), { code: failing.code, syscall: name });
    return call(...words);
  }) as Call;
  return { ...real, write: wrapped('write', real.write), renameSync: wrapped('renameSync', real.renameSync), openSync: wrapped('openSync', real.openSync), readSync: wrapped('readSync', real.readSync), fsyncSync: wrapped('fsyncSync', real.fsyncSync) };
});

let folder: string, path: string, codec: WebAssembly.Module;
beforeAll(async () => { codec = await codecModule(); });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewise-snapshot-'));
  path = join(folder, 'run.pagewise');
});
afterEach(() => {
  failing.call = '';
  rmSync(folder, { recursive: true, force: true });
});

const contentFor = (seed: number): Content => ({ picture: PICTURE, bytes: new Map([['image', new Uint8Array(3_000).fill(seed)]]), pages: new Map([['pages', randomPages(randomNumbers(seed), 300)]]) });
const partsFor = (seed: number): SnapshotParts => partsOf(contentFor(seed));
const fileBytes = (): Uint8Array => new Uint8Array(readFileSync(path));

/** Pages of which each takes a tenth of a millisecond. */
const SLOW: SnapshotParts = { ...partsFor(1), sections: [{ name: 'pages', pages: { count: 2_000, pageNumbers: () => Uint32Array.from({ length: 2_000 }, (_, i) => i), read: (i) => { for (const until = performance.now() + 0.1; performance.now() < until;); return new Uint8Array(4096).fill(i); } } }] };

/** 14 MiB that cannot be compressed: three full pieces and a rest. */
const NOISE = randomBytes(14 * 2 ** 20);
const LARGE: SnapshotParts = { ...partsFor(1), sections: [{ name: 'image', bytes: NOISE }] };

/** Saves over an older snapshot, expects this failure, and that nothing has changed. */
async function expectFailure(failure: string, message: RegExp, work = {}, parts = partsFor(2)): Promise<void> {
  const before = existsSync(path) && statSync(path).isFile() ? fileBytes() : null, names = readdirSync(folder);
  const error: unknown = await saveSnapshot(path, parts, codec, work).catch((reason: unknown) => reason);
  failing.call = '';
  if (!(error instanceof SnapshotFileError)) throw error;
  expect([error.failure, error.message]).toEqual([failure, expect.stringMatching(message)]);
  expect(readdirSync(folder)).toEqual(names);
  if (before !== null) expect(Buffer.compare(fileBytes(), before)).toBe(0);
}

describe('saving', () => {
  it('leaves one file that holds all, and replaces an older one', async () => {
    for (const seed of [1, 2]) {
      const saved = await saveSnapshot(path, partsFor(seed), codec);
      expect(saved.fileBytes).toBe(statSync(path).size);
      expect(readdirSync(folder)).toEqual(['run.pagewise']);
      expect(differenceOf(contentOf(fileBytes(), codec), contentFor(seed))).toBeNull();
    }
  });

  it('writes and reads large files whole, with direct transfers or without', async () => {
    for (const code of ['', 'EINVAL']) {
      // What opens a second way into the file is the second to open.
      Object.assign(failing, code === '' ? { call: '' } : { call: 'openSync', code, after: 1 });
      const saving = saveSnapshot(path, LARGE, codec);
      failing.call = '';
      await saving;
      const opening = await openSnapshot(path, codec, VERSION);
      if (!opening.ok) throw new Error(opening.message);
      expect(Buffer.compare(opening.snapshot.bytes('image') ?? new Uint8Array(0), NOISE)).toBe(0);
      opening.close();
      rmSync(path);
    }
  });

  it('keeps the permissions of the file that it replaces, and a link to it', async () => {
    mkdirSync(join(folder, 'there'));
    const real = join(folder, 'there', 'real.pagewise');
    writeFileSync(real, 'old');
    chmodSync(real, 0o640);
    symlinkSync(real, path);
    await saveSnapshot(path, partsFor(1), codec);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(differenceOf(contentOf(fileBytes(), codec), contentFor(1))).toBeNull();
    expect(readdirSync(join(folder, 'there'))).toEqual(['real.pagewise']);
  });

  it('without room leaves the old file', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    for (const after of [0, 1, 2, 3]) {
      Object.assign(failing, { call: 'write', code: 'ENOSPC', after });
      await expectFailure('disk-full', /does not fit: there is no room left in/, {}, LARGE);
    }
  });

  it.each([['openSync', 'EACCES', 'no-permission'], ['renameSync', 'EPERM', 'no-permission'], ['openSync', 'EROFS', 'no-permission'], ['write', 'EIO', 'io'], ['renameSync', 'EIO', 'io']])('when %s fails with %s leaves the old file', async (call, code, failure) => {
    await saveSnapshot(path, partsFor(1), codec);
    Object.assign(failing, { call, code, after: 0 });
    await expectFailure(failure, failure === 'io' ? /cannot be saved: EIO/ : /may not be written/);
  });

  it('tells when the folder cannot be synced, the new file being there', async () => {
    Object.assign(failing, { call: 'fsyncSync', code: 'EIO', after: 0 });
    await expect(saveSnapshot(path, partsFor(1), codec)).rejects.toMatchObject({ failure: 'io' });
    expect(differenceOf(contentOf(fileBytes(), codec), contentFor(1))).toBeNull();
    Object.assign(failing, { call: 'fsyncSync', code: 'EINVAL', after: 0 });
    await saveSnapshot(path, partsFor(2), codec);
  });

  it('cancelled leaves the old file', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const early = new AbortController(), late = new AbortController();
    early.abort();
    await expectFailure('cancelled', /Cancelled/, { signal: early.signal });
    await expectFailure('cancelled', /Cancelled/, { signal: late.signal, onProgress: () => { late.abort(); } }, SLOW);
  });

  it('cancelled during its last slice leaves the old file', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const last = new AbortController(), parts = partsFor(2);
    const [section] = parts.sections.slice(-1);
    if (section === undefined || !('pages' in section)) throw new Error('no pages');
    const pages = { ...section.pages, read: (i: number) => { if (i === section.pages.count - 1) last.abort(); return section.pages.read(i); } };
    await expect(saveSnapshot(path, { ...parts, sections: [{ name: 'pages', pages }] }, codec, { signal: last.signal })).rejects.toMatchObject({ failure: 'cancelled' });
    expect(differenceOf(contentOf(fileBytes(), codec), contentFor(1))).toBeNull();
    expect(readdirSync(folder)).toEqual(['run.pagewise']);
  });

  it('into no folder, or over a folder, says so', async () => {
    mkdirSync(path);
    await expectFailure('not-a-file', /is a folder/);
    path = join(folder, 'nowhere', 'run.pagewise');
    await expectFailure('no-folder', /The folder .*nowhere is not there/);
  });

  it('lets a bug of the caller out as it is, and leaves nothing', async () => {
    await expect(saveSnapshot(path, { ...partsFor(1), sections: [{ name: 'pages', pages: { count: 1, pageNumbers: () => Uint32Array.of(1), read: () => new Uint8Array(5) } }] }, codec)).rejects.toThrow('a page of 5 bytes');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('shows progress and lets others have their turn', async () => {
    const seen: number[] = [];
    let turns = 0;
    const timer = setInterval(() => { turns++; }, 1);
    await saveSnapshot(path, SLOW, codec, { onProgress: ({ doneBytes, totalBytes }) => { seen.push(doneBytes / totalBytes); } });
    clearInterval(timer);
    expect(seen.length).toBeGreaterThan(4);
    expect(turns).toBeGreaterThan(4);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  it('removes what killed runs left, and nothing else', async () => {
    const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
    const left = [`.pagewise-${host}-999999999-1-00000000.saving`, `.pagewise-${host}-${String(process.pid)}-1-00000000.saving`, '.pagewise-00000000-1-1-0000000a.saving'];
    const kept = ['.pagewise-00000000-1-1-0000000b.saving', 'thesis.saving', '.pagewise-notes.saving'];
    for (const name of [...left, ...kept]) writeFileSync(join(folder, name), 'x');
    utimesSync(join(folder, left[2] ?? ''), 1, 1);
    await saveSnapshot(path, partsFor(1), codec);
    expect(readdirSync(folder).sort()).toEqual([...kept, 'run.pagewise'].sort());
  });
});

describe('opening', () => {
  it('gives sections and pages', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const opening = await openSnapshot(path, codec, VERSION);
    if (!opening.ok) throw new Error(opening.message);
    expect(opening.snapshot.bytes('image')).toEqual(contentFor(1).bytes.get('image'));
    const pages = new Map<number, Uint8Array>();
    await takePages(opening.snapshot, ['pages'], (_, number, bytes) => { pages.set(number, bytes?.slice() ?? new Uint8Array(4096)); });
    expect(differenceOf({ ...contentFor(1), pages: new Map([['pages', pages]]) }, contentFor(1))).toBeNull();
    opening.close();
  });

  it('gives pages early, then the rest', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const pages = new Map<number, Uint8Array>(), names = ['pages'];
    const taker: PageTaker = (_, number, bytes) => { pages.set(number, bytes?.slice() ?? new Uint8Array(4096)); };
    const opening = await openSnapshot(path, codec, VERSION, {}, { names, begin: () => taker });
    if (!opening.ok) throw new Error(opening.message);
    const early = pages.size;
    await takePages(opening.snapshot, names, taker);
    opening.close();
    expect(early).toBeGreaterThan(100);
    expect(early).toBeLessThan(pages.size);
    expect(differenceOf({ ...contentFor(1), pages: new Map([['pages', pages]]) }, contentFor(1))).toBeNull();
  });

  it('is not disturbed by a save over the file', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const opening = await openSnapshot(path, codec, VERSION);
    if (!opening.ok) throw new Error(opening.message);
    await saveSnapshot(path, partsFor(2), codec);
    expect(opening.snapshot.bytes('image')).toEqual(contentFor(1).bytes.get('image'));
    opening.close();
  });

  it('finds out about a file that is cut while it is open', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const opening = await openSnapshot(path, codec, VERSION);
    if (!opening.ok) throw new Error(opening.message);
    truncateSync(path, 2_000);
    await expect(takePages(opening.snapshot, ['pages'], () => undefined)).rejects.toThrow(/became shorter/);
    opening.close();
  });

  it('refuses with a reason', async () => {
    expect(await openSnapshot(path, codec, VERSION)).toEqual({ ok: false, reason: 'unreadable', message: `${path} cannot be read: it is not there.` });
    expect(await openSnapshot(folder, codec, VERSION)).toMatchObject({ ok: false, reason: 'unreadable', message: `${folder} is no file.` });
    writeFileSync(path, 'int main(void) { return 0; }');
    expect(await openSnapshot(path, codec, VERSION)).toEqual({ ok: false, reason: 'not-a-snapshot', message: 'The file is no snapshot of Pagewise.' });
    await saveSnapshot(path, partsFor(1), codec);
    truncateSync(path, statSync(path).size - 1);
    expect(await openSnapshot(path, codec, VERSION)).toMatchObject({ ok: false, reason: 'damaged' });
    Object.assign(failing, { call: 'readSync', code: 'EIO', after: 0 });
    expect(await openSnapshot(path, codec, VERSION)).toMatchObject({ ok: false, reason: 'unreadable', message: expect.stringContaining('EIO') });
  });

  it('can be cancelled', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    const abort = new AbortController();
    abort.abort();
    await expect(openSnapshot(path, codec, VERSION, { signal: abort.signal })).rejects.toMatchObject({ failure: 'cancelled' });
  });

  it('reads the description alone, however large and sound the rest', async () => {
    await saveSnapshot(path, partsFor(1), codec);
    truncateSync(path, 1_000);
    expect(readSnapshotInfo(path, codec, VERSION)).toEqual({ ok: true, about: { formatVersion: 1, engineVersion: VERSION, isOwnEngine: true, info: INFO, picture: PICTURE, notices: [] } });
    expect(readSnapshotInfo(join(folder, 'x'), codec, VERSION)).toMatchObject({ ok: false, reason: 'unreadable' });
  });
});
