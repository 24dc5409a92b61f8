/**
 * Snapshot files of the window: saved to and opened from places that the user chose, in a dialog of ours, by dropping a file on the
 * window, or on the command line. The page gets names; a path that it sends back is taken only when it came so (recent.ts).
 */
import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import type { Laboratory } from '../host/laboratory';
import type { InvokeMap, Refusal } from '../shared/ipc';
import { SNAPSHOT_EXTENSION, type RecentSnapshot } from '../shared/snapshot-info';
import type { RecentFiles } from './recent';
import type { Handlers } from './router';

type SnapshotChannel = 'snapshot:place' | 'snapshot:save' | 'snapshot:open' | 'snapshot:recent' | 'snapshot:given' | 'snapshot:cancel';
type Named = { readonly path: string; readonly name: string };

/** What dialogs that ask for a snapshot offer. */
export const SNAPSHOT_FILES: FileFilter[] = [{ name: 'Pagewise snapshots', extensions: [SNAPSHOT_EXTENSION] }, { name: 'All files', extensions: ['*'] }];
/** A larger picture is not sent to the page: whoever made it was not Pagewise. */
const PICTURE_LIMIT_BYTES = 256 * 1024;

const named = (path: string): Named => ({ path, name: basename(path) });

export class SnapshotFiles {
  /** A file that came from outside and that the page has not asked for yet. */
  private given: string | null = null;

  constructor(private readonly laboratory: Pick<Laboratory, 'saveSnapshot' | 'openSnapshot' | 'snapshotAbout' | 'cancelSnapshot'>, private readonly recent: RecentFiles) {}

  readonly handlers: Pick<Handlers, SnapshotChannel> = {
    'snapshot:place': async ({ suggestedName }, window) => {
      const target = await chooseTarget(window, suggestedName);
      if (target === null) return null;
      this.recent.allow(target);
      return named(target);
    },
    'snapshot:save': (request) => this.save(request),
    'snapshot:open': ({ path, timelineBytes }, window) => this.open(path, timelineBytes, window),
    'snapshot:recent': () => this.recent.list().map((file) => this.describe(file)),
    'snapshot:given': () => {
      const { given } = this;
      this.given = null;
      return given === null ? null : named(given);
    },
    'snapshot:cancel': async () => {
      await this.laboratory.cancelSnapshot();
      return null;
    },
  };

  /** The user handed over this file: dropped it on the window. */
  allow(path: string): Named | Refusal {
    if (!isSnapshotName(path)) return { error: `${basename(path)} is no snapshot of Pagewise (.${SNAPSHOT_EXTENSION}).` };
    this.recent.allow(path);
    return named(path);
  }

  /** Words of a command line: the last one that names a snapshot waits for the page. True: there is one. */
  give(words: readonly string[], folder: string): boolean {
    const name = words.findLast((word) => !word.startsWith('-') && isSnapshotName(word));
    if (name === undefined) return false;
    this.given = resolve(folder, name);
    this.recent.allow(this.given);
    return true;
  }

  private async save({ path, picture }: InvokeMap['snapshot:save'][0]): Promise<InvokeMap['snapshot:save'][1]> {
    if (!this.recent.allows(path)) return { error: `${basename(path)} was not chosen in a dialog.` };
    const saved = await this.laboratory.saveSnapshot(path, { title: null, savedAt: new Date().toISOString(), picture, background: false });
    if (!saved.ok) return saved.cancelled ? null : { error: `${basename(path)} was not saved. ${saved.message}` };
    await this.recent.add(path);
    return { fileBytes: saved.fileBytes };
  }

  private async open(path: string | null, timelineBytes: number, window: BrowserWindow): Promise<InvokeMap['snapshot:open'][1]> {
    if (path !== null && !this.recent.allows(path)) return { error: `${basename(path)} was not chosen in a dialog.` };
    const chosen = path ?? await chooseFile(window);
    if (chosen === null) return null;
    const opened = await this.laboratory.openSnapshot(chosen, timelineBytes);
    if (!opened.ok) {
      if (opened.cancelled) return null;
      if (statSync(chosen, { throwIfNoEntry: false }) === undefined) await this.recent.remove(chosen);
      return { error: `${basename(chosen)} was not opened. ${opened.message}` };
    }
    await this.recent.add(chosen);
    const { info, session, notices } = opened;
    return { ...named(chosen), info, session, notices };
  }

  private describe(file: Named): RecentSnapshot {
    const read = this.laboratory.snapshotAbout(file.path);
    if (!read.ok) return { ...file, info: null, picture: null, fileBytes: 0, problem: read.message };
    const { info, picture } = read.about;
    return { ...file, info, picture: picture !== null && picture.length <= PICTURE_LIMIT_BYTES ? picture : null, fileBytes: statSync(file.path, { throwIfNoEntry: false })?.size ?? 0, problem: '' };
  }
}

function isSnapshotName(path: string): boolean {
  return extname(path).toLowerCase() === `.${SNAPSHOT_EXTENSION}`;
}

async function chooseFile(window: BrowserWindow): Promise<string | null> {
  const answer = await dialog.showOpenDialog(window, { title: 'Open a snapshot', properties: ['openFile'], filters: SNAPSHOT_FILES });
  return answer.canceled ? null : answer.filePaths[0] ?? null;
}

/** Some systems' dialogs leave the extension to us: then a file that is there already was not asked about. */
async function chooseTarget(window: BrowserWindow, suggestedName: string): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, { title: 'Save a snapshot of the machine', defaultPath: `${basename(suggestedName)}.${SNAPSHOT_EXTENSION}`, filters: SNAPSHOT_FILES });
  if (answer.canceled || !answer.filePath) return null;
  if (extname(answer.filePath) !== '') return answer.filePath;
  const target = `${answer.filePath}.${SNAPSHOT_EXTENSION}`;
  if (statSync(target, { throwIfNoEntry: false }) === undefined) return target;
  const { response } = await dialog.showMessageBox(window, { type: 'question', buttons: ['Replace', 'Cancel'], defaultId: 1, cancelId: 1, message: `${basename(target)} is there already. Replace it?` });
  return response === 0 ? target : null;
}
