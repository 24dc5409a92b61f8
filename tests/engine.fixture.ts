/** What tests of whole programs share: kernel and C library built, the engine loaded, Clang in this process. */
import { resolve } from 'node:path';
import { loadEngine, type Engine } from '../src/host/engine';
import { treePaths } from '../src/host/paths';
import { readHeaders } from '../src/host/system-files';
import { createClangRunner, type InProcessClang } from '../src/toolchain/clang/driver';
import { ensureKernel } from '../scripts/build-kernel.mjs';
import { ensureLibc } from '../scripts/build-libc.mjs';

export const PATHS = treePaths(resolve(import.meta.dirname, '..'));

export interface Tools { readonly engine: Engine; readonly clang: InProcessClang }

/** For `beforeAll`: builds what is missing or stale and loads it, without the caches on disk. */
export async function prepareTools(): Promise<Tools> {
  await ensureKernel();
  await ensureLibc();
  return { engine: loadEngine(PATHS, null), clang: createClangRunner({ headers: readHeaders(PATHS) }) };
}
