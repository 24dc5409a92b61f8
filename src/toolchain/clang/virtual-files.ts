/**
 * The files that Clang sees: the user's sources under the names that the user gave, the simulated system's headers
 * under /usr/include, and Clang's own headers (stdatomic.h, immintrin.h …) behind them in the same folder.
 *
 * Contents lie flat in one folder of the package's in-memory file system, and an overlay file of Clang's
 * (-ivfsoverlay) maps the names to them. That makes ".." in paths and in #include work, which the in-memory file
 * system itself ignores, and keeps any path of the user's apart from the package's own files.
 */
import type { SourceFile } from '../../shared/diagnostics';

/** A folder of the package's file system. */
export interface FileTree { [name: string]: FileTree | string | Uint8Array }

const STORE = 'pagewise';
const OVERLAY = 'overlay.json';
export const SYSTEM_INCLUDE = '/usr/include';
/** The overlay file's path, for -ivfsoverlay. */
export const OVERLAY_PATH = `/${STORE}/${OVERLAY}`;

/** Absolute path without ".", ".." and doubled slashes; relative ones start at `directory`. */
export function absolutePath(path: string, directory: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A folder deep enough that no relative path among `paths` climbs above the root. */
export function neutralDirectory(paths: readonly string[]): string {
  const climbs = paths.map((path) => path.split('/').filter((part) => part === '..').length);
  return '/work'.repeat(1 + Math.max(0, ...climbs));
}

export class VirtualFiles {
  private readonly byAbsolutePath = new Map<string, SourceFile>();
  private readonly lines = new Map<SourceFile, readonly string[]>();

  /** `directory`: absolute; relative paths and #includes start there. `headers`: path below /usr/include → text. */
  constructor(readonly directory: string, sources: readonly SourceFile[], private readonly headers: ReadonlyMap<string, string>) {
    for (const source of sources) this.byAbsolutePath.set(absolutePath(source.path, directory), source);
  }

  /** The tree to hand to the package. */
  tree(): FileTree {
    const store: FileTree = {};
    const roots: { name: string; type: 'file'; 'external-contents': string }[] = [];
    const add = (name: string, text: string): void => {
      const stored = `f${roots.length}`;
      store[stored] = text;
      roots.push({ name, type: 'file', 'external-contents': `/${STORE}/${stored}` });
    };
    for (const [path, text] of this.headers) add(`${SYSTEM_INCLUDE}/${path}`, text);
    for (const [path, source] of this.byAbsolutePath) add(path, source.text);
    store[OVERLAY] = JSON.stringify({ version: 0, 'case-sensitive': 'true', 'use-external-names': 'false', roots });
    return { [STORE]: store };
  }

  /** The name that the user knows a file by, given the name that Clang prints. */
  givenName(printed: string): string {
    return this.find(printed)?.path ?? printed;
  }

  /** Line `line` (from 1) of a file that Clang names so; empty if it is not one of the user's. */
  line(printed: string, line: number): string {
    const source = this.find(printed);
    if (!source) return '';
    let lines = this.lines.get(source);
    if (!lines) this.lines.set(source, lines = source.text.split('\n'));
    return lines[line - 1] ?? '';
  }

  private find(printed: string): SourceFile | undefined {
    return this.byAbsolutePath.get(absolutePath(printed, this.directory));
  }
}
