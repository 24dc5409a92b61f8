/**
 * Conformance: real C programs must print and answer what a native x86-64 Linux build of them does. The expected files
 * hold the standard output of gcc 12 -O0 on Debian 12, closed by a line with the exit status. Each program runs at three
 * optimisation levels without checks and once under the checker, where it must also be free of findings.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import { compileUnits, linkProgram, runProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

const FOLDER = resolve(import.meta.dirname, 'conformance');
/** Programs in which Memcheck finds something too: frames above its stack-switch limit of 2 MB, a block lost by goto. */
const NOT_CLEAN: ReadonlySet<string> = new Set(['big-frames', 'jumps']);
const programs = readdirSync(FOLDER).filter((name) => name.endsWith('.c')).map((name) => name.slice(0, -2));

function configFor(name: string, tool: 'memcheck' | 'none'): RunConfig {
  return {
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: `./${name}`, args: [],
    environment: [], stdout: 'pipe', pid: 1000, maxInstructions: 2_000_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}

let engine: Engine;
let clang: ClangRunner;
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
});

async function run(name: string, optimise: 0 | 1 | 2, tool: 'memcheck' | 'none') {
  const path = resolve(FOLDER, `${name}.c`);
  const options = { optimise, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const compiled = await compileUnits(clang, [collectSources(path, [])], options);
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  const program = linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
  const stdin = resolve(FOLDER, `${name}.stdin`);
  let input: Buffer | null = existsSync(stdin) ? readFileSync(stdin) : null;
  const chunks: Uint8Array[] = [];
  const machine = await runProgram(engine, program, configFor(name, tool), {
    output: (stream, bytes) => { if (stream === 'stdout') chunks.push(bytes.slice()); },
    input: (limit) => {
      if (!input || input.length === 0) return Promise.resolve(null);
      const part = input.subarray(0, limit);
      input = input.subarray(limit);
      return Promise.resolve(part);
    },
  });
  const result = machine.result();
  return { text: `${Buffer.concat(chunks).toString('utf8')}exit status ${String(result.exitStatus)}\n`, result, machine };
}

describe.each(programs)('%s.c', (name) => {
  const expected = readFileSync(resolve(FOLDER, `${name}.expected`), 'utf8');
  it.each([0, 1, 2] as const)('prints what the native build prints at -O%d', async (optimise) => {
    const { text, machine } = await run(name, optimise, 'none');
    expect(text).toBe(expected);
    expect(machine.sanityCheck()).toEqual([]);
  });
  it(NOT_CLEAN.has(name) ? 'prints the same under the checker, which finds something' : 'is clean under the checker', async () => {
    const { text, result, machine } = await run(name, 0, 'memcheck');
    expect(text).toBe(expected);
    const definite = result.leaks?.records.filter((record) => record.kind === 'definite') ?? [];
    expect(result.errors.length + definite.length > 0).toBe(NOT_CLEAN.has(name));
    expect(machine.sanityCheck()).toEqual([]);
  });
});
