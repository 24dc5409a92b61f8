/**
 * The oracle: every example and every program of oracle/programs under the live Valgrind and under Pagewise, compared.
 *
 *   node scripts/oracle.mjs [--verbose] [--native-only] [NAME…]
 *
 * Programs are compiled by clang-19 (or another Debian clang) and by gcc with -gdwarf-4 -O0 -fno-builtin and run under
 * `valgrind --undef-value-errors=no --leak-check=full --show-leak-kinds=all`. Each part of the result (errors, signal, heap
 * summary, loss records, leak summary, error summary, exit status, standard output, and the same from XML) must equal
 * what one of the two native compilers gives. oracle/differences.json lists, with their cause, the few parts that may differ:
 * always, or ("only") where no other compiler than that one is installed, because both differ and Pagewise follows the other.
 * Exit status 1 on any other difference.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilers, underPagewise, underValgrind, valgrindVersion } from '../oracle/lib/tools.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'out', 'oracle');
const CLI = join(ROOT, 'out', 'cli', 'index.js');
const WORKERS = 2;

const programsIn = (folder) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.c')).sort().map((name) => join(ROOT, folder, name));

/** Parts of a result as [name, comparable text]. */
function parts(result) {
  const lines = (list) => list.join('\n');
  return [
    ['exit status', String(result.status)], ['standard output', result.stdout],
    ...Object.entries(result.text).map(([name, list]) => [name, lines(list)]),
    ...Object.entries(result.xml).map(([name, list]) => [`XML ${name}`, lines(list)]),
  ];
}

/** Parts of `ours` that equal none of `theirs`. */
function differences(ours, theirs) {
  const native = theirs.map(({ name, result }) => ({ name, parts: new Map(parts(result)) }));
  return parts(ours).filter(([part, text]) => native.every((each) => each.parts.get(part) !== text))
    .map(([part, text]) => ({ part, ours: text, theirs: native.map((each) => ({ name: each.name, text: each.parts.get(part) ?? '' })) }));
}

function show(text) { return (text === '' ? '(nothing)' : text).split('\n').map((line) => `      ${line}`).join('\n'); }

async function examine(program, native, version, nativeOnly) {
  const theirs = [];
  for (const compiler of native) theirs.push({ name: compiler.name, result: await underValgrind(program, compiler, version, FOLDER) });
  if (nativeOnly) return { program, found: [], theirs };
  const ours = await underPagewise(program, CLI, FOLDER);
  if (ours.failure !== undefined) return { program, failure: ours.failure, found: [], theirs };
  return { program, found: differences(ours, theirs), theirs };
}

/** Runs `work` on each item, a few at a time; results in the order of the items. */
async function pool(items, work) {
  const results = new Array(items.length);
  let next = 0;
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    while (next < items.length) { const index = next++; results[index] = await work(items[index]); }
  }));
  return results;
}

/** Listed differences that count with these compilers. */
function allowedWith(native) {
  const listed = JSON.parse(readFileSync(join(ROOT, 'oracle', 'differences.json'), 'utf8'));
  return Object.fromEntries(Object.entries(listed).filter(([, { only }]) => only === undefined || native.every(({ name }) => name === only)));
}

function reportOn({ program, failure, found, theirs }, allowed, options) {
  const name = basename(program, '.c');
  const excused = found.filter(({ part }) => allowed[name]?.parts.includes(part));
  const wrong = found.filter((each) => !excused.includes(each));
  const state = failure !== undefined ? 'FAILED' : wrong.length > 0 ? 'DIFFERS' : excused.length > 0 ? 'excused' : 'equal';
  console.log(`${state.padEnd(8)} ${name.padEnd(28)} ${failure !== undefined ? failure.split('\n')[0] : wrong.length > 0 ? wrong.map(({ part }) => part).join(', ') : excused.length > 0 ? allowed[name].cause : ''}`);
  if (options.verbose) {
    if (failure !== undefined) console.log(show(failure));
    for (const each of wrong) {
      console.log(`   ${each.part}\n    Pagewise\n${show(each.ours)}`);
      for (const one of each.theirs) console.log(`    Valgrind, ${one.name}\n${show(one.text)}`);
    }
    if (options.nativeOnly) for (const one of theirs) console.log(`    ${one.name}\n${show(JSON.stringify(one.result, null, 1))}`);
  }
  return state;
}

async function main() {
  const words = process.argv.slice(2);
  const options = { verbose: words.includes('--verbose'), nativeOnly: words.includes('--native-only') };
  const names = words.filter((word) => !word.startsWith('--'));
  const version = await valgrindVersion().catch(() => '');
  if (version === '') throw new Error('valgrind is not installed: the oracle needs it (Debian: apt-get install valgrind).');
  const native = await compilers();
  if (native.length === 0) throw new Error('neither clang-19 nor gcc is installed (Debian: apt-get install clang-19 gcc).');
  if (!options.nativeOnly && !existsSync(CLI)) throw new Error(`${CLI} is missing: run npm run build first.`);
  const allowed = allowedWith(native);
  const programs = [...programsIn('resources/examples'), ...programsIn('oracle/programs')].filter((program) => names.length === 0 || names.includes(basename(program, '.c')));
  console.log(`${programs.length} programs; ${version}; ${native.map((each) => each.version).join('; ')}`);
  const results = await pool(programs, async (program) => {
    try {
      return await examine(program, native, version, options.nativeOnly);
    } catch (error) {
      return { program, failure: error instanceof Error ? error.message : String(error), found: [], theirs: [] };
    }
  });
  const states = results.map((result) => reportOn(result, allowed, options));
  const count = (state) => states.filter((each) => each === state).length;
  console.log(`\n${count('equal')} equal, ${count('excused')} excused, ${count('DIFFERS')} differ, ${count('FAILED')} failed`);
  return count('DIFFERS') + count('FAILED') === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error) => { console.error(error instanceof Error ? error.message : error); process.exitCode = 1; });
