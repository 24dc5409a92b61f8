/**
 * `npm run bench`: what Pagewise costs, beside live Valgrind in the same minutes on the same machine.
 *
 *   1. Ordinary programs under the checker: wall time of `pagewise run` and of Memcheck, whole commands, best of ROUNDS.
 *   2. From Run to the report, on a program of 30 lines, the compiler warm, the text new each time.
 *   3. The app: from start to a usable editor, and Run to the report in the window.
 *   5. Machines with many processes: touches, faults, switches, the scenes of 300 and 5,000 processes, the window meanwhile.
 *   4. Replacement policies: references a second, beside a plain C program doing the same.
 *   5. Page replay: accesses a second through TLBs and page tables, beside a plain C program doing the same.
 *   6. Checkpoints of the store: speed of the page hash, times of taking one and of going back to it.
 *   7. Snapshots of 1 GiB: saving and loading beside plain writing and reading.
 *
 * `npm run bench -- sieve fib` limits part 1; `--no-app` leaves out part 3.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureApp } from './app.mjs';
import { measureHistory } from './history.mjs';
import { measureTravel } from './travel.mjs';
import { comparePolicies } from './policy.mjs';
import { judgeSceneWindow, measureScale } from './scale.mjs';
import { measurePressure } from './pressure.mjs';
import { measureReplay } from './replay.mjs';
import { measureSnapshotFiles } from './snapshot.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const PROGRAMS = join(ROOT, 'bench', 'programs');
const CLI = join(ROOT, 'out', 'cli', 'index.js');
const ROUNDS = 3;
const TARGETS = { ratio: 4, runMs: 400, startMs: 3000 };

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const failures = [];

function judge(name, value, limit, unit) {
  if (value > limit) failures.push(`${name}: ${value.toFixed(unit === 'x' ? 2 : 0)}${unit} is above the target of ${limit}${unit}`);
}

/** Wall time in milliseconds and standard output of a command; throws when it fails. */
function timed(command, args) {
  const from = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const milliseconds = performance.now() - from;
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${error?.message ?? `status ${status}`}):\n${stderr}`);
  return { milliseconds, stdout };
}

function best(command, args) {
  let result = timed(command, args);
  for (let round = 1; round < ROUNDS; round++) {
    const next = timed(command, args);
    if (next.milliseconds < result.milliseconds) result = next;
  }
  return result;
}

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function comparePrograms() {
  const compiler = ['clang-19', 'clang', 'gcc'].find(has);
  const oracle = compiler !== undefined && has('valgrind');
  console.log(`Interpreter with the checker on, against ${oracle ? `Memcheck (${timed('valgrind', ['--version']).stdout.trim()}, ${compiler} -O0)` : 'nothing: valgrind and a C compiler are needed for ratios'}`);
  console.log(`  whole commands, best of ${ROUNDS}; ratio = pagewise / memcheck, target at most ${TARGETS.ratio}\n`);
  console.log('  program      pagewise    memcheck     ratio');
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-bench-'));
  try {
    for (const file of readdirSync(PROGRAMS).filter((name) => name.endsWith('.c')).sort()) {
      const name = basename(file, '.c');
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const source = join(PROGRAMS, file);
      timed(process.execPath, [CLI, 'run', '-q', source]); // compiles it once
      const ours = best(process.execPath, [CLI, 'run', '-q', source]);
      if (!oracle) {
        console.log(`  ${name.padEnd(10)} ${ours.milliseconds.toFixed(0).padStart(7)} ms`);
        continue;
      }
      const native = join(folder, name);
      timed(compiler, ['-g', '-O0', '-w', '-fno-builtin', '-o', native, source]);
      const theirs = best('valgrind', ['-q', '--leak-check=full', native]);
      if (theirs.stdout !== ours.stdout) failures.push(`${name}: the outputs differ`);
      const ratio = ours.milliseconds / theirs.milliseconds;
      judge(name, ratio, TARGETS.ratio, 'x');
      console.log(`  ${name.padEnd(10)} ${ours.milliseconds.toFixed(0).padStart(7)} ms  ${theirs.milliseconds.toFixed(0).padStart(7)} ms  ${ratio.toFixed(2).padStart(7)}x`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureEngine() {
  const { build } = await import('vite');
  const outDir = join(ROOT, 'out', 'bench');
  await build({
    root: ROOT, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, rollupOptions: { input: { latency: join(ROOT, 'bench/latency.ts') }, output: { entryFileNames: '[name].js' } } },
  });
  const { measureRuns } = await import(pathToFileURL(join(outDir, 'latency.js')).href);
  const { phases, totals } = await measureRuns(ROOT);
  const median = [...totals].sort((a, b) => a - b)[totals.length >> 1];
  console.log(`\nFrom Run to the report, 30 lines, compiler warm, new text each time (engine, ${totals.length} runs, median; target under ${TARGETS.runMs} ms)`);
  console.log(`  ${median.toFixed(0)} ms: ${Object.entries(phases).map(([name, milliseconds]) => `${name} ${milliseconds.toFixed(0)} ms`).join(', ')}`);
  judge('Run to report (engine)', median, TARGETS.runMs, ' ms');
}

async function measureWindow() {
  if (words.includes('--no-app') || !existsSync(join(ROOT, 'out/main/index.js'))) return;
  const { startMs, firstMs, pausedMs, immediateMs } = await measureApp(ROOT);
  console.log(`\nThe app: start to a usable editor ${startMs.toFixed(0)} ms (target under ${TARGETS.startMs} ms)`);
  console.log(`F5 to the leak record on the screen, new text each time, medians (target under ${TARGETS.runMs} ms)`);
  console.log(`  first run of a window ${firstMs.toFixed(0)} ms, later runs ${pausedMs.toFixed(0)} ms; in the same moment as the last letter ${immediateMs.toFixed(0)} ms`);
  judge('app start', startMs, TARGETS.startMs, ' ms');
  judge('Run to report (app, first run)', firstMs, TARGETS.runMs, ' ms');
  judge('Run to report (app)', pausedMs, TARGETS.runMs, ' ms');
  judge('Run to report (app, at once)', immediateMs, TARGETS.runMs, ' ms');
}

/** Times on a machine that does other things are upper bounds; ratios suffer less, because both sides wait. */
function noteLoad() {
  const [load = 0] = loadavg();
  if (load > cpus().length / 2) console.log(`Note: other programs keep this machine busy (load ${load.toFixed(1)} on ${cpus().length} processors); times are upper bounds.\n`);
}

noteLoad();
comparePrograms();
await measureEngine();
await comparePolicies(ROOT, (text) => { failures.push(text); });
await measureHistory(ROOT, (text) => { failures.push(text); });
await measureTravel(ROOT, (text) => { failures.push(text); });
await measureReplay(ROOT, (text) => { failures.push(text); });
await measurePressure(ROOT, (text) => { failures.push(text); });
await measureScale(ROOT, (text) => { failures.push(text); });
await measureSnapshotFiles(ROOT, (text) => { failures.push(text); });
await measureWindow();
if (!words.includes('--no-app')) await judgeSceneWindow(ROOT, (text) => { failures.push(text); });
console.log(failures.length === 0 ? '\nAll targets are met.' : `\nMissed:\n  ${failures.join('\n  ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;
