import { beforeAll, describe, expect, it } from 'vitest';
import { kernelModule } from '../kernel/test-bench';
import { createMachine } from '../machine/machine';
import type { Machine } from '../machine/machine-api';
import { RESERVED_FRAMES } from '../paging/buddy';
import { DEFAULT_CHECK, DEFAULT_MACHINE } from '../../shared/config';
import type { MachineConfig } from '../../shared/config';
import { parseWorkloads } from './script-parser';

let kernel: WebAssembly.Module;
beforeAll(async () => { kernel = await kernelModule(); });

function machineWith(machine: Partial<MachineConfig> = {}): Machine {
  return createMachine({
    machine: { ...DEFAULT_MACHINE, ...machine }, check: { ...DEFAULT_CHECK, tool: 'none' }, programName: '', args: [], environment: [], stdout: 'pipe',
    pid: 1000, maxInstructions: 0, maxOutputBytes: 0, maxHeapBytes: 0,
  }, { output: () => undefined, input: () => null }, kernel);
}
function start(machine: Machine, text: string, count = 1): void {
  const { scripts, problems } = parseWorkloads(text);
  expect(problems).toEqual([]);
  for (const script of scripts) expect(machine.startWorkloads(script, count)).toBe(count);
}
/** Runs for so many simulated seconds. */
function runSeconds(machine: Machine, seconds: number): void {
  const end = machine.counters().cycles + seconds * 3e9;
  while (machine.counters().cycles < end) {
    const reason = machine.run(300);
    if (reason !== 'quantum') return;
  }
}

const WORKER = `workload worker
region code file /usr/bin/worker 400K
region heap anonymous 4M
region board shared /board 64K
phase work for 2s
  touch code 2000/s zipf
  touch heap 3000/s random writes 50%
  touch board 500/s writes 10%`;

describe('light workload processes', () => {
  it('touch real pages: faults, residence, sharing and page tables as for any process', () => {
    const machine = machineWith();
    start(machine, WORKER, 3);
    runSeconds(machine, 4);
    expect(machine.sanityCheck()).toEqual([]);
    const rows = machine.query('processes', null).value;
    expect(rows.map((row) => row.name)).toEqual(['worker', 'worker', 'worker']);
    for (const row of rows) {
      // 100 code, 1,024 heap and 16 shared pages, nearly all of them touched by now.
      expect(row.rssBytes / 4096).toBeGreaterThan(1000);
      expect(row.rssBytes / 4096).toBeLessThanOrEqual(1140);
      expect(row.minorFaults).toBeGreaterThan(1000);
      expect(row.virtualBytes).toBe((100 + 1024 + 16 + 33) * 4096);
    }
    // Code and board are there once, for all three; tables and heaps three times.
    const used = machine.query('status', null).value.usedFrames - RESERVED_FRAMES;
    const heaps = rows.reduce((sum, row) => sum + row.rssBytes / 4096, 0);
    expect(used).toBeLessThan(heaps);
    expect(machine.counters().accesses).toBeGreaterThan(3 * 4 * 5000);
  });

  it('the same seed gives the same machine, in any quanta; another seed another one', () => {
    const hash = (quantum: number, seed: number): string => {
      const machine = machineWith({ seed });
      start(machine, `${WORKER}\n exit`, 4);
      while (machine.run(quantum) === 'quantum');
      expect(machine.state).toBe('exited');
      return `${machine.ramHash()} ${String(machine.counters().instructions)}`;
    };
    const first = hash(60_000, 1);
    expect(hash(500, 1)).toBe(first);
    expect(hash(60_000, 2)).not.toBe(first);
  });

  it('forks: children share what nobody writes to, and go when they end', () => {
    const machine = machineWith();
    start(machine, `workload server
      region code file /usr/bin/server 400K
      region heap anonymous 4M resident 4M
      phase begin for 100ms
        fork 3 at child
      phase serve for 10s
        touch heap 100/s
      phase child for 5s
        touch heap 200/s hot 5% 100% writes 100%
        exit 0`);
    runSeconds(machine, 3);
    expect(machine.sanityCheck()).toEqual([]);
    const rows = machine.query('processes', null).value;
    expect(rows.length).toBe(4);
    expect(new Set(rows.slice(1).map((row) => row.parent))).toEqual(new Set([rows[0]?.pid]));
    // 1,024 pages are there once; each child has copied the 51 that it writes to.
    for (const row of rows) expect(row.rssBytes / 4096).toBeGreaterThanOrEqual(1024);
    const used = machine.query('status', null).value.usedFrames - RESERVED_FRAMES;
    expect(used).toBeLessThan(1024 + 3 * 51 + 4 * 30);
    runSeconds(machine, 4);
    expect(machine.query('processes', null).value.filter((row) => row.state !== 'exited').length).toBe(1);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it.each([
    ['fifo', 3, 9], ['fifo', 4, 10], ['fifo', 5, 5], ['clock', 3, 9], ['clock', 4, 10],
  ] as const)('textbook string under %s with %i frames: %i faults', (policy, frames, faults) => {
    const machine = machineWith({
      frameCount: RESERVED_FRAMES + 1 + frames, memory: { ...DEFAULT_MACHINE.memory, policy, watermarkScale: 0, kernelTables: true, overcommit: 1 },
      swap: { slotCount: 64, device: 'hdd', pageCluster: 0 },
    });
    start(machine, 'workload w\nregion r anonymous 32K\nphase p\n refer r 1 2 3 4 1 2 5 1 2 3 4 5\nphase rest');
    while (machine.counters().accesses < 12) machine.run(10);
    const { minorFaults, majorFaults } = machine.counters();
    expect(minorFaults + majorFaults).toBe(faults);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('is killed when memory runs out, and the others go on; what views ask of programs has empty answers', () => {
    const machine = machineWith({ frameCount: 2048 });
    start(machine, 'workload hog\nregion heap anonymous 1M\nphase p\n grow heap 10M/s to 100M\nworkload small\nregion heap anonymous 400K\nphase p\n touch heap 1k/s writes 50%');
    for (let i = 0; i < 60 && machine.query('processes', null).value.length > 1; i++) machine.run(500);
    const rows = machine.query('processes', null).value;
    expect(rows.map((row) => row.name)).toEqual(['small']);
    const processKey = rows[0]?.processKey ?? 0;
    expect([machine.query('callStack', { processKey }).value, machine.query('globals', { processKey }).value]).toEqual([[], []]);
    expect(machine.sanityCheck()).toEqual([]);
  });

  it('ends as its script says', () => {
    const machine = machineWith();
    start(machine, 'workload w\nregion heap anonymous 64K\nphase p for 100ms\n touch heap 1000/s writes 100%\n exit 7');
    const idle = machineWith().query('status', null).value.usedFrames;
    let reason = 'quantum';
    for (let i = 0; i < 100 && reason === 'quantum'; i++) reason = machine.run(100_000);
    expect(reason).toBe('exited');
    expect(machine.counters().accesses).toBe(100);
    machine.reclaim();
    expect(machine.query('status', null).value.usedFrames).toBe(idle);
    expect(machine.sanityCheck()).toEqual([]);
  });
});
