/** `npm run fuzz`: bundles tests/fuzz, with --invariants tests/invariants, or with --snapshots tests/snapshots, for plain Node and runs it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup/console.mjs';

/** Answers the exit code. */
export async function fuzz(args) {
  const { build } = await import('vite');
  const folder = args.includes('--invariants') ? 'invariants' : args.includes('--snapshots') ? 'snapshots' : 'fuzz';
  const outDir = join(ROOT, 'out', 'fuzz-runner');
  await build({
    root: ROOT, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { fuzz: join(ROOT, 'tests', folder, 'fuzz.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { fuzz: runFuzz } = await import(pathToFileURL(join(outDir, 'fuzz.js')).href);
  return runFuzz(ROOT, args);
}
