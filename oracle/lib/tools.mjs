/**
 * The two sides: the live Valgrind on natively compiled programs, and Pagewise. Each gives, for a program,
 * { status, stdout, text, xml } with shapes from report-shape.mjs. Native results are cached by everything they depend on.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { processesOf, shapeOfText, shapeOfXml } from './report-shape.mjs';
import { run } from './run.mjs';

const CHECKS = ['--leak-check=full', '--show-leak-kinds=all', '--num-callers=12'];
const CACHE_VERSION = 6;
const ENVIRONMENT = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LC_ALL: 'C' };

/** What a program's first comment asks for: options of the checker, arguments, standard input. */
export function directives(source) {
  const of = (name) => new RegExp(`^// ${name}: (.*)$`, 'mu').exec(source)?.[1];
  return {
    valgrind: (of('oracle') ?? '--undef-value-errors=no').split(/\s+/u),
    args: (of('oracle-args') ?? '').split(/\s+/u).filter(Boolean),
    stdin: of('oracle-stdin') === undefined ? '' : `${of('oracle-stdin')}\n`,
  };
}

/** Compilers that are installed, as [name, version line]. */
export async function compilers() {
  const found = [];
  for (const name of ['clang-19', 'clang', 'gcc']) {
    if (name === 'clang' && found.length > 0) continue;
    try {
      const { status, stdout } = await run(name, ['--version']);
      if (status === 0) found.push({ name, version: stdout.split('\n')[0] });
    } catch { /* not installed: the next one */ }
  }
  return found;
}

export async function valgrindVersion() {
  const { stdout } = await run('valgrind', ['--version']);
  return stdout.trim();
}

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** @returns the result under live Valgrind, or throws when the program does not compile */
export async function underValgrind(program, compiler, version, folder) {
  const source = readFileSync(program, 'utf8');
  const asked = directives(source);
  const key = createHash('sha256').update(JSON.stringify([CACHE_VERSION, source, basename(program), asked, compiler, version, CHECKS])).digest('hex');
  const cached = join(folder, 'cache', `${key}.json`);
  if (existsSync(cached)) return shaped(JSON.parse(readFileSync(cached, 'utf8')), basename(program));
  const work = join(folder, 'work', `${basename(program, '.c')}-${compiler.name}-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const executable = join(work, basename(program, '.c'));
  const compiled = await run(compiler.name, ['-gdwarf-4', '-O0', '-fno-builtin', '-w', '-std=gnu17', '-o', executable, basename(program), '-lm'], { cwd: dirname(program) });
  if (compiled.status !== 0) throw new Error(`${compiler.name} refuses ${program}:\n${compiled.stderr}`);
  const log = join(work, 'report.txt');
  const xml = join(work, 'report.xml');
  const options = { cwd: work, stdin: asked.stdin, env: ENVIRONMENT };
  const first = await run('valgrind', [...asked.valgrind, ...CHECKS, `--log-file=${log}`, executable, ...asked.args], options);
  await run('valgrind', [...asked.valgrind, ...CHECKS, '--xml=yes', `--xml-file=${xml}`, executable, ...asked.args], options);
  const raw = { status: first.status, stdout: first.stdout, report: read(log), document: read(xml) };
  if (raw.report === '' || raw.document === '') throw new Error(`valgrind wrote no report for ${program}:\n${first.stderr}`);
  mkdirSync(join(folder, 'cache'), { recursive: true });
  writeFileSync(cached, JSON.stringify(raw));
  rmSync(work, { recursive: true });
  return shaped(raw, basename(program));
}

function shaped({ status, stdout, report, document }, file) {
  // Forked processes write into the same file: that is text, but no XML.
  const xml = processesOf(report).length > 1 ? {} : shapeOfXml(document, file);
  return { status, stdout, report, text: shapeOfText(report, file), xml };
}

/** @returns the result under Pagewise; `failure` says what Pagewise itself had to say when it gave up */
export async function underPagewise(program, cli, folder) {
  const asked = directives(readFileSync(program, 'utf8'));
  const work = join(folder, 'work', `${basename(program, '.c')}-pagewise-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const log = join(work, 'report.txt');
  const xml = join(work, 'report.xml');
  const options = { stdin: asked.stdin, cwd: dirname(program), env: { ...process.env, LC_ALL: 'C' } };
  const common = [cli, 'run', '--stdout=pipe', ...CHECKS];
  const rest = [basename(program), ...(asked.args.length > 0 ? ['--', ...asked.args] : [])];
  const first = await run(process.execPath, [...common, `--log-file=${log}`, ...rest], options);
  if (first.status === 125) return { status: 125, failure: first.stderr.trim().split('\n').slice(0, 6).join('\n') };
  const second = await run(process.execPath, [...common, '--xml=yes', `--xml-file=${xml}`, ...rest], options);
  const result = shaped({ status: first.status, stdout: first.stdout, report: read(log), document: read(xml) }, basename(program));
  if (second.status !== first.status) result.failure = `exit status ${first.status} with text, ${second.status} with XML`;
  rmSync(work, { recursive: true });
  return result;
}
