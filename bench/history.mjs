/** Checkpoints for run.mjs: how fast the store is looked over, and what a checkpoint and going back to one cost. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of the page hash, on one core, in GB a second. */
const TARGET = 5;

/** @param miss called with the text of each missed target */
export async function measureHistory(root, miss) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-history');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { history: join(root, 'bench/history.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { measure } = await import(pathToFileURL(join(outDir, 'history.js')).href);
  console.log('\nCheckpoints of the store: incompressible pages, 1 % of them written in between, medians\n');
  console.log('  in use     hash        first take      take   restore   kept by a take');
  for (const megabytes of [10, 100, 1000]) {
    const times = measure(join(root, 'out/kernel/kernel.wasm'), megabytes);
    const ms = (value) => `${value.toFixed(1).padStart(7)} ms`;
    console.log(`  ${String(megabytes).padStart(4)} MiB ${times.gigabytesPerSecond.toFixed(1).padStart(5)} GB/s ${ms(times.firstTakeMs).padStart(15)} ${ms(times.takeMs)} ${ms(times.restoreMs)}      ${(times.bytesPerTake / 1024).toFixed(0)} KiB`);
    if (times.gigabytesPerSecond < TARGET) miss(`page hash over ${megabytes} MiB: ${times.gigabytesPerSecond.toFixed(1)} GB/s are below the target of ${TARGET}`);
  }
}
