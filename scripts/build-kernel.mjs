/**
 * Compiles the AssemblyScript kernel (src/core/kernel/as) to out/kernel/kernel.wasm.
 *
 * Incremental: a stamp beside the output holds the hash of every input; nothing is done while it is unchanged.
 * Run directly (`node scripts/build-kernel.mjs`) or through `ensureKernel()` (tests, bench, the set-up script).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const sourceFolder = join(root, 'src/core/kernel/as');
const sharedInputs = ['src/core/kernel/ops.ts', 'src/core/kernel/memory-layout.ts', 'src/core/kernel-interface.ts', 'src/core/intrinsics.ts'];
const outputFolder = join(root, 'out/kernel');
export const kernelPath = join(outputFolder, 'kernel.wasm');
const stampPath = join(outputFolder, 'kernel.stamp');

/** Options that were measured: see ARCHITECTURE.md. A dense `switch` becomes one `br_table` only at -O3. */
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort='];

function inputs() {
  const own = readdirSync(sourceFolder).filter((name) => name.endsWith('.ts')).sort().map((name) => join(sourceFolder, name));
  return [...own, ...sharedInputs.map((path) => join(root, path)), join(root, 'node_modules/assemblyscript/package.json'), fileURLToPath(import.meta.url)];
}

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const path of inputs()) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/**
 * Builds the kernel when an input changed.
 * @returns {Promise<{path: string, built: boolean}>} where the module is, and whether it was built now
 * @throws Error with the compiler's messages when it does not compile
 */
export async function ensureKernel() {
  const hash = hashOfInputs();
  if (existsSync(kernelPath) && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hash) return { path: kernelPath, built: false };
  const { default: asc } = await import('assemblyscript/asc');
  let binary = null;
  const messages = [];
  const { error } = await asc.main([relative(root, join(sourceFolder, 'index.ts')), '--outFile', 'kernel.wasm', '--baseDir', root, ...options], {
    writeFile: (_name, contents) => { if (typeof contents !== 'string') binary = contents; },
    stdout: { write: (text) => { messages.push(String(text)); } },
    stderr: { write: (text) => { messages.push(String(text)); } },
  });
  if (error || !binary) throw new Error(`the kernel does not compile:\n${messages.join('')}${error?.message ?? ''}`);
  mkdirSync(outputFolder, { recursive: true });
  // Renamed into place, so that a reader never sees half a module.
  const temporary = `${kernelPath}.${process.pid}`;
  writeFileSync(temporary, binary);
  renameSync(temporary, kernelPath);
  writeFileSync(stampPath, hash);
  return { path: kernelPath, built: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { path, built } = await ensureKernel();
  console.log(`kernel: ${relative(root, path)} ${built ? 'built' : 'up to date'} (${readFileSync(path).length} bytes)`);
}
