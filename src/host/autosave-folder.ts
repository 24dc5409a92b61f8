/**
 * The folder of machines that Pagewise saves by itself. Only one Pagewise uses it (single instance). Used by autosave.ts.
 *
 *   machine.pagewise ──killed, crashed──▶ lost-….pagewise ──recover──▶ machine.pagewise        ──discard──▶ gone
 *         │  └─ quit: gone                        └─ cannot be opened ─▶ damaged-….pagewise, and said
 *         └─ quit, and it shall be reopened ─▶ last.pagewise (as lost, but nobody need be asked)
 *
 * A name changes by renaming only, so a crash at any moment leaves each machine under one of these names.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotAboutOpening } from '../core/snapshot/reader';
import type { LostMachine } from '../shared/autosave';
import { isCode } from './error-code';
import type { SnapshotUnreadable } from './snapshot-file';

const CURRENT = 'machine.pagewise';
const KEPT = 'last.pagewise';
const LOST = /^lost-[\dTZ-]+\.pagewise$/;
const DAMAGED = /^damaged-.*\.pagewise$/;
/** Of damaged ones the newest stay. */
const MOST_DAMAGED = 5;

export class AutosaveFolder {
  private noticeList: readonly string[] = [];

  /** `about`: what a file says of itself (Laboratory.snapshotAbout). `stamp`: the date and time, for names. */
  constructor(readonly path: string, private readonly about: (path: string) => SnapshotAboutOpening | SnapshotUnreadable, private readonly stamp: () => string) {}

  /** Where the machine at hand is saved. */
  get current(): string {
    return join(this.path, CURRENT);
  }

  get notices(): readonly string[] {
    return this.noticeList;
  }

  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** The machine at hand is no more, and nobody wanted that: its file waits for the user. */
  async setAsideCurrent(): Promise<void> {
    await renameIfThere(this.current, join(this.path, `lost-${this.stamp()}.pagewise`));
  }

  /** Machines of earlier sessions, newest first. One that is no machine is set aside and noted. */
  async lost(): Promise<readonly LostMachine[]> {
    const found: LostMachine[] = [];
    for (const id of await this.names()) {
      if (id !== KEPT && !LOST.test(id)) continue;
      const opening = this.about(join(this.path, id));
      if (opening.ok) found.push({ id, info: opening.about.info, kept: id === KEPT });
      else await this.setAside(id, opening.message);
    }
    return found.sort((a, b) => (a.info.savedAt < b.info.savedAt ? 1 : -1));
  }

  /** The file of a lost machine; null: there is none of this name. */
  async fileOf(id: string): Promise<string | null> {
    return (id === KEPT || LOST.test(id)) && (await this.names()).includes(id) ? join(this.path, id) : null;
  }

  /** A lost machine is the one at hand again. */
  async adopt(id: string): Promise<void> {
    await renameIfThere(join(this.path, id), this.current);
  }

  async discard(id: string): Promise<void> {
    const file = await this.fileOf(id);
    if (file !== null) await rm(file, { force: true });
  }

  /** It cannot be opened: nobody is asked again, and nothing is removed. */
  async setAside(id: string, why: string): Promise<void> {
    const name = `damaged-${this.stamp()}-${id}`;
    await renameIfThere(join(this.path, id), join(this.path, name));
    this.noticeList = [...this.noticeList, `A saved machine of an earlier session cannot be opened: ${why} Its file is kept as ${join(this.path, name)}.`];
    const damaged = (await this.names()).filter((each) => DAMAGED.test(each)).sort();
    for (const old of damaged.slice(0, -MOST_DAMAGED)) await rm(join(this.path, old), { force: true });
  }

  /** A clean end: the machine at hand goes, or is kept to be reopened. */
  async close(keep: boolean): Promise<void> {
    if (keep) await renameIfThere(this.current, join(this.path, KEPT));
    else await rm(this.current, { force: true });
  }

  async hasCurrent(): Promise<boolean> {
    return stat(this.current).then((found) => found.isFile(), () => false);
  }

  private async names(): Promise<readonly string[]> {
    return readdir(this.path).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return [];
      throw error;
    });
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}
