import { beforeAll, describe, expect, it } from 'vitest';
import { kernelModule } from '../kernel/test-bench';
import { parseWorkloads } from '../workload/script-parser';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import type { MachineConfig } from '../../shared/config';
import { changeText } from './configure';
import { createMachine } from './machine';
import type { Machine } from './machine-api';

const MIB = 256;
let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

function machineWith(machine: Partial<MachineConfig>): Machine {
  return createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, kernel);
}
function fill(machine: Machine, megabytes: number): void {
  const { scripts } = parseWorkloads(`workload w\nregion heap anonymous ${String(megabytes)}M\nphase p\n touch heap 40k/s sequential writes 100%`);
  machine.startWorkloads(scripts[0] ?? { name: '', title: '', command: '', priority: 0, regions: [], phases: [] }, 1);
  while (machine.counters().accesses < megabytes * MIB * 1.1) machine.run(20_000);
}
const frames = (machine: Machine): readonly [used: number, of: number] => {
  const { usedFrames, frameCount } = machine.query('status', null).value;
  return [usedFrames, frameCount];
};

describe('changes while the machine runs', () => {
  it('happen all or none, and say why not', () => {
    const machine = machineWith({});
    expect(machine.configure([{ path: 'memory.swappiness', value: 10 }, { path: 'levels', value: 5 }, { path: 'memory.policy', value: 'mru' }, { path: 'colour', value: 1 }])).toEqual([
      { path: 'levels', message: 'Page-table levels: needs a new start of the machine' },
      { path: 'memory.policy', message: 'Replacement policy: one of linux, fifo, clock, nru, aging, random' },
      { path: 'colour', message: '"colour" is no field of a machine' },
    ]);
    expect(machine.configure([{ path: 'memory.swappiness', value: 10 }, { path: 'memory.policy', value: 'clock' }])).toEqual([]);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('the policy changes under load, and the machine goes on', () => {
    const machine = machineWith({ frameCount: 5 * MIB, swap: { slotCount: 16 * MIB, device: 'nvme', pageCluster: 0 } });
    fill(machine, 6);
    for (const value of ['fifo', 'clock', 'nru', 'aging', 'random', 'linux']) {
      expect(machine.configure([{ path: 'memory.policy', value }])).toEqual([]);
      machine.run(2000);
      expect(machine.sanityCheck()).toEqual([]);
    }
  });

  it('RAM shrinks: pages leave for swap; and grows back', () => {
    const machine = machineWith({ frameCount: 64 * MIB, swap: { slotCount: 64 * MIB, device: 'nvme', pageCluster: 0 } });
    fill(machine, 40);
    expect(frames(machine)[0]).toBeGreaterThan(40 * MIB);
    expect(machine.configure([{ path: 'frameCount', value: 20 * MIB }])).toEqual([]);
    expect(machine.sanityCheck()).toEqual([]);
    expect(frames(machine)[1]).toBe(20 * MIB);
    expect(frames(machine)[0]).toBeLessThanOrEqual(20 * MIB);
    machine.run(200_000);
    expect(machine.counters().majorFaults).toBeGreaterThan(100);
    expect(machine.sanityCheck()).toEqual([]);
    for (const size of [21 * MIB + 3, 30 * MIB - 1, 64 * MIB]) expect(machine.configure([{ path: 'frameCount', value: size }])).toEqual([]);
    expect(frames(machine)[1]).toBe(64 * MIB);
    machine.run(30_000);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('RAM does not shrink below what cannot leave', () => {
    const machine = machineWith({ frameCount: 64 * MIB });
    fill(machine, 40);
    const before = frames(machine);
    expect(machine.configure([{ path: 'frameCount', value: 20 * MIB }])[0]?.message).toMatch(/^RAM: 4\d[.\d]* MiB cannot leave memory|^RAM: \d+ KiB cannot leave memory/);
    expect(frames(machine)).toEqual(before);
    expect(machine.configure([{ path: 'frameCount', value: 100 * MIB }])[0]?.message).toBe('RAM: the machine began with 64 MiB; more needs a new start');
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('is told in words', () => {
    expect(changeText(0, 512, 1024)).toBe('RAM: 2 MiB, before 4 MiB');
  });
});
