import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ dialog: {}, app: { isPackaged: true }, protocol: {}, session: {} }));
const { companionHeaders, decodeSource, describeFileError } = await import('./files');
const { parseRecent, RecentFiles, RECENT_LIMIT } = await import('./recent');
const { readSmallFile, writeAtomically } = await import('./json-file');
const { resolveAsset, contentSecurityPolicy } = await import('./security');

const folder = (): string => mkdtempSync(join(tmpdir(), 'pagewise-main-'));

test('only UTF-8 text of a sensible size is a source', () => {
  expect(decodeSource('a.c', Buffer.from('int ä;'))).toBe('int ä;');
  expect(decodeSource('a.out', Buffer.from([0x7f, 0x45, 0, 1]))).toEqual({ error: 'a.out is not a text file: it holds NUL bytes.' });
  expect(decodeSource('a.c', Buffer.from([0xc3, 0x28]))).toEqual({ error: 'a.c is not a text file in UTF-8.' });
  expect(decodeSource('big.c', Buffer.alloc(2 << 20, 32))).toHaveProperty('error');
});

test('errors of the system are worded', () => {
  expect(describeFileError('a.c', Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('a.c is not there any more.');
  expect(describeFileError('a.c', new Error('odd'))).toBe('a.c: odd');
});

test.each([[null], ['{'], ['{"a":1}'], ['7']])('a damaged recent list (%s) is an empty one', (json) => {
  expect(parseRecent(json)).toEqual([]);
});

test('recent files: newest first, bounded, kept, and the only paths that are allowed', async () => {
  const store = join(folder(), 'recent.json');
  const recent = new RecentFiles(store);
  await recent.load();
  for (let i = 0; i < RECENT_LIMIT + 3; i++) await recent.add(`/home/me/${i}.c`);
  await recent.add('/home/me/5.c');
  expect(recent.list()[0]).toEqual({ path: '/home/me/5.c', name: '5.c' });
  const again = new RecentFiles(store);
  await again.load();
  expect(again.list().length).toBe(RECENT_LIMIT);
  expect(again.allows('/home/me/5.c')).toBe(true);
  expect(again.allows('/etc/passwd')).toBe(false);
});

test('writing replaces the file whole and leaves no temporary one', async () => {
  const where = folder();
  await writeAtomically(join(where, 'p.json'), 'one');
  await writeAtomically(join(where, 'p.json'), 'two');
  expect(readFileSync(join(where, 'p.json'), 'utf8')).toBe('two');
  expect(readdirSync(where)).toEqual(['p.json']);
  expect(await readSmallFile(join(where, 'p.json'), 2)).toBeNull();
  expect(await readSmallFile(join(where, 'none'), 2)).toBeNull();
});

test('headers beside an opened file, and only then', async () => {
  const where = folder();
  writeFileSync(join(where, 'list.h'), '#define N 1\n');
  writeFileSync(join(where, 'secret.txt'), 'x');
  const recent = new RecentFiles(join(folder(), 'recent.json'));
  const file = join(where, 'main.c');
  expect(companionHeaders(recent, file, '#include "list.h"\n')).toEqual([]);
  await recent.add(file);
  expect(companionHeaders(recent, file, '#include "list.h"\n')).toEqual([{ path: join(where, 'list.h'), text: '#define N 1\n' }]);
  expect(companionHeaders(recent, file, '#include <stdio.h>\n')).toEqual([]);
});

test.each([
  ['app://pagewise/', '/srv/index.html'], ['app://pagewise/assets/a.js', '/srv/assets/a.js'],
  ['app://other/', null], ['app://pagewise/%2e%2e/%2e%2e/etc/passwd', '/srv/etc/passwd'], ['app://pagewise/..%2f..%2fetc/passwd', null], ['app://pagewise/%', null],
])('%s serves %s', (address, path) => {
  expect(resolveAsset('/srv', address)).toBe(path);
});

test('the policy lets in nothing inline but styles with the nonce', () => {
  const policy = contentSecurityPolicy('abc');
  expect(policy).toContain("style-src 'self' 'nonce-abc'");
  expect(policy).not.toMatch(/unsafe|https?:/);
});
