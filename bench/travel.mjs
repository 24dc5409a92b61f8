/** Time travel for run.mjs: going to any moment of a recording of ten million executed source lines. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MEDIAN_MS = 100;
const WORST_MS = 300;

/** @param miss called with the text of each missed target */
export async function measureTravel(root, miss) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-travel');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { travel: join(root, 'bench/travel.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { measure } = await import(pathToFileURL(join(outDir, 'travel.js')).href);
  const times = await measure(root, join(root, 'bench/programs/lines.c'));
  console.log(`\nTime travel: ${(times.lines / 1e6).toFixed(1)} M executed lines, ${(times.instructions / 1e6).toFixed(0)} M instructions, checker on\n`);
  console.log(`  recording   ${times.recordedMs.toFixed(0)} ms beside ${times.plainMs.toFixed(0)} ms without (${(times.recordedMs / times.plainMs).toFixed(2)}); ${times.checkpoints} checkpoints, ${times.megabytes.toFixed(0)} MiB`);
  console.log(`  any moment  ${times.medianMs.toFixed(0)} ms median, ${times.worstMs.toFixed(0)} ms at worst`);
  if (times.medianMs > MEDIAN_MS) miss(`going to a moment takes ${times.medianMs.toFixed(0)} ms (median), above ${MEDIAN_MS} ms`);
  if (times.worstMs > WORST_MS) miss(`going to a moment takes ${times.worstMs.toFixed(0)} ms at worst, above ${WORST_MS} ms`);
}
