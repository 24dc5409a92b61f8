/** Memory pressure for run.mjs: faults and evictions a second of CPU time on one core, by policy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const FAULTS = 300_000;
const EVICTIONS = 150_000;
const POLICIES = ['linux', 'fifo', 'clock', 'nru', 'aging', 'random'];
/** They look at up to 256 frames to choose a batch, or bring pages back one by one: no target. */
const SCANNING = new Set(['nru', 'aging', 'random']);

/** `shortfall(text)` is called for each target that is missed. */
export async function measurePressure(root, shortfall) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-pressure');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { pressure: join(root, 'bench/pressure.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { zeroFaults, evictions } = await import(pathToFileURL(join(outDir, 'pressure.js')).href);
  const kernel = new WebAssembly.Module(readFileSync(join(root, 'out/kernel/kernel.wasm')));
  const thousands = (value) => `${Math.round(value / 1000).toLocaleString('en').padStart(6)} k/s`;
  console.log('\nMemory pressure: CPU time on one core\n');
  const faults = await zeroFaults(kernel);
  console.log(`  demand-zero faults        ${thousands(faults.perSecond)}`);
  if (faults.perSecond < FAULTS) shortfall(`${thousands(faults.perSecond)} demand-zero faults are below the target of ${thousands(FAULTS)}`);
  for (const policy of POLICIES) {
    const { perSecond, count } = await evictions(kernel, policy);
    console.log(`  evictions, ${policy.padEnd(14)} ${thousands(perSecond)}   (${count.toLocaleString('en')} pages out, as many back)`);
    if (perSecond < EVICTIONS && !SCANNING.has(policy)) shortfall(`${thousands(perSecond)} evictions by ${policy} are below the target of ${thousands(EVICTIONS)}`);
  }
}
