/**
 * Programs of several processes: fork, wait, signals, pipes, shared memory. They must print and answer what a native x86-64
 * Linux build of them does (expected files: gcc 12 -O0 on Debian 12, closed by a line with the exit status), and leave a
 * sound machine behind, in which nothing is held but what the first process keeps for the views.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import { compileUnits, linkProgram, runProgram } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { prepareTools, type Tools } from './engine.fixture';

const FOLDER = resolve(import.meta.dirname, 'processes');
/**
 * Children that end by _exit with something in a stream's buffer: under the checker the library's resources are freed,
 * and its streams flushed, in every process that ends, as under Valgrind.
 */
const FLUSHED_TWICE: ReadonlySet<string> = new Set([
  'atexit-fork', 'child-signal', 'descriptors', 'fault-in-child', 'generations', 'jump-from-handler', 'orphans', 'priorities', 'shared-anonymous', 'shared-posix',
  'shared-sysv', 'signal-handlers', 'signal-interrupts', 'signal-masks', 'stdio-fork', 'zombies', 'kill-rules',
]);
/** What the checker finds where a program does it on purpose. */
const ERRORS: Readonly<Record<string, readonly string[]>> = { 'jump-from-handler': ['Invalid write of size 4'] };
const programs = readdirSync(FOLDER).filter((name) => name.endsWith('.c')).map((name) => name.slice(0, -2));

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

async function run(name: string, tool: 'memcheck' | 'none') {
  const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const compiled = await compileUnits(tools.clang, [collectSources(resolve(FOLDER, `${name}.c`), [])], options);
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  const program = linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources);
  const config: RunConfig = {
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: `./${name}`, args: [],
    environment: [], stdout: 'pipe', pid: 1000, maxInstructions: 500_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const chunks: Uint8Array[] = [];
  const machine = await runProgram(tools.engine, program, config, {
    output: (stream, bytes) => { if (stream === 'stdout') chunks.push(bytes.slice()); },
    input: () => Promise.resolve(null),
  });
  return { text: `${Buffer.concat(chunks).toString('utf8')}exit status ${String(machine.result().exitStatus)}\n`, machine };
}

describe.each(programs)('%s.c', (name) => {
  const expected = readFileSync(resolve(FOLDER, `${name}.expected`), 'utf8');
  it('prints what the native build prints', async () => {
    const { text, machine } = await run(name, 'none');
    expect(text).toBe(expected);
    expect(machine.sanityCheck()).toEqual([]);
  });
  it('runs under the checker, which finds what there is', async () => {
    const { text, machine } = await run(name, 'memcheck');
    if (FLUSHED_TWICE.has(name)) for (const line of expected.split('\n')) expect(text).toContain(line);
    else expect(text).toBe(expected);
    const result = machine.result();
    expect(result.errors.map(({ what }) => what)).toEqual(ERRORS[name] ?? []);
    expect(machine.sanityCheck()).toEqual([]);
  });
});
