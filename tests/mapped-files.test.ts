/**
 * Programs about mapped files must print and answer what a native x86-64 Linux build of them does (gcc 12 -O0 on Debian 12;
 * the expected files hold its standard output, closed by the exit status). Each runs under the checker, without it, and on a
 * machine whose files are cold, with readahead and fault-around; the sanity pass must find nothing at the end.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import { compileUnits, linkProgram, runProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import type { Program } from '../src/core/lir/lir';
import { prepareTools } from './engine.fixture';

const FOLDER = resolve(import.meta.dirname, 'mapped-files');
const programs = readdirSync(FOLDER).filter((name) => name.endsWith('.c')).map((name) => name.slice(0, -2));
const COLD: MachineConfig = {
  ...DEFAULT_MACHINE, frameCount: 4096,
  paging: { ...DEFAULT_MACHINE.paging, coldFiles: true, readAheadPages: 32, faultAroundPages: 16, fileDevice: 'nvme' },
};

let engine: Engine;
let clang: ClangRunner;
const compiled = new Map<string, Program>();
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
});

async function programOf(name: string): Promise<Program> {
  let program = compiled.get(name);
  if (program === undefined) {
    const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
    const units = await compileUnits(clang, [collectSources(resolve(FOLDER, `${name}.c`), [])], options);
    expect(units.bitcode, units.text).not.toBeNull();
    program = linkProgram(engine, units.bitcode ?? [], units.sources);
    compiled.set(name, program);
  }
  return program;
}

async function run(name: string, tool: 'memcheck' | 'none', machineConfig: MachineConfig) {
  const config: RunConfig = {
    machine: machineConfig, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: `./${name}`, args: [],
    environment: [], stdout: 'pipe', pid: 1000, maxInstructions: 500_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const chunks: Uint8Array[] = [];
  const machine = await runProgram(engine, await programOf(name), config, {
    output: (stream, bytes) => { if (stream === 'stdout') chunks.push(bytes.slice()); },
    input: () => Promise.resolve(null),
  });
  const result = machine.result();
  return { text: `${Buffer.concat(chunks).toString('utf8')}exit status ${String(result.exitStatus)}\n`, result, machine };
}

describe.each(programs)('%s', (name) => {
  const expected = readFileSync(resolve(FOLDER, `${name}.expected`), 'utf8');

  it('as natively, and clean under the checker', async () => {
    const { text, result, machine } = await run(name, 'memcheck', DEFAULT_MACHINE);
    expect(text).toBe(expected);
    expect(result.errors).toEqual([]);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it.each([['warm', DEFAULT_MACHINE], ['cold', COLD]] as const)('as natively with %s files', async (_label, config) => {
    const { text, machine } = await run(name, 'none', config);
    expect(text).toBe(expected);
    expect(machine.sanityCheck()).toEqual([]);
  });
});
