/** Time travel, measured: how long it takes to go to any moment of a long recording, and what recording costs. */
import type { Machine } from '../src/core/machine/machine-api';
import { createMachine } from '../src/core/machine/machine';
import { createClangRunner } from '../src/toolchain/clang/driver';
import { compileUnits, linkProgram, loadEngine } from '../src/host/engine';
import { treePaths } from '../src/host/paths';
import { collectSources } from '../src/host/source-files';
import { readHeaders } from '../src/host/system-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type RunConfig } from '../src/shared/config';

const SLICE = 500_000;
const SEEKS = 60;
const TIMELINE_BYTES = 512 * 2 ** 20;

export interface TravelTimes {
  readonly instructions: number; readonly lines: number; readonly checkpoints: number; readonly megabytes: number;
  readonly plainMs: number; readonly recordedMs: number;
  readonly medianMs: number; readonly worstMs: number;
}

function runToEnd(machine: Machine): number {
  const from = performance.now();
  while (machine.state !== 'exited') machine.run(SLICE);
  return performance.now() - from;
}

/** `path`: a program that prints how many of its lines it executed. */
export async function measure(root: string, path: string): Promise<TravelTimes> {
  const paths = treePaths(root);
  const engine = loadEngine(paths, null);
  const clang = createClangRunner({ headers: readHeaders(paths) });
  const compiled = await compileUnits(clang, [collectSources(path, [])], { optimise: 0, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] });
  if (compiled.bitcode === null) throw new Error(compiled.text);
  const program = linkProgram(engine, compiled.bitcode, compiled.sources);
  const config: RunConfig = {
    machine: DEFAULT_MACHINE, check: { ...DEFAULT_CHECK, tool: 'memcheck', leakCheck: 'full', explainLeaks: false }, programName: './lines', args: [],
    environment: [], stdout: 'pipe', pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  let text = '';
  const make = (timelineBytes: number): Machine => {
    const machine = createMachine(config, { output: (_stream, bytes) => { text += new TextDecoder().decode(bytes); }, input: () => null }, engine.kernel, { timelineBytes });
    machine.load(program);
    return machine;
  };
  runToEnd(make(0));
  const plainMs = runToEnd(make(0));
  text = '';
  const machine = make(TIMELINE_BYTES);
  const recordedMs = runToEnd(machine);
  const info = machine.query('status', null).value.timeline;
  if (info === null) throw new Error('nothing was recorded');
  const times: number[] = [];
  let state = 12345;
  for (let i = 0; i < SEEKS; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const from = performance.now();
    machine.travel({ kind: 'instruction', instruction: Math.floor((state / 2 ** 32) * info.head.instruction) });
    while (machine.isTravelling) machine.run(SLICE);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return {
    instructions: info.head.instruction, lines: Number(text), checkpoints: info.checkpoints, megabytes: info.usedBytes / 2 ** 20, plainMs, recordedMs,
    medianMs: times[SEEKS / 2] ?? 0, worstMs: times.at(-1) ?? 0,
  };
}
