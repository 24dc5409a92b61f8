/**
 * The page's preferences on the disk. Saved one after the other, the newest text wins; `settled` is awaited when Pagewise quits, so that
 * what the closing window sent is there at the next start. A file that is no JSON is set aside and said, never overwritten unseen.
 */
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Preferences } from '../shared/ipc';
import { readSmallFile, writeAtomically } from './json-file';

export class PreferencesFile {
  private waiting: string | null = null;
  private writing: Promise<void> | null = null;

  constructor(private readonly path: string, private readonly limitBytes: number) {}

  /** Empty text where there are none, and a notice where there were some that cannot be used. */
  async read(): Promise<Preferences & { readonly notice: string }> {
    // A page that is loaded again has just sent its last ones.
    await this.settled();
    const json = await readSmallFile(this.path, this.limitBytes);
    if (json === null) return { json: '', notice: '' };
    try {
      JSON.parse(json);
      return { json, notice: '' };
    } catch {
      const aside = `${this.path}.damaged`;
      await rename(this.path, aside);
      return { json: '', notice: `The preferences were damaged: Pagewise starts with its defaults. The file is kept as ${basename(aside)}.` };
    }
  }

  /** Resolves when this text, or a newer one, is on the disk. */
  save(json: string): Promise<void> {
    this.waiting = json;
    return this.writing ??= this.write();
  }

  /** Nothing waits to be written any more; never rejects. */
  async settled(): Promise<void> {
    await this.writing?.catch(() => { /* whoever saved has been told */ });
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting !== null) {
        const json = this.waiting;
        this.waiting = null;
        await writeAtomically(this.path, json);
      }
    } finally {
      this.writing = null;
    }
  }
}
