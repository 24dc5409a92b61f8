/**
 * Files of the user: opened, saved and exported through dialogs that main shows. The page gets text and names; a path
 * that it sends back is taken only when it came from such a dialog (recent.ts).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { dialog, type BrowserWindow, type FileFilter } from 'electron';
import type { SourceFile } from '../shared/diagnostics';
import type { OpenFile, Refusal } from '../shared/ipc';
import { SNAPSHOT_EXTENSION } from '../shared/snapshot-info';
import { writeAtomically } from './json-file';
import type { RecentFiles } from './recent';

const SOURCE_LIMIT_BYTES = 1024 * 1024;
const COMPANION_LIMIT_BYTES = 1024 * 1024;
const COMPANION_LIMIT_FILES = 200;
const C_FILES: FileFilter[] = [{ name: 'C source', extensions: ['c', 'h'] }, { name: 'All files', extensions: ['*'] }];

/** The text of a source file, or why it is none. Bytes that are no UTF-8, or a NUL byte, mean that it is no text. */
export function decodeSource(name: string, bytes: Uint8Array): string | Refusal {
  if (bytes.length > SOURCE_LIMIT_BYTES) return { error: `${name} is ${(bytes.length / 1048576).toFixed(1)} MiB; Pagewise opens source files up to 1 MiB.` };
  if (bytes.includes(0)) return { error: `${name} is not a text file: it holds NUL bytes.` };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { error: `${name} is not a text file in UTF-8.` };
  }
}

/** An operating-system error in words. */
export function describeFileError(name: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT': return `${name} is not there any more.`;
    case 'EACCES': case 'EPERM': return `Pagewise may not use ${name}: permission denied.`;
    case 'EISDIR': return `${name} is a folder.`;
    case 'ENOSPC': return `${name} was not written: the disk is full. The old file is unchanged.`;
    case 'EROFS': return `${name} was not written: the disk is read-only.`;
    default: return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function readSource(path: string): Promise<OpenFile | Refusal> {
  const name = basename(path);
  if (extname(path).toLowerCase() === `.${SNAPSHOT_EXTENSION}`) return { error: `${name} is a snapshot of a machine: File, Open snapshot… opens it.` };
  try {
    if ((await stat(path)).size > 64 * SOURCE_LIMIT_BYTES) return { error: `${name} is far too large for a source file.` };
    const text = decodeSource(name, await readFile(path));
    return typeof text === 'string' ? { path, name, text } : text;
  } catch (error) {
    return { error: describeFileError(name, error) };
  }
}

/** Opens a recent file, or (path null) one that the user chooses now. Null: the user cancelled. */
export async function openFile(window: BrowserWindow, recent: RecentFiles, path: string | null): Promise<OpenFile | Refusal | null> {
  let chosen = path;
  if (chosen === null) {
    const answer = await dialog.showOpenDialog(window, { title: 'Open a C program', properties: ['openFile'], filters: C_FILES });
    chosen = answer.canceled ? null : answer.filePaths[0] ?? null;
    if (chosen === null) return null;
  } else if (!recent.allows(chosen)) {
    return { error: `${basename(chosen)} was not opened from a dialog.` };
  }
  const file = await readSource(chosen);
  if ('error' in file) await recent.remove(chosen);
  else await recent.add(chosen);
  return file;
}

async function chooseTarget(window: BrowserWindow, title: string, suggestedName: string, filters: FileFilter[]): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, { title, defaultPath: basename(suggestedName), filters });
  return answer.canceled || !answer.filePath ? null : answer.filePath;
}

/** Saves to a path that the user chose before, or (path null) to one that the user chooses now. Null: cancelled. */
export async function saveFile(window: BrowserWindow, recent: RecentFiles, path: string | null, text: string, suggestedName: string): Promise<{ path: string; name: string } | Refusal | null> {
  if (path !== null && !recent.allows(path)) return { error: `${basename(path)} was not chosen in a dialog.` };
  const target = path ?? await chooseTarget(window, 'Save the program', suggestedName, C_FILES);
  if (target === null) return null;
  try {
    await writeAtomically(target, text);
    await recent.add(target);
    return { path: target, name: basename(target) };
  } catch (error) {
    return { error: describeFileError(basename(target), error) };
  }
}

/** Writes a report to a file that the user chooses. Null: cancelled. */
export async function exportFile(window: BrowserWindow, suggestedName: string, text: string): Promise<{ path: string } | Refusal | null> {
  const extension = extname(suggestedName).slice(1);
  const target = await chooseTarget(window, 'Export', suggestedName, [{ name: extension.toUpperCase() || 'File', extensions: [extension || '*'] }, { name: 'All files', extensions: ['*'] }]);
  if (target === null) return null;
  try {
    await writeAtomically(target, text);
    return { path: target };
  } catch (error) {
    return { error: describeFileError(basename(target), error) };
  }
}

/**
 * Headers in the folder of a file that the user opened, for `#include "…"`. Only where the text includes one, only text
 * files of that very folder, bounded in number and size.
 */
export function companionHeaders(recent: RecentFiles, file: string, text: string): readonly SourceFile[] {
  if (!isAbsolute(file) || !recent.allows(file) || !/^\s*#\s*include\s*"/m.test(text)) return [];
  const folder = dirname(file);
  const found: SourceFile[] = [];
  let left = COMPANION_LIMIT_BYTES;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (found.length >= COMPANION_LIMIT_FILES) break;
      if (!entry.isFile() || !entry.name.endsWith('.h')) continue;
      const path = join(folder, entry.name);
      if (statSync(path).size > left) continue;
      const header = decodeSource(entry.name, readFileSync(path));
      if (typeof header !== 'string') continue;
      left -= header.length;
      found.push({ path, text: header });
    }
  } catch {
    // A folder that cannot be read has no headers to offer; Clang then names the one that is missing.
    return found;
  }
  return found;
}
