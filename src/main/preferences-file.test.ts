import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PreferencesFile } from './preferences-file';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'pagewise-preferences-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the newest text wins, whatever is written when', async () => {
  const path = join(folder, 'preferences.json');
  const file = new PreferencesFile(path, 1_000);
  for (let i = 0; i < 20; i++) void file.save(JSON.stringify({ i }));
  await file.settled();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ i: 19 });
  expect(await readdir(folder)).toEqual(['preferences.json']);
  expect(await file.read()).toEqual({ json: '{"i":19}', notice: '' });
});

test('a page that is loaded again reads what it has just saved', async () => {
  const file = new PreferencesFile(join(folder, 'preferences.json'), 1_000);
  void file.save('{"last":1}');
  expect((await file.read()).json).toBe('{"last":1}');
});

test('a failure to write is told, and does not stop the next one', async () => {
  const path = join(folder, 'preferences.json');
  await mkdir(path);
  const file = new PreferencesFile(path, 1_000);
  await expect(file.save('{}')).rejects.toThrow();
  await file.settled();
  await rm(path, { recursive: true });
  await file.save('{"ok":1}');
  expect(await readFile(path, 'utf8')).toBe('{"ok":1}');
});

test.each(['', '{"theme":"dark"', '\0\0\0'])('damaged preferences are set aside and said: %j', async (text) => {
  const path = join(folder, 'preferences.json');
  await writeFile(path, text);
  const file = new PreferencesFile(path, 1_000);
  const { json, notice } = await file.read();
  expect(json).toBe('');
  expect(notice).toContain('preferences.json.damaged');
  expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text);
  expect(await file.read()).toEqual({ json: '', notice: '' });
});

test('none yet, or one that is far too large: the defaults', async () => {
  const path = join(folder, 'preferences.json');
  const file = new PreferencesFile(path, 10);
  expect(await file.read()).toEqual({ json: '', notice: '' });
  await writeFile(path, '[1,2,3,4,5,6,7,8,9]');
  expect(await file.read()).toEqual({ json: '', notice: '' });
});
