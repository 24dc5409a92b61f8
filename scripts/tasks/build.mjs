/**
 * The build: kernel and C library (their own scripts), the app (electron-vite) and the command line, each only when
 * what it is made from changed. A stamp beside the output holds the hash of the inputs.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Failure, ROOT, capture, MODULES, say, seconds, withTicker } from '../setup/console.mjs';

/** Everything that more than one bundle is made from. */
const ENGINE_SOURCES = ['src/shared', 'src/core', 'src/toolchain', 'src/host', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

/** Builds all; `only` limits it to some of 'kernel', 'libc', 'cli', 'app'. */
export async function build(only = ['kernel', 'libc', 'cli', 'app']) {
  if (only.includes('kernel')) {
    const { ensureKernel, ensureSnapshotCodec } = await import('../build-kernel.mjs');
    await ensured('the kernel', 'out/kernel/kernel.wasm', ensureKernel);
    await ensured('the codec of snapshots', 'out/kernel/snapshot-codec.wasm', ensureSnapshotCodec);
  }
  if (only.includes('libc')) {
    await ensured('the C library of the simulated system', 'out/libc', async () => (await import('../build-libc.mjs')).ensureLibc());
  }
  if (only.includes('cli')) await whenChanged('cli', [...ENGINE_SOURCES, 'src/cli', 'scripts/tasks/build.mjs'], 'out/cli/index.js', buildCli);
  if (only.includes('app')) {
    const inputs = [...ENGINE_SOURCES, 'src/main', 'src/preload', 'src/renderer', 'electron.vite.config.ts'];
    await whenChanged('app', inputs, 'out/main/index.js', buildApp);
  }
}

/** The scripts of kernel and C library find out themselves whether there is anything to do. */
async function ensured(name, output, work) {
  const started = performance.now();
  const first = !existsSync(join(ROOT, output));
  if (first) say(`Building ${name}…`);
  try {
    const { built, compiled } = await withTicker(`building ${name}`, work);
    if (built || compiled > 0) say(`Built ${name} in ${seconds(started)}.`);
  } catch (error) {
    throw new Failure(`${name[0].toUpperCase()}${name.slice(1)} does not build:\n${error.message}`);
  }
}

async function whenChanged(name, inputs, output, work) {
  const stamp = join(ROOT, 'out', `.${name}-stamp`);
  const want = await hashOf(inputs);
  const upToDate = existsSync(join(ROOT, output)) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === want;
  if (upToDate) return;
  const started = performance.now();
  say(`Building the ${name === 'cli' ? 'command line' : name}…`);
  await withTicker(`building ${name}`, work);
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, want);
  say(`Built out/${name === 'cli' ? 'cli' : '{main,preload,renderer}'} in ${seconds(started)}.`);
}

/** sha256 over names and contents of files and folders, in a fixed order; tests do not count. */
async function hashOf(inputs) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const input of inputs) {
    for (const file of await filesOf(join(ROOT, input))) {
      hash.update(`\0${relative(ROOT, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function filesOf(path) {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function buildApp() {
  const { code, output } = await capture(process.execPath, [join(MODULES, 'electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn']);
  if (code !== 0) throw new Failure(`The app does not build:\n${output.trim()}`);
}

/** One folder for plain Node: dependencies stay imports, our own code is bundled. */
async function buildCli() {
  const { build: viteBuild } = await import('vite');
  await rm(join(ROOT, 'out/cli'), { recursive: true, force: true });
  try {
    await viteBuild({
      root: ROOT, configFile: false, logLevel: 'warn', publicDir: false,
      build: {
        ssr: true, target: 'node20', outDir: join(ROOT, 'out/cli'), emptyOutDir: true, minify: false, sourcemap: false,
        rollupOptions: { input: { index: join(ROOT, 'src/cli/index.ts') }, output: { format: 'es', entryFileNames: '[name].js' } },
      },
    });
  } catch (error) {
    throw new Failure(`The command line does not build:\n${error.message}`);
  }
}
