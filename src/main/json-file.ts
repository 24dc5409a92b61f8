/**
 * A small file of ours in the user's data folder (preferences, recent files): read whole, written whole, never half.
 * A damaged or too large file reads as absent; the next save replaces it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file's text, or null where there is none or it is larger than `limitBytes`. Other errors are thrown. */
export async function readSmallFile(path: string, limitBytes: number): Promise<string | null> {
  try {
    if ((await stat(path)).size > limitBytes) return null;
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a temporary file beside `path`, syncs it and renames it: after a crash the old text or the new one is there. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
