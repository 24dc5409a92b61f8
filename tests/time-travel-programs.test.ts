/** Time travel on programs of several processes, under memory pressure and with files: there, anywhere, and back to the same end. */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import type { TravelTarget } from '../src/shared/timeline';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

const folder = (name: string): string[] => readdirSync(resolve(import.meta.dirname, name)).filter((file) => file.endsWith('.c')).sort().map((file) => resolve(import.meta.dirname, name, file));
const PROGRAMS = [...folder('processes'), ...folder('pressure'), ...folder('mapped-files')];
const MOST_INSTRUCTIONS = 12_000_000;
const MOMENTS = 4;

let engine: Engine;
let clang: ClangRunner;
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
});

function configFor(path: string): RunConfig {
  const small = path.includes('/pressure/');
  return {
    machine: small ? { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 4096 } } : DEFAULT_MACHINE,
    check: { ...DEFAULT_CHECK, tool: 'none', leakCheck: 'no', explainLeaks: false }, programName: `./${basename(path, '.c')}`, args: [],
    environment: ['HOME=/home/student'], stdout: 'pipe', pid: 1000, maxInstructions: MOST_INSTRUCTIONS, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}

/** Runs until the program or the journey is over, or nobody can go on. */
function run(machine: Machine): string {
  for (;;) {
    const reason = machine.run(99_991);
    if (reason !== 'quantum') return reason;
  }
}

function go(machine: Machine, target: TravelTarget): void {
  expect(machine.travel(target)).toEqual({ ok: true, message: '' });
  expect(run(machine)).toBe('arrived');
  expect(machine.query('status', null).value.timeline?.outcome).toEqual({ found: true, message: '' });
}

describe('there and back under each way of translation', () => {
  it.each(['paging', 'segmentation', 'segmentation-paging', 'none'] as const)('%s', async (translation) => {
    const path = resolve(import.meta.dirname, 'time-travel/ledger.c');
    const compiled = await compileUnits(clang, [collectSources(path, [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
    const config = configFor(path);
    const machine = createMachine({ ...config, machine: { ...config.machine, translation } }, { output: () => undefined, input: () => null }, engine.kernel, { timelineBytes: 2 ** 28 });
    machine.load(linkProgram(engine, compiled.bitcode ?? [], compiled.sources));
    run(machine);
    const end = { hash: machine.ramHash(), counters: machine.counters() };
    go(machine, { kind: 'instruction', instruction: Math.floor(end.counters.instructions / 3) });
    go(machine, { kind: 'head' });
    expect({ hash: machine.ramHash(), counters: machine.counters() }).toEqual(end);
  });
});

describe('there and back', () => {
  it.each(PROGRAMS.map((path) => [basename(path), path]))('%s', async (_name, path) => {
    const compiled = await compileUnits(clang, [collectSources(path, [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
    const output: Uint8Array[] = [];
    const machine = createMachine(configFor(path), { output: (_stream, bytes) => { output.push(bytes.slice()); }, input: () => null }, engine.kernel, { timelineBytes: 2 ** 28 });
    machine.load(linkProgram(engine, compiled.bitcode ?? [], compiled.sources));
    const ending = run(machine);
    const end = { state: machine.state, hash: machine.ramHash(), counters: machine.counters(), result: machine.result(), output: Buffer.concat(output).toString('latin1') };
    let state = 99;
    const seen = new Map<number, string>();
    const moments = Array.from({ length: MOMENTS }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * end.counters.instructions);
    });
    for (const instruction of [...moments, ...moments.toReversed()]) {
      go(machine, { kind: 'instruction', instruction });
      expect(machine.counters().instructions).toBe(instruction);
      const hash = machine.ramHash();
      expect(hash).toBe(seen.get(instruction) ?? hash);
      seen.set(instruction, hash);
      expect(machine.sanityCheck()).toEqual([]);
    }
    go(machine, { kind: 'head' });
    expect({ state: machine.state, hash: machine.ramHash(), counters: machine.counters(), result: machine.result(), output: Buffer.concat(output).toString('latin1') }, ending)
      .toEqual({ ...end, state: end.state === 'running' ? 'paused' : end.state });
  });
});
