/**
 * Real programs on machines with too little RAM: what they print, and what the leak check finds, is what they print and what it
 * finds with plenty. Every run ends with the sanity pass.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import type { Program } from '../src/core/lir/lir';
import { DeviceStatus, RamSwapDevice } from '../src/core/swap/swap-device';
import type { SwapDevice } from '../src/core/swap/swap-device';
import { compileUnits, linkProgram, type Engine } from '../src/host/engine';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type CheckConfig, type MachineConfig } from '../src/shared/config';
import type { ClangRunner } from '../src/toolchain/clang/driver';
import { prepareTools } from './engine.fixture';

let engine: Engine;
let clang: ClangRunner;
const programs = new Map<string, Program>();

beforeAll(async () => {
  ({ engine, clang } = await prepareTools());
}, 240_000);

async function compile(name: string): Promise<Program> {
  let program = programs.get(name);
  if (program === undefined) {
    const text = readFileSync(resolve(import.meta.dirname, 'pressure', name), 'utf8');
    const compiled = await compileUnits(clang, [[{ path: name, text }]], { optimise: 0, standard: '', defines: [], undefines: [], includeDirectories: [] });
    expect(compiled.bitcode, compiled.text).not.toBeNull();
    program = linkProgram(engine, compiled.bitcode ?? [], compiled.sources);
    programs.set(name, program);
  }
  return program;
}

interface Options { readonly quantum?: number; readonly machine?: Partial<MachineConfig>; readonly check?: Partial<CheckConfig>; readonly swap?: SwapDevice }

async function run(name: string, options: Options): Promise<{ readonly machine: Machine; readonly output: string }> {
  let output = '';
  const machine = createMachine({
    machine: { ...DEFAULT_MACHINE, ...options.machine }, check: { ...DEFAULT_CHECK, tool: 'none', ...options.check },
    programName: `./${name}`, args: [], environment: [], stdout: 'pipe', pid: 500, maxInstructions: 400_000_000, maxOutputBytes: 0, maxHeapBytes: 0,
  }, {
    output: (_stream, bytes) => { output += Buffer.from(bytes).toString('latin1'); },
    input: () => null,
    ...(options.swap === undefined ? {} : { swap: options.swap }),
  }, engine.kernel);
  machine.load(await compile(name));
  const quantum = options.quantum ?? 1_000_000;
  for (let reason = machine.run(quantum); reason !== 'exited'; reason = machine.run(quantum)) expect(['quantum']).toContain(reason);
  expect(machine.sanityCheck()).toEqual([]);
  return { machine, output };
}

const known = new Map<string, { readonly output: string; readonly ending: unknown }>();

/** What a program prints, and how it ends, with plenty of RAM. */
async function plentyOf(name: string): Promise<{ readonly output: string; readonly ending: unknown }> {
  let result = known.get(name);
  if (result === undefined) {
    const { machine, output } = await run(name, { machine: PLENTY });
    result = { output, ending: machine.result().ending };
    known.set(name, result);
  }
  return result;
}

const SHORT = { frameCount: 256 + 256, swap: { slotCount: 4096, device: 'nvme', pageCluster: 3 } } as const;
const PLENTY = { frameCount: 262_144 };

describe.each(['three-times-ram.c', 'family.c', 'mapped-file.c'])('%s', (name) => {
  it.each(['linux', 'fifo', 'clock', 'nru', 'aging', 'random'] as const)('%s: prints what it prints with plenty of RAM', async (policy) => {
    const plenty = await plentyOf(name);
    const short = await run(name, { machine: { ...SHORT, memory: { ...DEFAULT_MACHINE.memory, policy } } });
    expect(short.output).toBe(plenty.output);
    expect(short.machine.result().ending).toEqual(plenty.ending);
    expect(short.machine.counters().majorFaults).toBeGreaterThan(100);
  });
});

describe('the smallest machines', () => {
  it.each([24, 28, 32, 48, 64])('three times RAM runs on %i frames', async (frames) => {
    const plenty = await plentyOf('three-times-ram.c');
    const short = await run('three-times-ram.c', { machine: { ...SHORT, frameCount: 256 + frames } });
    expect(short.output).toBe(plenty.output);
  });
});

describe('the checker under pressure', () => {
  it('finds the same leaks when the blocks are in swap', async () => {
    const check = { tool: 'memcheck' } as const;
    const plenty = await run('leaks.c', { machine: PLENTY, check });
    const short = await run('leaks.c', { machine: SHORT, check });
    expect(short.output).toBe(plenty.output);
    const figures = (machine: Machine): unknown => machine.result().leaks?.records.map((loss) => [loss.kind, loss.bytes, loss.indirectBytes, loss.blocks, loss.sentence]);
    expect(figures(short.machine)).toEqual(figures(plenty.machine));
    expect(short.machine.result().leaks?.records.length).toBeGreaterThan(1);
    expect(short.machine.counters().majorFaults).toBeGreaterThan(100);
  });
});

describe('equal runs', () => {
  it('are equal to the last bit under pressure, however the host slices them', async () => {
    const runs = [];
    for (const quantum of [1_000_000, 7_919]) {
      const { machine } = await run('three-times-ram.c', { machine: SHORT, quantum });
      // What a view reads of swapped pages changes nothing.
      machine.query('memoryStatus', null);
      runs.push({ hash: machine.ramHash(), counters: machine.counters() });
    }
    expect(runs[1]).toEqual(runs[0]);
  });
});

describe('out of memory', () => {
  it('the process that gives back most is killed, and the one that needs memory goes on', async () => {
    const { machine, output } = await run('out-of-memory.c', { machine: { frameCount: 256 + 520 } });
    expect(output).toBe('child ended by signal 9, parent has 0 wrong\n');
    expect(machine.result().ending).toEqual({ kind: 'exit', status: 0 });
  });

  it('with swap for all nobody is killed: the parent waits for its child', async () => {
    let output = '';
    const machine = createMachine({
      machine: { ...DEFAULT_MACHINE, frameCount: 256 + 520, swap: SHORT.swap }, check: { ...DEFAULT_CHECK, tool: 'none' },
      programName: './p', args: [], environment: [], stdout: 'pipe', pid: 500, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
    }, { output: (_stream, bytes) => { output += Buffer.from(bytes).toString('latin1'); }, input: () => null }, engine.kernel);
    machine.load(await compile('out-of-memory.c'));
    let reason = machine.run(1_000_000);
    for (let n = 0; n < 50 && reason === 'quantum'; n++) reason = machine.run(1_000_000);
    expect([reason, output]).toEqual(['deadlock', '']);
    expect(machine.sanityCheck()).toEqual([]);
  });
});

/** A device whose request, or write, number `failing` fails. */
class FailingDevice implements SwapDevice {
  readonly description = 'failing';
  readonly lastMicroseconds = 0;
  requests = 0;
  private readonly inner: RamSwapDevice;

  constructor(readonly slotCount: number, private readonly failing: number, private readonly status: DeviceStatus, private readonly onlyWrites = false) {
    this.inner = new RamSwapDevice(slotCount);
  }

  read(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    if (this.onlyWrites) return this.inner.read(slot, pages);
    return ++this.requests === this.failing ? this.status : this.inner.read(slot, pages);
  }

  write(slot: number, pages: readonly Uint8Array[]): DeviceStatus {
    return ++this.requests === this.failing ? this.status : this.inner.write(slot, pages);
  }

  close(): void {
    this.inner.close();
  }
}

describe('a failing swap device', () => {
  it('the Nth request fails, for N over a whole run: right output, or SIGBUS; never silent loss', async () => {
    const machine = { ...SHORT, frameCount: 256 + 160, swap: { ...SHORT.swap, slotCount: 1024 } };
    const counting = new FailingDevice(1024, -1, DeviceStatus.IoError);
    const good = await run('three-times-ram.c', { machine, swap: counting });
    expect(good.output).toBe((await plentyOf('three-times-ram.c')).output);
    const endings = new Set<string>();
    const step = Math.max(1, Math.floor(counting.requests / 24));
    for (let failing = 1; failing <= counting.requests; failing += step) {
      const device = new FailingDevice(1024, failing, failing % 2 === 0 ? DeviceStatus.IoError : DeviceStatus.Full);
      const { machine: over, output } = await run('three-times-ram.c', { machine, swap: device });
      const { ending } = over.result();
      endings.add(ending?.kind ?? '');
      if (ending?.kind === 'exit') expect(output).toBe(good.output);
      else expect(ending?.kind === 'signal' ? ending.signal : 0).toBe(7);
      const status = over.query('memoryStatus', null).value;
      expect((status?.swap.readErrors ?? 0) + (status?.swap.writeErrors ?? 0)).toBe(1);
    }
    // Failed writes are survived; a page that cannot be read back ends its process.
    expect([...endings].sort()).toEqual(['exit', 'signal']);
  });

  it('says where it is and what happened to it', async () => {
    const device = Object.assign(new RamSwapDevice(4096), { notices: ['the swap file was removed'] });
    const { machine } = await run('three-times-ram.c', { machine: SHORT, swap: device });
    expect(machine.query('memoryStatus', null).value?.swap).toMatchObject({ place: 'memory', notices: ['the swap file was removed'] });
  });

  it('a leak explanation replays the failures without the device', async () => {
    const counting = new FailingDevice(4096, -1, DeviceStatus.IoError);
    const check = { tool: 'memcheck' } as const;
    const good = await run('leaks.c', { machine: SHORT, check, swap: counting });
    const failing = new FailingDevice(4096, 3, DeviceStatus.IoError, true);
    const bad = await run('leaks.c', { machine: SHORT, check, swap: failing });
    expect(bad.output).toBe(good.output);
    expect(bad.machine.query('memoryStatus', null).value?.swap.badSlots).toBeGreaterThan(0);
    const sentences = (machine: Machine): unknown => machine.result().leaks?.records.map((loss) => loss.sentence);
    expect(sentences(bad.machine)).toEqual(sentences(good.machine));
  });
});
