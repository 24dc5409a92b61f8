import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Laboratory } from '../host/laboratory';
import type { OpenedSession, SnapshotInfo } from '../shared/snapshot-info';
import { RecentFiles } from './recent';
import { SnapshotFiles } from './snapshots';

const dialogs = vi.hoisted(() => ({ save: '', open: '', replace: 0, asked: [] as string[] }));
vi.mock('electron', () => ({
  dialog: {
    showSaveDialog: (_window: unknown, { defaultPath }: { defaultPath: string }) => {
      dialogs.asked.push(`save ${defaultPath}`);
      return Promise.resolve({ canceled: dialogs.save === '', filePath: dialogs.save });
    },
    showOpenDialog: () => Promise.resolve({ canceled: dialogs.open === '', filePaths: [dialogs.open] }),
    showMessageBox: (_window: unknown, { message }: { message: string }) => {
      dialogs.asked.push(message);
      return Promise.resolve({ response: dialogs.replace });
    },
  },
}));

const INFO: SnapshotInfo = { title: 'a.c', savedAt: '2026-11-29T10:00:00.000Z', programs: ['./a'], processCount: 1, instructions: 1, ramBytes: 1, residentBytes: 1, swappedBytes: 0 };
const SESSION = { program: null, breakpoints: [], inputEnded: true } as unknown as OpenedSession;
const WINDOW = {} as BrowserWindow;

let folder: string, path: string, recent: RecentFiles, files: SnapshotFiles;
const laboratory = { saveSnapshot: vi.fn<Laboratory['saveSnapshot']>(), openSnapshot: vi.fn<Laboratory['openSnapshot']>(), snapshotAbout: vi.fn<Laboratory['snapshotAbout']>(), cancelSnapshot: vi.fn<Laboratory['cancelSnapshot']>() };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewise-snapshots-'));
  path = join(folder, 'a.pagewise');
  recent = new RecentFiles(join(folder, 'recent.json'));
  files = new SnapshotFiles(laboratory, recent);
  Object.assign(dialogs, { save: '', open: '', replace: 0, asked: [] });
  vi.resetAllMocks();
  laboratory.saveSnapshot.mockResolvedValue({ ok: true, fileBytes: 9 });
  laboratory.openSnapshot.mockResolvedValue({ ok: true, info: INFO, session: SESSION, notices: ['older'] });
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const place = () => files.handlers['snapshot:place']({ suggestedName: 'a' }, WINDOW);
const save = (wanted: string) => files.handlers['snapshot:save']({ path: wanted, picture: null }, WINDOW);
const open = (wanted: string | null) => files.handlers['snapshot:open']({ path: wanted, timelineBytes: 64 }, WINDOW);

test('the page names no path that the user did not choose', async () => {
  for (const answer of [await save(path), await open(path)]) expect(answer).toEqual({ error: 'a.pagewise was not chosen in a dialog.' });
  expect(laboratory.saveSnapshot).not.toHaveBeenCalled();
  expect(laboratory.openSnapshot).not.toHaveBeenCalled();
});

test('a place that was chosen is remembered and used again', async () => {
  expect(await place()).toBeNull();
  dialogs.save = path;
  expect(await place()).toEqual({ path, name: 'a.pagewise' });
  expect(await save(path)).toEqual({ fileBytes: 9 });
  expect(dialogs.asked).toEqual(['save a.pagewise', 'save a.pagewise']);
  expect(laboratory.saveSnapshot).toHaveBeenCalledWith(path, { title: null, savedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string, picture: null, background: false });
  expect(await open(path)).toEqual({ path, name: 'a.pagewise', info: INFO, session: SESSION, notices: ['older'] });
  expect(laboratory.openSnapshot).toHaveBeenCalledWith(path, 64);
});

test('a name without an extension gets ours, and a file that is there is asked about', async () => {
  writeFileSync(path, 'there');
  dialogs.save = join(folder, 'a');
  dialogs.replace = 1;
  expect(await place()).toBeNull();
  dialogs.replace = 0;
  expect(await place()).toMatchObject({ path });
  expect(dialogs.asked.filter((text) => text.includes('Replace it?'))).toHaveLength(2);
});

test('what goes wrong is said; what was cancelled is not; a file that is gone is forgotten', async () => {
  dialogs.open = path;
  writeFileSync(path, 'there');
  await open(null);
  laboratory.openSnapshot.mockResolvedValueOnce({ ok: false, cancelled: true, message: 'Cancelled.' });
  expect(await open(path)).toBeNull();
  laboratory.openSnapshot.mockResolvedValue({ ok: false, cancelled: false, message: 'The snapshot is damaged.' });
  expect(await open(path)).toEqual({ error: 'a.pagewise was not opened. The snapshot is damaged.' });
  expect(recent.list()).toHaveLength(1);
  rmSync(path);
  expect(await open(path)).toEqual({ error: 'a.pagewise was not opened. The snapshot is damaged.' });
  expect(recent.list()).toEqual([]);
  laboratory.saveSnapshot.mockResolvedValueOnce({ ok: false, cancelled: false, message: 'There is no room left.' });
  expect(await save(path)).toEqual({ error: 'a.pagewise was not saved. There is no room left.' });
});

test('the list has what files say of themselves, without a picture that is too large', async () => {
  await recent.add(join(folder, 'gone.pagewise'));
  await recent.add(path);
  writeFileSync(path, 'four');
  const about = { formatVersion: 1, engineVersion: '1', isOwnEngine: true, info: INFO, notices: [] };
  laboratory.snapshotAbout.mockImplementation((file) => (file === path ? { ok: true, about: { ...about, picture: Uint8Array.of(1) } } : { ok: false, reason: 'unreadable', message: 'it is not there' }));
  expect(files.handlers['snapshot:recent'](null, WINDOW)).toEqual([
    { path, name: 'a.pagewise', info: INFO, picture: Uint8Array.of(1), fileBytes: 4, problem: '' },
    { path: join(folder, 'gone.pagewise'), name: 'gone.pagewise', info: null, picture: null, fileBytes: 0, problem: 'it is not there' },
  ]);
  laboratory.snapshotAbout.mockReturnValue({ ok: true, about: { ...about, picture: new Uint8Array(300_000) } });
  expect(files.handlers['snapshot:recent'](null, WINDOW)).toMatchObject([{ picture: null }, { picture: null }]);
});

test('a file from the command line is told of once, and may be opened; so may one that was dropped', async () => {
  expect(files.give(['--flag.pagewise', 'notes.txt'], folder)).toBe(false);
  expect(files.handlers['snapshot:given'](null, WINDOW)).toBeNull();
  expect(files.give(['.', 'a.PAGEWISE'], folder)).toBe(true);
  expect(files.handlers['snapshot:given'](null, WINDOW)).toEqual({ path: join(folder, 'a.PAGEWISE'), name: 'a.PAGEWISE' });
  expect(files.handlers['snapshot:given'](null, WINDOW)).toBeNull();
  expect(await open(join(folder, 'a.PAGEWISE'))).toMatchObject({ name: 'a.PAGEWISE' });
  expect(files.allow('/etc/passwd')).toEqual({ error: 'passwd is no snapshot of Pagewise (.pagewise).' });
  expect(await open('/etc/passwd')).toMatchObject({ error: expect.any(String) as string });
  expect(files.allow(path)).toEqual({ path, name: 'a.pagewise' });
  expect(await open(path)).toMatchObject({ path });
});
