/** The policy bench beside a plain C program (policy.c, gcc -O2), on one trace in one run; their counts must be the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const REFERENCES = 8_000_000;
const FRAMES = 8_192;
/** Millions of references a second, on one core. */
const TARGET = 5;
const TARGETS = { lru: 20, clock: 20 };

/** `shortfall(text)` is called for each target that is missed and each count that differs. */
export async function comparePolicies(root, shortfall) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-policy');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { policy: join(root, 'bench/policy.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { programTrace, measurePolicies, measureCurves } = await import(pathToFileURL(join(outDir, 'policy.js')).href);
  const trace = programTrace(REFERENCES);
  const ours = measurePolicies(trace, FRAMES);
  const theirs = plainC(root, trace);
  console.log(`\nReplacement policies: ${REFERENCES / 1e6} M references, ${trace.pageCount.toLocaleString('en')} pages, ${FRAMES.toLocaleString('en')} frames; millions of references a second of CPU time, best of 3${theirs === null ? '' : '; ratio = pagewise / plain C (gcc -O2)'}\n`);
  console.log('  policy      pagewise     plain C    ratio   fault ratio');
  for (const one of ours) {
    const rate = REFERENCES / one.seconds / 1e6, target = TARGETS[one.name] ?? TARGET;
    if (rate < target) shortfall(`${one.name}: ${rate.toFixed(1)} M references/s are below the target of ${target} M`);
    const other = theirs?.find((row) => row.name === one.name);
    const compared = other === undefined ? '' : `${(REFERENCES / other.seconds / 1e6).toFixed(1).padStart(8)} M/s ${(other.seconds / one.seconds).toFixed(2).padStart(6)}x`;
    console.log(`  ${one.name.padEnd(9)} ${rate.toFixed(1).padStart(7)} M/s ${compared.padEnd(20)} ${((100 * one.faults) / REFERENCES).toFixed(2).padStart(9)} %`);
    if (other && ['faults', 'evictions', 'writeBacks'].some((count) => other[count] !== one[count])) {
      shortfall(`${one.name}: ${one.faults} faults, ${one.evictions} evictions, ${one.writeBacks} write-backs here, but ${other.faults}, ${other.evictions}, ${other.writeBacks} in plain C`);
    }
  }
  const curves = measureCurves(trace);
  console.log(`\n  whole miss-ratio curve (${trace.pageCount.toLocaleString('en')} numbers of frames): LRU ${curves.lru.toFixed(1)} s, OPT ${curves.opt.toFixed(1)} s`);
}

/** Null where there is no gcc. */
function plainC(root, trace) {
  if (spawnSync('gcc', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-policy-'));
  try {
    const binary = join(folder, 'policy'), file = join(folder, 'trace');
    const compiled = spawnSync('gcc', ['-O2', '-o', binary, join(root, 'bench/policy.c'), '-lm'], { encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(`bench/policy.c does not compile:\n${compiled.stderr}`);
    writeFileSync(file, new Uint8Array(trace.references.buffer, trace.references.byteOffset, trace.references.byteLength));
    const run = spawnSync(binary, [file, String(trace.pageCount), String(FRAMES)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`bench/policy.c fails:\n${run.stderr}`);
    return run.stdout.trim().split('\n').map((line) => {
      const [name, faults, evictions, writeBacks, seconds] = line.split(' ');
      return { name, faults: Number(faults), evictions: Number(evictions), writeBacks: Number(writeBacks), seconds: Number(seconds) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
