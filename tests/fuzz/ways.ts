/**
 * One C program natively and in Pagewise, several ways: what it prints and how it ends must be the same.
 * The reference is gcc -O0 on this machine. Used by fuzz.ts.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../../src/core/lir/lir';
import { compileUnits, linkProgram, loadEngine, runProgram, type Engine } from '../../src/host/engine';
import { treePaths } from '../../src/host/paths';
import { collectSources } from '../../src/host/source-files';
import { readHeaders } from '../../src/host/system-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../src/shared/config';
import { createClangRunner, type ClangRunner } from '../../src/toolchain/clang/driver';

export interface Outcome { readonly stdout: Buffer; readonly status: number }
export interface Way { readonly optimise: 0 | 1 | 2; readonly tool: 'none' | 'memcheck' }
/** `files`: C files of one program; `input`: its standard input; `args`: its arguments. */
export interface Case { readonly name: string; readonly files: readonly string[]; readonly input: Buffer; readonly args: readonly string[]; readonly includeDirectories: readonly string[] }
/** A way whose result is not the native one, or that failed altogether. */
export interface Difference { readonly way: Way; readonly text: string }

export const WAYS: readonly Way[] = [
  { optimise: 0, tool: 'none' }, { optimise: 1, tool: 'none' }, { optimise: 2, tool: 'none' }, { optimise: 0, tool: 'memcheck' },
];
const NATIVE_TIMEOUT_MS = 10_000;
const MOST_INSTRUCTIONS = 3_000_000_000;

/** Pagewise in this process: Clang and the C library are loaded once for all programs. */
export class Pagewise {
  private readonly engine: Engine;
  private readonly clang: ClangRunner;

  constructor(root: string) {
    const paths = treePaths(root);
    this.engine = loadEngine(paths, null);
    this.clang = createClangRunner({ headers: readHeaders(paths) });
  }

  get kernel(): WebAssembly.Module {
    return this.engine.kernel;
  }

  /** @throws Error when it does not compile or link */
  async compile(each: Case, optimise: Way['optimise']): Promise<Program> {
    const units = each.files.map((file) => collectSources(file, each.includeDirectories));
    const options = { optimise, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [...each.includeDirectories] };
    const compiled = await compileUnits(this.clang, units, options);
    if (!compiled.bitcode) throw new Error(`does not compile:\n${compiled.text}`);
    return linkProgram(this.engine, compiled.bitcode, compiled.sources);
  }

  /** Runs a case one way. @throws Error when it does not compile, link or end by itself, or breaks an invariant */
  async run(each: Case, way: Way): Promise<Outcome> {
    const program = await this.compile(each, way.optimise);
    const chunks: Uint8Array[] = [];
    let input = each.input;
    const machine = await runProgram(this.engine, program, {
      machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool: way.tool, explainLeaks: false, leakCheck: 'full' }, programName: `./${each.name}`, args: each.args,
      environment: [], stdout: 'pipe', pid: 1000, maxInstructions: MOST_INSTRUCTIONS, maxOutputBytes: 0, maxHeapBytes: 0,
    }, {
      output: (stream, bytes) => { if (stream === 'stdout') chunks.push(bytes.slice()); },
      input: (limit) => {
        const part = input.subarray(0, limit);
        input = input.subarray(limit);
        return Promise.resolve(part.length === 0 ? null : part);
      },
    });
    const result = machine.result();
    if (result.ending.kind === 'limit' || result.ending.kind === 'stopped') throw new Error(`stopped: ${result.ending.reason}`);
    const broken = machine.sanityCheck();
    if (broken.length > 0) throw new Error(`invariants: ${broken.join('; ')}`);
    return { stdout: Buffer.concat(chunks), status: result.exitStatus };
  }
}

/** Compiles with gcc -O0 and runs; null when it takes too long. @throws Error when gcc refuses it */
export function runNatively(each: Case, folder: string): Outcome | null {
  const binary = join(folder, each.name);
  const built = spawnSync('gcc', ['-O0', '-w', '-ffp-contract=off', ...each.includeDirectories.map((directory) => `-I${directory}`), '-o', binary, ...each.files, '-lm'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`gcc: ${built.error?.message ?? built.stderr}`);
  const ran = spawnSync(`./${each.name}`, [...each.args], { cwd: folder, input: each.input, timeout: NATIVE_TIMEOUT_MS, maxBuffer: 1 << 28, env: {} });
  if (ran.error) return null;
  return { stdout: ran.stdout, status: ran.signal ? 128 + signalNumber(ran.signal) : ran.status ?? -1 };
}

function signalNumber(name: string): number {
  const answer = spawnSync('kill', ['-l', name.replace('SIG', '')], { encoding: 'utf8' });
  return Number(answer.stdout.trim());
}

export async function compare(pagewise: Pagewise, each: Case, native: Outcome, ways: readonly Way[]): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const way of ways) {
    try {
      const ours = await pagewise.run(each, way);
      if (!ours.stdout.equals(native.stdout) || ours.status !== native.status) found.push({ way, text: describe(ours, native) });
    } catch (error) {
      found.push({ way, text: gist(error instanceof Error ? error.message : String(error)) });
    }
  }
  return found;
}

/** The line of a compiler's or linker's message that names the first error; else the whole message. */
function gist(message: string): string {
  return message.split('\n').find((line) => line.includes('error: ')) ?? message;
}

/** The first line that differs, and the statuses. */
function describe(ours: Outcome, native: Outcome): string {
  const mine = ours.stdout.toString('latin1').split('\n'), theirs = native.stdout.toString('latin1').split('\n');
  const line = mine.findIndex((text, index) => text !== theirs[index]);
  const index = line === -1 ? mine.length : line;
  return `status ${ours.status}, native ${native.status}; line ${index + 1}: ${JSON.stringify(mine[index] ?? '(end)')}, native ${JSON.stringify(theirs[index] ?? '(end)')}`;
}

/** A case from a C file of one's own: NAME.stdin and NAME.args (one argument a line) beside it, if they are there; other files of the program in the folder NAME. */
export function caseOf(file: string, others: readonly string[], includeDirectories: readonly string[]): Case {
  const stem = file.replace(/\.c$/, '');
  const beside = (extension: string): Buffer => existsSync(`${stem}.${extension}`) ? readFileSync(`${stem}.${extension}`) : Buffer.alloc(0);
  const args = beside('args').toString('utf8').split('\n').filter((text) => text !== '');
  return { name: stem.slice(stem.lastIndexOf('/') + 1), files: [file, ...others], input: beside('stdin'), args, includeDirectories };
}
