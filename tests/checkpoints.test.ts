/**
 * Checkpoints: a pass that is put back and goes on ends as the first time, to the last bit; and a second pass of an equal
 * machine that is filled from an image does, too.
 */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { PassImages } from '../src/core/image/pass-image';
import { TimelineInput } from '../src/core/machine/timeline-input';
import { Pass } from '../src/core/machine/pass';
import { ramHash, sanityCheck } from '../src/core/machine/sanity';
import { switchTo } from '../src/core/machine/switching';
import { Checkpoints } from '../src/core/timeline/checkpoints';
import { RecordedSwap } from '../src/core/timeline/recorded-swap';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';
import { compileProgram, prepareTools, type Tools } from './engine.fixture';

const folder = (name: string): string[] => readdirSync(resolve(import.meta.dirname, name)).filter((file) => file.endsWith('.c')).sort().map((file) => resolve(import.meta.dirname, name, file));
const EXAMPLES = folder('../resources/examples');
const PROGRAMS = [...EXAMPLES, ...folder('processes'), ...folder('pressure'), ...folder('mapped-files')];
const MOST_INSTRUCTIONS = 20_000_000;

let tools: Tools;
beforeAll(async () => {
  tools = await prepareTools();
});

function configFor(path: string, tool: 'memcheck' | 'none'): RunConfig {
  const small = path.includes('/pressure/');
  return {
    machine: small ? { ...DEFAULT_MACHINE, frameCount: 1024, swap: { ...DEFAULT_MACHINE.swap, slotCount: 4096 } } : DEFAULT_MACHINE,
    check: { ...DEFAULT_CHECK, tool, leakCheck: tool === 'memcheck' ? 'full' : 'no', explainLeaks: false }, programName: `./${basename(path, '.c')}`, args: [],
    environment: ['HOME=/home/student'], stdout: 'pipe', pid: 1000, maxInstructions: MOST_INSTRUCTIONS, maxOutputBytes: 0, maxHeapBytes: 0,
  };
}

interface Run { readonly pass: Pass; readonly checkpoints: Checkpoints; readonly output: Uint8Array[] }

function start(program: Program, config: RunConfig): Run {
  const output: Uint8Array[] = [];
  const input = new TimelineInput(() => null);
  const { slotCount } = config.machine.swap;
  const swap = slotCount > 0 ? new RecordedSwap(slotCount, null) : null;
  const pass = new Pass(config, { output: (_stream, bytes) => { output.push(bytes.slice()); }, input: () => null, ...(swap === null ? {} : { swap }) }, input, tools.engine.kernel, { precise: false, stopAt: -1, endsWith: -1, ended: () => undefined });
  const images = new PassImages(pass);
  const checkpoints = new Checkpoints(pass, images, swap);
  images.know(program);
  const first = pass.load(program).threads[0];
  if (first !== undefined) switchTo(pass.computer, first);
  return { pass, checkpoints, output };
}

/** Runs on for at most so many slices; true when all has ended. */
function run({ pass }: Run, slices: number): boolean {
  for (let i = 0; i < slices; i++) {
    const outcome = pass.scheduler.run(9_973);
    if (outcome === 'ended' || outcome === 'deadlock' || outcome === 'blocked') return true;
  }
  return false;
}

/** Everything by which two moments are compared. */
function figure({ pass, output }: Run, outputFrom: number): unknown {
  const { computer } = pass;
  return {
    hash: ramHash(computer), counters: computer.counters(), events: [...computer.events.totals], faults: [...computer.events.faultCosts], sanity: sanityCheck(computer),
    processes: [...computer.processes].map((process) => ({ pid: process.pid, phase: process.phase, ending: process.ending, faults: process.minorFaults, heap: process.heap?.summary(), errors: process.heap?.errors() })),
    output: Buffer.concat(output.slice(outputFrom)).toString('latin1'),
  };
}

describe('a machine that is put back to a checkpoint goes on as the first time', () => {
  it.each(PROGRAMS.map((path) => [basename(path), path]))('%s', async (_name, path) => {
    const program = await compileProgram(tools, path);
    for (const tool of ['memcheck', 'none'] as const) {
      const first = start(program, configFor(path, tool));
      const marks: { readonly slices: number; readonly outputs: number }[] = [];
      for (let slices = 1; ; slices *= 4) {
        marks.push({ slices, outputs: first.output.length });
        first.checkpoints.take();
        if (run(first, slices)) break;
      }
      const end = figure(first, 0) as { output: string };
      const kept = [...first.checkpoints.all];
      for (const index of [kept.length - 1, 0, kept.length >> 1]) {
        const checkpoint = kept[index];
        const mark = marks[index];
        if (checkpoint === undefined || mark === undefined) continue;
        first.checkpoints.restore(checkpoint);
        expect(first.pass.computer.instructions()).toBe(checkpoint.instruction);
        first.output.length = mark.outputs;
        for (let slices = mark.slices; !run(first, slices);) slices *= 4;
        expect(figure(first, 0), `from checkpoint ${String(index)}`).toEqual(end);
      }
      for (const checkpoint of kept) first.checkpoints.drop(checkpoint);
    }
  });
});
