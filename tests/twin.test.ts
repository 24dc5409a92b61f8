/**
 * The kernel against its naive twin (src/core/twin): the same program on both gives the same output, the same counters —
 * instructions, cycles, accesses, TLB misses, walks and their reads, faults, calls — and the same bytes on every page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { runTwin } from '../src/core/twin/twin';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

const TWIN = resolve(import.meta.dirname, 'twin'), CONFORMANCE = resolve(import.meta.dirname, 'conformance');
const sourcesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.c')).sort().map((name) => resolve(folder, name));
/** Conformance programs that the twin leaves out: too many instructions for it, or setjmp, which it does not have. */
const WITHOUT_TWIN = new Set(['big-frames.c', 'recursion.c', 'long-jumps.c']);
/** Beyond this the twin takes too long for a test. */
const MOST_INSTRUCTIONS = 3_000_000;

let engine: Engine;
let clang: ClangRunner;
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
});

function configFor(path: string, machine: MachineConfig = DEFAULT_MACHINE): RunConfig {
  return {
    machine, check: { ...DEFAULT_CHECK, tool: 'none', leakCheck: 'no', explainLeaks: false }, programName: `./${basename(path, '.c')}`, args: ['one', 'two words'],
    environment: ['HOME=/home/student'], stdout: 'pipe', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}

async function compile(path: string, optimise: 0 | 1 | 2): Promise<Program> {
  const compiled = await compileUnits(clang, [collectSources(path, [])], { optimise, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
}

interface Streams { readonly out: string; readonly error: string }

/** Runs in quanta of an odd size: how long they are must not matter. */
function runMachine(program: Program, config: RunConfig, input: Uint8Array): { machine: Machine; streams: Streams } {
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  let at = 0;
  const machine = createMachine(config, {
    output: (stream, bytes) => { chunks[stream].push(bytes.slice()); },
    input: (limit) => {
      const part = input.subarray(at, at + limit);
      at += part.length;
      return part.length === 0 ? null : part;
    },
  }, engine.kernel);
  machine.load(program);
  while (machine.run(7_919) !== 'exited');
  return { machine, streams: { out: Buffer.concat(chunks.stdout).toString(), error: Buffer.concat(chunks.stderr).toString() } };
}

function compare(program: Program, config: RunConfig, input: Uint8Array): void {
  const twin = runTwin(program, { config, input, maxInstructions: MOST_INSTRUCTIONS });
  const { machine, streams } = runMachine(program, config, input);
  expect(streams).toEqual({ out: Buffer.from(twin.output).toString(), error: Buffer.from(twin.errorOutput).toString() });
  expect(machine.result().exitStatus).toBe(twin.exitStatus);
  expect(machine.counters()).toEqual(twin.counters);
  const processKey = machine.query('processes', null).value[0]!.processKey;
  for (const [vpn, { bytes }] of twin.pages) {
    const va = `0x${(vpn * 4096).toString(16)}`, page = machine.query('page', { processKey, va }).value;
    expect(page && Buffer.compare(page.bytes, bytes), `page ${va}`).toBe(0);
  }
}

function inputOf(path: string): Uint8Array {
  const file = path.replace(/\.c$/, '.stdin');
  return existsSync(file) ? readFileSync(file) : new Uint8Array();
}

/** Small TLBs, one of them direct-mapped, five levels of tables, other costs, a small stack. */
const SMALL: MachineConfig = {
  ...DEFAULT_MACHINE, levels: 5, tlb: { l1dEntries: 16, l1dWays: 2, l1iEntries: 4, l1iWays: 1, l2Entries: 64, l2Ways: 4 },
  costs: { ...DEFAULT_MACHINE.costs, l2HitCycles: 11, walkReadCycles: 33, minorFaultCycles: 1234 }, stackLimitBytes: 1 << 20,
};
const DIRECT_MAPPED: MachineConfig = { ...DEFAULT_MACHINE, tlb: { l1dEntries: 8, l1dWays: 1, l1iEntries: 2, l1iWays: 2, l2Entries: 16, l2Ways: 16 } };

describe('kernel and twin agree', () => {
  for (const path of [...sourcesIn(TWIN), ...sourcesIn(CONFORMANCE).filter((path) => !WITHOUT_TWIN.has(basename(path)))])
    it.each([0, 2] as const)(`${basename(path)} at -O%d`, async (optimise) => {
      compare(await compile(path, optimise), configFor(path), inputOf(path));
    });

  for (const name of ['calls', 'end-stack', 'heap', 'memory', 'paging'])
    it.each([['small TLBs and five levels', SMALL], ['a direct-mapped TLB', DIRECT_MAPPED]] as const)(`${name}.c with %s`, async (_, machine) => {
      const path = resolve(TWIN, `${name}.c`);
      compare(await compile(path, 0), configFor(path, machine), inputOf(path));
    });
});
