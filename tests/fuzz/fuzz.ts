/**
 * Differential testing: programs from Csmith, or given ones, natively and in Pagewise (see ways.ts).
 *
 *   npm run fuzz -- [--seed=N] [--count=N] [--include=DIR] [CSMITH OPTIONS]     Csmith programs from seed N on
 *   npm run fuzz -- FILE.c|FOLDER...                                            these programs; a folder is one program of several files
 *
 * Programs that differ stay in out/fuzz.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Pagewise, WAYS, caseOf, compare, runNatively, type Case } from './ways';

const CSMITH_HEADERS = '/usr/include/csmith';

interface Settings { readonly seed: number; readonly count: number; readonly include: string; readonly generator: readonly string[]; readonly paths: readonly string[] }

function settingsFrom(words: readonly string[]): Settings {
  const value = (name: string): string | undefined => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const own = /^--(seed|count|include)=/;
  const paths = words.filter((word) => word.endsWith('.c') || statSync(word, { throwIfNoEntry: false })?.isDirectory() === true);
  return {
    seed: Number(value('seed') ?? 1), count: Number(value('count') ?? 50), include: value('include') ?? CSMITH_HEADERS,
    generator: words.filter((word) => !own.test(word) && !paths.includes(word)), paths,
  };
}

function generate(seed: number, settings: Settings, folder: string): Case {
  const file = join(folder, `seed${seed}.c`);
  const made = spawnSync('csmith', ['--seed', String(seed), ...settings.generator, '-o', file], { cwd: dirname(file), encoding: 'utf8', timeout: 60_000 }); // it leaves a file in its folder
  if (made.status !== 0) throw new Error(`csmith: ${made.error?.message ?? `${made.stderr}${made.stdout}`} (Debian: apt-get install csmith libcsmith-dev)`);
  return caseOf(file, [], [settings.include]);
}

function caseFrom(path: string): Case {
  if (path.endsWith('.c')) return caseOf(path, [], []);
  const files = readdirSync(path).filter((name) => name.endsWith('.c')).sort().map((name) => join(path, name));
  const main = files.find((name) => name.endsWith('/main.c'));
  if (main === undefined) throw new Error(`${path} holds no main.c`);
  return { ...caseOf(main, files.filter((name) => name !== main), [path]), name: path.slice(path.lastIndexOf('/') + 1) };
}

/** Runs all; the exit code: 0 when nothing differs. */
export async function fuzz(root: string, words: readonly string[]): Promise<number> {
  const settings = settingsFrom(words);
  const folder = join(root, 'out', 'fuzz');
  mkdirSync(folder, { recursive: true });
  const pagewise = new Pagewise(root);
  const cases: (() => Case)[] = settings.paths.length > 0
    ? settings.paths.map((path) => () => caseFrom(resolve(path)))
    : Array.from({ length: settings.count }, (_, index) => () => generate(settings.seed + index, settings, folder));
  const counts = { equal: 0, differ: 0, slow: 0 };
  for (const make of cases) {
    const each = make();
    const native = runNatively(each, folder);
    rmSync(join(folder, each.name), { force: true });
    const differences = native === null ? [] : await compare(pagewise, each, native, WAYS);
    counts[native === null ? 'slow' : differences.length === 0 ? 'equal' : 'differ']++;
    if (differences.length === 0 && settings.paths.length === 0) rmSync(each.files[0] ?? '', { force: true });
    for (const { way, text } of differences) console.log(`${each.name} -O${way.optimise} --tool=${way.tool}: ${text}`);
  }
  console.log(`${counts.equal} equal, ${counts.differ} differ, ${counts.slow} take too long natively`);
  return counts.differ === 0 ? 0 : 1;
}
