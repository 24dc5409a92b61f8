/** Page replay for run.mjs: a recorded trace through TLBs and page tables, beside a plain C program (replay.c, gcc -O2) doing the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Millions of accesses a second, on one core. */
const TARGET = 30;
const ACCESSES = 10_000_000;
const RECORDED = 'words.c';
const RECORDED_LINES = 8_000_000;

/** `shortfall(text)` is called for each target that is missed and each count that differs. */
export async function measureReplay(root, shortfall) {
  const { build } = await import('vite');
  const outDir = join(root, 'out', 'bench-replay');
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { replay: join(root, 'bench/replay.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { replay, traceOfLackey, ownTrace } = await import(pathToFileURL(join(outDir, 'replay.js')).href);
  const kernel = join(root, 'out/kernel/kernel.wasm');
  console.log('\nPage replay: a recorded trace through L1, L2, paging-structure cache and page tables, counts exact; CPU time, best of 3\n');
  console.log('  trace                        accesses    pages    L1 misses     walks   pagewise     plain C');
  const recorded = recordLackey(root);
  for (const [name, trace] of [...(recorded === null ? [] : [[`${RECORDED} (lackey)`, traceOfLackey(recorded, ACCESSES)]]), ['lookups, array, stack', ownTrace(ACCESSES)]]) {
    const ours = replay(kernel, trace);
    const theirs = plainC(root, trace);
    const rate = ours.accesses / ours.seconds / 1e6;
    if (rate < TARGET) shortfall(`replay of ${name}: ${rate.toFixed(1)} M accesses/s are below the target of ${TARGET} M`);
    const column = (value, width) => value.toLocaleString('en').padStart(width);
    console.log(`  ${name.padEnd(24)} ${column(ours.accesses, 12)} ${column(ours.pages, 8)} ${column(ours.l1dMisses, 12)} ${column(ours.walks, 9)} ${rate.toFixed(1).padStart(6)} M/s ${theirs === null ? '' : `${(ours.accesses / theirs.seconds / 1e6).toFixed(1).padStart(7)} M/s`}`);
    if (theirs && ['l1dMisses', 'l2Hits', 'walks', 'walkReads'].some((count) => theirs[count] !== ours[count])) {
      shortfall(`replay of ${name}: ${JSON.stringify(ours)} here, but ${JSON.stringify(theirs)} in plain C`);
    }
  }
}

/** Memory accesses of a bench program under Valgrind's lackey; null where gcc or Valgrind is missing. */
function recordLackey(root) {
  if (spawnSync('valgrind', ['--version']).status !== 0 || spawnSync('gcc', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-replay-'));
  try {
    const [binary, log] = [join(folder, 'program'), join(folder, 'trace')];
    if (spawnSync('gcc', ['-O1', '-w', '-o', binary, join(root, 'bench/programs', RECORDED)]).status !== 0) return null;
    spawnSync('sh', ['-c', `valgrind --tool=lackey --trace-mem=yes --log-fd=9 "$1" 9>&1 >/dev/null 2>/dev/null | head -n ${RECORDED_LINES} > "$2"`, 'sh', binary, log]);
    return readFileSync(log, 'latin1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null where there is no gcc. */
function plainC(root, trace) {
  if (spawnSync('gcc', ['--version']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-replay-'));
  try {
    const [binary, file] = [join(folder, 'replay'), join(folder, 'trace')];
    const compiled = spawnSync('gcc', ['-O2', '-o', binary, join(root, 'bench/replay.c')], { encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(`bench/replay.c does not compile:\n${compiled.stderr}`);
    writeFileSync(file, new Uint8Array(trace.buffer, trace.byteOffset, trace.byteLength));
    const run = spawnSync(binary, [file], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`bench/replay.c fails:\n${run.stderr}`);
    const [l1dMisses, l2Hits, walks, walkReads, seconds] = run.stdout.trim().split(' ').map(Number);
    return { l1dMisses, l2Hits, walks, walkReads, seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
