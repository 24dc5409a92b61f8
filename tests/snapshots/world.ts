/**
 * Random runs that are saved and loaded on their way (DESIGN I6). One player runs through; the other does the same things, and at random
 * moments its machine is saved, made anew from the file, and goes on in its place. After each thing both must be equal: RAM, counters,
 * output; at the end results too. Used by machine-snapshot-random.test.ts (three seeds) and `npm run fuzz -- --snapshots` (any number).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Program } from '../../src/core/lir/lir';
import type { Machine, MachineOptions, StopReason } from '../../src/core/machine/machine-api';
import { createMachine } from '../../src/core/machine/machine';
import { randomNumbers, type RandomNumbers } from '../../src/core/snapshot/test-random';
import { RamSwapDevice, type SwapDevice } from '../../src/core/swap/swap-device';
import type { WorkloadScript } from '../../src/core/workload/script';
import { parseWorkloads } from '../../src/core/workload/script-parser';
import { openSwapFile } from '../../src/host/swap-file';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig, type RunConfig } from '../../src/shared/config';
import { LABEL, fileOf, machineOf, portsTo } from '../machine-snapshot.fixture';

/** What worlds are made of: the caller compiles. */
export interface Material {
  readonly kernel: WebAssembly.Module;
  readonly codec: WebAssembly.Module;
  /** Path below tests/ without ".c" → program. */
  readonly program: (name: string) => Promise<Program>;
  readonly root: string;
}

/** Many processes, pipes, shared memory, timers, files, errors and leaks. */
const PROGRAMS = [
  'processes/fork-tree', 'processes/pipeline', 'processes/pipe-large', 'processes/shared-anonymous', 'processes/shared-sysv', 'processes/shared-posix', 'processes/alarm',
  'processes/signal-interrupts', 'processes/stop-continue', 'processes/producer-consumer', 'processes/parallel-sort', 'processes/zombies', 'processes/copy-on-write',
  'pressure/family', 'pressure/family', 'pressure/leaks', 'pressure/three-times-ram', 'pressure/three-times-ram', 'pressure/three-times-ram', 'pressure/mapped-file', 'mapped-files/ring', 'mapped-files/sort-mapped', 'mapped-files/shared-write',
  'conformance/bank', 'conformance/word-count', 'conformance/menu', 'snapshots/patient', 'snapshots/patient', 'snapshots/loses', 'snapshots/loses', 'snapshots/loses',
] as const;
const SCRIPT = 'workload table\nregion heap anonymous 1M\nphase fill for 2ms\n touch heap 200M/s sequential writes 100%\nphase look\n touch heap 50M/s random writes 30%';
const SMALL_FRAMES = 600;
const SLOTS = 4096;
const STEPS = 30;
const MOST_INSTRUCTIONS = 3_000_000;
const END_SLICES = 2_000;

type Step =
  | { readonly kind: 'run'; readonly instructions: number }
  | { readonly kind: 'step'; readonly how: 'into' | 'over' | 'out' }
  | { readonly kind: 'type' }
  | { readonly kind: 'renice'; readonly nice: number }
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'configure'; readonly swappiness: number }
  | { readonly kind: 'workloads'; readonly count: number }
  | { readonly kind: 'add' };

interface Scene {
  readonly name: string;
  readonly config: RunConfig;
  readonly program: Program;
  readonly further: Program;
  readonly lines: readonly string[];
  readonly script: WorkloadScript;
  readonly swapsToFile: boolean;
  readonly options: MachineOptions;
  readonly steps: readonly Step[];
}

/** What a world has shown. */
export interface Shown {
  readonly name: string;
  readonly saves: number;
  /** What the machine was doing when it was saved. */
  readonly moments: ReadonlySet<string>;
}

/** @throws Error that says after which step of which scene two machines were not equal */
export async function play(seed: number, material: Material): Promise<Shown> {
  const random = randomNumbers(seed), begun = await sceneOf(random, material);
  const folder = mkdtempSync(join(tmpdir(), 'pagewise-world-'));
  const scene = { ...begun, steps: stepsOf(begun, random, new Player(begun, material, folder).rehearse()) };
  const straight = new Player(scene, material, folder), broken = new Player(scene, material, folder);
  try {
    scene.steps.forEach((step, index) => {
      const where = `seed ${String(seed)}, ${scene.name}, step ${String(index)} (${JSON.stringify(step)})`;
      straight.perform(step);
      broken.perform(step);
      agree(straight.print(), broken.print(), where);
      if (random.below(5) === 0) broken.reload(where);
    });
    straight.finish();
    broken.finish();
    agree(straight.lastPrint(), broken.lastPrint(), `seed ${String(seed)}, ${scene.name}, end`);
    return { name: scene.name, saves: broken.saves, moments: broken.moments };
  } finally {
    straight.close();
    broken.close();
    rmSync(folder, { recursive: true });
  }
}

function agree(expected: string, found: string, where: string): void {
  if (expected === found) return;
  const at = [...expected].findIndex((letter, i) => letter !== found[i]);
  const part = (text: string): string => text.slice(Math.max(0, at - 60), at + 100);
  throw new Error(`${where}: a machine that was saved and loaded differs: …${part(found)}… instead of …${part(expected)}…`);
}

async function sceneOf(random: RandomNumbers, material: Material): Promise<Scene> {
  const one = <T>(...choices: readonly T[]): T => choices[random.below(choices.length)] as T;
  const name = one(...PROGRAMS), isSmall = name.startsWith('pressure/') || random.below(2) === 0;
  const translation = name.startsWith('pressure/') ? 'paging' : one('paging', 'paging', 'paging', 'segmentation', 'segmentation-paging', 'none');
  const machine: MachineConfig = {
    ...DEFAULT_MACHINE, translation, seed: random.below(1000), levels: one(4, 5), memory: { ...DEFAULT_MACHINE.memory, policy: one('linux', 'linux', 'fifo', 'clock', 'aging', 'random') },
    paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: one('never', 'never', 'always'), coldFiles: one(true, false) },
    ...(isSmall && translation === 'paging' ? { frameCount: SMALL_FRAMES, swap: { slotCount: SLOTS, device: one('nvme', 'hdd'), pageCluster: one(0, 3) } } : {}),
  };
  const tool = one('memcheck', 'none'), typed = textBeside(material.root, name);
  const config: RunConfig = {
    machine, check: { ...DEFAULT_CHECK, tool, leakCheck: tool === 'memcheck' ? 'full' : 'no', explainLeaks: name !== 'pressure/leaks' }, programName: `./${basename(name)}`, args: [],
    environment: ['HOME=/home/student'], stdout: one('tty', 'pipe'), stdin: 'tty', pid: 1000, maxInstructions: MOST_INSTRUCTIONS, maxOutputBytes: 0, maxHeapBytes: 0,
  };
  const script = parseWorkloads(SCRIPT).scripts[0];
  if (script === undefined) throw new Error('the workload of this test is none');
  return {
    name: `${name} (${tool}, ${translation}${machine.swap.slotCount === SLOTS ? ', swap' : ''})`, config, program: await material.program(name), further: await material.program(one('conformance/sorting', 'processes/pipe-echo')),
    lines: typed, script, swapsToFile: machine.swap.slotCount === SLOTS && random.below(2) === 0, options: { timelineBytes: one(0, 2 ** 26) },
    steps: [],
  };
}

/** Steps that take a machine about to the end of its program, and of the second pass. */
function stepsOf(scene: Scene, random: RandomNumbers, instructions: number): readonly Step[] {
  const isPaging = scene.config.machine.translation === 'paging', most = Math.ceil(instructions * (scene.config.check.tool === 'memcheck' ? 14 : 4) / STEPS);
  return Array.from({ length: STEPS }, (_, index) => stepOf(random, index, isPaging, most));
}

function stepOf(random: RandomNumbers, index: number, isPaging: boolean, most: number): Step {
  switch (index === 0 ? 0 : random.below(12)) {
    case 1: return { kind: 'step', how: (['into', 'over', 'out'] as const)[random.below(3)] ?? 'into' };
    case 2: case 3: case 4: return { kind: 'type' };
    case 5: return random.below(2) === 0 ? { kind: 'renice', nice: random.below(20) } : { kind: 'signal', signal: random.below(2) === 0 ? 10 : 28 };
    case 6: return { kind: 'configure', swappiness: random.below(200) };
    case 7: return isPaging && random.below(3) === 0 ? { kind: 'workloads', count: 1 + random.below(4) } : { kind: 'run', instructions: 1 + random.below(400) };
    case 8: return random.below(3) === 0 ? { kind: 'add' } : { kind: 'run', instructions: 1 + random.below(400) };
    default: return { kind: 'run', instructions: 1 + random.below(most) };
  }
}

/** Lines of standard input that lie beside a program. */
function textBeside(root: string, name: string): readonly string[] {
  const beside = ['conformance/bank', 'conformance/word-count', 'conformance/menu', 'snapshots/patient'].includes(name);
  return beside ? readFileSync(join(root, 'tests', `${name}.stdin`), 'utf8').split(/(?<=\n)/) : [];
}

class Player {
  machine: Machine;
  readonly moments = new Set<string>();
  saves = 0;
  private readonly output: Uint8Array[] = [];
  private lines: string[];
  private typed: Uint8Array[] = [];
  private hasEnded = false;
  private stop: StopReason = 'quantum';
  private device: SwapDevice;

  constructor(private readonly scene: Scene, private readonly material: Material, private readonly folder: string) {
    this.lines = [...scene.lines];
    this.device = this.newDevice();
    this.machine = createMachine(scene.config, this.ports(), material.kernel, scene.options);
    this.machine.load(scene.program);
  }

  perform(step: Step): void {
    const { machine } = this;
    switch (step.kind) {
      case 'run': this.stop = machine.run(step.instructions); return;
      case 'step': this.stop = machine.step(step.how, 50_000); return;
      case 'type': this.type(); return;
      case 'renice': machine.renice(0, step.nice); return;
      case 'signal': machine.signal(0, step.signal); return;
      case 'configure': machine.configure([{ path: 'memory.swappiness', value: step.swappiness }]); return;
      case 'workloads':
        if (machine.state !== 'exited') machine.startWorkloads(this.scene.script, step.count);
        return;
      case 'add': this.add();
    }
  }

  /** Saves, and goes on with the machine of the file. */
  reload(where: string): void {
    const { machine, material } = this;
    this.noteMoment();
    // It leaves its traces in scratch words of the store, and loading makes one.
    const broken = machine.sanityCheck();
    if (broken.length > 0) throw new Error(`${where}: ${broken[0] ?? ''}`);
    const file = fileOf(machine.snapshotParts(LABEL), material.codec), before = this.device;
    this.device = this.newDevice();
    this.machine = machineOf(file, material.codec, material.kernel, this.ports(), this.scene.options);
    before.close();
    this.saves++;
    if (!this.scene.swapsToFile && Buffer.compare(file, fileOf(this.machine.snapshotParts(LABEL), material.codec)) !== 0) throw new Error(`${where}: saved again it gives another file`);
  }

  finish(): void {
    this.hasEnded = true;
    for (let i = 0; i < END_SLICES && this.machine.state !== 'exited'; i++) {
      if (this.machine.run(100_000) === 'deadlock') this.machine.stop('Stopped');
      if (i === END_SLICES - 2) this.machine.stop('Stopped');
    }
  }

  /** How many instructions the program takes when nothing happens to it. */
  rehearse(): number {
    while (this.lines.length > 0) this.type();
    this.hasEnded = true;
    while (!['exited', 'limit', 'deadlock'].includes(this.machine.run(200_000)));
    this.close();
    return this.machine.counters().instructions;
  }

  print(): string {
    return JSON.stringify({ counters: this.machine.counters(), hash: this.machine.ramHash(), output: this.text }, plain);
  }

  lastPrint(): string {
    const { machine } = this;
    return JSON.stringify({ state: machine.state, result: machine.result(), sanity: machine.sanityCheck(), counters: machine.counters(), hash: machine.ramHash(), output: this.text }, plain);
  }

  close(): void {
    this.device.close();
  }

  private get text(): string {
    return Buffer.concat(this.output).toString('latin1');
  }

  private type(): void {
    const line = this.lines.shift();
    if (line !== undefined) this.typed.push(new TextEncoder().encode(line));
    this.machine.inputComes();
  }

  private add(): void {
    try {
      this.machine.add(this.scene.further, 'further', ['x']);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'the machine has ended') throw error;
    }
  }

  private ports() {
    return { ...portsTo(this.output, (limit) => this.take(limit)), swap: this.device };
  }

  private take(limit: number): Uint8Array | null | 'wait' {
    const first = this.typed[0];
    if (first === undefined) return this.hasEnded || this.lines.length === 0 ? null : 'wait';
    if (first.length <= limit) this.typed.shift(); else this.typed[0] = first.subarray(limit);
    return first.subarray(0, limit);
  }

  private newDevice(): SwapDevice {
    const { slotCount } = this.scene.config.machine.swap;
    return this.scene.swapsToFile ? openSwapFile({ slotCount, path: null, directory: this.folder }) : new RamSwapDevice(slotCount);
  }

  private noteMoment(): void {
    const { machine, moments } = this;
    if (this.stop === 'blocked') moments.add('waiting');
    if (machine.isExplaining) moments.add('explaining');
    if (machine.state === 'exited') moments.add('ended');
    if ((machine.query('memoryStatus', null).value?.swap.usedSlots ?? 0) > 0) moments.add(this.scene.swapsToFile ? 'swapped to a file' : 'swapped');
    if (machine.query('processes', null).value.filter(({ state }) => state !== 'zombie').length > 1) moments.add('several processes');
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value instanceof Map ? [...value] : value;
}
