/**
 * Compiles what is written in AssemblyScript: the kernel (src/core/kernel/as) to out/kernel/kernel.wasm, and the codec of snapshots
 * (src/core/snapshot/as) to out/kernel/snapshot-codec.wasm.
 *
 * Incremental: a stamp beside the output holds the hash of every input; nothing is done while it is unchanged.
 * Run directly (`node scripts/build-kernel.mjs`) or through `ensureKernel()` and `ensureSnapshotCodec()` (tests, bench, the set-up script).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const outputFolder = join(root, 'out/kernel');

/** Options that were measured: see ARCHITECTURE.md. A dense `switch` becomes one `br_table` only at -O3. */
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='];

const KERNEL = {
  name: 'kernel',
  sources: 'src/core/kernel/as',
  sharedInputs: ['src/core/kernel/ops.ts', 'src/core/kernel/memory-layout.ts', 'src/core/kernel-interface.ts', 'src/core/intrinsics.ts'],
  options: [...options, '--importMemory'],
};
/** It has a memory of its own, of the size that codec-layout.ts says. */
const SNAPSHOT_CODEC = {
  name: 'snapshot-codec',
  sources: 'src/core/snapshot/as',
  sharedInputs: ['src/core/snapshot/codec-layout.ts'],
  options: [...options, '--initialMemory', '32', '--maximumMemory', '32'],
};

const wasmOf = ({ name }) => join(outputFolder, `${name}.wasm`);
export const kernelPath = wasmOf(KERNEL);

function hashOfInputs({ sources, sharedInputs }) {
  const own = readdirSync(join(root, sources)).filter((name) => name.endsWith('.ts')).sort().map((name) => join(root, sources, name));
  const hash = createHash('sha256');
  for (const path of [...own, ...sharedInputs.map((shared) => join(root, shared)), join(root, 'node_modules/assemblyscript/package.json'), fileURLToPath(import.meta.url)]) {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Builds one module when an input changed. */
async function ensure(module) {
  const path = wasmOf(module), stampPath = join(outputFolder, `${module.name}.stamp`);
  const hash = hashOfInputs(module);
  if (existsSync(path) && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hash) return { path, built: false };
  const { default: asc } = await import('assemblyscript/asc');
  let binary = null;
  const messages = [];
  const { error } = await asc.main([`${module.sources}/index.ts`, '--outFile', `${module.name}.wasm`, '--baseDir', root, ...module.options], {
    writeFile: (_name, contents) => { if (typeof contents !== 'string') binary = contents; },
    stdout: { write: (text) => { messages.push(String(text)); } },
    stderr: { write: (text) => { messages.push(String(text)); } },
  });
  if (error || !binary) throw new Error(`${module.sources} does not compile:\n${messages.join('')}${error?.message ?? ''}`);
  mkdirSync(outputFolder, { recursive: true });
  // Renamed into place, so that a reader never sees half a module.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, binary);
  renameSync(temporary, path);
  writeFileSync(stampPath, hash);
  return { path, built: true };
}

/**
 * Builds the kernel when an input changed.
 * @returns {Promise<{path: string, built: boolean}>} where the module is, and whether it was built now
 * @throws Error with the compiler's messages when it does not compile
 */
export function ensureKernel() {
  return ensure(KERNEL);
}

/** The same for the codec of snapshots. */
export function ensureSnapshotCodec() {
  return ensure(SNAPSHOT_CODEC);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, built } of [await ensureKernel(), await ensureSnapshotCodec()]) {
    console.log(`${relative(root, path)}: ${built ? 'built' : 'up to date'} (${readFileSync(path).length} bytes)`);
  }
}
