import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CHECK, DEFAULT_MACHINE, type MachineConfig } from '../../shared/config';
import { kernelModule } from '../kernel/test-bench';
import { createMachine } from '../machine/machine';
import type { Machine } from '../machine/machine-api';
import { parseWorkloads } from './script-parser';

const WORKLOAD = `workload table
region heap anonymous 24M
phase fill for 5ms
 touch heap 4M/s sequential writes 100%
phase look
 touch heap 5M/s random writes 30%`;

let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

function start(machine: Partial<MachineConfig>, processes: number): Machine {
  const made = createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, kernel);
  const { scripts, problems } = parseWorkloads(WORKLOAD);
  expect(problems).toEqual([]);
  for (const script of scripts) made.startWorkloads(script, processes);
  return made;
}
function run(machine: Machine, quanta: number): void {
  for (let i = 0; i < quanta; i++) machine.run(100_000);
  expect(machine.sanityCheck()).toEqual([]);
}

describe('light workloads on huge pages', () => {
  it('touch huge pages of patterns: fewer faults, fewer walks', () => {
    const paging = { ...DEFAULT_MACHINE.paging, transparentHugePages: 'always' as const };
    const [small, huge] = [start({ frameCount: 65_536 }, 3), start({ frameCount: 65_536, paging }, 3)];
    for (const machine of [small, huge]) run(machine, 20);
    expect(huge.query('tlb', null).value.counters.hugeFaults).toBeGreaterThan(10);
    expect(huge.counters().minorFaults * 10).toBeLessThan(small.counters().minorFaults);
    expect(huge.counters().walks * 5).toBeLessThan(small.counters().walks);
  });

  it('under pressure their huge pages are split, swapped out and read back whole', () => {
    const machine = start({
      frameCount: 12_288, paging: { ...DEFAULT_MACHINE.paging, transparentHugePages: 'always', khugepagedScanCycles: 3_000_000 },
      swap: { ...DEFAULT_MACHINE.swap, slotCount: 32_768, device: 'nvme' },
    }, 3);
    run(machine, 60);
    expect(machine.query('tlb', null).value.counters.hugeSplits).toBeGreaterThan(2);
    expect(machine.counters().majorFaults).toBeGreaterThan(100);
  });
});
