/**
 * Compiles the C library of the simulated system (resources/libc) to LLVM bitcode, one out/libc/<name>.bc per source.
 *
 * Run directly it prints one line; tests and the engine's build call `ensureLibc()`. Incremental: a source whose hash
 * (with the headers, the flags and Clang's version) stands in out/libc/stamp.json is not compiled again.
 *
 * Optimised with -O1: it inlines nothing across functions, so that every public function keeps the call frame that
 * reports show. Debug information names the sources /usr/src/pagewise/libc/<name>.c, on every machine.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sourceFolder = join(root, 'resources/libc/src');
const headerFolder = join(root, 'resources/libc/include');
const outFolder = join(root, 'out/libc');
const stampFile = join(outFolder, 'stamp.json');

/** Where the sources lie as far as debug information is concerned. */
export const LIBC_SOURCE_FOLDER = '/usr/src/pagewise/libc';

export const LIBC_FLAGS = [
  '-target', 'x86_64-linux-gnu', '-std=gnu17', '-O1', '-gdwarf-4', '-gline-tables-only', '-gno-key-instructions',
  '-ffreestanding', '-fno-builtin', '-fno-inline', '-fno-math-errno', '-ffp-contract=off', '-fno-stack-protector',
  '-fno-vectorize', '-fno-slp-vectorize', '-fno-unwind-tables', '-fno-asynchronous-unwind-tables',
  '-fno-optimize-sibling-calls', '-D__PW_LIBRARY', '-nostdinc', '-isystem', 'include', '-I', '.',
  '-Wall', '-Wextra', '-Werror', '-fdebug-compilation-dir=' + LIBC_SOURCE_FOLDER,
];

/** Files of a folder and its subfolders as {relative path: text}, sorted. */
function readFolder(folder, extension) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  return new Map(files.map((file) => [relative(folder, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')]));
}

/** Nested folders, as the in-memory file system of @yowasp/clang wants them. */
function toTree(files) {
  const tree = {};
  for (const [path, text] of files) {
    const parts = path.split('/');
    let folder = tree;
    for (const part of parts.slice(0, -1)) folder = folder[part] ??= {};
    folder[parts.at(-1)] = text;
  }
  return tree;
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {}; // Missing or damaged: everything is compiled.
  }
}

/** Writes a file so that a reader sees the old or the new one, never a part. */
function replaceFile(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Clang, loaded without its progress messages. */
async function loadClang() {
  const { commands } = await import('@yowasp/clang');
  await commands.clang(['--version'], {}, { fetchProgress: () => undefined, stdout: () => undefined });
  return commands.clang;
}

async function compileOne(clang, name, source, tree) {
  const chunks = [];
  let messages = '';
  const decoder = new TextDecoder();
  try {
    await clang([...LIBC_FLAGS, '-c', '-emit-llvm', name, '-o', '-'], { ...tree, [name]: source }, {
      stdout: (bytes) => void (bytes && chunks.push(bytes.slice())),
      stderr: (bytes) => void (messages += bytes ? decoder.decode(bytes, { stream: true }) : ''),
    });
  } catch (error) {
    throw new Error(`C library: ${name} does not compile\n${messages || String(error)}`);
  }
  return Buffer.concat(chunks);
}

/**
 * Brings out/libc up to date. Returns the bitcode files in order of name, how many were compiled, their total size in
 * bytes and the milliseconds that it took. Throws with Clang's messages when a source does not compile.
 */
export async function ensureLibc() {
  const started = performance.now();
  const sources = readFolder(sourceFolder, '.c');
  const privateHeaders = readFolder(sourceFolder, '.h');
  const headers = readFolder(headerFolder, '.h');
  const clangVersion = JSON.parse(readFileSync(join(root, 'node_modules/@yowasp/clang/package.json'), 'utf8')).version;
  const common = createHash('sha256').update(JSON.stringify([clangVersion, LIBC_FLAGS, [...privateHeaders], [...headers]]));
  const tree = { ...toTree(privateHeaders), include: toTree(headers) };
  const old = readStamp();
  const stamp = {};
  const files = [];
  let clang = null;
  let compiled = 0;
  let bytes = 0;
  mkdirSync(outFolder, { recursive: true });
  for (const [name, source] of sources) {
    const output = name.replace(/\.c$/, '.bc');
    const path = join(outFolder, output);
    const hash = common.copy().update(source).digest('hex');
    if (old[output] !== hash || !existsSync(path)) {
      clang ??= await loadClang();
      replaceFile(path, await compileOne(clang, name, source, tree));
      compiled += 1;
    }
    stamp[output] = hash;
    files.push(path);
    bytes += readFileSync(path).length;
  }
  for (const file of readdirSync(outFolder)) if (file.endsWith('.bc') && !(file in stamp)) rmSync(join(outFolder, file));
  if (compiled > 0 || Object.keys(old).length !== files.length) replaceFile(stampFile, JSON.stringify(stamp, null, 1));
  return { files, compiled, bytes, milliseconds: performance.now() - started };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, compiled, bytes, milliseconds } = await ensureLibc();
  console.log(`C library: ${files.length} sources, ${compiled} compiled, ${Math.round(bytes / 1024)} KiB of bitcode in out/libc, ${Math.round(milliseconds)} ms`);
}
