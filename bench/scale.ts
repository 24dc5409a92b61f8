/** Speed and size of machines with many processes: touches, faults, process switches, and the two scenes. */
import { readFileSync } from 'node:fs';
import { createMachine } from '../src/core/machine/machine';
import type { Machine } from '../src/core/machine/machine-api';
import { parseWorkloads } from '../src/core/workload/script-parser';
import { parseMix, processesOf, programsOf, startOrder } from '../src/core/workload/mix';
import type { WorkloadScript } from '../src/core/workload/script';
import { MACHINE_PRESETS, type MachinePreset } from '../src/shared/presets';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig } from '../src/shared/config';

const GIB_FRAMES = 262_144;

export function machineOf(kernel: WebAssembly.Module, machine: Partial<MachineConfig>): Machine {
  return createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, kernel);
}

export function scriptsOf(text: string): readonly WorkloadScript[] {
  const { scripts, problems } = parseWorkloads(text);
  if (problems.length > 0) throw new Error(problems.map(({ line, message }) => `line ${String(line)}: ${message}`).join('\n'));
  return scripts;
}

function startAll(machine: Machine, text: string, count: number): void {
  for (const script of scriptsOf(text)) machine.startWorkloads(script, count);
}

/** Processor time of this process: other programs on the machine do not count. */
function cpuSeconds(work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

function seconds(work: () => void): number {
  const from = performance.now();
  work();
  return (performance.now() - from) / 1000;
}

/** Touches a second through TLBs and tables, all pages resident. */
export function touchesPerSecond(kernel: WebAssembly.Module): number {
  const machine = machineOf(kernel, { frameCount: 2 * GIB_FRAMES });
  startAll(machine, 'workload w\nregion heap anonymous 256M\nphase fill for 1s\n touch heap 70k/s sequential writes 100%\nphase p\n touch heap 100M/s random writes 30%', 1);
  while (machine.counters().accesses < 400_000) machine.run(1_000_000);
  const before = machine.counters().accesses;
  const took = cpuSeconds(() => { while (machine.counters().accesses < before + 6_000_000) machine.run(1_000_000); });
  return (machine.counters().accesses - before) / took;
}

/** Demand-zero faults a second of a process that grows. */
export function faultsPerSecond(kernel: WebAssembly.Module): number {
  const machine = machineOf(kernel, { frameCount: 8 * GIB_FRAMES });
  startAll(machine, 'workload w\nregion heap anonymous 4K\nphase p\n grow heap 400G/s to 6G', 1);
  machine.run(20_000);
  const before = machine.counters().minorFaults;
  const took = cpuSeconds(() => { while (machine.counters().minorFaults < before + 1_000_000) machine.run(100_000); });
  return (machine.counters().minorFaults - before) / took;
}

/** Microseconds of host time for one switch of processes, with so many of them. */
export function switchMicroseconds(kernel: WebAssembly.Module, processes: number): number {
  const machine = machineOf(kernel, { frameCount: 4 * GIB_FRAMES });
  startAll(machine, 'workload w\nregion heap anonymous 4K\nphase p\n touch heap 100/s', processes);
  // Every process wakes once a simulated second and makes 100 touches: a switch for each.
  machine.run(processes * 300);
  const before = machine.counters().accesses;
  const wakes = 20_000;
  const took = cpuSeconds(() => { while (machine.counters().accesses < before + wakes * 100) machine.run(100_000); });
  return (took * 1e6) / wakes;
}

/** Host memory of this process in MiB. */
export function hostMegabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/** GiB of frames filled a second when a scene begins. */
export function populate(kernel: WebAssembly.Module, gib: number): unknown {
  const machine = machineOf(kernel, { frameCount: 64 * GIB_FRAMES });
  const [script] = scriptsOf(`workload w\nregion heap anonymous 1G resident 1G\nphase p\n touch heap 100/s`);
  if (script === undefined) throw new Error('no script');
  const took = seconds(() => { machine.startWorkloads(script, gib); });
  const { usedFrames } = machine.query('status', null).value;
  return { took, usedFrames, rss: hostMegabytes() };
}

export interface Scene { readonly startSeconds: number; readonly processes: number; readonly gibAllocated: number; readonly swapOutPages: number; readonly touchesPerSecond: number; readonly hostMegabytes: number; readonly simulatedSeconds: number; readonly slowestMilliseconds: number; readonly problems: readonly string[] }

/** Starts a mix on 64 GiB and lets it run for `runSeconds` of host time. */
export function scene(kernel: WebAssembly.Module, preset: MachinePreset, workloads: string, mixText: string, runSeconds: number, check: boolean): Scene {
  const scripts = scriptsOf(workloads);
  const { mix } = parseMix(mixText, scripts.map(({ name }) => name));
  if (mix === null) throw new Error('no mix');
  const machine = machineOf(kernel, preset.machine);
  let processes = 0;
  const startSeconds = seconds(() => {
    for (const kind of startOrder(mix, processesOf(mix) - programsOf(mix))) {
      const script = scripts.find(({ name }) => name === kind);
      if (script !== undefined) processes += machine.startWorkloads(script, 1);
    }
  });
  const before = machine.counters();
  let slowest = 0;
  const took = seconds(() => {
    const until = performance.now() + runSeconds * 1000;
    while (performance.now() < until) {
      const from = performance.now();
      machine.run(5_000);
      slowest = Math.max(slowest, performance.now() - from);
    }
  });
  const after = machine.counters();
  const status = machine.query('status', null).value;
  return {
    startSeconds, processes, gibAllocated: status.usedFrames / GIB_FRAMES, swapOutPages: machine.query('processes', null).value.reduce((sum, row) => sum + row.swapBytes / 4096, 0),
    touchesPerSecond: (after.accesses - before.accesses) / took, hostMegabytes: hostMegabytes(), simulatedSeconds: status.simulatedSeconds, slowestMilliseconds: slowest,
    problems: check ? machine.sanityCheck() : [],
  };
}

export function sceneNamed(kernel: WebAssembly.Module, index: number, runSeconds: number, check: number): Scene {
  const name = index === 0 ? 'desktop' : 'server';
  const read = (suffix: string): string => readFileSync(`resources/workloads/${name}.${suffix}`, 'utf8');
  const preset = MACHINE_PRESETS.find(({ id }) => id === name);
  if (preset === undefined) throw new Error(`no preset ${name}`);
  return scene(kernel, preset, read('workload'), read('mix'), runSeconds, check === 1);
}
