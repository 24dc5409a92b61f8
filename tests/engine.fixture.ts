/**
 * What tests of whole programs share: kernel and C library built, the engine loaded, Clang in this process. What
 * Clang made is kept in .cache/tests, so that each program is compiled once.
 */
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { BlobCache } from '../src/host/blob-cache';
import { CachingClangRunner } from '../src/host/compile-cache';
import { compileUnits, linkProgram, loadEngine, type Engine } from '../src/host/engine';
import { treePaths } from '../src/host/paths';
import { collectSources } from '../src/host/source-files';
import { compilerVersion, fingerprint, readHeaders } from '../src/host/system-files';
import type { SourceFile } from '../src/shared/diagnostics';
import { createClangRunner, type ClangRunner } from '../src/toolchain/clang/driver';
import { ensureKernel } from '../scripts/build-kernel.mjs';
import { ensureLibc } from '../scripts/build-libc.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const CACHE_BYTES = 256 * 2 ** 20;

export const PATHS = treePaths(ROOT);

export interface Tools { readonly engine: Engine; readonly clang: ClangRunner }

let tools: Promise<Tools> | null = null;

/** For `beforeAll`: builds what is missing or stale and loads it. */
export function prepareTools(): Promise<Tools> {
  tools ??= makeTools();
  return tools;
}

/** One C file, or one unit's sources, as a program. */
export async function compileProgram({ engine, clang }: Tools, source: string | readonly SourceFile[], standard = 'gnu17'): Promise<Program> {
  const unit = typeof source === 'string' ? collectSources(source, []) : source;
  const compiled = await compileUnits(clang, [unit], { optimise: 0, standard, defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
}

async function makeTools(): Promise<Tools> {
  await ensureKernel();
  await ensureLibc();
  const headers = readHeaders(PATHS);
  const disk = new BlobCache({ folder: join(ROOT, '.cache', 'tests'), maxBytes: CACHE_BYTES });
  const clang = new CachingClangRunner({ runner: createClangRunner({ headers }), disk, fingerprint: fingerprint(headers, compilerVersion()) });
  return { engine: loadEngine(PATHS, null), clang };
}
