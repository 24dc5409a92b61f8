/** Snapshots for run.mjs: 1 GiB of pages that cannot be compressed, saved and loaded beside plain writing and reading of as many bytes. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const BYTES = 2 ** 30;
const LIMIT = 2;

/** @param miss called with the text of each missed target */
export async function measureSnapshotFiles(root, miss, folder = tmpdir()) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-snapshot');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { snapshot: join(root, 'bench/snapshot.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { measureSnapshots } = await import(pathToFileURL(join(outDir, 'snapshot.js')).href);
  const codec = new WebAssembly.Module(readFileSync(join(root, 'out/kernel/snapshot-codec.wasm')));
  const { fileBytes, write, save, read, load, checked, isCold } = await measureSnapshots(codec, BYTES, folder);
  const line = (what, seconds, plain) => `${what} ${seconds.toFixed(2)} s (${(fileBytes / seconds / 1e9).toFixed(2)} GB/s), ${(seconds / plain).toFixed(2)} times plain ${plain.toFixed(2)} s`;
  console.log(`\nSnapshots of 1 GiB that cannot be compressed (${(fileBytes / 2 ** 20).toFixed(1)} MiB; target ${LIMIT} times the plain transfer${isCold ? '' : '; files are in the host\'s cache'})`);
  console.log(`  ${line('save, synced', save, write)}`);
  console.log(`  ${line('load', load, read)}`);
  console.log(`  ${line('load, checked first', checked, read)}`);
  if (save > LIMIT * write) miss(`saving a snapshot: ${(save / write).toFixed(2)} times plain writing`);
  if (load > LIMIT * read) miss(`loading a snapshot: ${(load / read).toFixed(2)} times plain reading`);
}
