/**
 * Where Pagewise finds what ships with it and where it keeps what it can make again. The app and the command line
 * compute one of these at their start and pass it on; nothing else in src/host guesses a path.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface SystemPaths {
  /** What ships and is not code: headers of the simulated system, examples. */
  readonly resources: string;
  /** What the build made: kernel/kernel.wasm, kernel/snapshot-codec.wasm, libc/*.bc. */
  readonly artefacts: string;
  /** Compiled programs, the lowered library: may be deleted at any time. */
  readonly cache: string;
}

/** Paths for an unpacked tree: `root` is the folder that holds resources/ and out/. */
export function treePaths(root: string, cache = userCacheDirectory()): SystemPaths {
  return { resources: join(root, 'resources'), artefacts: join(root, 'out'), cache };
}

/** The user's cache folder for Pagewise: $PAGEWISE_CACHE, else the platform's convention (XDG base directories on Linux). */
export function userCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PAGEWISE_CACHE) return environment.PAGEWISE_CACHE;
  if (process.platform === 'win32' && environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, 'Pagewise', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Pagewise');
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pagewise');
}
