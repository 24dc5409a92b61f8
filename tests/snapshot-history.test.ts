/**
 * A snapshot carries its past: a machine that came out of a file goes to moments before it was saved, by replaying the file's input
 * log from the loaded programs, and every such moment is the one that the saved machine saw.
 */
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Externals } from '../src/core/image/externals';
import { plainFromBytes, plainToBytes } from '../src/core/image/plain-image';
import type { Program } from '../src/core/lir/lir';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import type { HeldInput } from '../src/core/machine/timeline-input';
import { SECTIONS } from '../src/core/snapshot/machine-sections';
import { randomNumbers } from '../src/core/snapshot/test-random';
import type { SnapshotParts } from '../src/core/snapshot/writer';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import type { TimelineInfo, TravelTarget } from '../src/shared/timeline';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';
import { LABEL, codecModule, fileOf, loaded } from './machine-snapshot.fixture';

const TIMELINE = { timelineBytes: 256 * 2 ** 20 };
const ADDER = `#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    int *sum = malloc(sizeof *sum), next;
    *sum = 0;
    while (scanf("%d", &next) == 1) {
        *sum += next;
        printf("%d\\n", *sum);
    }
    free(sum);
    return 0;
}
`;

let engine: Engine;
let clang: ClangRunner;
let codec: WebAssembly.Module;
beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
  codec = await codecModule();
});

async function compile(sources: ReturnType<typeof collectSources>): Promise<Program> {
  const compiled = await compileUnits(clang, [sources], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
}

function configOf(name: string, more: Partial<RunConfig> = {}): RunConfig {
  const machine = name.startsWith('pressure/') ? { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 4096 } } : DEFAULT_MACHINE;
  return {
    machine, check: { ...DEFAULT_CHECK, tool: 'memcheck', leakCheck: 'full', explainLeaks: false }, programName: './a.out', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 4_000_000, maxOutputBytes: 0, maxHeapBytes: 0, ...more,
  };
}

function timelineOf(machine: Machine): TimelineInfo {
  const info = machine.query('status', null).value.timeline;
  if (info === null) throw new Error('no timeline');
  return info;
}

function go(machine: Machine, target: TravelTarget): TimelineInfo {
  expect(machine.travel(target)).toEqual({ ok: true, message: '' });
  for (let slices = 0; machine.run(400_009) === 'quantum'; slices++) if (slices > 10_000) throw new Error('a journey without end');
  return timelineOf(machine);
}

const printOf = (machine: Machine): unknown => ({ hash: machine.ramHash(), counters: machine.counters(), now: timelineOf(machine).now });

/** Runs on until all is over, or nobody can go on. */
function runOn(machine: Machine): void {
  while (machine.run(1_000_003) === 'quantum');
}

describe('the past of a machine that came out of a file', () => {
  it.each(['processes/fork-tree.c', 'processes/pipeline.c', 'processes/alarm.c', 'processes/shared-sysv.c', 'pressure/family.c', 'pressure/three-times-ram.c', 'mapped-files/sort-mapped.c', 'time-travel/ledger.c'])('%s', async (name) => {
    const program = await compile(collectSources(resolve(import.meta.dirname, name), [])), random = randomNumbers(name.length);
    const first = createMachine(configOf(name), { output: () => undefined, input: () => null }, engine.kernel, TIMELINE);
    first.load(program);
    runOn(first);
    const { head } = timelineOf(first);
    const isPast = random.below(2) === 1, saved = Math.floor(head.instruction * (isPast ? 0.8 : 1));
    const moments = [0.9, 0.15, 0.6, 0.4].map((share) => Math.floor(saved * share));
    const seen = moments.map((instruction) => { go(first, { kind: 'instruction', instruction }); return printOf(first); });
    go(first, isPast ? { kind: 'instruction', instruction: saved } : { kind: 'head' });
    const present = printOf(first);

    const { machine } = loaded(fileOf(first.snapshotParts(LABEL), codec), codec, engine.kernel, TIMELINE);
    expect(printOf(machine)).toEqual(present);
    expect(timelineOf(machine)).toMatchObject({ atHead: true, start: { instruction: 0 } });
    for (const [i, instruction] of moments.entries()) {
      go(machine, { kind: 'instruction', instruction });
      expect(printOf(machine)).toEqual(seen[i]);
    }
    go(machine, { kind: 'head' });
    expect(printOf(machine)).toEqual(present);
    expect(machine.sanityCheck()).toEqual([]);
    for (const each of [machine, first]) {
      if (isPast && each === first) go(first, { kind: 'head' });
      runOn(each);
    }
    expect(machine.ramHash()).toBe(first.ramHash());
    expect(machine.result()).toEqual(first.result());
  });

  it('is found through checkpoints that a long replay leaves behind', async () => {
    const program = await compile([{ path: 'loop.c', text: 'int main(void) { volatile long sum = 0; for (long i = 0; i < 1500000; i++) sum += i; return (int)(sum & 1); }' }]);
    const first = createMachine(configOf('loop', { maxInstructions: 0 }), { output: () => undefined, input: () => null }, engine.kernel);
    first.load(program);
    runOn(first);
    const { machine } = loaded(fileOf(first.snapshotParts(LABEL), codec), codec, engine.kernel, TIMELINE);
    const { head, checkpoints } = timelineOf(machine);
    expect(checkpoints).toBe(2);
    const near = go(machine, { kind: 'instruction', instruction: head.instruction - 10 });
    expect(near.checkpoints).toBeGreaterThan(3);
    expect(near.checkpoints).toBeLessThan(20);
    const print = printOf(machine);
    go(machine, { kind: 'start' });
    go(machine, { kind: 'instruction', instruction: head.instruction - 10 });
    expect(printOf(machine)).toEqual(print);
    go(machine, { kind: 'head' });
    expect(machine.ramHash()).toBe(first.ramHash());
  });
});

describe('standard input in the past of a file', () => {
  async function waiting(): Promise<Machine> {
    const lines = ['20\n', '22\n'];
    const machine = createMachine(configOf('adder'), { output: () => undefined, input: () => { const line = lines.shift(); return line === undefined ? 'wait' : Buffer.from(line); } }, engine.kernel);
    machine.load(await compile([{ path: 'adder.c', text: ADDER }]));
    while (machine.run(1_000_003) !== 'blocked');
    return machine;
  }

  /** The same snapshot with another input log. */
  function withInput(parts: SnapshotParts, change: (input: HeldInput) => HeldInput): SnapshotParts {
    const sections = parts.sections.map((section) => (section.name === SECTIONS.input && 'bytes' in section
      ? { name: section.name, bytes: plainToBytes(change(plainFromBytes(section.bytes as Uint8Array, new Externals()) as HeldInput), new Externals()) } : section));
    return { ...parts, sections };
  }

  it('is read again as it came', async () => {
    const first = await waiting();
    const { machine, output } = loaded(fileOf(first.snapshotParts(LABEL), codec), codec, engine.kernel, TIMELINE);
    const { now } = timelineOf(machine);
    expect(go(machine, { kind: 'step', direction: 'back', unit: 'system-call', over: true }).now.instruction).toBeLessThan(now.instruction);
    expect(go(machine, { kind: 'start' }).now.instruction).toBe(0);
    go(machine, { kind: 'head' });
    expect(machine.ramHash()).toBe(first.ramHash());
    expect(output).toEqual([]);
  });

  it('that does not lead to the saved moment is given up: the machine stands where the file says', async () => {
    const first = await waiting();
    const forged = withInput(first.snapshotParts(LABEL), (input) => ({ ...input, entries: input.entries.map((entry) => (entry.kind === 'stdin' ? { ...entry, instruction: entry.instruction - 1 } : entry)) }));
    const { machine } = loaded(fileOf(forged, codec), codec, engine.kernel, TIMELINE);
    const { now } = timelineOf(machine);
    const info = go(machine, { kind: 'instruction', instruction: now.instruction - 1 });
    expect(info).toMatchObject({ now, start: now, atHead: true, outcome: { found: false } });
    expect(info.outcome?.message).toMatch(/cannot be replayed/);
    expect(machine.ramHash()).toBe(first.ramHash());
  });

  it('made by another engine is not replayed', async () => {
    const first = await waiting();
    const { machine } = loaded(fileOf(first.snapshotParts({ ...LABEL, engineVersion: '0.0.1' }), codec), codec, engine.kernel, TIMELINE);
    const { start, now } = timelineOf(machine);
    expect(start).toEqual(now);
    // Saved by this one, its past stays the other's.
    const again = loaded(fileOf(machine.snapshotParts(LABEL), codec), codec, engine.kernel, TIMELINE).machine;
    expect(timelineOf(again).start).toEqual(now);
  });
});
