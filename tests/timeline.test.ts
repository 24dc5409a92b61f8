/**
 * Time travel by replay: a recording made in odd quanta and single steps, replayed by the fast loop, is at every moment what the
 * machine was then, and what the precise loop makes of it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { compileUnits, linkProgram } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import { prepareTools, type Tools } from './engine.fixture';
import { printOf, Random, Recorder, Replayer, type Scene } from './timeline.fixture';

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

async function compile(file: string): Promise<Program> {
  const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const compiled = await compileUnits(tools.clang, [collectSources(resolve(import.meta.dirname, file), [])], options);
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources);
}

function configOf(tool: 'memcheck' | 'none', machine: Partial<MachineConfig> = {}, more: Partial<RunConfig> = {}): RunConfig {
  return {
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: './a.out', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0, ...more,
  };
}

/** Records, then compares the replay at pauses of the recording and at random instructions. */
function check(scene: Scene, seed: number): void {
  const recorder = new Recorder(scene, tools.engine.kernel, seed);
  recorder.record();
  const { entries } = recorder.input;
  const { head, prints } = recorder;
  const fresh = (): Replayer => new Replayer(scene, tools.engine.kernel, entries, head);

  const random = new Random(seed + 1);
  const walker = fresh();
  const every = Math.max(1, Math.floor(prints.length / 25));
  for (const [index, print] of prints.entries()) {
    if (index % every !== random.below(every)) continue;
    walker.goToPause(print);
    expect(printOf(walker.pass), `pause ${String(index)} of ${String(prints.length)}`).toBe(print.text);
  }

  const targets = Array.from({ length: 10 }, () => random.below(head.instruction + 1)).sort((a, b) => a - b);
  const [fast, precise] = [fresh(), fresh()];
  for (const target of targets) {
    expect(fast.go(target, { budget: 1 + random.below(2_000_000) })).toBe(true);
    expect(precise.go(target, { precise: true, budget: 1 + random.below(2_000_000) })).toBe(true);
    expect(fast.pass.computer.instructions()).toBe(target);
    expect(printOf(fast.pass), `instruction ${String(target)}`).toBe(printOf(precise.pass));
    expect(fast.input.isReplay).toBe(true);
  }
  for (const replayer of [walker, fast, precise]) {
    replayer.go('head');
    expect(printOf(replayer.pass)).toBe(prints.at(-1)?.text);
    expect([replayer.input.isReplay, replayer.pass.scheduler.nextTick]).toEqual([false, head.nextTick]);
  }
}

describe('one process', () => {
  it.each(['none', 'memcheck'] as const)('computing, with the tool %s', async (tool) => {
    check({ config: configOf(tool), programs: [await compile('conformance/sorting.c')], quantum: 40_000, steps: true }, 1);
  });
  it('many allocations under the checker', async () => {
    check({ config: configOf('memcheck'), programs: [await compile('conformance/heap.c')], quantum: 50_000, steps: true }, 2);
  });
  it('that finds errors and leaks', async () => {
    check({ config: configOf('memcheck'), programs: [await compile('pressure/leaks.c')], quantum: 300_000 }, 3);
  });
  it.each(['word-count', 'bank'])('that waits for its input: %s', async (name) => {
    const text = readFileSync(resolve(import.meta.dirname, `conformance/${name}.stdin`), 'utf8');
    const lines = text.split(/(?<=\n)/);
    check({ config: configOf('none', {}, { stdin: 'tty' }), programs: [await compile(`conformance/${name}.c`)], quantum: 3000, lines, steps: true }, 4);
  });
});

describe('several processes', () => {
  it.each(['pipeline', 'pipe-large', 'many-children', 'alarm', 'signal-interrupts', 'stop-continue', 'producer-consumer', 'priorities', 'zombies'])('%s.c', async (name) => {
    for (const [seed, tool] of [[5, 'none'], [6, 'memcheck']] as const) check({ config: configOf(tool), programs: [await compile(`processes/${name}.c`)], quantum: 100_000, steps: seed === 5 }, seed);
  });
});
