/**
 * Which files a compilation may open: the C file and, from there, every header of the user's that an `#include` names.
 *
 * Clang runs on files in memory, so they are found first, by reading `#include "…"` and `#include <…>` lines the way the
 * preprocessor resolves them: the including file's folder (quotes only), then the -I folders in order; what is found
 * nowhere belongs to the simulated system, or is missing and Clang says so. Includes under a false `#if` are read too:
 * that costs a little and changes nothing. An `#include MACRO` finds only files that some other line names.
 */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { SourceFile } from '../shared/diagnostics';

const INCLUDE = /^[ \t]*#[ \t]*include(?:_next)?[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm;
/** No program of students comes near; a loop of generated files would. */
const MAX_FILES = 2_000;
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** A file that cannot be compiled, in words for the user. */
export class SourceFileError extends Error {}

/**
 * The sources of one translation unit, itself first. `path` and `includeDirectories` are relative to the working
 * directory or absolute, and are kept as given. `text` replaces what is on disk (an editor's unsaved text).
 * @throws SourceFileError when the file itself is missing, a folder, unreadable, or no text
 */
export function collectSources(path: string, includeDirectories: readonly string[], text?: string): readonly SourceFile[] {
  const first = { path, text: text ?? readSource(path) };
  const found = new Map<string, SourceFile>([[path, first]]);
  const queue: SourceFile[] = [first];
  for (let file = queue.shift(); file && found.size < MAX_FILES; file = queue.shift()) {
    for (const match of file.text.matchAll(INCLUDE)) {
      const [, quoted, angled] = match;
      const name = quoted ?? angled ?? '';
      const folders = [...(quoted === undefined ? [] : [dirname(file.path)]), ...includeDirectories];
      for (const folder of folders) {
        const candidate = pathBelow(folder, name);
        if (found.has(candidate)) break;
        const header = readHeader(candidate);
        if (header === null) continue;
        const source = { path: candidate, text: header };
        found.set(candidate, source);
        queue.push(source);
        break;
      }
    }
  }
  return [...found.values()];
}

/** As a compiler joins them: "lib" + "list.h" is "lib/list.h", "." + "list.h" is "list.h". */
function pathBelow(folder: string, name: string): string {
  return name.startsWith('/') ? name : normalize(join(folder, name));
}

function readHeader(path: string): string | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile() || status.size > MAX_FILE_BYTES) return null;
  return readFileSync(path, 'utf8');
}

/** Reads a C file, or says in a sentence why it cannot be one. */
export function readSource(path: string): string {
  const status = statusOf(path);
  if (status === null) throw new SourceFileError(`${path}: there is no such file`);
  if (status.isDirectory()) throw new SourceFileError(`${path} is a directory; give the C files in it`);
  if (!status.isFile()) throw new SourceFileError(`${path} is not an ordinary file`);
  const extension = /\.[^./\\]+$/.exec(path)?.[0] ?? '';
  if (/^\.(cc|cpp|cxx|c\+\+|C|hpp|hh|hxx)$/.test(extension)) {
    throw new SourceFileError(`${path} is a C++ file; Pagewise runs C programs (a name that ends in .c)`);
  }
  if (/^\.(h|H)$/.test(extension)) throw new SourceFileError(`${path} is a header; give the C file that includes it`);
  if (extension !== '.c') throw new SourceFileError(`${path} is not a C file (its name does not end in .c)`);
  if (status.size > MAX_FILE_BYTES) throw new SourceFileError(`${path} has ${status.size} bytes; C files of up to ${MAX_FILE_BYTES} bytes are read`);
  const text = readText(path);
  if (text.trim() === '') throw new SourceFileError(`${path} is empty; a program needs a main function`);
  return text;
}

function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new SourceFileError(`${path} cannot be read: ${wordsFor(code, error)}`);
  }
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new SourceFileError(`${path} cannot be read: ${wordsFor(codeOf(error), error)}`);
  }
  // C sources hold no NUL; object files, pictures and UTF-16 do within their first bytes.
  if (bytes.subarray(0, 8_192).includes(0)) throw new SourceFileError(`${path} is not C source: it holds binary data`);
  return bytes.toString('utf8');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function wordsFor(code: string, error: unknown): string {
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ELOOP') return 'its symbolic links form a loop';
  return error instanceof Error ? error.message : String(error);
}
