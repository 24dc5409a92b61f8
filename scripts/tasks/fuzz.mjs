/** `npm run fuzz`: bundles tests/fuzz, or with --invariants tests/invariants, for plain Node and runs it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup/console.mjs';

/** Answers the exit code. */
export async function fuzz(args) {
  const { build } = await import('vite');
  const isInvariants = args.includes('--invariants');
  const outDir = join(ROOT, 'out', 'fuzz-runner');
  await build({
    root: ROOT, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { fuzz: join(ROOT, isInvariants ? 'tests/invariants/fuzz.ts' : 'tests/fuzz/fuzz.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { fuzz: runFuzz } = await import(pathToFileURL(join(outDir, 'fuzz.js')).href);
  return runFuzz(ROOT, args);
}
