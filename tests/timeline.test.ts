/**
 * Time travel by replay: a recording made in odd quanta and single steps, replayed by the fast loop, is at every moment what the
 * machine was then, and what the precise loop makes of it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../src/core/lir/lir';
import { Intrinsic } from '../src/core/intrinsics';
import { placesOfLine } from '../src/core/machine/breakpoints';
import { DeviceStatus, RamSwapDevice } from '../src/core/swap/swap-device';
import { parseWorkloads } from '../src/core/workload/script-parser';
import { compileUnits, linkProgram } from '../src/host/engine';
import { collectSources } from '../src/host/source-files';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../src/shared/config';
import { prepareTools, type Tools } from './engine.fixture';
import { headOf, printOf, Random, Recorder, Replayer, type Scene } from './timeline.fixture';

let tools: Tools;
beforeAll(async () => { tools = await prepareTools(); });

function compile(file: string): Promise<Program> {
  return compileSources(collectSources(resolve(import.meta.dirname, file), []));
}

async function compileSources(sources: ReturnType<typeof collectSources>): Promise<Program> {
  const options = { optimise: 0 as const, standard: 'gnu17', defines: [], undefines: [], includeDirectories: [] };
  const compiled = await compileUnits(tools.clang, [sources], options);
  expect(compiled.bitcode, compiled.text).not.toBeNull();
  return linkProgram(tools.engine, compiled.bitcode ?? [], compiled.sources);
}

function configOf(tool: 'memcheck' | 'none', machine: Partial<MachineConfig> = {}, more: Partial<RunConfig> = {}): RunConfig {
  return {
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool, explainLeaks: false }, programName: './a.out', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0, ...more,
  };
}

/** RAM for about a third of what programs want, swap for all of it. */
function tight(frames: number): Partial<MachineConfig> {
  return { frameCount: 256 + frames, swap: { slotCount: 4096, device: 'nvme', pageCluster: 3 } };
}

/** Every so many requests fail, one way or another. */
class ShakyDevice extends RamSwapDevice {
  private requests = 0;
  failures = 0;

  private get fails(): boolean {
    if (++this.requests % 37 !== 0) return false;
    this.failures++;
    return true;
  }

  override write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return this.fails ? DeviceStatus.IoError : super.write(slot, pages);
  }
}

/** Records, then compares the replay at pauses of the recording and at random instructions. */
function check(scene: Scene, seed: number): Recorder {
  const recorder = new Recorder(scene, tools.engine.kernel, seed);
  recorder.record();
  const { entries } = recorder.input;
  const { head, prints } = recorder;
  const fresh = (): Replayer => new Replayer(scene, tools.engine.kernel, entries, head);

  const random = new Random(seed + 1);
  const walker = fresh();
  const every = Math.max(1, Math.floor(prints.length / 12));
  for (const [index, print] of prints.entries()) {
    if (index % every !== random.below(every)) continue;
    walker.goToPause(print);
    expect(printOf(walker.pass), `pause ${String(index)} of ${String(prints.length)}`).toBe(print.text);
  }

  const targets = Array.from({ length: 6 }, () => random.below(head.instruction + 1)).sort((a, b) => a - b);
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
  return recorder;
}

const kinds = (recorder: Recorder): ReadonlySet<string> => new Set(recorder.input.entries.map(({ kind }) => kind));

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

describe('too little RAM', () => {
  it.each(['three-times-ram.c', 'family.c', 'mapped-file.c'])('%s', async (name) => {
    const recorder = check({ config: configOf('none', tight(256)), programs: [await compile(`pressure/${name}`)], quantum: 400_000 }, 7);
    expect(recorder.pass.computer.counters().majorFaults).toBeGreaterThan(50);
  });
  it('and a swap device that fails now and then', async () => {
    const device = new ShakyDevice(4096);
    const recorder = check({ config: configOf('none', tight(256)), programs: [await compile('pressure/three-times-ram.c')], quantum: 400_000, swap: () => device }, 8);
    expect(device.failures).toBeGreaterThan(2);
    expect(recorder.input.entries.filter(({ kind }) => kind === 'device')).toHaveLength(device.failures);
  });
  it('the out-of-memory killer', async () => {
    check({ config: configOf('none', { frameCount: 256 + 520 }), programs: [await compile('pressure/out-of-memory.c')], quantum: 400_000 }, 9);
  });
});

describe('light workloads beside a program', () => {
  it('with swap, forks and idle time', async () => {
    const { scripts } = parseWorkloads(readFileSync(resolve(import.meta.dirname, '../resources/workloads/pressure.workload'), 'utf8'));
    const recorder = check({
      config: configOf('none', tight(400)), programs: [await compile('conformance/sorting.c')], quantum: 50_000, until: 900_000,
      workloads: scripts.map((script) => ({ script, count: 3 })),
      actions: { 4: (at) => { at.happen((stamp) => ({ kind: 'workloads', ...stamp, script: scripts[0]!, count: 2 })); } },
    }, 10);
    expect(kinds(recorder)).toContain('workloads');
    expect(recorder.pass.computer.counters().majorFaults).toBeGreaterThan(50);
  });
});

describe('actions from outside', () => {
  it('signals, priorities, the processor out of turn, configuration, a further program', async () => {
    const [first, second] = [await compile('processes/alarm.c'), await compile('conformance/sorting.c')];
    const recorder = check({
      config: configOf('none'), programs: [first, second], quantum: 30_000, steps: true,
      actions: {
        3: (at) => { at.happen((stamp) => ({ kind: 'nice', ...stamp, pid: 1001, nice: -7 })); },
        5: (at) => { at.happen((stamp) => ({ kind: 'focus', ...stamp, pid: 1000 })); },
        7: (at) => { at.configure([{ path: 'costs.systemCallCycles', value: 7777 }, { path: 'memory.policy', value: 'clock' }]); },
        9: (at) => { at.happen((stamp) => ({ kind: 'load', ...stamp, program: second, name: './third', args: ['x'] })); },
        11: (at) => { for (const signal of [19, 18, 19]) at.happen((stamp) => ({ kind: 'signal', ...stamp, pid: 1001, signal })); },
        14: (at) => { at.configure([{ path: 'frameCount', value: 8192 }]); },
        20: (at) => { at.happen((stamp) => ({ kind: 'signal', ...stamp, pid: 1001, signal: 18 })); },
        30: (at) => { at.happen((stamp) => ({ kind: 'signal', ...stamp, pid: 1002, signal: 15 })); },
      },
    }, 11);
    for (const kind of ['nice', 'focus', 'configure', 'load', 'signal']) expect(kinds(recorder), kind).toContain(kind);
  });
  it('a process that nothing wakes but a signal, stopped and continued where it stands', async () => {
    const pauses: Scene['actions'] = Object.fromEntries([40, 41, 42, 43].map((pause, index) => [pause, (at: Recorder) => { at.happen((stamp) => ({ kind: 'signal', ...stamp, pid: 1000, signal: [19, 18, 19, 9][index] ?? 9 })); }]));
    const program = await compileSources([{ path: 'p.c', text: '#include <unistd.h>\nint main(void) { for (;;) pause(); }' }]);
    const recorder = check({ config: configOf('none'), programs: [program], quantum: 1_000_000, actions: pauses }, 12);
    expect(new Set(recorder.input.entries.map(({ instruction }) => instruction)).size).toBe(1);
  });
  it('stop, and the limit of instructions', async () => {
    const program = await compile('conformance/sorting.c');
    const stopped = check({ config: configOf('memcheck'), programs: [program], quantum: 30_000, actions: { 6: (at) => { at.stop('enough'); } } }, 13);
    expect(kinds(stopped)).toContain('stop');
    const limited = check({ config: configOf('memcheck', {}, { maxInstructions: 123_456 }), programs: [program, program], quantum: 30_000, steps: true }, 14);
    expect(kinds(limited)).toContain('limit');
    expect(limited.head.instruction).toBeGreaterThanOrEqual(123_456);
  });
});

describe('travelling', () => {
  const LONG = `int main(void) { volatile int x = 1; for (int i = 0; i < 3; i++) {\n${'x = x * 3 + 1;\n'.repeat(8000)}} return x == 0; }`;

  it('code without a safe point carries the fast loop too far, which it tells; the precise loop gets there', async () => {
    const scene: Scene = { config: configOf('none'), programs: [await compileSources([{ path: 'long.c', text: LONG }])], quantum: 5_000_000 };
    const recorder = new Recorder(scene, tools.engine.kernel, 15);
    recorder.record();
    const target = recorder.head.instruction - 40_000;
    const replayer = (): Replayer => new Replayer(scene, tools.engine.kernel, recorder.input.entries, recorder.head);
    expect(replayer().go(target)).toBe(false);
    const precise = replayer();
    expect(precise.go(target, { precise: true })).toBe(true);
    expect(precise.pass.computer.instructions()).toBe(target);
  });

  it('breakpoints stop a journey that asks for it, and no other', async () => {
    const text = 'static int f(int x) {\n  return x + 1;\n}\nint main(void) { int x = 0; for (int i = 0; i < 20; i++) x = f(x); return x; }';
    const scene: Scene = { config: configOf('none'), programs: [await compileSources([{ path: 'p.c', text }])], quantum: 5_000_000 };
    const recorder = new Recorder(scene, tools.engine.kernel, 16);
    recorder.record();
    for (const stopAtBreakpoints of [true, false]) {
      const { travel, pass } = new Replayer(scene, tools.engine.kernel, recorder.input.entries, recorder.head);
      const image = pass.computer.processes.first?.image;
      if (image === undefined) throw new Error('no image');
      for (const index of placesOfLine(image, 'p.c', 2)) pass.scheduler.breakpoints.add(index, 'user');
      let hits = 0;
      while (travel.advance('head', { budget: 1_000_000, stopAtBreakpoints }) === 'breakpoint') hits++;
      expect(hits).toBe(stopAtBreakpoints ? 20 : 0);
      expect(printOf(pass)).toBe(recorder.prints.at(-1)?.text);
    }
  });

  it('something new at a past moment: the future is forgotten, its input comes again, and the machine records on', async () => {
    const lines = readFileSync(resolve(import.meta.dirname, 'conformance/word-count.stdin'), 'utf8').split(/(?<=\n)/);
    const scene: Scene = { config: configOf('none', {}, { stdin: 'tty' }), programs: [await compile('conformance/word-count.c')], quantum: 5000, lines };
    const recorder = new Recorder(scene, tools.engine.kernel, 17);
    recorder.record();
    const half = recorder.input.entries.filter(({ kind }) => kind === 'stdin')[10]?.instruction ?? 0;

    const chunks: Uint8Array[] = [];
    const replayer = new Replayer(scene, tools.engine.kernel, recorder.input.entries, recorder.head, { output: (_stream, bytes) => { chunks.push(bytes.slice()); }, input: () => null });
    expect(replayer.go(half + 1)).toBe(true);
    const { pass, input, travel } = replayer;
    const before = input.position;
    travel.branch();
    expect([input.isReplay, input.entries.length]).toEqual([false, before]);
    const event = { kind: 'nice', ...pass.computer.stamp(), pid: 1000, nice: 3 } as const;
    input.note(event);
    pass.apply(event);
    while (pass.scheduler.run(7000) !== 'ended') pass.scheduler.wake();
    expect(recorder.output.endsWith(Buffer.concat(chunks).toString('latin1'))).toBe(true);
    expect(pass.computer.outputBytes).toBe(recorder.output.length);

    const again = new Replayer(scene, tools.engine.kernel, input.entries, headOf(pass, input));
    again.go('head');
    expect(printOf(again.pass)).toBe(printOf(pass));
  });
});

describe('system calls', () => {
  it('are events of their moment: one each, however often it looks again', async () => {
    const text = '#include <unistd.h>\n#include <sys/wait.h>\nint main(void) { int p[2]; char c; pipe(p); if (fork() == 0) { for (volatile int i = 0; i < 2000; i++) ; write(p[1], "x", 1); _exit(0); } read(p[0], &c, 1); wait(0); return getpid() != 1000; }';
    const recorder = check({ config: configOf('none'), programs: [await compileSources([{ path: 'p.c', text }])], quantum: 500 }, 18);
    const names: Readonly<Record<number, string>> = { [Intrinsic.read]: 'read', [Intrinsic.write]: 'write', [Intrinsic.exit]: 'exit', [Intrinsic.getpid]: 'getpid', [Intrinsic.process]: 'process' };
    const calls: { readonly instruction: number; readonly text: string }[] = [];
    recorder.pass.computer.events.calls.forEach(({ processKey, instruction, wordLow, wordHigh, vaLow, detail }) => {
      calls.push({ instruction, text: [processKey, names[wordLow] ?? wordLow, wordHigh, vaLow, detail].join(' ') });
      return true;
    });
    expect(calls.map((call) => call.text)).toEqual([
      '1 process 8 0 0', '1 process 1 1001 0', '1 read 0 0 1', '2 write 0 1 0', '2 exit 0 0 0', '1 process 2 1001 0', '1 getpid 0 1000 0', '1 exit 0 0 0',
    ]);
    expect(calls.map(({ instruction }) => instruction)).toEqual(calls.map(({ instruction }) => instruction).sort((a, b) => a - b));
  });
});
