/**
 * Reads what ships with Pagewise: headers and C library of the simulated system, the kernel, examples.
 * All functions throw `SystemFilesError` with what to do when something is missing.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import type { ExampleInfo } from '../shared/ipc';
import type { SystemPaths } from './paths';

export class SystemFilesError extends Error {}

function files(folder: string, extension: string, recursive: boolean, remedy: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive })
      .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch (error) {
    throw new SystemFilesError(`${folder} cannot be read (${error instanceof Error ? error.message : String(error)}). ${remedy}`);
  }
}

function bytesOf(path: string, remedy: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SystemFilesError(`${path} cannot be read (${error instanceof Error ? error.message : String(error)}). ${remedy}`);
  }
}

const REINSTALL = 'This installation of Pagewise is incomplete.';
const REBUILD = 'Build it with: npm run build';

/** Headers of the simulated system: path below the include directory, with slashes → text. */
export function readHeaders(paths: SystemPaths): ReadonlyMap<string, string> {
  const folder = join(paths.resources, 'libc', 'include');
  return new Map(files(folder, '.h', true, REINSTALL).map((path) => [relative(folder, path).split(sep).join('/'), bytesOf(path, REINSTALL).toString('utf8')]));
}

/** The C library's translation units, as bitcode, in a fixed order. */
export function readLibraryBitcode(paths: SystemPaths): readonly Uint8Array[] {
  const found = files(join(paths.artefacts, 'libc'), '.bc', false, REBUILD);
  if (found.length === 0) throw new SystemFilesError(`There is no C library in ${join(paths.artefacts, 'libc')}. ${REBUILD}`);
  return found.map((path) => new Uint8Array(bytesOf(path, REBUILD)));
}

export function readKernel(paths: SystemPaths): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytesOf(join(paths.artefacts, 'kernel', 'kernel.wasm'), REBUILD));
}

/** The compiled codec of snapshots (core/snapshot/codec.ts). */
export function readSnapshotCodec(paths: SystemPaths): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytesOf(join(paths.artefacts, 'kernel', 'snapshot-codec.wasm'), REBUILD));
}

/** Version of this installation, which snapshots carry. */
export function engineVersion(paths: SystemPaths): string {
  const { version } = JSON.parse(bytesOf(join(dirname(paths.artefacts), 'package.json'), REINSTALL).toString('utf8')) as { version: string };
  return version;
}

/** Identity of compiler and headers, for the cache of compiled programs. */
export function fingerprint(headers: ReadonlyMap<string, string>, compilerVersion: string): string {
  const hash = createHash('sha256').update(compilerVersion);
  for (const [path, text] of headers) hash.update(`\0${path}\0${text}`);
  return hash.digest('hex');
}

/** Version of the Clang package that is installed. */
export function compilerVersion(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@yowasp/clang');
  // The package exports only its entry; its package.json is the nearest one above.
  const root = entry.slice(0, entry.lastIndexOf(join('@yowasp', 'clang')) + join('@yowasp', 'clang').length);
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** An example as index.json lists it. */
export interface ExampleEntry { readonly id: string; readonly title: string; readonly summary: string; readonly kind: string; readonly order: number; readonly stdin: string }

/** The example programs, in the order in which they are shown. */
export function readExamples(paths: SystemPaths): readonly ExampleInfo[] {
  const folder = join(paths.resources, 'examples');
  const entries = JSON.parse(bytesOf(join(folder, 'index.json'), REINSTALL).toString('utf8')) as readonly ExampleEntry[];
  return [...entries].sort((a, b) => a.order - b.order).map(({ id, title, summary, kind, stdin }) => ({
    id, title, summary, kind, stdin, text: bytesOf(join(folder, `${id}.c`), REINSTALL).toString('utf8'),
  }));
}
